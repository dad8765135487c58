package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// maxStatements bounds how many texts stay compiled for each connection. Texts
// are constants but for a few lists, so the bound is met only by accident.
const maxStatements = 500

// compiled keeps SQLite's statements: compiling a text takes it
// longer than running it. PostgreSQL's driver keeps its own.
type compiled struct {
	db *sql.DB

	mu   sync.RWMutex
	kept map[string]*sql.Stmt // nil: seen once, to be compiled
	new  []string
}

func newCompiled(db *sql.DB) *compiled {
	return &compiled{db: db, kept: map[string]*sql.Stmt{}}
}

// in runs queries of a transaction through the statements that are kept.
func (s *compiled) in(tx *sql.Tx) runner {
	return compiledTx{tx, s, map[string]*sql.Stmt{}}
}

// find gives the statement of a text, or nil and remembers to compile it.
func (s *compiled) find(query string) *sql.Stmt {
	s.mu.RLock()
	st, seen := s.kept[query]
	full := len(s.kept) >= maxStatements
	s.mu.RUnlock()
	if seen || full {
		return st
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, seen := s.kept[query]; !seen {
		s.kept[query] = nil
		s.new = append(s.new, query)
	}
	return nil
}

// keep compiles the texts that were new. It takes a connection, so it must not
// be called in a transaction: a pool of one would wait for itself. What cannot
// be compiled runs as it is, and says there why not.
func (s *compiled) keep(ctx context.Context) {
	s.mu.Lock()
	texts := s.new
	s.new = nil
	s.mu.Unlock()
	for _, text := range texts {
		st, err := s.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept until close
		s.mu.Lock()
		if err != nil {
			delete(s.kept, text)
		} else {
			s.kept[text] = st
		}
		s.mu.Unlock()
	}
}

// close gives all statements back.
func (s *compiled) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.kept {
		if st != nil {
			errs = append(errs, st.Close())
		}
	}
	s.kept = map[string]*sql.Stmt{}
	return errors.Join(errs...)
}

// compiledTx is a transaction whose texts run through kept statements.
type compiledTx struct {
	tx   *sql.Tx
	kept *compiled
	used map[string]*sql.Stmt // of this transaction
}

// statement gives the kept statement of a text for this transaction, or nil.
func (c compiledTx) statement(ctx context.Context, query string) *sql.Stmt {
	if st := c.used[query]; st != nil {
		return st
	}
	st := c.kept.find(query)
	if st != nil {
		st = c.tx.StmtContext(ctx, st)
		c.used[query] = st
	}
	return st
}

// ExecContext runs a statement that gives no rows.
func (c compiledTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if st := c.statement(ctx, query); st != nil { //nolint:sqlclosecheck // kept
		return st.ExecContext(ctx, args...)
	}
	return c.tx.ExecContext(ctx, query, args...)
}

// QueryContext runs a query. Rows of the same text must not be open twice in one transaction.
func (c compiledTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := c.statement(ctx, query); st != nil { //nolint:sqlclosecheck // kept
		return st.QueryContext(ctx, args...)
	}
	return c.tx.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a query for one row.
func (c compiledTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := c.statement(ctx, query); st != nil { //nolint:sqlclosecheck // kept
		return st.QueryRowContext(ctx, args...)
	}
	return c.tx.QueryRowContext(ctx, query, args...)
}
