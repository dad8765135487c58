package engine

import "slices"

// undo is what an activity's place was before a change.
type undo struct {
	act int
	was place
}

func (s *state) note(i int) {
	if s.logged {
		s.log = append(s.log, undo{i, s.at[i]})
	}
}

// begin starts a change that rollback can take back.
func (s *state) begin() { s.log, s.logged = s.log[:0], true }

// rollback takes back every change since begin.
func (s *state) rollback() {
	s.logged = false
	for _, u := range slices.Backward(s.log) {
		if s.at[u.act].start >= 0 {
			s.take(u.act)
		}
		if u.was.start >= 0 {
			s.put(u.act, u.was)
		}
	}
	s.log = s.log[:0]
}

// queue holds the activities that may be placed next, the smallest key first.
type queue struct {
	item []int
	key  []int // by activity
	rank []int
}

func (q *queue) less(a, b int) bool {
	x, y := q.item[a], q.item[b]
	if q.key[x] != q.key[y] {
		return q.key[x] < q.key[y]
	}
	return q.rank[x] < q.rank[y]
}

func (q *queue) push(i int) {
	q.item = append(q.item, i)
	for k := len(q.item) - 1; k > 0; {
		up := (k - 1) / 2
		if !q.less(k, up) {
			return
		}
		q.item[k], q.item[up] = q.item[up], q.item[k]
		k = up
	}
}

func (q *queue) pop() int {
	top := q.item[0]
	last := len(q.item) - 1
	q.item[0] = q.item[last]
	q.item = q.item[:last]
	for k := 0; ; {
		c := 2*k + 1
		if c >= last {
			return top
		}
		if c+1 < last && q.less(c+1, c) {
			c++
		}
		if !q.less(c, k) {
			return top
		}
		q.item[k], q.item[c] = q.item[c], q.item[k]
		k = c
	}
}

// failure says which activity could not be placed.
type failure struct {
	act  int
	at   int // where it would have had to lie
	over bool
}

// build places what is out of todo and ready, and all that becomes ready by it,
// each at its earliest place, the smallest key first. Where a maximum lag
// breaks, the activity before it is taken out and placed again, later.
func (s *state) build(todo []int) (failure, bool) {
	s.queue = queue{item: s.queue.item[:0], key: s.key, rank: s.m.rank}
	for _, i := range todo {
		if s.at[i].start < 0 && s.wait[i] == 0 {
			s.queue.push(i)
		}
	}
	limit := s.undone + 30*len(todo) + 300
	for len(s.queue.item) > 0 {
		i := s.queue.pop()
		if s.at[i].start >= 0 || s.wait[i] > 0 {
			continue
		}
		s.spent++
		b := s.bounds(i)
		p, ok := s.fitPrior(i, b)
		if !ok {
			p, ok = s.fit(i, b)
		}
		if ok {
			s.put(i, p)
			if s.limit > 0 {
				if s.late += s.m.lateCost(i, p.end); s.late > s.limit {
					return failure{act: i, over: true}, false
				}
			}
			s.wake(i)
			continue
		}
		if s.undone > limit {
			return failure{act: i, at: p.start, over: true}, false
		}
		if !s.unschedule(i) {
			return failure{act: i, at: p.start}, false
		}
	}
	return failure{}, true
}

// fitPrior tries the place that the published plan gives an activity.
func (s *state) fitPrior(i int, b bounds) (place, bool) {
	at := s.m.act[i].prior
	if at < b.lo || at > b.hi || s.loose[i] {
		return place{}, false
	}
	b.lo, b.hi = at, at
	return s.fit(i, b)
}

// wake queues what waited for i. What a short maximum lag ties to i goes before
// all else, while the room next to i is still free; so does what a long one ties
// to it when the state is eager.
func (s *state) wake(i int) {
	for k := range s.m.act[i].out {
		o := &s.m.act[i].out[k]
		if !o.order || s.at[o.other].start >= 0 {
			continue
		}
		if o.tight || s.eager && o.max != never && o.weight == 0 {
			s.key[o.other] = min(s.key[o.other], s.key[i]-1)
		}
		if s.wait[o.other] == 0 {
			s.queue.push(o.other)
		}
	}
}

// unschedule makes room for i, which fits only beyond what placed neighbours
// allow: they are taken out with all that follows them, and have to start so
// much later that i can lie where it fits.
func (s *state) unschedule(i int) bool {
	a := &s.m.act[i]
	if a.pin >= 0 {
		return false
	}
	p, ok := s.fit(i, s.relaxed(i))
	if !ok {
		return false
	}
	moved := false
	for k := range a.in {
		o := &a.in[k]
		if q := s.at[o.other]; q.start >= 0 {
			fromEnd, toEnd := ends(o.typ)
			if _, hi := o.after(pick(q.start, q.end, fromEnd)); pick(p.start, p.end, toEnd) > hi {
				lo, _ := o.before(pick(p.start, p.end, toEnd))
				if !s.postpone(o.other, lo, fromEnd) {
					return false
				}
				moved = true
			}
		}
	}
	for k := range a.out {
		o := &a.out[k]
		if q := s.at[o.other]; q.start >= 0 {
			fromEnd, toEnd := ends(o.typ)
			if _, hi := o.before(pick(q.start, q.end, toEnd)); pick(p.start, p.end, fromEnd) > hi {
				lo, _ := o.after(pick(p.start, p.end, fromEnd))
				if !s.postpone(o.other, lo, toEnd) {
					return false
				}
				moved = true
			}
		}
	}
	if moved && s.wait[i] == 0 {
		s.queue.push(i)
	}
	return moved
}

// relaxed is bounds without what placed neighbours forbid from above.
func (s *state) relaxed(i int) bounds {
	b := s.bounds(i)
	b.hi, b.hiEnd = s.m.act[i].latest, s.m.act[i].deadline
	return b
}

// postpone takes an activity out and lets it start (or end) no earlier than lo.
func (s *state) postpone(i, lo int, end bool) bool {
	a := &s.m.act[i]
	if a.pin >= 0 {
		return false
	}
	was := s.at[i].start
	if end {
		start := a.cal.back(lo, a.dur)
		if a.cal.end(start, a.dur) < lo {
			start++
		}
		lo = start
	}
	s.floor[i] = max(lo, was+1)
	if s.floor[i] > a.latest {
		return false
	}
	s.out(i)
	return true
}

// out takes out an activity and everything placed that follows it in order.
func (s *state) out(i int) {
	if s.m.act[i].pin >= 0 {
		return
	}
	if s.limit > 0 {
		s.late -= s.m.lateCost(i, s.at[i].end)
	}
	s.take(i)
	s.undone++
	for k := range s.m.act[i].out {
		if o := &s.m.act[i].out[k]; o.order && s.at[o.other].start >= 0 {
			s.out(o.other)
		}
	}
	if s.wait[i] == 0 {
		s.queue.push(i)
	}
}
