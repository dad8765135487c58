package testkit

import (
	"testing"

	"headway/internal/testkit/pgtest"
)

// Database is where a test may keep its data: an empty directory, and with
// PostgreSQL the address of an empty database. Both live as long as the test.
type Database struct {
	Dir string
	URL string // empty: SQLite in Dir
}

// Databases runs a test on SQLite and on PostgreSQL, as the subtests sqlite
// and postgres. Where PostgreSQL is missing its subtest is skipped, or fails
// under CI.
func Databases(t *testing.T, run func(t *testing.T, db Database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, Database{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { run(t, Database{Dir: t.TempDir(), URL: pgtest.Empty(t)}) })
}
