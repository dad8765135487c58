package rcpsp

import (
	"cmp"
	"slices"
)

// builder makes schedules from activity lists on dense time tables.
type builder struct {
	p     *project
	h     int   // columns
	free  []int // time × resource
	empty []int // the same with nothing scheduled
	start []int
	r     int
	count int // schedules built
	used  int // columns that differ from empty lie before it
}

func newBuilder(p *project) *builder {
	total := 1
	for i, d := range p.Dur {
		total += d
		if p.Earliest != nil {
			total = max(total, p.Earliest[i]+total)
		}
	}
	for _, a := range p.Arcs {
		total += max(0, a.Lag-p.Dur[a.From])
	}
	h := min(total, p.Horizon) + 1
	b := &builder{p: p, h: h, r: len(p.Cap), free: make([]int, h*len(p.Cap)), start: make([]int, p.n)}
	b.empty = slices.Repeat(p.Cap, h)
	copy(b.free, b.empty)
	return b
}

// clear takes everything out: nothing lies behind the last end.
func (b *builder) clear() {
	to := min(len(b.free), b.used*b.r)
	copy(b.free[:to], b.empty[:to])
	b.used = 0
}

// fits finds the first start at or after t, or -1.
func (b *builder) fits(i, t int) int {
	d := b.p.Dur[i]
	for x := t; x < t+d; {
		if t+d > b.h {
			return -1
		}
		ok := true
		row := b.free[x*b.r : (x+1)*b.r]
		for _, u := range b.p.Use[i] {
			if row[u.Res] < u.Units {
				ok = false
				break
			}
		}
		x++
		if !ok {
			t = x
		}
	}
	return t
}

func (b *builder) put(i, t int) {
	b.start[i] = t
	b.used = max(b.used, t+b.p.Dur[i])
	for x := t; x < t+b.p.Dur[i]; x++ {
		row := b.free[x*b.r : (x+1)*b.r]
		for _, u := range b.p.Use[i] {
			row[u.Res] -= u.Units
		}
	}
}

// forward schedules a list whose order respects the arcs; -1: does not fit.
func (b *builder) forward(list []int) int {
	b.clear()
	b.count++
	end := 0
	for _, i := range list {
		t := 0
		if b.p.Earliest != nil {
			t = b.p.Earliest[i]
		}
		for _, h := range b.p.in[i] {
			t = max(t, b.start[h.other]+h.lag)
		}
		if t = b.fits(i, t); t < 0 {
			return -1
		}
		b.put(i, t)
		end = max(end, t+b.p.Dur[i])
	}
	return end
}

// backward schedules from the end, on mirrored time, the list read from its
// end; b.start is turned back to a start within makespan.
func (b *builder) backward(list []int, makespan int) bool {
	b.clear()
	b.count++
	end := 0
	for _, i := range slices.Backward(list) {
		t := 0
		for _, h := range b.p.out[i] {
			t = max(t, b.start[h.other]+h.lag-b.p.Dur[i]+b.p.Dur[h.other])
		}
		if t = b.fits(i, t); t < 0 {
			return false
		}
		b.put(i, t)
		end = max(end, t+b.p.Dur[i])
	}
	end = max(end, makespan)
	for i := range b.start {
		b.start[i] = end - b.start[i] - b.p.Dur[i]
	}
	return true
}

// byStart makes the list of the current schedule; rank breaks ties along arcs.
func (b *builder) byStart(list, rank []int) {
	copy(list, b.p.topo)
	slices.SortFunc(list, func(i, j int) int {
		return cmp.Or(b.start[i]-b.start[j], rank[i]-rank[j])
	})
}

// byEnd makes the list by ends, for justifying to the right.
func (b *builder) byEnd(list, rank []int) {
	copy(list, b.p.topo)
	slices.SortFunc(list, func(i, j int) int {
		return cmp.Or(b.start[i]+b.p.Dur[i]-b.start[j]-b.p.Dur[j], rank[i]-rank[j])
	})
}
