package rcpsp

import "slices"

// windows improves a schedule window by window (after Palpant, Artigues,
// Michelon 2004): what lies before a stretch of time stays, what lies behind it moves up by
// one slot, and a learner looks whether the tasks within can be rearranged to
// fit. Where they cannot, the stretch is sometimes just arranged differently.
type windows struct {
	p     *project
	r     rng
	b     *builder
	rank  []int
	start []int
	best  []int
	span  int
	width int
	steps int
	done  <-chan struct{}
}

// patience of one window, in conflicts.
const windowConflicts = 120

func newWindows(p *project, seed uint64) *windows {
	w := &windows{p: p, r: rng(seed), span: p.Horizon + 1, rank: make([]int, p.n)}
	if p.dag {
		w.b = newBuilder(p)
		for k, i := range p.topo {
			w.rank[i] = k
		}
	}
	return w
}

// accept takes over a schedule found elsewhere.
func (w *windows) accept(start []int, span int) {
	if start != nil && span < w.span {
		w.start, w.best, w.span = slices.Clone(start), slices.Clone(start), span
		if w.width == 0 {
			w.width = max(3, span/6)
		}
	}
}

// run spends about n conflicts; stop ends it at a makespan that is good enough.
func (w *windows) run(n, stop int) {
	if w.start == nil {
		return
	}
	for end := w.steps + n; w.steps < end && w.span > stop && !ended(w.done); {
		w.steps++
		from := w.r.below(w.span+w.width) - w.width
		shift := 1
		if w.r.below(4) == 0 {
			shift = 0
		}
		sub, tasks, base, ok := w.cut(from, from+w.width, shift)
		if !ok {
			continue
		}
		p, ok := prepare(sub)
		if !ok {
			w.grow(shift)
			continue
		}
		l := newLearner(p, w.r.next(), 1)
		l.first, l.done = true, w.done
		if shift == 1 {
			l.hint(w.start, tasks, base)
		} else {
			for i := range l.act {
				l.act[i] = float64(w.r.below(1000)) * 1e-3
			}
		}
		l.run(windowConflicts, 0)
		w.steps += l.steps
		switch {
		case l.found:
			w.paste(l.best, tasks, base, from+w.width, shift)
		case l.empty:
			w.grow(shift)
		default:
			w.width = max(3, w.width*19/20)
		}
	}
}

// grow widens the stretch after a proof that it cannot be shorter.
func (w *windows) grow(shift int) {
	if shift == 1 {
		w.width = min(w.span, w.width+1+w.width/30)
	}
}

// cut makes the instance of the tasks that run within [from, to): all others
// are fixed, those behind it shift earlier. Times in it count from base.
func (w *windows) cut(from, to, shift int) (sub *Instance, tasks []int, base int, ok bool) {
	p := w.p
	index := make([]int, p.n)
	base, last := 1<<40, 0
	for i, s := range w.start {
		index[i] = -1
		if s < to && s+p.Dur[i] > from && p.Dur[i] > 0 {
			index[i] = len(tasks)
			tasks = append(tasks, i)
			base = min(base, s)
			last = max(last, max(to, s+p.Dur[i]))
		}
	}
	if len(tasks) < 2 {
		return nil, nil, 0, false
	}
	fixed := func(i int) int {
		if w.start[i] >= to {
			return w.start[i] - shift
		}
		return w.start[i]
	}
	sub = &Instance{Cap: p.Cap, Horizon: last - base}
	for _, i := range tasks {
		s := w.start[i]
		latest := min(max(to, s+p.Dur[i])-p.Dur[i], w.span-shift-p.tail[i])
		if p.Latest != nil {
			latest = min(latest, p.Latest[i])
		}
		sub.Dur = append(sub.Dur, p.Dur[i])
		sub.Use = append(sub.Use, p.Use[i])
		sub.Earliest = append(sub.Earliest, max(p.es[i], base)-base)
		sub.Latest = append(sub.Latest, latest-base)
	}
	for _, a := range p.Arcs {
		x, y := index[a.From], index[a.To]
		switch {
		case x >= 0 && y >= 0:
			sub.Arcs = append(sub.Arcs, Arc{x, y, a.Lag})
		case x >= 0:
			sub.Latest[x] = min(sub.Latest[x], fixed(a.To)-a.Lag-base)
		case y >= 0:
			sub.Earliest[y] = max(sub.Earliest[y], fixed(a.From)+a.Lag-base)
		case fixed(a.To) < fixed(a.From)+a.Lag:
			return nil, nil, 0, false
		}
	}
	for i := range w.start { // what is fixed stands in the way
		s := fixed(i)
		if index[i] >= 0 || s >= last || s+p.Dur[i] <= base || len(p.Use[i]) == 0 {
			continue
		}
		a, b := max(s, base)-base, min(s+p.Dur[i], last)-base
		sub.Dur = append(sub.Dur, b-a)
		sub.Use = append(sub.Use, p.Use[i])
		sub.Earliest = append(sub.Earliest, a)
		sub.Latest = append(sub.Latest, a)
	}
	for k, e := range sub.Earliest {
		if e > sub.Latest[k] {
			return nil, nil, 0, false
		}
	}
	return sub, tasks, base, true
}

// paste puts the answer back, and pushes everything together where that is
// possible.
func (w *windows) paste(at []int, tasks []int, base, to, shift int) {
	for i, s := range w.start {
		if s >= to {
			w.start[i] = s - shift
		}
	}
	for k, i := range tasks {
		w.start[i] = at[k] + base
	}
	if w.b != nil {
		list := make([]int, w.p.n)
		copy(w.b.start, w.start)
		w.b.byStart(list, w.rank)
		if w.b.forward(list) >= 0 {
			copy(w.start, w.b.start)
		}
	}
	span := 0
	for i, s := range w.start {
		span = max(span, s+w.p.Dur[i])
	}
	if span < w.span {
		w.span = span
		copy(w.best, w.start)
	}
}

// hint lets the learner's branching follow a schedule.
func (l *learner) hint(start, tasks []int, base int) {
	l.best = make([]int, l.p.n)
	for i := range l.best {
		l.best[i] = l.b[2*i]
	}
	for k, i := range tasks {
		l.best[k] = start[i] - base
	}
}
