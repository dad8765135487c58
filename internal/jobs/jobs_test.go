package jobs

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"go.uber.org/goleak"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
	"headway/internal/testkit"
)

type plain struct{}

func (plain) Hash(p headway.Secret) (string, error)            { return p.Reveal(), nil }
func (plain) Matches(h string, p headway.Secret) (bool, error) { return h == p.Reveal(), nil }

// world is an instance with one programme and one operations team.
type world struct {
	store *store.Store
	app   *app.App
	saved chan struct{} // a signal for each commit that recorded events
}

func open(t *testing.T, db testkit.Database) *world {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{store: s, saved: make(chan struct{}, 1000)}
	w.app = app.New(app.Deps{
		Store: s, Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Random: rand.Reader, Passwords: plain{}, Signer: testkit.Signer{},
		Committed: func() { w.saved <- struct{}{} }, Log: slog.Default(),
	})
	w.write(t, func(tx *store.Tx) error {
		p := headway.Programme{
			ID: "prog", Key: "shop", Name: "Shop", Zone: "Europe/Berlin", Gap: headway.GapPolicy{Minimum: 1, Target: 5, Maximum: 10}, SlotMinutes: 30,
			WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 9 * 60, WorkTo: 17 * 60, Horizon: 3,
		}
		if err := tx.PutProgramme(ctx, p); err != nil {
			return err
		}
		for _, u := range []string{"ann", "bob"} {
			if err := tx.AddUser(ctx, headway.User{ID: u, Email: u + "@example.org", Name: u, CreatedAt: time.Now()}, "x"); err != nil {
				return err
			}
			if err := tx.SetRoles(ctx, p.ID, u, []headway.Role{headway.ReleaseManager, headway.ProductOwner}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) write(t *testing.T, f func(*store.Tx) error) {
	t.Helper()
	if err := w.store.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func (w *world) run(t *testing.T) {
	t.Helper()
	r, err := New(Deps{App: w.app, Store: w.store, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

// touch changes a fact and asks for a plan, as a verb does.
func (w *world) touch(t *testing.T, times int) {
	t.Helper()
	ctx := context.Background()
	for range times {
		w.write(t, func(tx *store.Tx) error {
			revision, err := tx.TouchProgramme(ctx, "prog")
			if err != nil {
				return err
			}
			tx.Enqueue(app.ReplanJob{ProgrammeID: "prog", Revision: revision}, &river.InsertOpts{Queue: app.QueuePlan})
			return nil
		})
	}
}

func (w *world) until(t *testing.T, what string, done func(store.Q) (bool, error)) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var ok bool
		err := w.store.Read(context.Background(), func(q store.Q) (err error) {
			ok, err = done(q)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return
		}
		select {
		case <-w.saved:
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("waited 20 s for " + what)
		}
	}
}

func (w *world) planned(revision int64) func(store.Q) (bool, error) {
	return func(q store.Q) (bool, error) {
		p, err := q.DraftPlan(context.Background(), "prog")
		if headway.KindOf(err) == headway.NotFound && err != nil {
			return false, nil
		}
		return p.Revision >= revision, err
	}
}

func TestAPlanFollowsAChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := open(t, db)
		w.run(t)
		w.touch(t, 1)
		w.until(t, "the first plan", w.planned(2))
		started := time.Now()
		w.touch(t, 1)
		w.until(t, "the second plan", w.planned(3))
		t.Logf("the plan followed within %s", time.Since(started).Round(time.Millisecond))
	})
}

func TestManyChangesCostFewPlans(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := open(t, db)
		w.touch(t, 40)
		w.run(t)
		w.until(t, "the plan of all changes", w.planned(41))
	})
}

// waiting tells of how many replan jobs have not begun.
func (w *world) waiting(t *testing.T) (n int) {
	t.Helper()
	const query = `SELECT COUNT(*) FROM river_job WHERE kind = 'replan' AND state = 'available'`
	var err error
	if db, ok := w.store.SQLite(); ok {
		err = db.QueryRowContext(t.Context(), query).Scan(&n)
	} else if pool, ok := w.store.Postgres(); ok {
		err = pool.QueryRow(t.Context(), query).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAPlanTakesItsBurstFromTheQueue leaves only those jobs waiting that ask
// for newer facts, or for another programme.
func TestAPlanTakesItsBurstFromTheQueue(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := open(t, db)
		w.touch(t, 40)
		w.write(t, func(tx *store.Tx) error {
			for _, job := range []app.ReplanJob{{ProgrammeID: "other", Revision: 5}, {ProgrammeID: "prog", Revision: 42}} {
				tx.Enqueue(job, &river.InsertOpts{Queue: app.QueuePlan})
			}
			return nil
		})
		if err := w.app.ReplanDraft(t.Context(), app.ReplanJob{ProgrammeID: "prog", Revision: 2}); err != nil {
			t.Fatal(err)
		}
		if n := w.waiting(t); n != 2 {
			t.Errorf("%d jobs wait, not the two that the plan does not answer", n)
		}
	})
}

func TestMembersAreToldOnceAndNotTheirOwnDeeds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := open(t, db)
		w.write(t, func(tx *store.Tx) error {
			e, err := tx.AppendEvent(ctx, headway.Event{At: time.Now(), ActorKind: headway.ActorPerson, ActorID: "ann", ProgrammeID: "prog", Kind: app.PlanPublished, Subject: "x", Text: "Plan 1 was published"})
			if err != nil {
				return err
			}
			job := app.NotifyJob{EventSeq: e.Seq, Roles: []headway.Role{headway.ReleaseManager, headway.ProductOwner}}
			for range 3 {
				tx.Enqueue(job, nil)
			}
			return nil
		})
		w.run(t)
		told := func(user string) (ns []headway.Notification) {
			if err := w.store.Read(ctx, func(q store.Q) (err error) {
				ns, err = q.Notifications(ctx, user, "prog", 10)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ns
		}
		w.until(t, "the notification", func(store.Q) (bool, error) { return len(told("bob")) > 0, nil })
		if got := told("bob"); len(got) != 1 || got[0].Link != "/p/shop/plan" {
			t.Errorf("bob was told %v", got)
		}
		if got := told("ann"); len(got) != 0 {
			t.Errorf("ann was told of her own deed: %v", got)
		}
	})
}

func TestStopLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("run", func(t *testing.T) {
		w := open(t, testkit.Database{Dir: t.TempDir()})
		w.run(t)
		w.touch(t, 1)
		w.until(t, "a plan", w.planned(2))
	})
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}
