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
	list  []int // scratch
	start []int // pushed to the left
	late  []int // the same pushed to the right
	best  []int
	span  int
	width int
	steps int
	work  int
	done  <-chan struct{}
}

// patience of one window, in conflicts.
const windowConflicts = 250

func newWindows(p *project, seed uint64) *windows {
	w := &windows{p: p, r: rng(seed), span: p.Horizon + 1}
	if p.dag {
		w.b, w.list = newBuilder(p), make([]int, p.n)
	}
	return w
}

// accept takes over a schedule found elsewhere.
func (w *windows) accept(start []int, span int) {
	if start != nil && span < w.span {
		w.start, w.best, w.span = slices.Clone(start), slices.Clone(start), span
		w.press()
		if w.width == 0 {
			w.width = max(3, span/6)
		}
	}
}

// run spends about n conflicts or so much work; stop ends it at a makespan that is good enough.
func (w *windows) run(n, work, stop int) {
	if w.start == nil {
		return
	}
	end, rest := w.steps+n, w.work+work
	for w.steps < end && w.work < rest && w.span > stop && !ended(w.done) {
		w.steps++
		w.work += 25 * w.p.n // to cut it out
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
		l.run(windowConflicts, unlimited, 0)
		w.steps += l.steps
		w.work += l.work * 3 / 2 // small tables: more of it is not counted
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
			last = max(last, to, s+p.Dur[i], w.late[i]-shift+p.Dur[i])
		}
	}
	if len(tasks) < 2 {
		return nil, nil, 0, false
	}
	fixed := func(i int) int {
		if w.start[i] >= to {
			return w.late[i] - shift
		}
		return w.start[i]
	}
	sub = &Instance{Cap: p.Cap, Horizon: last - base}
	for _, i := range tasks {
		s := w.start[i]
		latest := min(max(to-p.Dur[i], s, w.late[i]-shift), w.span-shift-p.tail[i])
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
	w.fill(sub, index, base, fixed)
	for k, e := range sub.Earliest {
		if e > sub.Latest[k] {
			return nil, nil, 0, false
		}
	}
	return sub, tasks, base, true
}

// fill takes off the capacities what the tasks that stay use within a window.
func (w *windows) fill(sub *Instance, index []int, base int, fixed func(int) int) {
	cells := make([]int, len(sub.Cap)*sub.Horizon)
	for r := range sub.Cap {
		sub.taken = append(sub.taken, cells[r*sub.Horizon:(r+1)*sub.Horizon])
	}
	for i, k := range index {
		if k >= 0 || len(w.p.Use[i]) == 0 {
			continue
		}
		from, to := max(0, fixed(i)-base), min(sub.Horizon, fixed(i)+w.p.Dur[i]-base)
		for _, u := range w.p.Use[i] {
			for t := from; t < to; t++ {
				sub.taken[u.Res][t] += u.Units
			}
		}
	}
}

// paste puts the answer back, and pushes everything together where that is
// possible.
func (w *windows) paste(at []int, tasks []int, base, to, shift int) {
	for i, s := range w.start {
		if s >= to {
			w.start[i] = w.late[i] - shift
		}
	}
	for k, i := range tasks {
		w.start[i] = at[k] + base
	}
	w.press()
}

// press pushes the schedule to the left, and keeps where it lies when pushed to
// the right: what is before a window leaves the most room in the one way, what is behind it in the other.
func (w *windows) press() {
	span := w.p.length(w.start)
	if w.b != nil {
		if n := w.b.justify(w.start, w.list); n >= 0 && n <= span {
			span = n
			copy(w.start, w.b.start)
		}
	}
	w.late = append(w.late[:0], w.start...)
	w.right(span)
	if span < w.span {
		w.span = span
		copy(w.best, w.start)
	}
}

func (w *windows) right(span int) {
	if w.b == nil {
		return
	}
	copy(w.b.start, w.start)
	w.b.turn(w.list, 0)
	if w.b.build(w.list, 1) < 0 {
		return
	}
	for i, t := range w.b.start {
		if span-t-w.p.Dur[i] < w.start[i] {
			return // lags shorter than what they follow: nothing is sure
		}
	}
	for i, t := range w.b.start {
		w.late[i] = span - t - w.p.Dur[i]
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
