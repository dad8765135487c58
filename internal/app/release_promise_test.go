package app

import (
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// TestPromiseIsThePlanInForceAtShelving publishes plans before and after a
// release came on the shelf, and after it went live.
func TestPromiseIsThePlanInForceAtShelving(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		if _, err := s.ShelveCandidate(s.ctx, s.ci, "shop", s.candidate(t, "one")); err != nil {
			t.Fatal(err)
		}
		shelved := s.clock.Now()
		story, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", "web/2.0.0")
		if err != nil {
			t.Fatal(err)
		}
		r := story.Release
		if story.Promise.Plan.Number != 0 {
			t.Errorf("a promise although nothing was published: %+v", story.Promise.Plan)
		}
		publish := func(number int, at time.Time, days int) {
			t.Helper()
			plan := headway.Plan{ID: s.newID(), ProgrammeID: s.p.ID, Number: number, At: at, Status: "feasible", Reason: "x"}
			if days > 0 {
				plan.Releases = []headway.PlannedRelease{{ReleaseID: r.ID, Production: shelved.AddDate(0, 0, days)}}
				plan.Placements = []headway.Placement{{ReleaseID: r.ID, Title: "Install", Start: shelved, End: shelved.Add(time.Hour)}, {ReleaseID: "another"}}
			}
			if err := s.store.Write(s.ctx, func(tx *store.Tx) error { return tx.AddPublishedPlan(s.ctx, plan) }); err != nil {
				t.Fatal(err)
			}
		}
		promise := func(want int, days int) {
			t.Helper()
			story, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", "web/2.0.0")
			if err != nil {
				t.Fatal(err)
			}
			p := story.Promise
			if p.Plan.Number != want || want > 0 && (!p.Release.Production.Equal(shelved.AddDate(0, 0, days)) || len(p.Placements) != 1) {
				t.Errorf("promised by plan %d: %+v with %d pieces of work, want plan %d", p.Plan.Number, p.Release, len(p.Placements), want)
			}
		}
		publish(1, shelved.AddDate(0, 0, -20), 0) // without it
		publish(2, shelved.AddDate(0, 0, 2), 9)
		promise(2, 9) // the first that holds it, although after shelving
		publish(3, shelved.AddDate(0, 0, 3), 12)
		promise(2, 9) // what moved later is no promise
		err = s.store.Write(s.ctx, func(tx *store.Tx) error {
			live := r
			live.State, live.LiveAt = headway.ReleaseLive, shelved.AddDate(0, 0, 1)
			_, err := tx.SaveRelease(s.ctx, live, r.State)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		promise(0, 0) // said afterwards is no promise
	})
}
