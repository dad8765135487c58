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

func TestPublishKeepsBaselinesAndRefusesStaleDrafts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		draft := w.replan()
		one, err := w.app.PublishPlan(ctx, w.rm, "shop", PublishPlan{draft.Revision, "first plan"})
		if err != nil || one.Number != 1 || one.Kind != headway.PublishedPlan {
			t.Fatal(one.Number, err)
		}
		for name, c := range map[string]struct {
			in   PublishPlan
			want headway.Kind
		}{
			"no reason":         {PublishPlan{draft.Revision, "  "}, headway.Invalid},
			"another revision":  {PublishPlan{draft.Revision - 1, "x"}, headway.Conflict},
			"far too long":      {PublishPlan{draft.Revision, strings.Repeat("x", 1001)}, headway.Invalid},
			"revision to come":  {PublishPlan{draft.Revision + 1, "x"}, headway.Conflict},
			"negative revision": {PublishPlan{-1, "x"}, headway.Conflict},
		} {
			if _, err := w.app.PublishPlan(ctx, w.rm, "shop", c.in); headway.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.write(func(tx *store.Tx) error { _, err := tx.TouchProgramme(ctx, w.p.ID); return err })
		if _, err := w.app.PublishPlan(ctx, w.rm, "shop", PublishPlan{draft.Revision, "x"}); headway.KindOf(err) != headway.Conflict {
			t.Errorf("facts have changed since the draft: %v", err)
		}
		po := w.rm
		po.Roles = map[string][]headway.Role{w.p.ID: {headway.ProductOwner}}
		if _, err := w.app.PublishPlan(ctx, po, "shop", PublishPlan{draft.Revision, "x"}); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("a product owner published: %v", err)
		}
		stranger := w.rm
		stranger.Roles = map[string][]headway.Role{"other": {headway.Admin}}
		if _, err := w.app.PublishPlan(ctx, stranger, "shop", PublishPlan{draft.Revision, "x"}); headway.KindOf(err) != headway.NotFound {
			t.Errorf("a stranger sees the programme: %v", err)
		}
		err = w.store.Write(ctx, func(tx *store.Tx) error { one.Reason = "other"; return tx.AddPublishedPlan(ctx, one) })
		if headway.KindOf(err) != headway.Conflict {
			t.Errorf("a published plan was stored again: %v", err)
		}
	})
}

func TestCompareTellsWhoIsHit(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 1)
	draft := w.replan()
	if _, err := w.app.PublishPlan(ctx, w.rm, "shop", PublishPlan{draft.Revision, "first plan"}); err != nil {
		t.Fatal(err)
	}
	same, err := w.app.PlanComparisonView(ctx, w.rm, "shop", "", "")
	if err != nil || len(same.Changes)+len(same.Releases)+len(same.People) != 0 {
		t.Fatalf("%+v %v", same, err)
	}
	w.write(func(tx *store.Tx) error {
		return tx.AddAbsence(ctx, headway.Absence{ID: "a1", PersonID: "p-asa", From: headway.Date{Year: 2026, Month: 11, Day: 30}, To: headway.Date{Year: 2026, Month: 12, Day: 4}})
	})
	w.replan()
	v, err := w.app.PlanComparisonView(ctx, w.rm, "shop", "1", "draft")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Releases) == 0 || v.Releases[0].Days <= 0 || v.Releases[0].Release != "Team 0 2.0.0" {
		t.Errorf("releases: %+v", v.Releases)
	}
	if len(v.Teams) == 0 || v.Teams[0].Name != "Team 0" || v.Teams[0].Later != 1 {
		t.Errorf("teams: %+v", v.Teams)
	}
	found := false
	for _, p := range v.People {
		found = found || p.Name == "asa" && p.Moved > 0
	}
	if !found || len(v.Changes) == 0 || !strings.Contains(v.Changes[0].Text, "instead of") {
		t.Errorf("people %+v, changes %+v", v.People, v.Changes)
	}
	for _, bad := range []string{"nine", "99"} {
		if _, err := w.app.PlanComparisonView(ctx, w.rm, "shop", bad, ""); err == nil {
			t.Errorf("plan %s was compared", bad)
		}
	}
}

func TestPreviewTriesAndStoresNothing(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 2)
	draft := w.replan()
	decide := placed(t, draft, "r-0-1/decide")
	day := headway.DateOf(decide.Start.In(w.berlin()))
	v, err := w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{Absences: []headway.WhatIfAbsence{{Person: "rita", From: day, To: day.AddDays(6)}}})
	if err != nil {
		t.Fatal(err)
	}
	if at := placed(t, v.Plan, "r-0-1/decide").Start; at.Sub(decide.Start) < 6*24*time.Hour || len(v.Changes) == 0 {
		t.Errorf("decides at %s, %d changes", at, len(v.Changes))
	}
	if v, err = w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{Shifts: []headway.WhatIfShift{{ReleaseID: "r-0-2", Days: 14}}}); err != nil || len(v.Releases) == 0 || v.Releases[0].Days < 10 {
		t.Errorf("shift: %+v %v", v.Releases, err)
	}
	start := decide.Start.Add(24 * time.Hour)
	if v, err = w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: "r-0-1/decide", Start: start}}}); err != nil || !placed(t, v.Plan, "r-0-1/decide").Start.Equal(start) {
		t.Errorf("pin: %v", err)
	}
	if v, err = w.app.PreviewPlan(ctx, w.rm, "shop", headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{headway.SkillQA}, Count: 2}}}); err != nil || v.Plan.Status == planInfeasible {
		t.Errorf("people: %v", err)
	}
	if now := w.draft(); now.ID != draft.ID || now.Revision != draft.Revision {
		t.Error("the preview was stored")
	}
	for name, in := range map[string]headway.WhatIf{
		"nobody":      {Absences: []headway.WhatIfAbsence{{Person: "nobody", From: day, To: day}}},
		"backwards":   {Absences: []headway.WhatIfAbsence{{Person: "rita", From: day, To: day.AddDays(-1)}}},
		"no release":  {Shifts: []headway.WhatIfShift{{ReleaseID: "none", Days: 1}}},
		"no people":   {People: []headway.WhatIfPerson{{Count: 1}}},
		"many people": {People: []headway.WhatIfPerson{{Skills: []headway.Skill{"qa"}, Count: 21}}},
		"no year":     {Pins: []headway.WhatIfPin{{Activity: "r-0-1/decide", Start: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}},
		"no work":     {Pins: []headway.WhatIfPin{{Activity: "r-0-1/nothing", Start: start}}},
		"no window":   {Windows: []headway.WhatIfWindow{{From: start, To: start}}},
		"no freeze":   {Lifts: []headway.WhatIfLift{{Freeze: "none", ReleaseID: "r-0-1"}}},
		"no place":    {Doubles: []string{"none"}},
		"no rank":     {Priorities: []headway.WhatIfPriority{{ReleaseID: "r-0-1", Priority: 10}}},
	} {
		if _, err := w.app.PreviewPlan(ctx, w.rm, "shop", in); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
