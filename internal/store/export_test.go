package store

import "context"

// Exec runs a statement past all rules, as somebody with a database shell would.
func Exec(ctx context.Context, s *Store, stmt string) error {
	return s.Write(ctx, func(t *Tx) error { return t.exec(ctx, stmt) })
}
