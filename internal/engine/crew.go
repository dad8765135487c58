package engine

import "slices"

// crew names people for [t, end) into s.picks. When there are too few it says
// from where to look on.
func (s *state) crew(i, t, end int) (int, bool) {
	a := &s.m.act[i]
	s.picks = s.picks[:0]
	defer s.release()
	for _, d := range a.demands {
		s.able = s.able[:0]
		for _, q := range d.pool {
			if s.taken[q] {
				continue
			}
			if _, ok := s.free(q, t, end); ok {
				s.able = append(s.able, q)
			}
		}
		if len(s.able) < d.n {
			next := s.whenEnough(a, d, t)
			if next <= t {
				next = s.match(a, t, end)
			}
			if next == t {
				return 0, true
			}
			return next, false
		}
		s.choose(i, t, d.n)
	}
	return 0, true
}

// release forgets who was chosen.
func (s *state) release() {
	for _, q := range s.picks {
		s.taken[q] = false
	}
}

// choose takes the n best of s.able: who did it in the published plan, then
// who can do least else, then who has been idle for the shortest time (so that
// long free stretches stay whole).
func (s *state) choose(i, t, n int) {
	a := &s.m.act[i]
	for ; n > 0; n-- {
		best, bestStrange, bestRarity, bestIdle := -1, false, 0, -1
		for k, q := range s.able {
			if q < 0 {
				continue
			}
			strange := !slices.Contains(a.priorPeople, int(q))
			rarity := s.m.person[q].rarity
			if best >= 0 && (strange && !bestStrange || strange == bestStrange && rarity > bestRarity) {
				continue
			}
			if same := best >= 0 && strange == bestStrange && rarity == bestRarity; !same {
				best, bestStrange, bestRarity, bestIdle = k, strange, rarity, -1
				continue
			}
			if bestIdle < 0 {
				bestIdle = s.idle(s.able[best], t)
			}
			if idle := s.idle(q, t); idle < bestIdle {
				best, bestIdle = k, idle
			}
		}
		q := s.able[best]
		s.able[best] = -1
		s.taken[q] = true
		s.picks = append(s.picks, q)
	}
}

// whenEnough is the first time from t on at which a demand alone could be met,
// as far as each person's next free stretch tells.
func (s *state) whenEnough(a *activity, d demand, t int) int {
	if len(d.pool) < d.n {
		return never
	}
	s.firsts = s.firsts[:0]
	for _, q := range d.pool {
		x := t
		for x < never {
			next, ok := s.free(q, x, a.cal.end(x, a.dur))
			if ok {
				break
			}
			x = a.cal.next(next)
		}
		s.firsts = append(s.firsts, x)
	}
	return smallest(s.firsts, d.n)
}

// match finds people by augmenting paths where picking demand by demand
// failed although each demand alone could be met. It returns t with s.picks
// filled, or the next time to try.
func (s *state) match(a *activity, t, end int) int {
	s.release()
	s.picks = s.picks[:0]
	var seat []int // demand of each seat
	for k, d := range a.demands {
		for range d.n {
			seat = append(seat, k)
		}
	}
	holder := map[int32]int{} // person → seat
	var try func(x int, seen map[int32]bool) bool
	try = func(x int, seen map[int32]bool) bool {
		for _, q := range a.demands[seat[x]].pool {
			if seen[q] {
				continue
			}
			if _, ok := s.free(q, t, end); !ok {
				continue
			}
			seen[q] = true
			if y, held := holder[q]; !held || try(y, seen) {
				holder[q] = x
				return true
			}
		}
		return false
	}
	for x := range seat {
		if !try(x, map[int32]bool{}) {
			return a.cal.next(t + 1)
		}
	}
	s.picks = slices.Grow(s.picks, len(seat))[:len(seat)]
	for q, x := range holder {
		s.picks[x] = q
	}
	return t
}

// crewMixed is crew for people whose hours differ: work goes on while all
// of them work, so the end depends on who is chosen. It tries the hours of each
// person that can start at t in turn and keeps the crew that ends first.
func (s *state) crewMixed(i, t int, b bounds) (place, bool) {
	a := &s.m.act[i]
	best := place{end: never}
	tried := map[*calendar]bool{}
	for _, d := range a.demands {
		for _, q := range d.pool {
			hours := s.m.person[q].cal
			if tried[hours] {
				continue
			}
			tried[hours] = true
			if p, ok := s.crewLike(a, t, hours); ok && p.end < best.end && p.end <= b.hiEnd {
				if _, ok := s.open(a, p.start, p.end, b.loEnd); ok {
					best = p
				}
			}
		}
	}
	return best, best.end < never
}

// sameMixed is the published crew at the published start, if that still fits.
func (s *state) sameMixed(a *activity, t int, b bounds) (place, bool) {
	if t != a.prior || len(a.priorSeats) == 0 {
		return place{}, false
	}
	cal := a.cal
	for _, q := range a.priorSeats {
		cal = s.joint(cal, s.m.person[q].cal)
	}
	end := cal.end(t, a.dur)
	if cal.next(t) != t || end > b.hiEnd || !s.sameCrew(a, t, end) {
		return place{}, false
	}
	_, ok := s.open(a, t, end, b.loEnd)
	return place{t, end, a.priorSeats}, ok
}

// crewLike builds a crew around some hours: people are added one by one, those
// who end the work soonest first.
func (s *state) crewLike(a *activity, t int, hours *calendar) (place, bool) {
	cal := s.joint(a.cal, hours)
	s.picks = s.picks[:0]
	defer s.release()
	for _, d := range a.demands {
		for n := d.n; n > 0; n-- {
			best, bestEnd, bestKey := int32(-1), never, [3]int{}
			for _, q := range d.pool {
				if s.taken[q] {
					continue
				}
				c := s.joint(cal, s.m.person[q].cal)
				end := c.end(t, a.dur)
				if c.next(t) != t || end > bestEnd {
					continue
				}
				if _, ok := s.free(q, t, end); !ok {
					continue
				}
				key := [3]int{1, s.m.person[q].rarity, s.idle(q, t)}
				if slices.Contains(a.priorPeople, int(q)) {
					key[0] = 0
				}
				if end < bestEnd || slices.Compare(key[:], bestKey[:]) < 0 {
					best, bestEnd, bestKey = q, end, key
				}
			}
			if best < 0 {
				return place{}, false
			}
			s.taken[best] = true
			s.picks = append(s.picks, best)
			cal = s.joint(cal, s.m.person[best].cal)
		}
	}
	end := cal.end(t, a.dur)
	for _, q := range s.picks {
		if _, ok := s.free(q, t, end); !ok {
			return place{}, false
		}
	}
	return place{t, end, slices.Clone(s.picks)}, true
}
