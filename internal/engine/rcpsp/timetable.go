package rcpsp

import "sort"

// timetable keeps one resource within its capacity: what surely runs at a time
// (the part between latest start and earliest end) leaves so much for others.
type timetable struct {
	res    int
	cap    int
	tasks  []int // using it, the biggest use first
	units  []int // by task
	height []int
	taken  []int // by slot: what is in use whatever the tasks do; nil: nothing
	from   []int // compulsory part by task, when the table was built
	to     []int
	stale  bool
}

func newTimetable(p *project, r int) *timetable {
	tt := &timetable{res: r, cap: p.Cap[r], units: make([]int, p.n), from: make([]int, p.n), to: make([]int, p.n), stale: true}
	for i := range p.Dur {
		if u := p.units(i, r); u > 0 && p.Dur[i] > 0 {
			tt.tasks = append(tt.tasks, i)
			tt.units[i] = u
		}
	}
	sort.SliceStable(tt.tasks, func(x, y int) bool { return tt.units[tt.tasks[x]] > tt.units[tt.tasks[y]] })
	tt.height = make([]int, p.Horizon+2)
	if p.taken != nil {
		tt.taken = p.taken[r]
	}
	return tt
}

// propagate rebuilds the table and pushes bounds; false: conflict.
func (tt *timetable) propagate(l *learner) bool {
	lo, hi := len(tt.height), 0
	for _, i := range tt.tasks {
		f, t := -l.b[2*i+1], l.b[2*i]+l.p.Dur[i]
		tt.from[i], tt.to[i] = f, t
		if f < t {
			lo, hi = min(lo, f), max(hi, t)
		}
	}
	if tt.taken != nil {
		lo, hi = 0, len(tt.taken)
	}
	if lo >= hi {
		return true
	}
	h := tt.height[:hi+1]
	clear(h[lo:])
	for _, i := range tt.tasks {
		if f, t := tt.from[i], tt.to[i]; f < t {
			h[f] += tt.units[i]
			h[t] -= tt.units[i]
		}
	}
	most := 0
	for t := lo + 1; t <= hi; t++ {
		h[t] += h[t-1]
	}
	for t, u := range tt.taken {
		h[t] += u
	}
	for t := lo; t < hi; t++ {
		if h[t] > tt.cap {
			l.conflict = tt.because(l, l.conflict[:0], t, -1, tt.cap)
			return false
		}
		most = max(most, h[t])
	}
	for _, i := range tt.tasks {
		if u := tt.units[i]; u+most > tt.cap && l.b[2*i]+l.b[2*i+1] < 0 {
			if !tt.pushUp(l, i, h, lo, hi) || !tt.pushDown(l, i, h, lo, hi) {
				return false
			}
		}
	}
	return true
}

// above reports whether i cannot run at t besides what is compulsory there.
func (tt *timetable) above(i, t int, h []int) bool {
	use := h[t]
	if tt.from[i] <= t && t < tt.to[i] {
		use -= tt.units[i]
	}
	return use+tt.units[i] > tt.cap
}

func (tt *timetable) pushUp(l *learner, i int, h []int, lo, hi int) bool {
	d := l.p.Dur[i]
	for {
		s := l.b[2*i]
		x := min(s+d, hi) - 1
		for x >= max(s, lo) && !tt.above(i, x, h) {
			x--
		}
		if x < max(s, lo) {
			return true
		}
		from := len(l.arena)
		l.arena = append(l.arena, lit{2 * i, x + 1 - d})
		l.arena = tt.because(l, l.arena, x, i, tt.cap-tt.units[i])
		if !l.set(2*i, x+1, event{arc: half{other: -1}, from: from, to: len(l.arena)}) {
			return false
		}
	}
}

func (tt *timetable) pushDown(l *learner, i int, h []int, lo, hi int) bool {
	d := l.p.Dur[i]
	for {
		s := -l.b[2*i+1]
		x := max(s, lo)
		for x < min(s+d, hi) && !tt.above(i, x, h) {
			x++
		}
		if x >= min(s+d, hi) {
			return true
		}
		from := len(l.arena)
		l.arena = append(l.arena, lit{2*i + 1, -x})
		l.arena = tt.because(l, l.arena, x, i, tt.cap-tt.units[i])
		if !l.set(2*i+1, d-x, event{arc: half{other: -1}, from: from, to: len(l.arena)}) {
			return false
		}
	}
}

// because lists why more than limit is used at t by others than i: the fewest
// tasks that do, the biggest first.
func (tt *timetable) because(l *learner, to []lit, t, i, limit int) []lit {
	used := 0
	if tt.taken != nil {
		if used = tt.taken[t]; used > limit {
			return to
		}
	}
	for _, j := range tt.tasks {
		if j == i || tt.from[j] > t || t >= tt.to[j] {
			continue
		}
		used += tt.units[j]
		to = append(to, lit{2 * j, t + 1 - l.p.Dur[j]}, lit{2*j + 1, -t})
		if used > limit {
			return to
		}
	}
	return to
}
