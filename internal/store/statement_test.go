package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"headway"
	"headway/internal/store"
)

// The pool gives a connection to any of those that wait. Among eight writers
// one in a hundred then waited five times as long as the median.
func TestWritersWaitInTurnNotInThePool(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		if _, lite := s.SQLite(); !lite {
			t.Skip("PostgreSQL's advisory lock is a queue")
		}
		before := store.WaitedInPool(s)
		var group sync.WaitGroup
		for w := range 8 {
			group.Go(func() {
				for n := range 10 {
					if err := s.Write(ctx, func(tx *store.Tx) error { return tx.AddUser(ctx, user(100*w+n), "h") }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if waited := store.WaitedInPool(s) - before; waited > 0 {
			t.Errorf("%d times a writer waited in the pool", waited)
		}
	})
}

func TestAWriterThatGivesUpLeavesTheQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		inside, leave := make(chan struct{}), make(chan struct{})
		first := make(chan error, 1)
		go func() {
			first <- s.Write(context.Background(), func(*store.Tx) error {
				close(inside)
				<-leave
				return nil
			})
		}()
		<-inside
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := s.Write(ctx, func(*store.Tx) error { return nil }); headway.KindOf(err) != headway.Unavailable {
			t.Errorf("a request that was given up: %v", err)
		}
		close(leave)
		must(t, <-first)
		must(t, s.Write(context.Background(), func(*store.Tx) error { return nil }))
	})
}

// A kept statement must be as good as new after an error, and for other values.
func TestKeptStatementsForgetWhatWasBefore(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		add := func(n int) error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.AddUser(ctx, user(n), fmt.Sprint("hash", n)) })
		}
		for n := range 3 {
			must(t, add(n))
			if err := add(n); headway.KindOf(err) != headway.Conflict {
				t.Errorf("twice: %v", err)
			}
		}
		for range 2 { // the second time through what the first one kept
			if n := countUsers(t, s); n != 3 {
				t.Errorf("%d users", n)
			}
		}
		if _, lite := s.SQLite(); lite && store.KeptStatements(s) == 0 {
			t.Error("nothing is kept")
		}
	})
}
