package store

import (
	"context"
	"os"
)

// Exec runs a statement past all rules, as somebody with a database shell would.
func Exec(ctx context.Context, s *Store, stmt string) error {
	return s.Write(ctx, func(t *Tx) error { return t.exec(ctx, stmt) })
}

// WaitedInPool tells how often a writer had to wait for the pool itself.
func WaitedInPool(s *Store) int64 { return s.write.Stats().WaitCount }

// KeptStatements tells how many texts stay compiled for reading.
func KeptStatements(s *Store) int {
	if s.readKept == nil {
		return 0
	}
	n := 0
	for _, st := range s.readKept.kept {
		if st != nil {
			n++
		}
	}
	return n
}

// SyncBy makes the files be brought to the disk by another call.
func SyncBy(b *Blobs, sync func(*os.File) error) { b.sync = sync }
