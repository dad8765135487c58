package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
)

// runner is what a connection and a transaction have in common.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Q holds the queries; one file for each noun adds its own.
type Q struct {
	db      runner
	dialect dialect
	cases   *caseCache
	plans   *planCache
}

// Tx is a write transaction: all queries, and jobs that are stored with it.
type Tx struct {
	Q
	jobs []river.InsertManyParams
}

// Enqueue stores a background job that runs only if the transaction commits.
// All jobs of a transaction are stored at its end, by one statement.
func (t *Tx) Enqueue(args river.JobArgs, opts *river.InsertOpts) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: args, InsertOpts: opts})
}

// storeJobs ends the transaction's work: f gets the jobs, if there are any.
func (t *Tx) storeJobs(f func([]river.InsertManyParams) (int, error)) error {
	if len(t.jobs) == 0 {
		return nil
	}
	if _, err := f(t.jobs); err != nil {
		return fmt.Errorf("enqueue %s: %w", t.jobs[0].Args.Kind(), err)
	}
	return nil
}

// Keys of PostgreSQL's advisory locks: the one that makes writes go one after
// the other, and the one held while the schema is brought up to date.
const (
	advisoryLock = 0x68656164 // "head"
	schemaLock   = 0x73636865 // "sche"
)

// idleInWrite bounds the silence of a write transaction on PostgreSQL. It is
// shorter than the lease of a deployment step: a node that waits for the lock of
// a frozen one still renews its leases in time. One writer of each node waits at
// the database: of a frozen node two sessions are waited for, not all its writers.
const idleInWrite = "6s"

// Write runs f in the instance's one write transaction and commits when f
// returns nil. f may run again after a conflict of transactions, so it must not
// touch anything outside its Tx and its own variables.
func (s *Store) Write(ctx context.Context, f func(*Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return classify(ctx.Err())
	}
	const tries = 5
	for try := 1; ; try++ {
		var err error
		if s.dialect == sqlite {
			err = s.writeSQLite(ctx, f)
		} else {
			err = s.writePostgres(ctx, f)
		}
		if err == nil || try == tries || !isRetryable(err) {
			return classify(err)
		}
	}
}

func (s *Store) writeSQLite(ctx context.Context, f func(*Tx) error) (err error) {
	defer s.writeKept.keep(ctx)
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	committed := false
	defer func() { // also when f panics: the one write connection must come back
		if !committed {
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	t := &Tx{Q: Q{s.writeKept.in(tx), s.dialect, s.cases, s.plans}}
	if err := f(t); err != nil {
		return err
	}
	if err := t.storeJobs(func(jobs []river.InsertManyParams) (int, error) { return s.sqliteJ.InsertManyFastTx(ctx, tx, jobs) }); err != nil {
		return err
	}
	committed = true
	return tx.Commit()
}

// writePostgres begins the transaction on the pgx connection below
// database/sql, because River's driver wants a pgx transaction while our
// queries are written for database/sql: both then run in the same one.
func (s *Store) writePostgres(ctx context.Context, f func(*Tx) error) (err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreDone(conn.Close())) }()
	var raw *pgx.Conn
	if err := conn.Raw(func(c any) error {
		pg, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T, not one of pgx", c)
		}
		raw = pg.Conn()
		return nil
	}); err != nil {
		return err
	}
	tx, err := raw.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	committed := false
	defer func() { // also when f panics: the connection must not go back to the pool with its lock
		if committed {
			return
		}
		if rerr := tx.Rollback(context.WithoutCancel(ctx)); rerr != nil && !errors.Is(rerr, pgx.ErrTxClosed) {
			err = errors.Join(err, rerr)
		}
	}()
	// A node that is frozen inside its transaction must not hold up the others:
	// the database ends the session of whoever is silent for that long.
	if _, err := tx.Exec(ctx, "SELECT set_config('idle_in_transaction_session_timeout', $2, true), pg_advisory_xact_lock($1)", advisoryLock, idleInWrite); err != nil {
		return err
	}
	t := &Tx{Q: Q{conn, s.dialect, s.cases, s.plans}}
	if err := f(t); err != nil {
		return err
	}
	if err := t.storeJobs(func(jobs []river.InsertManyParams) (int, error) { return s.pgJ.InsertManyFastTx(ctx, tx, jobs) }); err != nil {
		return err
	}
	committed = true
	return tx.Commit(ctx)
}

// Read runs f over one unchanging snapshot of the data.
func (s *Store) Read(ctx context.Context, f func(Q) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if s.dialect == postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	if s.dialect == sqlite {
		defer s.readKept.keep(ctx)
	}
	tx, err := s.read.BeginTx(ctx, opts)
	if err != nil {
		return classify(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if s.dialect == sqlite {
		return classify(f(Q{s.readKept.in(tx), s.dialect, s.cases, s.plans}))
	}
	return classify(f(Q{tx, s.dialect, s.cases, s.plans}))
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}
