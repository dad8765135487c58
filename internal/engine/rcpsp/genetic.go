package rcpsp

import "slices"

// member of a population: a list, its schedule, its makespan.
type member struct {
	list  []int
	start []int
	span  int
}

// genetic searches over activity lists.
type genetic struct {
	p     *project
	b     *builder
	r     rng
	pop   []member
	best  member
	size  int // of the population when full
	top   int // the shortest in it
	stale int // children since it was found
	lst   []int
	tmp   []int
	pos   []int
	done  <-chan struct{}
}

// Sizes of a population, and the patience with one that does not improve, in
// children for each of its members.
const (
	smallest = 40
	largest  = 640
	patience = 30
)

func newGenetic(p *project, seed uint64) *genetic {
	g := &genetic{p: p, b: newBuilder(p), r: rng(seed), tmp: make([]int, p.n), pos: make([]int, p.n), size: smallest, top: unlimited, best: member{span: unlimited}}
	cpm := p.cpm()
	g.lst = make([]int, p.n)
	for i := range g.lst {
		g.lst[i] = cpm - p.tail[i]
	}
	return g
}

// run builds about n schedules or does so much work; stop ends it at a makespan
// that is good enough.
func (g *genetic) run(n, work, stop int) {
	end := g.b.count + min(n, 1+work/(2*g.p.n))
	for g.b.count < end && g.best.span > stop && (len(g.pop) == 0 || !ended(g.done)) {
		switch {
		case len(g.pop) == 0 || len(g.pop) < g.size && g.stale < 2*g.size: // a small project has few schedules
			g.enter(g.sample())
		case g.stale > patience*g.size:
			g.renew()
		default:
			x, y := g.parent(), g.parent()
			g.enter(g.child(g.pop[x], g.pop[y]))
		}
	}
}

// sample draws a list: latest starts with some noise.
func (g *genetic) sample() []int {
	wait := make([]int, g.p.n)
	for _, a := range g.p.Arcs {
		wait[a.To]++
	}
	var ready, list []int
	for i, w := range wait {
		if w == 0 {
			ready = append(ready, i)
		}
	}
	noise := 1 + g.r.below(1+g.p.cpm()/3)
	key := make([]int, g.p.n)
	for i := range key {
		key[i] = 2*g.lst[i] + g.r.below(noise)
	}
	for len(ready) > 0 {
		best := 0
		for k := range ready {
			if key[ready[k]] < key[ready[best]] {
				best = k
			}
		}
		i := ready[best]
		ready = slices.Delete(ready, best, best+1)
		list = append(list, i)
		for _, h := range g.p.out[i] {
			if wait[h.other]--; wait[h.other] == 0 {
				ready = append(ready, h.other)
			}
		}
	}
	return list
}

// enter schedules a list, improves it back and forth, and lets it into the
// population in place of the worst if it is better and new.
func (g *genetic) enter(list []int) {
	span := g.b.build(list, 0)
	if span < 0 {
		return
	}
	for range 3 {
		before := span
		g.b.turn(g.tmp, 0)
		if g.b.build(g.tmp, 1) < 0 {
			break
		}
		g.b.turn(g.tmp, 1)
		if span = g.b.build(g.tmp, 0); span < 0 || span >= before {
			break
		}
	}
	if span < 0 {
		return
	}
	g.b.byStart(g.tmp)
	m := member{slices.Clone(g.tmp), slices.Clone(g.b.start), span}
	if g.stale++; span < g.top {
		g.top, g.stale = span, 0
	}
	if span < g.best.span {
		g.best = m
	}
	worst := 0
	for k := range g.pop {
		if g.pop[k].span == span && slices.Equal(g.pop[k].start, m.start) {
			return
		}
		if g.pop[k].span > g.pop[worst].span {
			worst = k
		}
	}
	if len(g.pop) < g.size {
		g.pop = append(g.pop, m)
	} else if span <= g.pop[worst].span {
		g.pop[worst] = m
	}
}

// parent is the better of two drawn.
func (g *genetic) parent() int {
	a, b := g.r.below(len(g.pop)), g.r.below(len(g.pop))
	if g.pop[a].span <= g.pop[b].span {
		return a
	}
	return b
}

// child takes a stretch of one parent's list where resources are used best,
// and the order of the other around it.
func (g *genetic) child(x, y member) []int {
	n := g.p.n
	width := max(1, n/4+g.r.below(n/2+1))
	from := g.r.below(max(1, n-width+1))
	if g.r.below(2) == 0 {
		from = g.peak(x, width)
	}
	to := min(n, from+width)
	for k, i := range x.list {
		g.pos[i] = k
	}
	list := make([]int, n)
	before, after := 0, to
	for _, i := range y.list {
		switch k := g.pos[i]; {
		case k < from:
			list[before] = i
			before++
		case k >= to:
			list[after] = i
			after++
		}
	}
	copy(list[from:to], x.list[from:to])
	g.mutate(list)
	return list
}

// peak finds the start of a stretch of the list with little idle capacity.
func (g *genetic) peak(m member, width int) int {
	best, bestUse := 0, -1
	for range 4 {
		from := g.r.below(max(1, g.p.n-width+1))
		use := 0
		lo, hi := m.start[m.list[from]], m.start[m.list[min(g.p.n-1, from+width-1)]]
		for _, i := range m.list[from:min(g.p.n, from+width)] {
			for _, u := range g.p.Use[i] {
				use += g.p.Dur[i] * u.Units * 100 / max(1, g.p.Cap[u.Res])
			}
		}
		if use = use * 10 / max(1, hi-lo); use > bestUse {
			best, bestUse = from, use
		}
	}
	return best
}

func (g *genetic) mutate(list []int) {
	if g.r.below(3) == 0 {
		return
	}
	for k := 1 + g.r.below(max(1, g.p.n/12)); k > 0; k-- {
		a := g.r.below(len(list))
		i := list[a]
		for b := min(len(list)-1, a+1+g.r.below(6)); a < b && !follows(g.p.out[i], list[a+1]); a++ {
			list[a] = list[a+1]
		}
		list[a] = i
	}
}

func follows(after []half, i int) bool {
	for _, h := range after {
		if h.other == i {
			return true
		}
	}
	return false
}

// renew starts another population, twice as large up to a point.
func (g *genetic) renew() {
	g.pop = g.pop[:0]
	g.stale, g.top = 0, unlimited
	if g.size *= 2; g.size > largest {
		g.size = smallest
	}
}

// accept lets in a schedule found elsewhere.
func (g *genetic) accept(start []int, span int) {
	if span >= g.best.span {
		return
	}
	copy(g.b.start, start)
	g.b.byStart(g.tmp)
	g.enter(slices.Clone(g.tmp))
}
