package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Config says where the data lies.
type Config struct {
	Dir         string // of SQLite's file, and of the files in blobs
	DatabaseURL string // postgres://…; empty means SQLite in Dir
}

// Store is an open database.
type Store struct {
	dialect dialect
	write   *sql.DB
	read    *sql.DB
	pool    *pgxpool.Pool // PostgreSQL only
	sqliteJ *river.Client[*sql.Tx]
	pgJ     *river.Client[pgx.Tx]
	cases   *caseCache
	plans   *planCache

	// Writers wait in turn. SQLite's pool gives its one connection to any of those
	// that wait, and some would wait very long; at PostgreSQL each that waits would
	// hold a connection, and hold the others up when this process is frozen.
	turn chan struct{}

	writeKept, readKept *compiled // SQLite only
}

// Open opens the database, creates it when it is new and brings an older
// schema up to date. A newer schema is refused.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	var s *Store
	var err error
	if c.DatabaseURL == "" {
		s, err = openSQLite(ctx, filepath.Join(c.Dir, "headway.db"))
	} else {
		s, err = openPostgres(ctx, c.DatabaseURL)
	}
	if err != nil {
		return nil, err
	}
	s.plans = &planCache{}
	s.cases = &caseCache{blobs: &Blobs{dir: filepath.Join(c.Dir, "blobs")}}
	unlock, err := s.lockSchema(ctx, c.Dir)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	err = s.migrate(ctx)
	unlock() // before Close, which waits for the connection that holds the lock
	if err != nil {
		return nil, errors.Join(fmt.Errorf("migrate: %w", err), s.Close())
	}
	return s, nil
}

func openSQLite(ctx context.Context, path string) (*Store, error) {
	const pragmas = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)"
	write, err := sql.Open("sqlite", "file:"+path+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), write.Close())
	}
	read, err := sql.Open("sqlite", "file:"+path+pragmas+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(8)
	jobs, err := river.NewClient(riversqlite.New(write), &river.Config{})
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	return &Store{
		dialect: sqlite, write: write, read: read, sqliteJ: jobs,
		turn: make(chan struct{}, 1), writeKept: newCompiled(write), readKept: newCompiled(read),
	}, nil
}

func openPostgres(ctx context.Context, url string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	cfg.MaxConns = max(cfg.MaxConns, 16)
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("database: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	jobs, err := river.NewClient(riverpgxv5.New(pool), &river.Config{})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Store{dialect: postgres, write: db, read: db, turn: make(chan struct{}, 1), pool: pool, pgJ: jobs}, nil
}

// lockSchema keeps programs that start at once from migrating at once.
func (s *Store) lockSchema(ctx context.Context, dir string) (unlock func(), err error) {
	if s.dialect == sqlite {
		return lockFile(ctx, filepath.Join(dir, "migrate.lock"))
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", schemaLock); err != nil {
		conn.Release()
		return nil, err
	}
	return func() { // the lock ends with its connection
		_ = conn.Conn().Close(context.WithoutCancel(ctx))
		conn.Release()
	}, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	var err error
	if s.dialect == sqlite {
		err = errors.Join(s.writeKept.close(), s.readKept.close())
	}
	err = errors.Join(err, s.write.Close())
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.read.PingContext(ctx)
}

// SQLite gives the write connection for the job runner; ok is false on PostgreSQL.
func (s *Store) SQLite() (db *sql.DB, ok bool) { return s.write, s.dialect == sqlite }

// Postgres gives the pool for the job runner; ok is false on SQLite.
func (s *Store) Postgres() (pool *pgxpool.Pool, ok bool) { return s.pool, s.pool != nil }
