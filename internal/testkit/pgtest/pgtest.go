package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// shared is the server of this test binary; its mutex guards the admin
// connection and the list of templates.
var shared struct {
	sync.Mutex
	server    *server
	err       error
	databases int
	templates map[string]string
}

// Empty gives the URL of a new, empty database that lives as long as the test.
func Empty(t testing.TB) string {
	t.Helper()
	return database(t, "template0")
}

// Clone gives the URL of a new copy of a template database that lives as long
// as the test. The template is made once for each test binary and name, by
// prepare, which must have closed its connections when it returns.
func Clone(t testing.TB, name string, prepare func(url string) error) string {
	t.Helper()
	s := running(t)
	shared.Lock()
	template, ok := shared.templates[name]
	if !ok {
		template = fmt.Sprintf("template_%d", len(shared.templates)+1)
		err := s.exec(t.Context(), "CREATE DATABASE "+template+" TEMPLATE template0")
		if err == nil {
			err = prepare(s.url(template))
		}
		if err != nil {
			shared.Unlock()
			t.Fatalf("template database %s: %v", name, err)
		}
		shared.templates[name] = template
	}
	shared.Unlock()
	return database(t, template)
}

// running starts the server of this binary on first use. A test that asks
// while PostgreSQL is missing is skipped, or fails under CI.
func running(t testing.TB) *server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.templates = map[string]string{}
		shared.server, shared.err = start(context.WithoutCancel(t.Context()))
	}
	if errors.Is(shared.err, errMissing) && os.Getenv("CI") == "" {
		t.Skip("skipped:", shared.err)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// database makes a database and drops it when the test ends.
func database(t testing.TB, template string) string {
	t.Helper()
	s := running(t)
	shared.Lock()
	defer shared.Unlock()
	shared.databases++
	name := fmt.Sprintf("test_%d", shared.databases)
	if err := s.exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		shared.Lock()
		defer shared.Unlock()
		if err := s.exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

// exec runs a statement without preparing it, as CREATE DATABASE wants.
func (s *server) exec(ctx context.Context, sql string) error {
	if _, err := s.admin.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}
