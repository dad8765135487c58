package engine

import (
	"context"
	"math/rand/v2"
	"testing"
)

// TestSearchesOfSeveralErasKeepTheRules gives whole schedules and
// neighbourhoods several turns each.
func TestSearchesOfSeveralErasKeepTheRules(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 7))
	better := 0
	for k := range 8 {
		p := draw(r)
		short, err := Solve(context.Background(), p, Options{Steps: 3, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		long, err := Solve(context.Background(), p, Options{Steps: 4_000, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		if bad := Check(p, long); len(long.Placements) > 0 && len(bad) > 0 {
			t.Errorf("problem %d: %s", k, bad[0].Text)
		}
		switch {
		case len(short.Placements) == 0:
		case len(long.Placements) == 0:
			t.Errorf("problem %d: a longer search lost the plan", k)
		case !p.Objective.Lexicographic && long.Score.Total > short.Score.Total:
			t.Errorf("problem %d: %d after a long search, %d after a short one", k, long.Score.Total, short.Score.Total)
		case long.Score.Total < short.Score.Total:
			better++
		}
	}
	if better == 0 {
		t.Error("no longer search found anything better")
	}
}

// TestReleasesThatWaitForOneAnotherAreReordered needs the order of whole
// releases to change: the long one is due later but, first in the queue by its
// urgency, would hold up the three behind it.
func TestReleasesThatWaitForOneAnotherAreReordered(t *testing.T) {
	p := Problem{
		SlotMinutes: 60, Horizon: 200, People: []Person{{ID: "ann", Skills: []string{"qa"}}},
		Objective: Objective{Tardiness: 1000, Makespan: 1},
	}
	for _, r := range []struct {
		id     string
		length int
		due    int
	}{{"long", 40, 41}, {"a", 4, 5}, {"b", 4, 9}, {"c", 4, 13}} {
		p.Activities = append(p.Activities, Activity{ID: r.id + ".test", Release: r.id, Duration: r.length, Demands: []Demand{{"qa", 1}}})
		p.Releases = append(p.Releases, Release{ID: r.id, Delivery: r.id + ".test", Due: new(r.due)})
	}
	got, err := Solve(context.Background(), p, Options{Steps: 500, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if late := got.Score.Terms[0].Amount; late != 11 { // the three in time, the long one 12+40-41
		t.Errorf("%d slots late in all, 11 is best", late)
	}
}

// TestALongMaximumLagDoesNotJumpTheQueue makes one calm pass: the load test
// may follow the restore for forty slots and lets the check, due sooner, go
// first; tied by a short lag, or in an eager pass, it follows at once.
func TestALongMaximumLagDoesNotJumpTheQueue(t *testing.T) {
	for _, c := range []struct{ lag, rule, load int }{{40, 0, 12}, {8, 0, 2}, {40, orders, 2}} {
		p := Problem{
			SlotMinutes: 60, Horizon: 200, Objective: DefaultObjective(),
			People: []Person{{ID: "dan", Skills: []string{"dba"}}, {ID: "ann", Skills: []string{"qa"}}},
			Activities: []Activity{
				{ID: "restore", Duration: 2, Due: new(2), Demands: []Demand{{"dba", 1}}},
				{ID: "load", Duration: 4, Due: new(60), Demands: []Demand{{"qa", 1}}},
				{ID: "check", Duration: 10, Earliest: 2, Due: new(14), Demands: []Demand{{"qa", 1}}},
			},
			Precedences: []Precedence{{From: "restore", To: "load", MaxLag: new(c.lag)}},
		}
		solver := newSolver(&p, Options{})
		st := newState(solver.m)
		if _, ok := solver.attempt(st, c.rule, make([]int, 3), func(int) int { return 0 }); !ok || st.at[1].start != c.load {
			t.Errorf("lag %d, rule %d: the load test starts at %d, want %d", c.lag, c.rule, st.at[1].start, c.load)
		}
	}
}
