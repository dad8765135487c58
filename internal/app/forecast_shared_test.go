package app

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"headway/internal/forecast"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestSharedSimulationsAreTheSameToTheByte simulates in one go, as shared parts on
// one node, and with two workers that take parts at the same time, one of them
// twice.
func TestSharedSimulationsAreTheSameToTheByte(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 3)
		const n = 3*sharePart + 100
		s := w.study()
		whole, err := s.run(ctx, 0, n)
		if err != nil {
			t.Fatal(err)
		}
		alone, shared, err := w.app.share(ctx, w.p, s, n)
		if err != nil || !shared {
			t.Fatal(shared, err)
		}
		same(t, "one node", whole, alone)

		packed, err := forecast.PackStudy(s.Study)
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error { return tx.AddSimulation(ctx, "many", w.p.ID, packed, monday) })
		parts := partsOf(n)
		var busy sync.WaitGroup
		for worker := range 2 {
			busy.Go(func() {
				for i, part := range parts {
					if part.Simulation = "many"; i%2 == worker || i == 0 {
						if _, err := w.app.SimulatePart(ctx, part); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		busy.Wait()
		var many forecast.Outcome
		if err := w.store.Read(ctx, func(q store.Q) error {
			many, err = merged(ctx, q, "many", len(parts))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		same(t, "two workers", whole, many)
		t.Logf("%d simulations in %d parts of %d releases; seed %d", n, len(parts), len(s.Deliveries), s.Seed)
	})
}

func same(t *testing.T, who string, a, b forecast.Outcome) {
	t.Helper()
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	if errX != nil || errY != nil || string(x) != string(y) {
		t.Errorf("%s came to something else: %d bytes and %d (%v %v)", who, len(x), len(y), errX, errY)
	}
}

// TestSharedSimulationsLeaveNothingBehind looks at what is stored after an
// answer, after who asked has gone, and when too many ask at once.
func TestSharedSimulationsLeaveNothingBehind(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 1)
		s := w.study()
		if _, shared, err := w.app.share(ctx, w.p, s, sharePart+1); err != nil || !shared {
			t.Fatal(shared, err)
		}
		left := func() (n int64) {
			err := w.store.Read(ctx, func(q store.Q) (err error) {
				n, err = q.CountSimulations(ctx, w.p.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if left() != 0 {
			t.Error("the answer was given, and the simulation is still stored")
		}
		if worked, err := w.app.SimulatePart(ctx, SimulateJob{"gone", 0, sharePart}); err != nil || worked {
			t.Errorf("a part of what was answered: %v, %v", worked, err)
		}
		w.write(func(tx *store.Tx) error {
			for i := range shareAtOnce {
				if err := tx.AddSimulation(ctx, fmt.Sprint("s", i), w.p.ID, "", monday); err != nil {
					return err
				}
			}
			return nil
		})
		if _, shared, err := w.app.share(ctx, w.p, s, sharePart+1); err != nil || shared {
			t.Errorf("one too many is shared: %v, %v", shared, err)
		}
		ended, stop := context.WithCancel(ctx)
		stop()
		if _, err := w.app.simulatePart(ended, SimulateJob{"s0", 0, sharePart}, &s.Study); err == nil {
			t.Error("a part goes on though its time is over")
		}
		w.clock.Advance(2 * shareExpiry)
		if err := w.app.EndStaleSimulations(ctx); err != nil || left() != 0 {
			t.Errorf("%d are left of those who have gone, %v", left(), err)
		}
	})
}

// study is the world's programme ready to be simulated.
func (w *planWorld) study() *study {
	w.t.Helper()
	k := w.know()
	s, err := k.facts.study(k.seen)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(s.Deliveries) == 0 {
		w.t.Fatal("nothing is on its way")
	}
	return s
}
