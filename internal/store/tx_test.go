package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

type probeJob struct {
	N int `json:"n"`
}

func (probeJob) Kind() string { return "probe" }

func countUsers(t *testing.T, s *store.Store) int {
	t.Helper()
	n := 0
	must(t, s.Read(context.Background(), func(q store.Q) error {
		us, err := q.Users(context.Background())
		n = len(us)
		return err
	}))
	return n
}

func user(n int) headway.User {
	return headway.User{ID: fmt.Sprint("u", n), Email: fmt.Sprintf("u%d@example.org", n), Name: "U", CreatedAt: noon}
}

func TestARefusedTransactionLeavesNothing(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		no := errors.New("no")
		err := s.Write(ctx, func(tx *store.Tx) error {
			must(t, tx.AddUser(ctx, user(1), "h"))
			tx.Enqueue(probeJob{1}, nil)
			return no
		})
		if !errors.Is(err, no) || countUsers(t, s) != 0 {
			t.Fatalf("%v, %d users", err, countUsers(t, s))
		}
	})
}

func TestAPanicGivesTheWriteConnectionBack(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		for range 20 { // more than the pool holds
			func() {
				defer func() { _ = recover() }()
				_ = s.Write(ctx, func(tx *store.Tx) error {
					must(t, tx.AddUser(ctx, user(1), "h"))
					panic("a bug")
				})
			}()
		}
		bounded, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		must(t, s.Write(bounded, func(tx *store.Tx) error { return tx.AddUser(bounded, user(2), "h") }))
		if n := countUsers(t, s); n != 1 {
			t.Fatalf("%d users", n)
		}
	})
}

func TestACancelledTransactionLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(context.Background())
		err := s.Write(ctx, func(tx *store.Tx) error {
			must(t, tx.AddUser(ctx, user(1), "h"))
			cancel()
			return nil
		})
		if err == nil {
			t.Fatal("a cancelled transaction was committed and said so")
		}
		if n := countUsers(t, s); n != 0 {
			t.Fatalf("%d users", n)
		}
	})
}

// Concurrent writers read, decide and write; were they not one after the
// other, two would see the same last event and fork the audit chain.
func TestWritersAreOneAfterTheOther(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		const writers, each = 8, 10
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for n := range each {
					err := s.Write(ctx, func(tx *store.Tx) error {
						_, err := tx.AppendEvent(ctx, headway.Event{At: noon, ActorKind: headway.ActorSystem, Kind: "test.done", Text: fmt.Sprint(w, n)})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		must(t, s.Read(ctx, func(q store.Q) error {
			events, err := q.EventsFrom(ctx, 0, 1000)
			prev := headway.Event{}
			for _, e := range events {
				if e.Seq != prev.Seq+1 || e.PrevHash != prev.Hash || e.Hash != e.Seal() {
					t.Fatalf("the chain breaks at %d", e.Seq)
				}
				prev = e
			}
			if prev.Seq != writers*each {
				t.Errorf("%d events", prev.Seq)
			}
			return err
		}))
	})
}

// TestWritersThatWaitHoldNoConnection lets many wait for one, and reads beside them.
func TestWritersThatWaitHoldNoConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		const many = 64 // more than there are connections
		begun, end := make(chan struct{}), make(chan struct{})
		var group, asked sync.WaitGroup
		group.Go(func() {
			must(t, s.Write(ctx, func(*store.Tx) error {
				close(begun)
				<-end
				return nil
			}))
		})
		<-begun
		asked.Add(many)
		for n := range many {
			group.Go(func() {
				asked.Done()
				must(t, s.Write(ctx, func(tx *store.Tx) error { return tx.AddUser(ctx, user(n), "h") }))
			})
		}
		asked.Wait()
		for range 200 {
			if err := s.Read(ctx, func(q store.Q) error { _, err := q.Users(ctx); return err }); err != nil {
				t.Errorf("a reader waits for the writers: %v", err)
				break
			}
		}
		close(end)
		group.Wait()
		if n := countUsers(t, s); n != many {
			t.Errorf("%d of %d were written", n, many)
		}
	})
}

func TestEventsCannotBeChangedOrDeleted(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.AppendEvent(ctx, headway.Event{At: noon, ActorKind: headway.ActorSystem, Kind: "test.done"})
			return err
		}))
		for _, stmt := range []string{"UPDATE events SET text = 'other'", "DELETE FROM events"} {
			if err := store.Exec(ctx, s, stmt); headway.KindOf(err) != headway.Conflict {
				t.Errorf("%s: %v", stmt, err)
			}
		}
	})
}

func TestDriverErrorsBecomeKinds(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		add := func() error { return s.Write(ctx, func(tx *store.Tx) error { return tx.AddUser(ctx, user(1), "h") }) }
		must(t, add())
		if err := add(); headway.KindOf(err) != headway.Conflict {
			t.Errorf("a duplicate: %v", err)
		}
		err := s.Write(ctx, func(tx *store.Tx) error {
			return tx.SetRoles(ctx, "nowhere", "u1", []headway.Role{headway.Viewer})
		})
		if headway.KindOf(err) != headway.Conflict {
			t.Errorf("a dangling reference: %v", err)
		}
		must(t, s.Close())
		if err := add(); err == nil {
			t.Error("a closed database took a write")
		}
	})
}

func TestProgramsThatStartAtOnceMigrateOnce(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		var group sync.WaitGroup
		for range 4 {
			c := store.Config{Dir: db.Dir, DatabaseURL: db.URL}
			if db.URL != "" {
				c.Dir = t.TempDir() // nodes share the database, not the disk
			}
			group.Go(func() {
				s, err := store.Open(ctx, c)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

func TestANewerSchemaIsRefused(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		c := store.Config{Dir: db.Dir, DatabaseURL: db.URL}
		s, err := store.Open(ctx, c)
		must(t, err)
		applied := "1"
		if db.URL != "" {
			applied = "true"
		}
		must(t, store.Exec(ctx, s, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, "+applied+")"), s.Close())
		if _, err := store.Open(ctx, c); headway.KindOf(err) != headway.Conflict {
			t.Fatalf("a newer schema: %v", err)
		}
	})
}
