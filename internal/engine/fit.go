package engine

import "slices"

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
