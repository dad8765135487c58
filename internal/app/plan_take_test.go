package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

func TestTakenChangesBecomeFacts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		draft := w.replan()
		const activity = "r-0-1/decide"
		start := placed(t, draft, activity).Start.Add(48 * time.Hour)
		in := TakeChanges{Revision: draft.Revision, Changes: headway.WhatIf{
			Pins:       []headway.WhatIfPin{{Activity: activity, Start: start}},
			Priorities: []headway.WhatIfPriority{{ReleaseID: "r-1-1", Priority: 9}},
			Dues:       []headway.WhatIfDue{{ReleaseID: "r-1-1", Due: headway.Date{Year: 2027, Month: 1, Day: 29}}},
		}}
		v, err := w.app.PreviewPlan(ctx, w.rm, "shop", in.Changes)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.app.TakeChanges(ctx, w.rm, "shop", in); err != nil {
			t.Fatal(err)
		}
		after := w.replan()
		if p := placed(t, after, activity); !p.Start.Equal(v.Tried.Pins[0].Start) || !p.Pinned {
			t.Errorf("decides at %s (pinned %t), want %s", p.Start, p.Pinned, v.Tried.Pins[0].Start)
		}
		if d := planChanges(v.Plan, after, speech{zone: w.berlin()}); len(d) != 0 {
			t.Errorf("the plan differs from its preview: %v", d)
		}
		w.write(func(tx *store.Tx) error {
			r, err := tx.Release(ctx, w.p.ID, "r-1-1")
			if r.Priority != 9 || r.Due != in.Changes.Dues[0].Due {
				t.Errorf("release: %+v", r)
			}
			return err
		})
		if err := w.app.TakeChanges(ctx, w.rm, "shop", in); headway.KindOf(err) != headway.Conflict {
			t.Errorf("a stale preview was taken: %v", err)
		}
		free := TakeChanges{Changes: headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: activity}}}}
		if err := w.app.TakeChanges(ctx, w.rm, "shop", free); err != nil {
			t.Fatal(err)
		}
		if placed(t, w.replan(), activity).Pinned {
			t.Error("the pin was not freed")
		}
	})
}

func TestTakeRefusesWhatIsNotThePlansToChange(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	draft := w.replan()
	viewer := w.rm
	viewer.Roles = map[string][]headway.Role{w.p.ID: {headway.Viewer}}
	pin := headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "r-0-1/decide", Start: placed(t, draft, "r-0-1/decide").Start}}}
	for name, c := range map[string]struct {
		by      headway.Actor
		changes headway.WhatIf
		want    headway.Kind
	}{
		"nothing":      {w.rm, headway.WhatIf{}, headway.Invalid},
		"people":       {w.rm, headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{"qa"}, Count: 1}}}, headway.Conflict},
		"a viewer":     {viewer, pin, headway.Forbidden},
		"in the past":  {w.rm, headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "r-0-1/decide", Start: monday.AddDate(0, -1, 0)}}}, headway.Invalid},
		"unknown work": {w.rm, headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "none", Start: monday.AddDate(0, 0, 3)}}}, headway.Invalid},
	} {
		if err := w.app.TakeChanges(ctx, c.by, "shop", TakeChanges{Changes: c.changes}); headway.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again := w.draft(); again.ID != draft.ID {
		t.Error("something was stored")
	}
}

// TestAPinMovesIntoWorkingTime drops work into the night and a deployment
// beside its window.
func TestAPinMovesIntoWorkingTime(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	draft := w.replan()
	night := headway.DateOf(placed(t, draft, "r-0-1/decide").Start.AddDate(0, 0, 7)).At(3*60, w.berlin())
	deploy := headway.DateOf(placed(t, draft, "r-0-1/deploy").Start.AddDate(0, 0, 7)).At(9*60, w.berlin())
	v, err := w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "r-0-1/decide", Start: night}}})
	if err != nil || v.Plan.Status == planInfeasible || v.Tried.Pins[0].Start.In(w.berlin()).Hour() != 9 {
		t.Errorf("night: %s %v %v", v.Tried.Pins[0].Start, v.Plan.Findings, err)
	}
	v, err = w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "r-0-1/deploy", Start: deploy}}})
	if err != nil || v.Plan.Status == planInfeasible || v.Tried.Pins[0].Start.In(w.berlin()).Hour() != 20 {
		t.Errorf("window: %s %v %v", v.Tried.Pins[0].Start, v.Plan.Findings, err)
	}
}

// TestRepairsDoWhatTheySay freezes production for weeks: the repairs found in
// the background are stored, and the preview of each gives what it promises.
func TestRepairsDoWhatTheySay(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 3, 2)
	w.write(func(tx *store.Tx) error {
		from := monday.AddDate(0, 0, 14)
		return tx.PutFreeze(ctx, headway.Freeze{ID: "f1", ProgrammeID: w.p.ID, Key: "year-end", Name: "Year-end freeze", Span: headway.Interval{From: from, To: from.AddDate(0, 0, 35)}})
	})
	draft := w.replan()
	if len(draft.Findings) == 0 {
		t.Fatal("nothing is found")
	}
	if err := w.app.FindRepairs(ctx, RepairsJob{w.p.ID, draft.Revision}); err != nil {
		t.Fatal(err)
	}
	repaired, lifted := 0, false
	for _, f := range w.draft().Findings {
		for _, r := range f.Repairs {
			repaired++
			lifted = lifted || len(r.Changes.Lifts) > 0
			v, err := w.app.PreviewPlan(ctx, w.rm, "shop", r.Changes)
			if err != nil {
				t.Fatalf("%s: %v", r.Text, err)
			}
			at := releaseIn(v.Plan, f.Release).Production.In(w.berlin()).Format("Mon 2 Jan")
			if strings.Contains(r.Effect, "production ") && !strings.Contains(r.Effect, "production "+at) {
				t.Errorf("%s: %q, the preview says %s", r.Text, r.Effect, at)
			}
		}
		if len(f.Repairs) > mostRepairs {
			t.Errorf("%d repairs of %s", len(f.Repairs), f.Text)
		}
	}
	if repaired == 0 || !lifted {
		t.Errorf("%d repairs, a freeze lifted: %t, of %+v", repaired, lifted, w.draft().Findings)
	}
	// A replan without a difference keeps them; a job for older facts does nothing.
	w.write(func(tx *store.Tx) error { _, err := tx.TouchProgramme(ctx, w.p.ID); return err })
	if err := w.app.FindRepairs(ctx, RepairsJob{w.p.ID, draft.Revision}); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, f := range w.replan().Findings {
		kept += len(f.Repairs)
	}
	if kept != repaired {
		t.Errorf("%d repairs are kept of %d", kept, repaired)
	}
}

func TestScenarios(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		draft := w.replan()
		qa := KeepScenario{Name: "One more QA", Changes: headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{"qa"}, Count: 1}}}}
		s, err := w.app.KeepScenario(ctx, w.rm, "shop", qa)
		if err != nil || s.Key != "one-more-qa" || len(s.Plan.Placements) != len(draft.Placements) {
			t.Fatal(s.Key, err)
		}
		if _, err := w.app.KeepScenario(ctx, w.rm, "shop", qa); headway.KindOf(err) != headway.Conflict {
			t.Errorf("kept twice: %v", err)
		}
		if _, err := w.app.TakeScenario(ctx, w.rm, "shop", s.Key); headway.KindOf(err) != headway.Conflict {
			t.Errorf("somebody was hired by a plan: %v", err)
		}
		first := KeepScenario{Name: "Team 1 first", Changes: headway.WhatIf{Priorities: []headway.WhatIfPriority{{ReleaseID: "r-1-1", Priority: 9}}}}
		if _, err := w.app.KeepScenario(ctx, w.rm, "shop", first); err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error { _, err := tx.TouchProgramme(ctx, w.p.ID); return err })
		v, err := w.app.ScenariosView(ctx, w.rm, "shop")
		if err != nil || len(v.Lines) != 2 || !v.Lines[0].Stale || len(v.Lines[0].Words) != 1 || v.Draft.GapDays == 0 {
			t.Fatalf("%+v %v", v.Lines, err)
		}
		if s, err = w.app.SolveScenario(ctx, w.rm, "shop", "team-1-first"); err != nil || s.Plan.Revision == draft.Revision {
			t.Errorf("planned anew: revision %d %v", s.Plan.Revision, err)
		}
		if _, err := w.app.TakeScenario(ctx, w.rm, "shop", "team-1-first"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.TakeScenario(ctx, w.rm, "shop", "team-1-first"); headway.KindOf(err) != headway.Conflict {
			t.Errorf("taken twice: %v", err)
		}
		if err := w.app.RemoveScenario(ctx, w.rm, "shop", "one-more-qa"); err != nil {
			t.Error(err)
		}
		if _, err := w.app.ScenarioView(ctx, w.rm, "shop", "one-more-qa"); headway.KindOf(err) != headway.NotFound {
			t.Errorf("removed, and there: %v", err)
		}
		stranger := w.rm
		stranger.Roles = map[string][]headway.Role{"other": {headway.Admin}}
		if _, err := w.app.ScenarioView(ctx, stranger, "shop", "team-1-first"); headway.KindOf(err) != headway.NotFound {
			t.Errorf("a stranger sees the programme: %v", err)
		}
		for name, bad := range map[string]KeepScenario{"no name": {Changes: first.Changes}, "no change": {Name: "Nothing"}} {
			if _, err := w.app.KeepScenario(ctx, w.rm, "shop", bad); headway.KindOf(err) != headway.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
