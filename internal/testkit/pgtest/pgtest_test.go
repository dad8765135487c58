package pgtest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var s string
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func prepare(made *int) func(url string) error {
	return func(url string) error {
		*made++
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.Background(), "CREATE TABLE words AS SELECT 'from the template' AS word")
		return errors.Join(err, conn.Close(context.Background()))
	}
}

func TestEmptyDatabasesAreApart(t *testing.T) {
	a, b := Empty(t), Empty(t)
	if a == b {
		t.Fatalf("two tests share %s", a)
	}
	if got := query(t, a, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"); got != "0" {
		t.Errorf("a new database holds %s tables", got)
	}
}

func TestCloneIsPreparedOnceAndIsolated(t *testing.T) {
	made := 0
	a, b := Clone(t, "words", prepare(&made)), Clone(t, "words", prepare(&made))
	if got := query(t, a, "UPDATE words SET word = 'changed' RETURNING word"); got != "changed" {
		t.Errorf("clone a: %q", got)
	}
	if got := query(t, b, "SELECT word FROM words"); got != "from the template" {
		t.Errorf("a change in one clone shows in another: %q", got)
	}
	if made != 1 {
		t.Errorf("the template was prepared %d times", made)
	}
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) { url = Empty(t) })
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Errorf("%s outlived its test", url)
	}
}

// TestServerDiesWithItsBinary runs this test binary as a child that starts a
// server and is killed.
func TestServerDiesWithItsBinary(t *testing.T) {
	if socket := os.Getenv("PGTEST_CHILD"); socket != "" {
		url := Empty(t)
		if err := os.WriteFile(socket, []byte(url), 0o600); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	running(t) // skips when PostgreSQL is missing
	told := filepath.Join(t.TempDir(), "url")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerDiesWithItsBinary$")
	child.Env = append(os.Environ(), "PGTEST_CHILD="+told)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	url := await(t, func() string {
		b, _ := os.ReadFile(told)
		return string(b)
	})
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	_, host, _ := strings.Cut(url, "host=")
	dir, _, _ := strings.Cut(host, "&")
	await(t, func() string {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return "gone"
		}
		return ""
	})
}

// await asks until there is an answer.
func await(t *testing.T, ask func() string) string {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		if s := ask(); s != "" {
			return s
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("nothing happened for a minute")
		}
	}
}
