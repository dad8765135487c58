package rcpsp

// learner searches with bounds on starts, explains every bound it derives and
// learns a nogood from every conflict.
//
// Each task has two quantities that only grow along a branch: its lower bound
// (index 2i) and the negative of its upper bound (2i+1). A literal {q, x} says
// that quantity q is at least x; its negation is {q^1, 1-x}.
type learner struct {
	p     *project
	r     rng
	b     []int   // current bounds
	last  []int32 // last event of each quantity, -1: root
	trail []event
	level []mark
	head  int
	out   [][]half // arcs on quantities
	arena []lit    // explanations of time tables
	watch [][]*nogood
	db    []*nogood
	inc   float64
	act   []float64 // of tasks
	tt    []*timetable
	uses  [][]int // time tables of a task
	best  []int
	span  int // of best
	found bool
	empty bool // proven: nothing better than best
	steps int
	work  int // about 20 ns each

	conflict []lit
	need     []int // of analyse: value required of each quantity
	where    []int32
	seen     []bool // of analyse: in touched
	touched  []int
	buf      []lit
	mode     int
	restart  int
	done     <-chan struct{}
	first    bool // stop at the first schedule
}

type lit struct{ q, x int }

type event struct {
	q, val, old int
	prev        int32
	arc         half // from quantity other with lag; other -1: none
	why         *nogood
	from, to    int // explanation in arena, when from < to
}

type mark struct{ trail, arena int }

type nogood struct {
	lits []lit
	act  float64
	dead bool
}

const unset = -1 << 60

func newLearner(p *project, seed uint64, mode int) *learner {
	l := &learner{p: p, r: rng(seed), inc: 1, span: p.Horizon + 1, mode: mode}
	l.b, l.last = make([]int, 2*p.n), make([]int32, 2*p.n)
	l.out, l.watch = make([][]half, 2*p.n), make([][]*nogood, 2*p.n)
	l.need, l.where, l.seen = make([]int, 2*p.n), make([]int32, 2*p.n), make([]bool, 2*p.n)
	l.act = make([]float64, p.n)
	for i := range p.Dur {
		l.b[2*i] = p.es[i]
		last := p.Horizon - p.tail[i]
		if p.Latest != nil {
			last = min(last, p.Latest[i])
		}
		l.b[2*i+1] = -last
		l.last[2*i], l.last[2*i+1] = -1, -1
		l.need[2*i], l.need[2*i+1] = unset, unset
		l.act[i] = 1e-3 * float64(p.tail[i]) / float64(p.Horizon)
	}
	for _, a := range p.Arcs {
		l.out[2*a.From] = append(l.out[2*a.From], half{2 * a.To, a.Lag})
		l.out[2*a.To+1] = append(l.out[2*a.To+1], half{2*a.From + 1, a.Lag})
	}
	l.uses = make([][]int, p.n)
	for r := range p.Cap {
		tt := newTimetable(p, r)
		for _, i := range tt.tasks {
			l.uses[i] = append(l.uses[i], len(l.tt))
		}
		l.tt = append(l.tt, tt)
	}
	for _, a := range p.Arcs { // root bounds from arcs
		if !l.set(2*a.To, l.b[2*a.From]+a.Lag, event{arc: half{other: -1}}) || !l.set(2*a.From+1, l.b[2*a.To+1]+a.Lag, event{arc: half{other: -1}}) {
			l.empty = true
		}
	}
	return l
}

// limit asks for a makespan of less than span from now on.
func (l *learner) limit(span int) {
	if span >= l.span || l.empty {
		return
	}
	l.span = span
	l.cancel(0)
	for i := range l.p.Dur {
		if !l.set(2*i+1, -(span - 1 - l.p.tail[i]), event{arc: half{other: -1}}) {
			l.empty = true
			return
		}
	}
}

// set raises a quantity; false: conflict, with l.conflict filled.
func (l *learner) set(q, val int, why event) bool {
	if val <= l.b[q] {
		return true
	}
	if val+l.b[q^1] > 0 {
		l.conflict = l.explain(l.conflict[:0], &why, q, val)
		l.conflict = append(l.conflict, lit{q ^ 1, 1 - val})
		return false
	}
	why.q, why.val, why.old, why.prev = q, val, l.b[q], l.last[q]
	l.last[q] = int32(len(l.trail))
	l.trail = append(l.trail, why)
	l.b[q] = val
	return true
}

// explain appends the literals that make {q, val} true by an event's reason.
func (l *learner) explain(to []lit, e *event, q, val int) []lit {
	switch {
	case e.why != nil:
		for _, x := range e.why.lits {
			if x.q != q^1 {
				to = append(to, x)
			}
		}
	case e.from < e.to:
		to = append(to, l.arena[e.from:e.to]...)
	case e.arc.other >= 0:
		to = append(to, lit{e.arc.other, val - e.arc.lag})
	}
	return to
}

// cancel goes back to a level.
func (l *learner) cancel(level int) {
	if len(l.level) <= level {
		return
	}
	m := l.level[level]
	for k := len(l.trail) - 1; k >= m.trail; k-- {
		e := &l.trail[k]
		l.b[e.q] = e.old
		l.last[e.q] = e.prev
		if l.p.Dur[e.q/2] > 0 {
			for _, r := range l.uses[e.q/2] {
				l.tt[r].stale = true
			}
		}
	}
	l.trail = l.trail[:m.trail]
	l.arena = l.arena[:m.arena]
	l.level = l.level[:level]
	l.head = m.trail
}

// propagate runs to the fixed point; false: conflict.
func (l *learner) propagate() bool {
	for {
		for l.head < len(l.trail) {
			e := l.trail[l.head]
			l.head++
			l.work++
			for _, r := range l.uses[e.q/2] {
				l.tt[r].stale = true
			}
			if l.b[e.q] != e.val {
				continue // a later event says more
			}
			for _, h := range l.out[e.q] {
				if !l.set(h.other, e.val+h.lag, event{arc: half{e.q, h.lag}}) {
					return false
				}
			}
			if !l.nogoods(e.q) {
				return false
			}
		}
		done := true
		for _, tt := range l.tt {
			if tt.stale {
				tt.stale = false
				l.work += len(tt.tasks)
				if !tt.propagate(l) {
					tt.stale = true
					return false
				}
				if done = l.head == len(l.trail); !done {
					break
				}
			}
		}
		if done {
			return true
		}
	}
}

// nogoods visits those that watch quantity q.
func (l *learner) nogoods(q int) bool {
	ws := l.watch[q]
	keep := ws[:0]
	l.work += len(ws) / 4
	for k := range ws {
		n := ws[k]
		if n.dead {
			continue
		}
		w := 0
		if n.lits[0].q != q {
			w = 1
		}
		if n.lits[w].q != q {
			continue // moved away
		}
		if l.b[q] < n.lits[w].x {
			keep = append(keep, n)
			continue
		}
		other := n.lits[1-w]
		if l.b[other.q^1] >= 1-other.x || l.moveWatch(n, w) {
			if n.lits[w].q == q {
				keep = append(keep, n)
			}
			continue
		}
		keep = append(keep, n)
		if !l.set(other.q^1, 1-other.x, event{arc: half{other: -1}, why: n}) {
			keep = append(keep, ws[k+1:]...)
			l.watch[q] = keep
			l.bump(n)
			return false
		}
	}
	l.watch[q] = keep
	return true
}

// moveWatch finds another literal of n that is not true to watch instead of w.
func (l *learner) moveWatch(n *nogood, w int) bool {
	for k := 2; k < len(n.lits); k++ {
		if x := n.lits[k]; l.b[x.q] < x.x {
			n.lits[w], n.lits[k] = n.lits[k], n.lits[w]
			if x.q != n.lits[k].q {
				l.watch[x.q] = append(l.watch[x.q], n)
			}
			return true
		}
	}
	return false
}

func (l *learner) bump(n *nogood) { n.act += l.inc }
