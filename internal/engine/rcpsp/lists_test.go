package rcpsp

import (
	"math/rand/v2"
	"testing"
)

// crowded draws a project of several capacities, some too large to be packed
// into one word together, with lags shorter and longer than what they follow.
func crowded(r *rand.Rand, short bool) *Instance {
	in := &Instance{Horizon: 400}
	for range 1 + r.IntN(9) {
		in.Cap = append(in.Cap, 1+r.IntN(1<<(1+r.IntN(20))))
	}
	n := 4 + r.IntN(20)
	for i := range n {
		in.Dur = append(in.Dur, r.IntN(7))
		var us []Use
		for k, c := range in.Cap {
			if r.IntN(3) > 0 {
				us = append(us, Use{k, 1 + r.IntN(c)})
			}
		}
		in.Use = append(in.Use, us)
		for range r.IntN(3) {
			if i > 0 {
				from := r.IntN(i)
				lag := in.Dur[from] + r.IntN(2)
				if short {
					lag = r.IntN(lag + 1)
				}
				in.Arcs = append(in.Arcs, Arc{from, i, lag})
			}
		}
	}
	return in
}

// serial is the rule in its plainest form: each task of the list as early as
// all before it allow.
func serial(in *Instance, list []int) []int {
	start := make([]int, len(in.Dur))
	for i := range start {
		start[i] = -1
	}
	for _, i := range list {
		t := 0
		for _, a := range in.Arcs {
			if a.To == i {
				t = max(t, start[a.From]+a.Lag)
			}
		}
		for ; ; t++ {
			free := true
			for x := t; x < t+in.Dur[i]; x++ {
				for _, u := range in.Use[i] {
					used := u.Units
					for j, s := range start {
						if s >= 0 && s <= x && x < s+in.Dur[j] {
							for _, o := range in.Use[j] {
								if o.Res == u.Res {
									used += o.Units
								}
							}
						}
					}
					free = free && used <= in.Cap[u.Res]
				}
			}
			if free {
				break
			}
		}
		start[i] = t
	}
	return start
}

func TestListsAreScheduledByThePlainRule(t *testing.T) {
	const seed = 20261126
	r := rand.New(rand.NewPCG(seed, 0))
	wide := 0
	for k := range 300 {
		in := crowded(r, k%2 == 0)
		p, ok := prepare(in)
		if !ok || !p.dag {
			t.Fatalf("seed %d, instance %d: not a project", seed, k)
		}
		b := newBuilder(p)
		if b.w > 1 {
			wide++
		}
		for range 3 {
			list := newGenetic(p, r.Uint64()).sample()
			want := serial(in, list)
			span := b.build(list, 0)
			if span != length(in, want) {
				t.Fatalf("seed %d, instance %d: %d, by the rule %d", seed, k, span, length(in, want))
			}
			for i := range want {
				if b.start[i] != want[i] {
					t.Fatalf("seed %d, instance %d: task %d at %d, by the rule %d", seed, k, i, b.start[i], want[i])
				}
			}
			again := b.justify(want, make([]int, p.n))
			if !holds(in, b.start) || again != length(in, b.start) {
				t.Fatalf("seed %d, instance %d: pushed to and fro it is no schedule of %d: %v", seed, k, again, b.start)
			}
			if !b.short && again > span {
				t.Fatalf("seed %d, instance %d: %d became %d by pushing", seed, k, span, again)
			}
		}
	}
	if wide < 20 {
		t.Errorf("only %d of 300 had columns of several words", wide)
	}
}

func TestWindowsKeepTheRules(t *testing.T) {
	const seed = 20261127
	r := rand.New(rand.NewPCG(seed, 0))
	better := 0
	for k := range 12 {
		in := middling(r, 30)
		if k%3 == 0 { // ties that may not grow long
			for i := 1; i < 10; i++ {
				in.Arcs = append(in.Arcs, Arc{i, 0, -in.Horizon / 2})
			}
		}
		p, ok := prepare(in)
		if !ok {
			t.Fatal("not a project")
		}
		l := newLearner(p, 1, 0)
		l.first = true
		l.run(1<<20, unlimited, 0)
		w := newWindows(p, 2)
		w.accept(l.best, l.span)
		for range 40 {
			w.run(50, unlimited, 0)
			if !holds(in, w.best) || length(in, w.best) != w.span || !holds(in, w.start) {
				t.Fatalf("seed %d, instance %d: %v is no schedule of %d", seed, k, w.best, w.span)
			}
		}
		if w.span < l.span {
			better++
		}
	}
	if better < 6 {
		t.Errorf("only %d of 12 became shorter", better)
	}
}

func TestWhatIsTakenCountsLikeATaskThatStays(t *testing.T) {
	const seed = 20261128
	r := rand.New(rand.NewPCG(seed, 0))
	for k := range 300 {
		in := tiny(r, true)
		if in.Latest == nil {
			in.Latest = make([]int, len(in.Dur))
			for i := range in.Latest {
				in.Latest[i] = in.Horizon - in.Dur[i]
			}
		}
		whole := *in // a task more that stays where it is
		at, long := r.IntN(8), 1+r.IntN(4)
		use := []Use{{0, 1 + r.IntN(in.Cap[0])}, {1, 1 + r.IntN(in.Cap[1])}}
		whole.Dur = append(append([]int{}, in.Dur...), long)
		whole.Use = append(append([][]Use{}, in.Use...), use)
		whole.Latest = append(append([]int{}, in.Latest...), at)
		whole.Earliest = append(make([]int, len(in.Dur)), at)
		want := brute(&whole)
		in.taken = make([][]int, len(in.Cap))
		for _, u := range use {
			in.taken[u.Res] = make([]int, in.Horizon)
			for x := at; x < min(in.Horizon, at+long); x++ {
				in.taken[u.Res][x] = u.Units
			}
		}
		got := -1
		if p, ok := prepare(in); ok {
			l := newLearner(p, uint64(k), k%2)
			if l.run(1<<20, unlimited, 0); l.found {
				got = max(l.span, at+long)
			}
		}
		if got != want {
			t.Fatalf("seed %d, instance %d: %d, by trying all %d", seed, k, got, want)
		}
	}
}
