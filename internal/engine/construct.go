package engine

import (
	"context"
	"sort"
)

// construct builds the first schedule: pins, then what is published and still
// fits, then the rest by urgency. Other orders are tried as well, and where an
// activity finds no place it goes earlier in the next attempt.
func (s *solver) construct(ctx context.Context) (*state, failure, bool) {
	var best *state
	var bestCost cost
	var fail failure
	var failed *state
	boost := make([]int, len(s.m.act))
	spent := 0
	r := rng(s.opt.Seed)
	for attempt := range s.attempts() {
		if attempt > 0 && (ctx.Err() != nil || s.opt.Steps > 0 && attempt >= s.opt.Steps) {
			break
		}
		if best != nil && (attempt >= rules && len(s.m.act) > sampled || s.kept > 0) {
			break
		}
		st := newState(s.m)
		noise := func(int) int { return 0 }
		if attempt >= rules && len(s.m.act) <= sampled {
			noise = s.noise(&r)
		}
		f, ok := s.attempt(st, attempt, boost, noise)
		spent += st.spent
		if !ok {
			boost[f.act] += 50 << min(attempt, 8)
			fail, failed = f, st
			continue
		}
		if c := st.cost(); best == nil || s.m.obj.less(c, bestCost) {
			best, bestCost = st, c
		}
		if s.done(bestCost) {
			break
		}
	}
	if best == nil {
		return failed, fail, false
	}
	best.spent = spent
	return best, failure{}, true
}

// orders are by latest start, by the due date of the release, by earliest start;
// each is tried calmly and eagerly (state.wake).
const (
	orders = 3
	rules  = 2 * orders
)

// sampled is the size up to which disturbed orders are tried as well: above,
// a schedule takes too long for many.
const sampled = 1_000

func (s *solver) attempts() int {
	if len(s.m.act) > sampled {
		return 12
	}
	return 60
}

// noise disturbs an order: releases as a whole, and each activity a little.
func (s *solver) noise(r *rng) func(i int) int {
	wide, narrow := 1+r.below(30), 1+r.below(12)
	shift := make([]int, len(s.m.rel))
	for k := range shift {
		shift[k] = r.below(wide)
	}
	return func(i int) int {
		n := r.below(narrow)
		if k := s.m.act[i].release; k >= 0 {
			n += shift[k]
		}
		return n
	}
}

func (s *solver) attempt(st *state, rule int, boost []int, noise func(i int) int) (failure, bool) {
	for _, i := range s.pins() {
		p, ok := st.fitPinned(i)
		if !ok {
			return failure{act: i, at: s.m.act[i].pin}, false
		}
		st.put(i, p)
	}
	st.eager = rule%(2*orders) >= orders
	if rule < rules {
		s.keep(st)
	}
	todo := make([]int, 0, len(s.m.act))
	for i := range s.m.act {
		a := &s.m.act[i]
		switch rule % orders {
		case 0:
			st.key[i] = a.late
		case 1:
			st.key[i] = a.late
			if a.release >= 0 && s.m.rel[a.release].due != never {
				st.key[i] = s.m.rel[a.release].due
			}
		case 2:
			st.key[i] = s.t.es[i]
		}
		st.key[i] += noise(i) - boost[i]
		if st.at[i].start < 0 {
			todo = append(todo, i)
		}
	}
	return st.build(todo)
}

// keep puts published activities back where they were, in order of time, if
// every rule still allows it: before all in order, and with the same people.
func (s *solver) keep(st *state) {
	if len(s.m.p.Published) == 0 {
		return
	}
	var prior []int
	for i := range s.m.act {
		if s.m.act[i].prior >= 0 && st.at[i].start < 0 {
			prior = append(prior, i)
		}
	}
	sort.SliceStable(prior, func(x, y int) bool {
		a, b := prior[x], prior[y]
		if s.m.act[a].prior != s.m.act[b].prior {
			return s.m.act[a].prior < s.m.act[b].prior
		}
		return s.m.rank[a] < s.m.rank[b]
	})
	s.kept = 0
	for _, i := range prior {
		a := &s.m.act[i]
		if st.wait[i] > 0 {
			continue
		}
		b := st.bounds(i)
		if a.prior < b.lo || a.prior > b.hi {
			continue
		}
		b.lo, b.hi = a.prior, a.prior
		st.spent++
		if p, ok := st.fit(i, b); ok {
			st.put(i, p)
			s.kept++
		}
	}
}
