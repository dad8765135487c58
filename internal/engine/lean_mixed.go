package engine

// mixed is crew for people whose hours differ, see state.crewMixed: the end
// depends on who is chosen. When nobody can begin at t it says from where to
// look on.
func (r *Lane) mixed(a *leanActivity, t, n, loEnd, hiEnd int) (next, end int, ok bool) {
	best, bestEnd := -1, never
	for h := range a.hours {
		e := r.crewLike(a, h, t, n)
		if e < bestEnd && e <= hiEnd {
			if _, fits := r.clear(a, t, e, loEnd, n); fits {
				best, bestEnd = h, e
			}
		}
	}
	if best >= 0 {
		if best != len(a.hours)-1 {
			r.crewLike(a, best, t, n)
		}
		return t, bestEnd, true
	}
	r.picks = r.picks[:0]
	next = t + 1
	for k := range a.demands {
		d := &a.demands[k]
		for j, q := range d.pool {
			cal := r.cal(a.cal)
			if k == 0 {
				cal = r.cal(a.own[j])
			} else {
				cal = r.joint(cal, r.cal(r.l.person[q].cal))
			}
			r.firsts[j] = r.first(r.people[q], cal, t+1, n)
		}
		next = max(next, smallest(r.firsts[:len(d.pool)], d.n))
	}
	return next, never, false
}

// crewLike builds a crew around some hours into r.picks: people are added one
// by one, those who end the work soonest first. It gives the end, or never.
func (r *Lane) crewLike(a *leanActivity, h, t, n int) int {
	cal := r.cal(a.hours[h])
	r.picks = r.picks[:0]
	end := never
	for k := range a.demands {
		for seat := range a.demands[k].n {
			var q int32
			if q, cal, end = r.nextOf(a, h, k, k == 0 && seat == 0, cal, t, n); q < 0 {
				r.free()
				return never
			}
			r.taken[q] = true
			r.picks = append(r.picks, q)
		}
	}
	r.free()
	for _, q := range r.picks {
		if lastSet(r.people[q], t, end) >= 0 {
			return never
		}
	}
	return end
}

func (r *Lane) free() {
	for _, q := range r.picks {
		r.taken[q] = false
	}
}

// nextOf chooses the next person of a demand, -1 when there is none.
func (r *Lane) nextOf(a *leanActivity, h, demand int, first bool, cal *leanCalendar, t, n int) (best int32, with *leanCalendar, bestEnd int) {
	best, bestEnd = -1, never
	rarity, idle := 0, 0
	for k, q := range a.demands[demand].pool {
		if r.taken[q] {
			continue
		}
		var c *leanCalendar
		if first {
			c = r.cal(a.crew[h][k])
		} else {
			c = r.joint(cal, r.cal(r.l.person[q].cal))
		}
		end := c.end(t, n)
		if c.next(t) != t || end > bestEnd || end >= never || lastSet(r.people[q], t, min(end, r.l.horizon)) >= 0 {
			continue
		}
		ra, id := r.l.person[q].rarity, r.idle(q, t)
		if end < bestEnd || ra < rarity || ra == rarity && id < idle {
			best, with, bestEnd, rarity, idle = q, c, end, ra, id
		}
	}
	return best, with, bestEnd
}

// joint is the time in which both work, remembered by the lane.
func (r *Lane) joint(a, b *leanCalendar) *leanCalendar {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	key := [2]*leanCalendar{a, b}
	if c, ok := r.joined[key]; ok {
		return c
	}
	if r.joined == nil {
		r.joined = map[[2]*leanCalendar]*leanCalendar{}
	}
	c := &leanCalendar{before: make([]int32, r.l.horizon+1)}
	for t := range r.l.horizon {
		c.before[t] = int32(len(c.at))
		if a.works(t) && b.works(t) {
			c.at = append(c.at, int32(t))
		}
	}
	c.before[r.l.horizon] = int32(len(c.at))
	r.joined[key] = c
	return c
}

func (c *leanCalendar) works(t int) bool { return c.before[t+1] > c.before[t] }
