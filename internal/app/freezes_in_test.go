package app

import (
	"strings"
	"testing"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// weekly is a freeze of Tuesday nights in Berlin, since long ago.
func weekly(s *shelf) headway.Freeze {
	return headway.Freeze{
		ID: s.newID(), ProgrammeID: s.p.ID, Key: "tuesdays", Name: "Tuesday batch", Repeat: "FREQ=WEEKLY",
		Span: headway.Interval{From: testkit.Date("2026-01-06T18:30:00Z"), To: testkit.Date("2026-01-06T23:30:00Z")},
	}
}

// TestARecurringFreezeHoldsItsTeamAndEnvironment lets a freeze recur into the
// window of a deployment: it holds whom it names, each by the same rule.
func TestARecurringFreezeHoldsItsTeamAndEnvironment(t *testing.T) {
	tests := map[string]struct {
		change func(f *headway.Freeze)
		holds  bool
	}{
		"everybody":              {func(*headway.Freeze) {}, true},
		"but not on this day":    {func(f *headway.Freeze) { f.Except = []headway.Date{{Year: 2026, Month: 11, Day: 24}} }, false},
		"but not on another day": {func(f *headway.Freeze) { f.Except = []headway.Date{{Year: 2026, Month: 11, Day: 17}} }, true},
		"its team":               {func(f *headway.Freeze) { f.Teams = []string{"web"} }, true},
		"another team":           {func(f *headway.Freeze) { f.Teams = []string{"ops"} }, false},
		"its environment":        {func(f *headway.Freeze) { f.Environments = []string{"production"} }, true},
		"another environment":    {func(f *headway.Freeze) { f.Environments = []string{"elsewhere"} }, false},
		"every fourth week":      {func(f *headway.Freeze) { f.Repeat = "FREQ=WEEKLY;INTERVAL=4" }, false},
		"over by then":           {func(f *headway.Freeze) { f.Repeat = "FREQ=WEEKLY;UNTIL=20261120" }, false},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			deployOnBoth(t, func(t *testing.T, s *shelf) {
				d := s.approved(t)
				f := weekly(s)
				c.change(&f)
				s.write(t, func(tx *store.Tx) error { return tx.PutFreeze(s.ctx, f) })
				_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
				if !c.holds {
					if err != nil {
						t.Error(err)
					}
					return
				}
				wants(t, err, headway.Conflict, "Tuesday batch")
				wants(t, err, headway.Conflict, "Release manager")
			})
		})
	}
}

func TestASpanIsFoundBehindTheFreezes(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		f := weekly(s)
		f.Repeat += ";UNTIL=20261201" // the window opens on Tuesdays only
		s.write(t, func(tx *store.Tx) error { return tx.PutFreeze(s.ctx, f) })
		if d := s.open(t); !d.Span.From.Equal(testkit.Date("2026-12-08T19:00:00Z")) {
			t.Errorf("the go/no-go is for %s – %s", d.Span.From, d.Span.To)
		}
	})
}

// TestThePlanKeepsOutOfRecurringFreezes freezes every Thursday, which is when
// the window is open, for one of two teams.
func TestThePlanKeepsOutOfRecurringFreezes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 1)
		before := w.replan()
		var held headway.Placement
		for _, q := range before.Placements {
			if q.Kind == string(headway.KindDeployment) && strings.HasPrefix(q.ReleaseID, "r-0") {
				held = q
			}
		}
		if held.Activity == "" {
			t.Fatal("nothing is deployed")
		}
		day := headway.DateOf(held.Start.In(w.berlin())).AddDays(-7 * 8)
		w.write(func(tx *store.Tx) error {
			return tx.PutFreeze(t.Context(), headway.Freeze{
				ID: "f1", ProgrammeID: w.p.ID, Key: "weekly", Name: "Weekly", Repeat: "FREQ=WEEKLY;COUNT=10", Teams: []string{w.teams[0].Key},
				Span: headway.Interval{From: day.In(w.berlin()), To: day.AddDays(1).In(w.berlin())},
			})
		})
		after := w.replan()
		for _, q := range after.Placements {
			if q.Kind != string(headway.KindDeployment) {
				continue
			}
			frozen := headway.DateOf(q.Start.In(w.berlin())).Weekday() == day.Weekday() && q.Start.Before(day.AddDays(70).In(w.berlin()))
			switch {
			case q.ReleaseID == held.ReleaseID && frozen:
				t.Errorf("deployed at %s, in the freeze", q.Start)
			case q.ReleaseID != held.ReleaseID && strings.HasPrefix(q.ReleaseID, "r-1") && !q.Start.Equal(placed(t, before, q.Activity).Start):
				t.Errorf("the other team's deployment moved to %s", q.Start)
			}
		}
		if got := placed(t, after, held.Activity); got.Start.Equal(held.Start) {
			t.Error("the deployment has not moved")
		}
	})
}

func TestFreezesAreCheckedWithTheSetup(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		with := func(freeze string) string {
			return strings.Replace(atlasSetup, "freezes:\n", "freezes:\n  - "+freeze+"\n", 1)
		}
		const lastFriday = `{key: fri, name: Month end, from: 2026-11-27T18:00:00+01:00, to: 2026-11-28T06:00:00+01:00, repeat: FREQ=MONTHLY;BYDAY=-1FR`
		for freeze, says := range map[string]string{
			lastFriday + `, teams: [nobody]}`:                                    "freezes.fri.teams",
			lastFriday + `, environments: [nowhere]}`:                            "freezes.fri.environments",
			strings.Replace(lastFriday, "MONTHLY", "HOURLY", 1) + `}`:            "freezes.fri.repeat",
			strings.Replace(lastFriday, "BYDAY=-1FR", "BYMONTHDAY=-32", 1) + `}`: "freezes.fri.repeat",
		} {
			if _, err := w.apply(with(freeze)); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %s", freeze, err, says)
			}
		}
		setup := with(lastFriday + `, zone: America/New_York, except: [2026-12-25], teams: [web], environments: [prod]}`)
		w.mustApply(setup)
		if again := w.mustApply(setup); !again.None() {
			t.Errorf("the second time changed %+v", again)
		}
		gone := strings.Replace(strings.Replace(setup, "  - {key: prod, name: Production, kind: production}\n", "", 1), "environments: [prod]", "environments: []", 1)
		if c := w.mustApply(gone); len(c.Removed) != 1 {
			t.Errorf("removed %v", c.Removed)
		}
		w.mustApply(setup)
		// The environment goes, but the freeze that names it stays.
		before, _, _ := strings.Cut(setup, "freezes:")
		still := strings.Replace(before, "  - {key: prod, name: Production, kind: production}\n", "", 1)
		if _, err := w.apply(still); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), "freezes.fri.environments") {
			t.Errorf("an environment that a freeze names was removed: %v", err)
		}
	})
}
