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

func (w *planWorld) train(departs headway.Date, members ...string) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.app.AddTrain(ctx, w.rm, "shop", PutTrain{Key: "t", Name: "T", Departs: departs}); err != nil {
		w.t.Fatal(err)
	}
	for _, m := range members {
		team, version, _ := strings.Cut(m, "/")
		if _, err := w.app.JoinTrain(ctx, w.rm, "shop", JoinTrain{Train: "t", Team: team, Version: version}); err != nil {
			w.t.Fatalf("%s: %v", m, err)
		}
	}
}

func (w *planWorld) version(id string) string {
	w.t.Helper()
	var r headway.Release
	if err := w.store.Read(context.Background(), func(q store.Q) (err error) {
		r, err = q.Release(context.Background(), w.p.ID, id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return r.Version
}

func TestTheMembersOfATrainShareAWindowInTheirOrder(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 2)
		before := w.replan()
		early, late := placed(t, before, "r-0-1/deploy"), placed(t, before, "r-1-1/deploy")
		if !early.End.Before(late.Start.Add(-20 * time.Hour)) {
			t.Fatalf("by themselves they go %s and %s: the test needs different windows", early.Start, late.Start)
		}
		w.train(headway.Date{}, "team-1/"+w.version("r-1-1"), "team-0/"+w.version("r-0-1"))
		plan := w.replan()
		first, second := placed(t, plan, "r-1-1/deploy"), placed(t, plan, "r-0-1/deploy")
		if second.Start.Before(first.End) || second.End.Sub(first.Start) > 4*time.Hour {
			t.Errorf("place 1 goes %s to %s, place 2 goes %s to %s", first.Start, first.End, second.Start, second.End)
		}
		soon := headway.WhatIf{Dues: []headway.WhatIfDue{{ReleaseID: "r-0-1", Due: headway.DateOf(early.End.In(w.berlin()))}}}
		v, err := w.app.PreviewPlan(context.Background(), w.rm, "shop", soon)
		if err != nil {
			t.Fatal(err)
		}
		if held := placed(t, v.Plan, "r-0-1/deploy"); held.Start.Before(placed(t, v.Plan, "r-1-1/deploy").End) {
			t.Errorf("a promise takes it out of its train: %s", held.Start)
		}
		v, err = w.app.PreviewPlan(context.Background(), w.rm, "shop", soon.And(headway.WhatIf{Splits: []headway.WhatIfSplit{{ReleaseID: "r-0-1"}}}))
		if err != nil {
			t.Fatal(err)
		}
		if alone := placed(t, v.Plan, "r-0-1/deploy"); !alone.Start.Before(first.Start) || v.Words[1] != "Team 0 "+w.version("r-0-1")+" goes without its train" {
			t.Errorf("by itself it goes %s: %v", alone.Start, v.Words)
		}
		if err := w.app.TakeChanges(context.Background(), w.rm, "shop", TakeChanges{Changes: v.Tried}); err != nil {
			t.Fatal(err)
		}
		if alone := placed(t, w.replan(), "r-0-1/deploy"); !alone.Start.Before(first.Start) {
			t.Errorf("the split was taken, and it goes %s", alone.Start)
		}
		sm := w.rm
		sm.Roles = map[string][]headway.Role{w.p.ID: {headway.ScrumMaster}}
		err = w.app.TakeChanges(context.Background(), sm, "shop", TakeChanges{Changes: headway.WhatIf{Splits: []headway.WhatIfSplit{{ReleaseID: "r-1-1"}}}})
		wants(t, err, headway.Forbidden, "train.edit")
	})
}

func TestATrainDoesNotDepartBeforeItsDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		day := headway.DateOf(monday).AddDays(40)
		w.train(day, "team-0/"+w.version("r-0-1"))
		if got := placed(t, w.replan(), "r-0-1/deploy").Start; got.Before(day.In(w.berlin())) {
			t.Errorf("it departs %s", got)
		}
	})
}

// Three deployments of two hours do not fit into a window of four: the plan
// stands all the same, says so, and offers to split the train.
func TestATrainThatFitsNoWindowIsLetApart(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 3, 1)
		w.train(headway.Date{}, "team-0/"+w.version("r-0-1"), "team-1/"+w.version("r-1-1"), "team-2/"+w.version("r-2-1"))
		plan := w.replan()
		if plan.Status == planInfeasible {
			t.Fatalf("one train takes the whole plan away: %v", plan.Findings)
		}
		a, b, c := placed(t, plan, "r-0-1/deploy"), placed(t, plan, "r-1-1/deploy"), placed(t, plan, "r-2-1/deploy")
		if b.Start.Before(a.End) || c.Start.Before(b.End) {
			t.Errorf("out of order: %s, %s, %s", a.Start, b.Start, c.Start)
		}
		found := -1
		for k, f := range plan.Findings {
			if f.Rule == ruleTrainApart {
				found = k
			}
		}
		if found < 0 || plan.Findings[found].Release != "r-2-1" || !strings.Contains(plan.Findings[found].Text, "do not fit into one change window") {
			t.Fatalf("findings: %+v", plan.Findings)
		}
		repairs, err := w.app.FindingRepairs(context.Background(), w.rm, "shop", found+1)
		if err != nil || len(repairs) == 0 || !strings.HasPrefix(repairs[0].Text, "Split the train T: let") || len(repairs[0].Changes.Splits) != 1 || !strings.Contains(repairs[0].Effect, "the finding is gone") {
			t.Errorf("ways out: %+v, %v", repairs, err)
		}
	})
}
