package app

import (
	"context"
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

// TestThePlanTakesAWaiverLikeAnOverride lets a release into a freeze by either
// word, and by a waiver no longer than that lasts.
func TestThePlanTakesAWaiverLikeAnOverride(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		ctx := t.Context()
		manager := []headway.Role{headway.ReleaseManager}
		frozen := headway.Interval{From: monday, To: monday.AddDate(0, 0, 40)}
		w.write(func(tx *store.Tx) error {
			r, err := tx.Release(ctx, w.p.ID, "r-0-1")
			if err != nil {
				return err
			}
			r.State, r.ShelvedAt, r.SprintEnd = headway.ReleaseProving, monday, monday.AddDate(0, 0, -7)
			if _, err := tx.SaveRelease(ctx, r, headway.ReleasePlanned); err != nil {
				return err
			}
			if err := tx.AddCandidate(ctx, headway.Candidate{ID: "c", ProgrammeID: w.p.ID, ReleaseID: r.ID, RC: 1, Name: "2.0.0-rc.1", State: headway.CandidateShelved, ShelvedAt: monday}); err != nil {
				return err
			}
			if err := tx.AddBacklogItem(ctx, headway.BacklogItem{
				ID: "i-deploy", ProgrammeID: w.p.ID, ReleaseID: r.ID, Activity: "deploy", Title: "Deployment", Kind: headway.KindDeployment, Skill: headway.SkillAppServer, People: 1,
				State: headway.ItemTodo, Estimate: 2 * time.Hour, InWindow: true, CreatedAt: monday, Version: 1,
			}); err != nil {
				return err
			}
			if err := tx.PutFreeze(ctx, headway.Freeze{ID: "f", ProgrammeID: w.p.ID, Key: "sale", Name: "Sale", Span: frozen}); err != nil {
				return err
			}
			_, _, err = tx.AddGate(ctx, headway.Gate{ID: "g", ProgrammeID: w.p.ID, Criteria: []headway.Criterion{
				{Key: "freeze", Title: "No freeze", Kind: headway.CriterionFreeze, WaivedBy: manager},
			}, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 2}}})
			return err
		})
		start := func() time.Time { return placed(t, w.replan(), "r-0-1/deploy").Start }
		if got := start(); got.Before(frozen.To) {
			t.Fatalf("deployed within the freeze, %s", got)
		}
		waive := func(until time.Time) {
			w.write(func(tx *store.Tx) error {
				return tx.AddWaiver(ctx, headway.Waiver{ID: w.ids(), CandidateID: "c", Criterion: "freeze", Freezes: []string{"sale"}, Role: headway.ReleaseManager, By: "u", ByName: "U", Reason: "law", At: monday, ExpiresAt: until})
			})
		}
		waive(monday.Add(24 * time.Hour)) // before the first window is over
		if got := start(); got.Before(frozen.To) {
			t.Errorf("deployed when the waiver has ended, %s", got)
		}
		waive(monday.AddDate(0, 0, 10))
		if got := start(); !got.Before(monday.AddDate(0, 0, 10)) {
			t.Errorf("waived, and deployed only on %s", got)
		}
	})
}

// windowGate judges by as many rules about windows as it is given keys, and
// opens production on Monday nights only, too late for the target of the gap.
func (w *planWorld) windowGate(keys ...string) {
	w.t.Helper()
	gate := headway.Gate{ID: "g", ProgrammeID: w.p.ID, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 2}}}
	for _, k := range keys {
		gate.Criteria = append(gate.Criteria, headway.Criterion{Key: k, Title: "Inside a window", Kind: headway.CriterionWindow, WaivedBy: []headway.Role{headway.ReleaseManager}})
	}
	w.p.Gap = headway.GapPolicy{Target: 3, Maximum: 20}
	w.write(func(tx *store.Tx) error {
		if err := tx.PutProgramme(context.Background(), w.p); err != nil {
			return err
		}
		if err := tx.PutWindow(context.Background(), headway.Window{ID: "w-night", ProgrammeID: w.p.ID, Key: "night", Name: "Night", Days: []time.Weekday{time.Monday}, Start: 20 * 60, Minutes: 240}); err != nil {
			return err
		}
		_, _, err := tx.AddGate(context.Background(), gate)
		return err
	})
}

func (w *planWorld) override(rule string, releases ...string) {
	w.t.Helper()
	for _, r := range releases {
		w.write(func(tx *store.Tx) error {
			return tx.AddOverride(context.Background(), headway.Override{ID: w.ids(), ProgrammeID: w.p.ID, ReleaseID: r, Rule: rule, Role: headway.ReleaseManager, By: "u", ByName: "U", Reason: "law", At: monday})
		})
	}
}

// atNight tells whether work lies within that window.
func (w *planWorld) atNight(p headway.Placement) bool {
	from, to := p.Start.In(w.berlin()), p.End.In(w.berlin())
	return from.Hour() >= 20 && to.Sub(from) <= 4*time.Hour && from.Weekday() == time.Monday
}

// TestAnOverriddenWindowBindsThePlanNoMore lets production change in working
// hours, within one day, once each rule about windows is lifted.
func TestAnOverriddenWindowBindsThePlanNoMore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		w.windowGate("window", "late")
		before := placed(t, w.replan(), "r-0-1/deploy")
		w.override("window", "r-0-1")
		if half := placed(t, w.replan(), "r-0-1/deploy"); !w.atNight(before) || !half.Start.Equal(before.Start) {
			t.Errorf("with one of two rules lifted it goes %s, before %s", half.Start, before.Start)
		}
		w.override("late", "r-0-1")
		after := placed(t, w.replan(), "r-0-1/deploy")
		if !after.Start.Before(before.Start) || w.atNight(after) || after.End.Sub(after.Start) != before.End.Sub(before.Start) {
			t.Errorf("overridden it goes %s to %s, before %s", after.Start, after.End, before.Start)
		}
	})
}

// TestAWaivedWindowBindsAgainAfterTheWaiver notes until when a candidate may go
// outside windows.
func TestAWaivedWindowBindsAgainAfterTheWaiver(t *testing.T) {
	f := planFacts{now: monday, anyHour: map[string]time.Time{}, releases: []headway.Release{{ID: "r"}}}
	day := func(n int) time.Time { return monday.AddDate(0, 0, n) }
	for _, step := range []struct {
		lifts []headway.Lift
		want  time.Time
	}{
		{[]headway.Lift{{Until: day(3)}, {Until: day(9)}}, day(9)},
		{[]headway.Lift{{}}, day(9)}, // by another rule for ever
		{[]headway.Lift{{Until: day(2)}}, day(2)},
		{nil, monday},
	} {
		f.liftWindows(f.releases[0], step.lifts)
		if got := f.outsideUntil("r"); !got.Equal(step.want) {
			t.Errorf("after %v it may go outside windows until %s, want %s", step.lifts, got, step.want)
		}
	}
}

// TestATrainLeavesItsWindowTogether keeps a member to the windows until the rule
// is lifted for all that ride.
func TestATrainLeavesItsWindowTogether(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 2)
		w.windowGate("window")
		w.train(headway.Date{}, "team-0/"+w.version("r-0-1"), "team-1/"+w.version("r-1-1"))
		w.override("window", "r-0-1")
		if p := placed(t, w.replan(), "r-0-1/deploy"); !w.atNight(p) {
			t.Errorf("it leaves the window without the other, %s", p.Start)
		}
		w.override("window", "r-1-1")
		plan := w.replan()
		first, second := placed(t, plan, "r-0-1/deploy"), placed(t, plan, "r-1-1/deploy")
		if w.atNight(first) || w.atNight(second) || second.Start.Before(first.End) || second.End.Sub(first.Start) > 9*time.Hour {
			t.Errorf("place 1 goes %s to %s, place 2 goes %s to %s", first.Start, first.End, second.Start, second.End)
		}
		for _, f := range plan.Findings {
			if f.Rule == ruleTrainApart {
				t.Errorf("it is told: %s", f.Text)
			}
		}
	})
}

// TestAnOverriddenGapBindsThePlanNoMore lets production come before the
// minimum gap.
func TestAnOverriddenGapBindsThePlanNoMore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		w.write(func(tx *store.Tx) error {
			w.p.Gap = headway.GapPolicy{Minimum: 15, Target: 16, Maximum: 20}
			if err := tx.PutProgramme(t.Context(), w.p); err != nil {
				return err
			}
			_, _, err := tx.AddGate(t.Context(), headway.Gate{ID: "g", ProgrammeID: w.p.ID, Criteria: []headway.Criterion{
				{Key: "gap", Title: "Gap", Kind: headway.CriterionGap, WaivedBy: []headway.Role{headway.ReleaseManager}},
			}, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 2}}})
			return err
		})
		before := placed(t, w.replan(), "r-0-1/deploy").Start
		w.write(func(tx *store.Tx) error {
			return tx.AddOverride(t.Context(), headway.Override{ID: w.ids(), ProgrammeID: w.p.ID, ReleaseID: "r-0-1", Rule: "gap", Role: headway.ReleaseManager, By: "u", ByName: "U", Reason: "law", At: monday})
		})
		if after := placed(t, w.replan(), "r-0-1/deploy").Start; !after.Before(before.AddDate(0, 0, -5)) {
			t.Errorf("overridden it goes on %s, before on %s", after, before)
		}
	})
}

// TestWorkAddedByHandStandsBesideWhatIsForeseen adds an item to a release of
// which nothing is on the shelf yet.
func TestWorkAddedByHandStandsBesideWhatIsForeseen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		before := placed(t, w.replan(), "r-0-1/deploy")
		i, err := w.app.AddItem(t.Context(), w.rm, "shop", AddItem{Release: "r-0-1", Title: "Order the certificate", Skill: headway.SkillAppServer, Hours: 2})
		if err != nil {
			t.Fatal(err)
		}
		plan := w.replan()
		placed(t, plan, i.ID)
		if after := placed(t, plan, "r-0-1/deploy"); !after.Start.Equal(before.Start) {
			t.Errorf("the deployment was at %s, is at %s", before.Start, after.Start)
		}
	})
}
