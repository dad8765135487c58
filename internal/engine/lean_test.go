package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// onePass is the first pass of Solve: every activity in order of urgency at
// its earliest place. ok is false where a hard rule stood against it.
func onePass(p Problem) (s *state, ok bool) {
	p.Published = nil
	solver := newSolver(&p, Options{})
	st := newState(solver.m)
	_, ok = solver.attempt(st, 0, make([]int, len(solver.m.act)), func(int) int { return 0 })
	return st, ok && st.undone == 0
}

func lengths(p Problem) []int32 {
	dur := make([]int32, len(p.Activities))
	for i := range p.Activities {
		dur[i] = int32(p.Activities[i].Duration)
	}
	return dur
}

// TestLeanPassesAreTheEnginesOwn compares a pass without chance with the first
// pass of Solve, dates and people, on random problems with every rule.
func TestLeanPassesAreTheEnginesOwn(t *testing.T) {
	const seed, n = 21, 3000
	r := rand.New(rand.NewPCG(seed, 1))
	compared, pinned, mixed := 0, 0, 0
	for k := range n {
		p := draw(r)
		if k%3 == 0 { // decided by people
			if st, ok := onePass(p); ok {
				i := r.IntN(len(p.Activities))
				p.Activities[i].Pin = &Pin{Start: st.at[i].start}
			}
		}
		l, err := NewLean(p)
		if err != nil {
			t.Fatalf("seed %d, problem %d: %v", seed, k, err)
		}
		lane := l.Lane()
		st, ok := onePass(p)
		for range 2 { // a pass leaves nothing behind
			lane.Reset()
			lane.Run(lengths(p))
		}
		if !ok {
			if lane.Broken() == 0 && !beyond(lane, len(p.Activities)) {
				t.Fatalf("seed %d, problem %d: the engine finds a rule broken, the lean pass none", seed, k)
			}
			continue
		}
		compared++
		for i := range p.Activities {
			a := &st.m.act[i]
			if a.pin >= 0 {
				pinned++
			}
			if a.mixed {
				mixed++
			}
			if end, _ := lane.End(i); lane.Start(i) != st.at[i].start || end != st.at[i].end {
				t.Fatalf("seed %d, problem %d: %s lies at %d–%d, the engine has it at %d–%d", seed, k, p.Activities[i].ID,
					lane.Start(i), end, st.at[i].start, st.at[i].end)
			}
		}
	}
	t.Logf("seed %d: %d of %d problems compared, %d activities pinned, %d of people with different hours", seed, compared, n, pinned, mixed)
	if compared < n/3 || pinned < 100 || mixed < 500 {
		t.Errorf("only %d problems, %d pinned, %d mixed were compared", compared, pinned, mixed)
	}
}

func beyond(lane *Lane, n int) bool {
	for i := range n {
		if _, ok := lane.End(i); !ok {
			return true
		}
	}
	return false
}

// TestLeanPassesWithOtherLengths compares with the engine on the problem with
// the lengths changed, placed in the order of the first.
func TestLeanPassesWithOtherLengths(t *testing.T) {
	const seed = 22
	r := rand.New(rand.NewPCG(seed, 1))
	compared := 0
	for k := range 1000 {
		p := draw(r)
		l, err := NewLean(p)
		if err != nil {
			t.Fatal(err)
		}
		dur := lengths(p)
		for i := range dur {
			if dur[i] > 0 {
				dur[i] = 1 + r.Int32N(10)
			}
		}
		lane := l.Lane()
		lane.Run(dur)
		q := p
		q.Activities = slices.Clone(p.Activities)
		for i := range dur {
			q.Activities[i].Duration = int(dur[i])
		}
		solver := newSolver(&q, Options{})
		for i := range solver.m.act { // who follows at once was decided by the lengths before
			for k := range solver.m.act[i].out {
				solver.m.act[i].out[k].tight = l.m.act[i].out[k].tight
			}
		}
		st := newState(solver.m)
		at := make([]int, len(dur))
		for rank, i := range l.order {
			at[i] = rank
		}
		st.key = at
		all := make([]int, len(dur))
		for i := range all {
			all[i] = i
		}
		if _, ok := st.build(all); !ok || st.undone > 0 {
			continue
		}
		compared++
		for i := range dur {
			if end, _ := lane.End(i); lane.Start(i) != st.at[i].start || end != st.at[i].end {
				t.Fatalf("seed %d, problem %d: %s lies at %d–%d, the engine has it at %d–%d", seed, k, p.Activities[i].ID, lane.Start(i), end, st.at[i].start, st.at[i].end)
			}
		}
	}
	t.Logf("seed %d: %d compared", seed, compared)
	if compared < 200 {
		t.Errorf("only %d compared", compared)
	}
}

func TestWhatDoesNotTakePlaceIsPassedThrough(t *testing.T) {
	p := Problem{SlotMinutes: 60, Horizon: 100, People: []Person{{ID: "q", Skills: []string{"qa"}}}}
	for _, id := range []string{"a", "b", "c"} {
		p.Activities = append(p.Activities, Activity{ID: id, Duration: 5, Demands: []Demand{{"qa", 1}}})
	}
	p.Precedences = []Precedence{{From: "a", To: "b"}, {From: "b", To: "c"}}
	l, err := NewLean(p)
	if err != nil {
		t.Fatal(err)
	}
	lane := l.Lane()
	lane.Run([]int32{5, 0, 5})
	if end, ok := lane.End(l.Index("c")); !ok || end != 10 {
		t.Errorf("c ends at %d", end)
	}
	lane.Reset()
	lane.Away(0, 3, 20)
	lane.Run([]int32{5, 7, 90})
	if end, _ := lane.End(l.Index("b")); end != 32 {
		t.Errorf("b ends at %d", end)
	}
	if _, ok := lane.End(l.Index("c")); ok {
		t.Error("c fits although it is longer than the horizon")
	}
	if l.Index("unknown") != -1 {
		t.Error("found what is not there")
	}
}

func TestALeanPassAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 1))
	for range 50 {
		p := draw(r)
		l, err := NewLean(p)
		if err != nil {
			t.Fatal(err)
		}
		lane, dur := l.Lane(), lengths(p)
		lane.Run(dur)
		if n := testing.AllocsPerRun(5, func() { lane.Reset(); lane.Run(dur) }); n > 0 {
			t.Fatalf("%v allocations in a pass", n)
		}
	}
}
