package engine

// fit finds the earliest place of an activity of n slots, with its people in r.picks.
func (r *Lane) fit(a *leanActivity, n int) (start, end int) {
	r.picks = r.picks[:0]
	lo, hi, loEnd, hiEnd := r.bounds(a)
	if lo >= never || loEnd >= never {
		return never, never
	}
	cal := r.cal(a.cal)
	broken := false
	for t := lo; ; {
		if n > 0 {
			t = cal.next(t)
		}
		end := cal.end(t, n)
		if !broken && (t > hi || end > hiEnd) {
			broken, hiEnd = true, r.l.horizon // placed all the same
			r.broken++
		}
		if end > r.l.horizon {
			return t, never
		}
		if next, ok := r.clear(a, t, end, loEnd, n); !ok {
			t = max(t+1, next)
			continue
		}
		if len(a.demands) == 0 || n == 0 {
			return t, end
		}
		if a.mixed {
			next, e, ok := r.mixed(a, t, n, loEnd, min(hiEnd, r.l.horizon))
			if ok {
				return t, e
			}
			t = next
			continue
		}
		next, ok := r.crew(a, t, end, n)
		if ok {
			return t, end
		}
		t = next
	}
}

// clear checks everything but people at [t, end); when it does not fit it says
// from where to look on.
func (r *Lane) clear(a *leanActivity, t, end, loEnd, n int) (int, bool) {
	if end < loEnd {
		return r.cal(a.cal).back(loEnd, n), false
	}
	if next, ok := allowed(a.windows, a.walled, a.frozen, t, end); !ok {
		return next, false
	}
	if n == 0 {
		return 0, true
	}
	for _, u := range a.uses {
		if next, ok := r.res[u.res].clear(t, end, u.units); !ok {
			return next, false
		}
	}
	return 0, true
}

func (c *leanResource) clear(from, to, units int) (int, bool) {
	if c.single {
		if units > 1 {
			return never, false
		}
		k := lastSet(c.taken, from, to)
		return k + 1, k < 0
	}
	for t := to - 1; t >= from; t-- {
		if int(c.free[t]) < units {
			return t + 1, false
		}
	}
	return 0, true
}

// crew names people for [t, end) into r.picks; when there are too few it says
// from where to look on.
func (r *Lane) crew(a *leanActivity, t, end, n int) (int, bool) {
	r.picks = r.picks[:0]
	next, ok := 0, true
	for k := range a.demands {
		d := &a.demands[k]
		if !r.pick(d, t, end, k > 0) {
			if next = r.whenEnough(a, d, t, n); next <= t {
				next, ok = r.match(a, t, end)
			} else {
				ok = false
			}
			break
		}
	}
	for _, q := range r.picks {
		r.taken[q] = false
	}
	return next, ok
}

// pick takes the best of a pool who are free, as choose does; ok is false when
// they are too few.
func (r *Lane) pick(d *demand, t, end int, more bool) bool {
	free := 0
	for k, q := range d.pool {
		r.open[k] = (!more || !r.taken[q]) && lastSet(r.people[q], t, end) < 0
		if r.open[k] {
			free++
		}
	}
	if free < d.n {
		return false
	}
	for n := d.n; n > 0; n-- {
		best, rarity, idle := -1, 0, -1
		for k, q := range d.pool {
			if !r.open[k] {
				continue
			}
			ra := r.l.person[q].rarity
			if best >= 0 && ra > rarity {
				continue
			}
			if best >= 0 && ra == rarity {
				if idle < 0 {
					idle = r.idle(d.pool[best], t)
				}
				if mine := r.idle(q, t); mine < idle {
					best, idle = k, mine
				}
				continue
			}
			best, rarity, idle = k, ra, -1
		}
		r.open[best] = false
		r.taken[d.pool[best]] = true
		r.picks = append(r.picks, d.pool[best])
	}
	return true
}

// idle is how long a person has been free at t.
func (r *Lane) idle(q int32, t int) int { return t - 1 - lastSet(r.people[q], 0, t) }

// whenEnough is the first time from t on at which a demand alone could be met,
// as far as each person's next free stretch tells.
func (r *Lane) whenEnough(a *leanActivity, d *demand, t, n int) int {
	if len(d.pool) < d.n {
		return never
	}
	cal := r.cal(a.cal)
	for k, q := range d.pool {
		r.firsts[k] = r.first(r.people[q], cal, t, n)
	}
	return smallest(r.firsts[:len(d.pool)], d.n)
}

// first is the earliest start from t on at which n slots of a calendar are free.
func (r *Lane) first(b []uint64, cal *leanCalendar, t, n int) int {
	for t = cal.next(t); t < never; {
		end := cal.end(t, n)
		if end > r.l.horizon {
			return never
		}
		k := lastSet(b, t, end)
		if k < 0 {
			return t
		}
		t = cal.next(k + 1)
	}
	return never
}

// smallest gives the n-th smallest and reorders.
func smallest(v []int, n int) int {
	for i := range n {
		least := i
		for k := i + 1; k < len(v); k++ {
			if v[k] < v[least] {
				least = k
			}
		}
		v[i], v[least] = v[least], v[i]
	}
	return v[n-1]
}

// match finds people by augmenting paths where picking demand by demand failed
// although each demand alone could be met.
func (r *Lane) match(a *leanActivity, t, end int) (int, bool) {
	for _, q := range r.picks {
		r.taken[q] = false
	}
	r.picks = r.picks[:a.seats]
	for k := range r.picks {
		r.picks[k] = -1
	}
	ok := true
	for seat := 0; seat < a.seats && ok; seat++ {
		r.stamp++
		ok = r.augment(a, seat, t, end)
	}
	for _, q := range r.picks {
		if q >= 0 {
			r.holder[q] = -1
		}
	}
	if !ok {
		r.picks = r.picks[:0]
		return r.cal(a.cal).next(t + 1), false
	}
	return t, true
}

func (r *Lane) augment(a *leanActivity, seat, t, end int) bool {
	k := 0
	for sum := a.demands[0].n; seat >= sum; sum += a.demands[k].n {
		k++
	}
	for _, q := range a.demands[k].pool {
		if r.seen[q] == r.stamp || lastSet(r.people[q], t, end) >= 0 {
			continue
		}
		r.seen[q] = r.stamp
		if held := r.holder[q]; held < 0 || r.augment(a, int(held), t, end) {
			r.holder[q] = int32(seat)
			r.picks[seat] = q
			return true
		}
	}
	return false
}
