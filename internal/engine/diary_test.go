package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDiariesAnswerAsBookingsDo builds schedules of random problems with people's
// time as bits and as sorted bookings.
func TestDiariesAnswerAsBookingsDo(t *testing.T) {
	const seed = 31
	r := rand.New(rand.NewPCG(seed, 1))
	compared := 0
	for k := range 1500 {
		p := draw(r)
		p.Published = nil
		solver := newSolver(&p, Options{})
		quiet := func(int) int { return 0 }
		with, without := newState(solver.m), newState(solver.m)
		if with.diary == nil && len(p.People) > 0 {
			t.Fatal("no diaries")
		}
		without.diary = nil
		boost := make([]int, len(solver.m.act))
		_, ok := solver.attempt(with, 0, boost, quiet)
		if _, same := solver.attempt(without, 0, boost, quiet); same != ok {
			t.Fatalf("seed %d, problem %d: %v with diaries, %v without", seed, k, ok, same)
		}
		if !ok {
			continue
		}
		compared++
		for i := range with.at {
			if !samePlace(with.at[i], without.at[i]) {
				t.Fatalf("seed %d, problem %d: %s lies at %+v with diaries, at %+v without", seed, k, p.Activities[i].ID, with.at[i], without.at[i])
			}
			with.take(i)
		}
		for q, d := range newDiaries(solver.m) { // taking all out leaves what was there before
			if !slices.Equal(d, with.diary[q]) {
				t.Fatalf("seed %d, problem %d: the diary of %s is not as it was", seed, k, p.People[q].ID)
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d compared", compared)
	}
}

// TestALateScheduleIsGivenUp stops a schedule when lateness alone costs more
// than the limit, and not before.
func TestALateScheduleIsGivenUp(t *testing.T) {
	p := Problem{
		SlotMinutes: 60, Horizon: 100, People: []Person{{ID: "ann", Skills: []string{"qa"}}},
		Objective: Objective{Tardiness: 10, Makespan: 1},
	}
	for _, id := range []string{"a", "b", "c", "d"} {
		p.Activities = append(p.Activities, Activity{ID: id, Duration: 5, Due: new(5), Demands: []Demand{{"qa", 1}}})
	}
	for limit, placed := range map[int]int{40: 2, 49: 2, 50: 3, 299: 4, 300: 4} {
		st := newState(newSolver(&p, Options{}).m)
		st.limit = limit
		_, ok := st.build([]int{0, 1, 2, 3})
		n := 0
		for _, q := range st.at {
			n += min(1, q.start+1)
		}
		if ok != (limit >= 300) || n != placed {
			t.Errorf("limit %d: built %v with %d activities placed, want %d", limit, ok, n, placed)
		}
	}
}
