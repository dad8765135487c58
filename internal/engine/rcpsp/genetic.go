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
	rank  []int
	pop   []member
	best  member
	stale int
	lst   []int
	tmp   []int
	in    []bool
	done  <-chan struct{}
}

const population = 30

func newGenetic(p *project, seed uint64) *genetic {
	g := &genetic{p: p, b: newBuilder(p), r: rng(seed), rank: make([]int, p.n), tmp: make([]int, p.n), in: make([]bool, p.n), best: member{span: 1 << 40}}
	for k, i := range p.topo {
		g.rank[i] = k
	}
	cpm := p.cpm()
	g.lst = make([]int, p.n)
	for i := range g.lst {
		g.lst[i] = cpm - p.tail[i]
	}
	return g
}

// run builds about n schedules; stop ends it at a makespan that is good enough.
func (g *genetic) run(n, stop int) {
	end := g.b.count + n
	for g.b.count < end && g.best.span > stop && (len(g.pop) == 0 || !ended(g.done)) {
		if len(g.pop) < population {
			g.enter(g.sample())
			continue
		}
		if g.stale > 60*population {
			g.renew()
			continue
		}
		x, y := g.parent(), g.parent()
		g.enter(g.child(g.pop[x], g.pop[y]))
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
	span := g.b.forward(list)
	if span < 0 {
		return
	}
	for range 3 {
		before := span
		g.b.byEnd(g.tmp, g.rank)
		if !g.b.backward(g.tmp, span) {
			break
		}
		g.b.byStart(g.tmp, g.rank)
		if span = g.b.forward(g.tmp); span < 0 || span >= before {
			break
		}
	}
	if span < 0 {
		return
	}
	g.b.byStart(g.tmp, g.rank)
	m := member{slices.Clone(g.tmp), slices.Clone(g.b.start), span}
	g.stale++
	if span < g.best.span {
		g.best, g.stale = m, 0
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
	if len(g.pop) < population {
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
	width := n/4 + g.r.below(n/2+1)
	from := g.r.below(max(1, n-width+1))
	if g.r.below(2) == 0 {
		from = g.peak(x, width)
	}
	to := min(n, from+width)
	for i := range g.in {
		g.in[i] = false
	}
	list := make([]int, 0, n)
	// the second parent's order up to the stretch, then the stretch, then the rest
	for _, i := range x.list[from:to] {
		g.in[i] = true
	}
	rest := make([]int, 0, n)
	for _, i := range y.list {
		if !g.in[i] {
			rest = append(rest, i)
		}
	}
	list = append(list, rest[:min(from, len(rest))]...)
	list = append(list, x.list[from:to]...)
	list = append(list, rest[min(from, len(rest)):]...)
	g.mutate(list)
	g.mend(list)
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
		b := min(len(list)-1, a+1+g.r.below(6))
		i := list[a]
		copy(list[a:b], list[a+1:b+1])
		list[b] = i
	}
}

// mend moves tasks behind what must come before them, keeping the rest of the
// order.
func (g *genetic) mend(list []int) {
	for i := range g.in {
		g.in[i] = false
	}
	out := g.tmp[:0]
	var visit func(i int)
	visit = func(i int) {
		if g.in[i] {
			return
		}
		g.in[i] = true
		for _, h := range g.p.in[i] {
			visit(h.other)
		}
		out = append(out, i)
	}
	for _, i := range list {
		visit(i)
	}
	copy(list, out)
}

// renew keeps the best few and samples the rest anew.
func (g *genetic) renew() {
	slices.SortStableFunc(g.pop, func(a, b member) int { return a.span - b.span })
	g.pop = g.pop[:0]
	g.stale = 0
	if g.r.below(2) == 0 {
		g.pop = append(g.pop, g.best)
	}
}

// accept lets in a schedule found elsewhere.
func (g *genetic) accept(start []int, span int) {
	if span >= g.best.span {
		return
	}
	copy(g.b.start, start)
	g.b.byStart(g.tmp, g.rank)
	g.enter(slices.Clone(g.tmp))
}
