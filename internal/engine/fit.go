package engine

import "slices"

// state is a partial schedule that activities are put into and taken out of.
type state struct {
	m      *model
	at     []place
	people []busy
	diary  [][]uint64 // people's time as bits; nil: too large
	eager  bool       // every maximum lag counts as tight
	light  bool       // people is not kept: only the diary is asked
	crews  [][]int32  // of a light state: room for the people of each activity
	res    []profile
	floor  []int                      // earliest start learnt in this pass
	joined map[[2]*calendar]*calendar // as model.joined, which searches side by side may only read
	loose  []bool                     // not to be put back where it was published
	wait   []int                      // order predecessors that are out
	log    []undo
	logged bool
	queue  queue
	key    []int
	spent  int     // placements tried
	undone int     // activities taken out for a maximum lag
	able   []int32 // scratch: people free for the demand at hand
	firsts []int   // scratch: when each can first
	limit  int     // build gives up beyond this cost of lateness; 0: never
	late   int     // cost of lateness built so far, where there is a limit
	taken  []bool  // scratch: people already chosen for the activity at hand
	picks  []int32
}

// place is where an activity lies; start is -1 while it is out.
type place struct {
	start, end int
	people     []int32 // in the order of the demands
}

func newState(m *model) *state {
	s := &state{
		m: m, at: make([]place, len(m.act)), people: make([]busy, len(m.person)), res: make([]profile, len(m.res)),
		floor: make([]int, len(m.act)), wait: make([]int, len(m.act)), loose: make([]bool, len(m.act)), key: make([]int, len(m.act)), taken: make([]bool, len(m.person)),
	}
	for i := range s.at {
		s.at[i].start = -1
		for k := range m.act[i].in {
			if m.act[i].in[k].order {
				s.wait[i]++
			}
		}
	}
	for k, q := range m.person {
		s.people[k] = make(busy, 0, len(q.away)+8)
		for _, a := range q.away {
			s.people[k] = append(s.people[k], booking{a.From, a.To, -1})
		}
	}
	s.diary = newDiaries(m)
	for k, r := range m.res {
		s.res[k] = newProfile(r)
	}
	return s
}

// joint is both, remembered by this state.
func (s *state) joint(a, b *calendar) *calendar {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	key := [2]*calendar{a, b}
	if c, ok := s.m.joined[key]; ok {
		return c
	}
	if c, ok := s.joined[key]; ok {
		return c
	}
	if s.joined == nil {
		s.joined = map[[2]*calendar]*calendar{}
	}
	s.joined[key] = both(a, b)
	return s.joined[key]
}

// put books an activity.
func (s *state) put(i int, p place) {
	s.note(i)
	s.at[i] = p
	for k := range s.m.act[i].out {
		if o := &s.m.act[i].out[k]; o.order {
			s.wait[o.other]--
		}
	}
	if p.start == p.end {
		return
	}
	s.book(p, i)
	for _, u := range s.m.act[i].uses {
		s.res[u.res].take(p.start, p.end, u.units)
	}
}

// take takes an activity out again.
func (s *state) take(i int) {
	s.note(i)
	p := s.at[i]
	s.at[i] = place{start: -1}
	for k := range s.m.act[i].out {
		if o := &s.m.act[i].out[k]; o.order {
			s.wait[o.other]++
		}
	}
	if p.start == p.end {
		return
	}
	s.strike(p, i)
	for _, u := range s.m.act[i].uses {
		s.res[u.res].take(p.start, p.end, -u.units)
	}
}

// bounds are the starts and ends that hard rules leave to an activity, given
// what is placed already.
type bounds struct{ lo, hi, loEnd, hiEnd int }

func (s *state) bounds(i int) bounds {
	a := &s.m.act[i]
	b := bounds{lo: max(a.earliest, s.floor[i]), hi: a.latest, loEnd: a.minEnd, hiEnd: a.deadline}
	for k := range a.in {
		o := &a.in[k]
		if q := &s.at[o.other]; q.start >= 0 {
			fromEnd, toEnd := ends(o.typ)
			lo, hi := o.after(pick(q.start, q.end, fromEnd))
			b.narrow(toEnd, lo, hi)
		}
	}
	for k := range a.out {
		o := &a.out[k]
		if q := &s.at[o.other]; q.start >= 0 {
			fromEnd, toEnd := ends(o.typ)
			lo, hi := o.before(pick(q.start, q.end, toEnd))
			b.narrow(fromEnd, lo, hi)
		}
	}
	return b
}

func pick(start, end int, takeEnd bool) int {
	if takeEnd {
		return end
	}
	return start
}

func (b *bounds) narrow(end bool, lo, hi int) {
	if end {
		b.loEnd, b.hiEnd = max(b.loEnd, lo), min(b.hiEnd, hi)
		return
	}
	b.lo, b.hi = max(b.lo, lo), min(b.hi, hi)
}

// after gives the times the second end may take when the first is at t.
func (o *arc) after(t int) (lo, hi int) {
	c := o.cal.count(t)
	lo, hi = o.cal.atLeast(c+o.min), never
	if o.min >= 0 {
		lo = max(lo, t)
	}
	if o.max != never && o.weight == 0 {
		hi = o.cal.atMost(c + o.max)
	}
	return lo, hi
}

// before gives the times the first end may take when the second is at t.
func (o *arc) before(t int) (lo, hi int) {
	c := o.cal.count(t)
	lo, hi = 0, o.cal.atMost(c-o.min)
	if o.min >= 0 {
		hi = min(hi, t)
	}
	if o.max != never && o.weight == 0 {
		lo = o.cal.atLeast(c - o.max)
	}
	return lo, hi
}

// fit finds the earliest place for an activity within bounds.
func (s *state) fit(i int, b bounds) (place, bool) {
	a := &s.m.act[i]
	if a.pin >= 0 {
		return s.fitPinned(i)
	}
	t := b.lo
	for {
		if a.dur > 0 {
			t = a.cal.next(t)
		}
		end := a.cal.end(t, a.dur)
		if t > b.hi || end > b.hiEnd {
			return place{start: t, end: end}, false
		}
		if next, ok := s.open(a, t, end, b.loEnd); !ok {
			t = max(t+1, next)
			continue
		}
		if len(a.demands) == 0 {
			return place{start: t, end: end}, true
		}
		if a.mixed {
			if p, ok := s.sameMixed(a, t, b); ok {
				return p, true
			}
			if p, ok := s.crewMixed(i, t, b); ok {
				return p, true
			}
			t++
			continue
		}
		if t == a.prior && s.sameCrew(a, t, end) {
			return place{t, end, a.priorSeats}, true
		}
		next, ok := s.crew(i, t, end)
		if ok {
			return place{t, end, s.named(i)}, true
		}
		t = next
	}
}

// named keeps the people picked for i.
func (s *state) named(i int) []int32 {
	if !s.light {
		return slices.Clone(s.picks)
	}
	s.crews[i] = append(s.crews[i][:0], s.picks...)
	return s.crews[i]
}

// sameCrew reports whether the published people are free.
func (s *state) sameCrew(a *activity, t, end int) bool {
	for _, q := range a.priorSeats {
		if _, ok := s.free(q, t, end); !ok {
			return false
		}
	}
	return len(a.priorSeats) > 0
}

// open checks everything but people at [t, end); when it does not fit it says
// from where to look on.
func (s *state) open(a *activity, t, end, loEnd int) (int, bool) {
	if end < loEnd {
		return a.cal.back(loEnd, a.dur), false
	}
	if next, ok := allowed(a.windows, a.walled, a.frozen, t, end); !ok {
		return next, false
	}
	for _, u := range a.uses {
		if next, ok := s.res[u.res].clear(t, end, u.units); !ok {
			return next, false
		}
	}
	return 0, true
}

// allowed checks [t, end) against windows, if it has to lie in one, and against
// freezes; when it may not lie there it says from where to look on.
func allowed(windows []Span, walled bool, frozen []Span, t, end int) (int, bool) {
	if walled {
		k := spanAfter(windows, t)
		switch {
		case k == len(windows):
			return never, false
		case t < windows[k].From:
			return windows[k].From, false
		case end > windows[k].To:
			return windows[k].To, false
		}
	}
	if k := spanAfter(frozen, t); k < len(frozen) && frozen[k].From < max(end, t+1) {
		return frozen[k].To, false
	}
	return 0, true
}

// spanAfter finds the first of sorted spans that ends after t.
func spanAfter(spans []Span, t int) int {
	lo, hi := 0, len(spans)
	for lo < hi {
		if mid := (lo + hi) / 2; spans[mid].To > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// fitPinned checks a pinned activity: its start is given, people and
// capacities must be free, all else has been decided.
func (s *state) fitPinned(i int) (place, bool) {
	a := &s.m.act[i]
	p := place{start: a.pin, end: a.pin}
	if a.dur == 0 {
		return p, true
	}
	hours := a.cal
	for _, q := range a.pinned {
		hours = s.joint(hours, s.m.person[q].cal)
	}
	if p.end = hours.end(hours.next(a.pin), a.dur); p.end >= never {
		return p, false
	}
	for _, u := range a.uses {
		if _, ok := s.res[u.res].clear(p.start, p.end, u.units); !ok {
			return p, false
		}
	}
	if len(a.pinned) > 0 {
		for _, q := range a.pinned {
			if _, ok := s.people[q].clear(p.start, p.end); !ok {
				return p, false
			}
			p.people = append(p.people, int32(q))
		}
		return p, true
	}
	if len(a.demands) == 0 {
		return p, true
	}
	if a.mixed {
		crew, ok := s.crewMixed(i, hours.next(a.pin), bounds{hiEnd: s.m.p.Horizon})
		crew.start = a.pin
		return crew, ok
	}
	if _, ok := s.crew(i, p.start, p.end); !ok {
		return p, false
	}
	p.people = slices.Clone(s.picks)
	return p, true
}
