package engine

import (
	"context"
	"slices"
)

// sway searches schedules that are built from beginning to end. Each release
// has a bias, which says by how much its work queues before or behind its
// urgency. A move changes one or two of them a little and builds everything
// again; a slightly worse schedule is accepted, less and less so (simulated
// annealing: Kirkpatrick, Gelatt, Vecchi 1983).
type sway struct {
	base  *state // what never moves
	s     *state
	r     rng
	rels  []int // releases with something to move
	todo  []int
	width int // of one change of a bias
	bias  []int
	trial []int
	cost  cost
	top   cost // of the best seen
	best  []int
	at    []place // the best seen
	eager bool    // builds eagerly: one lane does where there is time for few schedules only
}

// newSways gives one search for each lane, or none where they are of no use:
// little to order, or a plan in force that is to be kept.
func (s *solver) newSways(first *state, c cost) []*sway {
	if s.kept > 0 {
		return nil
	}
	base := newState(s.m)
	if !s.settled(base) {
		return nil
	}
	var todo, rels []int
	seen := make([]bool, len(s.m.rel))
	long, n := 0, 0
	for i := range s.m.act {
		a := &s.m.act[i]
		if base.at[i].start >= 0 {
			continue
		}
		todo = append(todo, i)
		if a.release < 0 || s.m.fixed(i) {
			continue
		}
		long, n = long+a.dur, n+1
		if !seen[a.release] {
			seen[a.release] = true
			rels = append(rels, a.release)
		}
	}
	if len(rels) < 2 {
		return nil
	}
	ws := make([]*sway, lanes)
	for k := range ws {
		ws[k] = &sway{
			base: base, s: newState(s.m), r: rng(s.opt.Seed + uint64(k)*0x51ed), rels: rels, todo: todo, width: max(2, 3*long/n/2),
			bias: make([]int, len(s.m.rel)), trial: make([]int, len(s.m.rel)), best: make([]int, len(s.m.rel)),
			cost: cost{termTardiness: never}, top: c, at: slices.Clone(first.at), eager: k > 0 && len(s.m.act) > sampled,
		}
		if ws[k].s.light = base.diary != nil; ws[k].s.light {
			ws[k].s.crews = make([][]int32, len(s.m.act))
		}
	}
	return ws
}

// settled places what never moves: pins, and what has one place to go and
// waits for nobody.
func (s *solver) settled(base *state) bool {
	for _, i := range s.pins() {
		p, ok := base.fitPinned(i)
		if !ok {
			return false
		}
		base.put(i, p)
	}
	for i := range s.m.act {
		if a := &s.m.act[i]; base.at[i].start < 0 && s.m.fixed(i) && len(a.demands)+len(a.in) == 0 {
			if p, ok := base.fit(i, base.bounds(i)); ok {
				base.put(i, p)
			}
		}
	}
	return true
}

// run builds schedules until a share of placements is spent, beginning from the
// best biases so far. A schedule is given up as soon as lateness alone makes it
// worse than would be accepted.
func (w *sway) run(ctx context.Context, share int) {
	m := w.s.m
	copy(w.bias, w.best)
	w.s.eager = w.eager
	w.cost = cost{termTardiness: never}
	heat := 0
	if !m.obj.Lexicographic {
		heat = m.obj.total(w.top) / 50
	}
	end := w.s.spent + share
	for k := 0; w.s.spent < end; k++ {
		if k%16 == 0 && ctx.Err() != nil {
			return
		}
		w.s.spent++ // for the beginning: however soon it is given up
		copy(w.trial, w.bias)
		for range min(k, 1+w.r.below(2)) { // the first is the biases as they were
			w.trial[w.rels[w.r.below(len(w.rels))]] += w.r.below(2*w.width+1) - w.width
		}
		limit := never
		if k > 0 && !m.obj.Lexicographic {
			limit = m.obj.total(w.cost)
			if h := heat * (end - w.s.spent) / share; h > 0 {
				limit += w.r.below(h)
			}
		}
		if !w.build(limit) {
			continue
		}
		c := w.s.cost()
		if limit == never && m.obj.less(w.cost, c) || m.obj.total(c) > limit {
			continue
		}
		copy(w.bias, w.trial)
		if w.cost = c; m.obj.less(c, w.top) {
			w.top = c
			copy(w.best, w.bias)
			w.remember()
		}
	}
}

// remember copies the schedule at hand: the next one writes over the people of
// a light state.
func (w *sway) remember() {
	copy(w.at, w.s.at)
	if !w.s.light {
		return
	}
	for i := range w.at {
		w.at[i].people = slices.Clone(w.at[i].people)
	}
}

// build makes the schedule of the trial biases, unless lateness costs more
// than limit.
func (w *sway) build(limit int) bool {
	w.s.reset(w.base)
	w.s.limit, w.s.late = limit, 0
	for _, i := range w.todo {
		a := &w.s.m.act[i]
		if w.s.key[i] = a.late; a.release >= 0 {
			w.s.key[i] += w.trial[a.release]
		}
	}
	_, ok := w.s.build(w.todo)
	return ok
}

// reset makes the schedule that of another state.
func (s *state) reset(to *state) {
	copy(s.at, to.at)
	copy(s.wait, to.wait)
	clear(s.floor)
	clear(s.loose)
	for k := range s.diary {
		copy(s.diary[k], to.diary[k])
	}
	for k := range to.people {
		if s.light {
			break
		}
		s.people[k] = append(s.people[k][:0], to.people[k]...)
	}
	for k := range to.res {
		s.res[k] = append(s.res[k][:0], to.res[k]...)
	}
	s.log, s.logged = s.log[:0], false
}
