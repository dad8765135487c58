package app

import (
	"slices"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestThePlanKeepsToTheGatesGuards forbids Tuesdays, one of the two days of the
// window, and asks for a soak: the deployment moves. What is overridden binds the plan no more.
func TestThePlanKeepsToTheGatesGuards(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		find := func(kind headway.ActivityKind) headway.Placement {
			for _, q := range w.replan().Placements {
				if q.Kind == string(kind) && q.ReleaseID == "r-0-1" {
					return q
				}
			}
			t.Fatalf("there is no %s", kind)
			return headway.Placement{}
		}
		free := find(headway.KindDeployment)
		day := free.Start.In(w.berlin()).Weekday()
		gate := headway.Gate{ID: "g", ProgrammeID: w.p.ID, Criteria: []headway.Criterion{
			{Key: "days", Title: "Not on that day", Kind: headway.CriterionNoDeploy, NoDeploy: &headway.NoDeployRule{Days: []headway.Weekday{headway.Weekday(day)}}, WaivedBy: []headway.Role{headway.ReleaseManager}},
			{Key: "soak", Title: "A week on staging", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "staging", Hours: 24 * 12}, WaivedBy: []headway.Role{headway.ReleaseManager}},
		}, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 2}}}
		if err := gate.Check(); err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			_, _, err := tx.AddGate(t.Context(), gate)
			return err
		})
		held, install := find(headway.KindDeployment), find(headway.KindInstall)
		if held.Start.In(w.berlin()).Weekday() == day {
			t.Errorf("deployed on %s", held.Start)
		}
		if soaked := held.Start.Sub(install.End); soaked < 12*24*time.Hour {
			t.Errorf("on staging for %s only", soaked)
		}
		for _, rule := range []string{"days", "soak"} {
			w.write(func(tx *store.Tx) error {
				return tx.AddOverride(t.Context(), headway.Override{ID: w.ids(), ProgrammeID: w.p.ID, ReleaseID: "r-0-1", Rule: rule, Role: headway.ReleaseManager, By: "u", ByName: "U", Reason: "law", At: monday})
			})
		}
		err := w.store.Read(t.Context(), func(q store.Q) error {
			f, err := loadPlanFacts(t.Context(), q, w.p, monday)
			if err != nil || len(f.soaks["r-0-1"]) != 0 || !slices.Contains(f.lifts["r-0-1"], "days") {
				t.Errorf("overridden, the plan still keeps to %v and lifts only %v: %v", f.soaks, f.lifts, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
