package rcpsp

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// tiny draws an instance small enough to be searched whole.
func tiny(r *rand.Rand, maxLags bool) *Instance {
	n := 3 + r.IntN(3)
	in := &Instance{Horizon: 14, Cap: []int{2 + r.IntN(2), 1 + r.IntN(3)}}
	for range n {
		in.Dur = append(in.Dur, r.IntN(4))
		var us []Use
		for k, c := range in.Cap {
			if u := r.IntN(c + 1); u > 0 {
				us = append(us, Use{k, u})
			}
		}
		in.Use = append(in.Use, us)
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			if r.IntN(3) == 0 {
				lag := in.Dur[i]
				if maxLags {
					lag += r.IntN(3)
				}
				in.Arcs = append(in.Arcs, Arc{i, j, lag})
				if maxLags && r.IntN(2) == 0 {
					in.Arcs = append(in.Arcs, Arc{j, i, -lag - r.IntN(3)})
				}
			}
		}
	}
	if maxLags && r.IntN(2) == 0 {
		in.Latest = make([]int, n)
		for i := range in.Latest {
			in.Latest[i] = 3 + r.IntN(10)
		}
	}
	return in
}

// brute tries all starts; -1: none fits.
func brute(in *Instance) int {
	best := -1
	start := make([]int, len(in.Dur))
	var try func(i int)
	try = func(i int) {
		if i == len(start) {
			if span := length(in, start); best < 0 || span < best {
				best = span
			}
			return
		}
		for s := 0; s+in.Dur[i] <= in.Horizon; s++ {
			start[i] = s
			if holds(in, start[:i+1]) {
				try(i + 1)
			}
		}
	}
	try(0)
	return best
}

func length(in *Instance, start []int) int {
	span := 0
	for i, s := range start {
		span = max(span, s+in.Dur[i])
	}
	return span
}

// holds checks all rules among the tasks that have a start.
func holds(in *Instance, start []int) bool {
	n := len(start)
	for i, s := range start {
		if s < 0 || in.Latest != nil && s > in.Latest[i] || in.Earliest != nil && s < in.Earliest[i] {
			return false
		}
	}
	for _, a := range in.Arcs {
		if a.From < n && a.To < n && start[a.To] < start[a.From]+a.Lag {
			return false
		}
	}
	for t := range in.Horizon {
		used := make([]int, len(in.Cap))
		for i, s := range start {
			if s <= t && t < s+in.Dur[i] {
				for _, u := range in.Use[i] {
					used[u.Res] += u.Units
				}
			}
		}
		for k, u := range used {
			if u > in.Cap[k] {
				return false
			}
		}
	}
	return true
}

func TestEveryTinyInstanceIsSolvedAsByTryingAll(t *testing.T) {
	const seed = 20261123
	r := rand.New(rand.NewPCG(seed, 0))
	impossible := 0
	for k := range 400 {
		in := tiny(r, k%2 == 0)
		want := brute(in)
		got := Solve(context.Background(), in, Options{Steps: 20_000, Seed: uint64(k)})
		if want < 0 {
			impossible++
			if !got.Impossible {
				t.Fatalf("seed %d, instance %d %+v: no schedule exists, got %+v", seed, k, in, got)
			}
			continue
		}
		if got.Start == nil || got.Span != want || got.Bound != want {
			t.Fatalf("seed %d, instance %d %+v: best is %d, got %+v", seed, k, in, want, got)
		}
		if !holds(in, got.Start) || length(in, got.Start) != got.Span {
			t.Fatalf("seed %d, instance %d %+v: %v is no schedule", seed, k, in, got.Start)
		}
	}
	t.Logf("seed %d: 400 instances, %d of them impossible", seed, impossible)
}

// middling draws an instance whose search takes many conflicts.
func middling(r *rand.Rand, n int) *Instance {
	in := &Instance{Cap: []int{4, 5}, Horizon: 10 * n}
	for i := range n {
		in.Dur = append(in.Dur, 1+r.IntN(8))
		in.Use = append(in.Use, []Use{{0, 1 + r.IntN(3)}, {1, 1 + r.IntN(3)}})
		for k := 0; k < 2 && i > 3; k++ {
			from := r.IntN(i)
			in.Arcs = append(in.Arcs, Arc{from, i, in.Dur[from]})
		}
	}
	return in
}

func TestTheSameStepsGiveTheSameSchedule(t *testing.T) {
	in := middling(rand.New(rand.NewPCG(5, 5)), 40)
	first := Solve(context.Background(), in, Options{Steps: 6_000, Seed: 3})
	again := Solve(context.Background(), in, Options{Steps: 6_000, Seed: 3})
	if first.Span != again.Span || first.Steps != again.Steps || !slices.Equal(first.Start, again.Start) {
		t.Errorf("%+v\n%+v", first, again)
	}
	if !holds(in, first.Start) {
		t.Error("not a schedule")
	}
	if first.Bound > first.Span {
		t.Errorf("bound %d above %d", first.Bound, first.Span)
	}
}

func TestAnEndedContextStopsTheSearch(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	rounds := 0
	got := Solve(ctx, middling(rand.New(rand.NewPCG(6, 6)), 60), Options{Seed: 1, Progress: func(int, int, int) {
		if rounds++; rounds == 3 {
			cancel()
		}
	}})
	if got.Start == nil {
		t.Error("what was found is lost")
	}
}
