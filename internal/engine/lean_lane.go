package engine

// Lane is the room in which one pass after another is made; a lane is used by
// one goroutine at a time, a Lean by any number of lanes.
type Lane struct {
	l      *Lean
	start  []int32
	end    []int32
	people [][]uint64
	res    []leanResource
	broken int

	picks  []int32
	taken  []bool
	open   []bool // of the pool at hand: free at the time at hand
	firsts []int
	holder []int32 // seat of a person, -1
	seen   []int32
	stamp  int32
	joined map[[2]*leanCalendar]*leanCalendar
}

// Lane makes a lane.
func (l *Lean) Lane() *Lane {
	r := &Lane{
		l: l, start: make([]int32, len(l.act)), end: make([]int32, len(l.act)), people: make([][]uint64, len(l.person)),
		res: make([]leanResource, len(l.res)), taken: make([]bool, len(l.person)), holder: make([]int32, len(l.person)), seen: make([]int32, len(l.person)),
		open: make([]bool, len(l.person)), firsts: make([]int, len(l.person)), picks: make([]int32, 0, MaxPeopleAsked),
	}
	for k := range r.people {
		r.people[k] = make([]uint64, l.words)
		r.holder[k] = -1
	}
	for k, s := range l.res {
		r.res[k] = leanResource{single: s.single, taken: make([]uint64, len(s.taken)), free: make([]int32, len(s.free))}
	}
	r.Reset()
	return r
}

// Reset forgets the pass before; it comes before Away and Run.
func (r *Lane) Reset() {
	for k := range r.people {
		copy(r.people[k], r.l.person[k].away)
	}
	for k := range r.res {
		copy(r.res[k].taken, r.l.res[k].taken)
		copy(r.res[k].free, r.l.res[k].free)
	}
	r.broken = 0
}

// Away takes a person (by place in Problem.People) out for [from, to).
func (r *Lane) Away(person, from, to int) {
	fill(r.people[person], max(0, from), min(to, r.l.horizon))
}

// Run places every activity with the lengths given, in working slots by place
// in Problem.Activities. One that has no length although the problem gives it
// one does not take place: it is passed through in no time.
func (r *Lane) Run(dur []int32) {
	for _, i := range r.l.order {
		a := &r.l.act[i]
		n := int(dur[i])
		var start, end int
		switch {
		case n == 0 && a.dur > 0:
			lo, _, loEnd, _ := r.bounds(a)
			start = max(lo, loEnd)
			end = start
		case a.pin >= 0:
			start, end = r.pinned(a, n)
		default:
			start, end = r.fit(a, n)
		}
		if end > r.l.horizon {
			end = never
			start = min(start, r.l.horizon)
		} else if n > 0 {
			r.book(a, start, end)
		}
		r.start[i], r.end[i] = int32(min(start, leanNever)), int32(min(end, leanNever))
	}
}

// leanNever is a time after every horizon that fits the lean tables.
const leanNever = 1 << 30

// End is where an activity ended in the last pass; ok is false when that lies
// beyond the horizon.
func (r *Lane) End(activity int) (slot int, ok bool) {
	return int(r.end[activity]), r.end[activity] < leanNever
}

// Start is where an activity began in the last pass.
func (r *Lane) Start(activity int) int { return int(r.start[activity]) }

// Broken counts the activities of the last pass for which a hard maximum lag,
// deadline, latest start or pin could not be kept.
func (r *Lane) Broken() int { return r.broken }

func (r *Lane) cal(k int32) *leanCalendar {
	if k < 0 {
		return nil
	}
	return r.l.cals[k]
}

func (r *Lane) book(a *leanActivity, start, end int) {
	for _, q := range r.picks {
		fill(r.people[q], start, end)
	}
	for _, u := range a.uses {
		c := &r.res[u.res]
		if c.single {
			fill(c.taken, start, end)
			continue
		}
		for t := start; t < end; t++ {
			c.free[t] -= int32(u.units)
		}
	}
}

// bounds are the starts and ends that rules leave, given what is placed.
func (r *Lane) bounds(a *leanActivity) (lo, hi, loEnd, hiEnd int) {
	lo, hi, loEnd, hiEnd = a.earliest, a.latest, a.minEnd, a.deadline
	for k := range a.ties {
		o := &a.ties[k]
		fromEnd, toEnd := ends(o.typ)
		other, mine := fromEnd, toEnd
		if !o.after {
			other, mine = toEnd, fromEnd
		}
		at := int(r.start[o.other])
		if other {
			at = int(r.end[o.other])
		}
		if at >= leanNever {
			if o.after {
				return never, hi, never, hiEnd
			}
			continue
		}
		from, to := o.reach(r.cal(o.cal), at)
		if mine {
			loEnd, hiEnd = max(loEnd, from), min(hiEnd, to)
		} else {
			lo, hi = max(lo, from), min(hi, to)
		}
	}
	return lo, hi, loEnd, hiEnd
}

// reach gives the times that a tie leaves when the other end is at t.
func (o *leanTie) reach(c *leanCalendar, t int) (lo, hi int) {
	n := c.count(t)
	if o.after {
		lo, hi = c.atLeast(n+o.min), never
		if o.min >= 0 {
			lo = max(lo, t)
		}
		if o.hi {
			hi = c.atMost(n + o.max)
		}
		return lo, hi
	}
	hi = c.atMost(n - o.min)
	if o.min >= 0 {
		hi = min(hi, t)
	}
	if o.lo {
		lo = c.atLeast(n - o.max)
	}
	return lo, hi
}

// pinned places what people have fixed: its start is given, and it keeps its people.
func (r *Lane) pinned(a *leanActivity, n int) (start, end int) {
	r.picks = r.picks[:0]
	if n == 0 {
		return a.pin, a.pin
	}
	cal := r.cal(a.cal)
	for _, q := range a.pinned {
		cal = r.joint(cal, r.cal(r.l.person[q].cal))
		r.picks = append(r.picks, int32(q))
	}
	start = cal.next(a.pin)
	end = cal.end(start, n)
	if len(a.pinned) == 0 && len(a.demands) > 0 && end < never {
		if a.mixed {
			if _, e, ok := r.mixed(a, start, n, 0, r.l.horizon); ok {
				return a.pin, e
			}
		} else if _, ok := r.crew(a, a.pin, end, n); ok {
			return a.pin, end
		}
		r.broken++
		r.picks = r.picks[:0]
	}
	return a.pin, end
}
