package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"headway"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema of Headway, then that of its job queue, up to date.
func (s *Store) migrate(ctx context.Context) error {
	var steps []*goose.Migration
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, f := range files {
		version, err := strconv.ParseInt(strings.SplitN(path.Base(f), "_", 2)[0], 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		text, err := migrations.ReadFile(f)
		if err != nil {
			return err
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: s.apply(string(text))}, nil))
	}
	goal := goose.DialectSQLite3
	if s.dialect == postgres {
		goal = goose.DialectPostgres
	}
	p, err := goose.NewProvider(goal, s.write, nil, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if have, err := p.GetDBVersion(ctx); err != nil {
		return err
	} else if newest := steps[len(steps)-1].Version; have > newest {
		return headway.Conflictf("the data has schema %d, this program knows up to %d", have, newest).
			WithHint("run the newer program that wrote it, or restore a backup")
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	if err := s.setTriggers(ctx); err != nil {
		return err
	}
	return s.migrateJobs(ctx)
}

// apply runs the statements of one migration in the dialect of the database.
func (s *Store) apply(text string) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		for _, stmt := range statements(text) {
			if s.dialect == sqlite {
				stmt = toSQLite(stmt)
			}
			if _, err := tx.ExecContext(ctx, stmt); err != nil {
				return fmt.Errorf("%.60s…: %w", stmt, err)
			}
		}
		return nil
	}
}

func statements(text string) []string {
	var clean strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "--") {
			clean.WriteString(line)
		}
	}
	var out []string
	for stmt := range strings.SplitSeq(clean.String(), ";\n") {
		if stmt = strings.TrimSpace(stmt); stmt != "" {
			out = append(out, stmt)
		}
	}
	return out
}

func toSQLite(stmt string) string {
	stmt = strings.NewReplacer("BIGINT", "INTEGER", "DOUBLE PRECISION", "REAL").Replace(stmt)
	if strings.HasPrefix(stmt, "CREATE TABLE") {
		stmt += " STRICT"
	}
	return stmt
}

func (s *Store) migrateJobs(ctx context.Context) error {
	var err error
	if s.dialect == sqlite {
		m, merr := rivermigrate.New(riversqlite.New(s.write), nil)
		if merr != nil {
			return merr
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	} else {
		m, merr := rivermigrate.New(riverpgxv5.New(s.pool), nil)
		if merr != nil {
			return merr
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return errors.Join(errors.New("job queue"), err)
	}
	return nil
}
