package store

import (
	"context"
	"slices"
	"testing"
)

func TestEveryTableIsBackedUp(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.Read(ctx, func(q Q) error {
		names, err := list(ctx, q, scanString, `SELECT name FROM sqlite_master WHERE type = 'table'
			AND name NOT LIKE 'river_%' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version' ORDER BY name`)
		want := slices.Sorted(slices.Values(backupTables()))
		if !slices.Equal(names, want) {
			t.Errorf("tables %v\nbacked up %v", names, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
