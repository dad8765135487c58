package engine

import (
	"context"
	"slices"
	"sync"
)

// lanes is how many searches run side by side, whatever the number of cores:
// so a plan does not depend on the machine.
const lanes = 2

// lane is one search: a schedule, its cost and its own random numbers.
type lane struct {
	s    *state
	r    rng
	cost cost
	top  cost    // of the best seen
	best []place // the best seen; kept apart only while worse is accepted
	heat int     // how much worse a schedule may be accepted, in total cost
	set  []int
	in   []bool
	bad  []int // what costs something, refreshed every round
}

func newLane(s *state, seed uint64) *lane {
	c := s.cost()
	l := &lane{s: s, r: rng(seed), cost: c, top: c, in: make([]bool, len(s.m.act))}
	if len(s.m.act) <= sampled && !s.m.obj.Lexicographic {
		l.best = slices.Clone(s.at)
	}
	return l
}

// adopt makes the lane's schedule that of another time or lane.
func (l *lane) adopt(at []place, c cost) {
	l.s.logged = false
	var changed []int
	for i := range at {
		if !samePlace(l.s.at[i], at[i]) {
			changed = append(changed, i)
		}
	}
	for _, i := range changed {
		if l.s.at[i].start >= 0 {
			l.s.take(i)
		}
	}
	for _, i := range changed {
		l.s.put(i, at[i])
	}
	l.cost = c
	l.keep()
}

// keep remembers the schedule if it is the best so far.
func (l *lane) keep() {
	if l.s.m.obj.less(l.cost, l.top) {
		l.top = l.cost
		copy(l.best, l.s.at)
	}
}

// peak is the best schedule of the lane.
func (l *lane) peak() []place {
	if l.best != nil {
		return l.best
	}
	return l.s.at
}

func samePlace(a, b place) bool {
	return a.start == b.start && a.end == b.end && slices.Equal(a.people, b.people)
}

// firstEra is how many schedules each sway may build before neighbourhoods have
// their first turn; every era is twice as long as the one before.
const firstEra = 250

// swayParts: all parts but one of what is spent go to whole schedules.
const swayParts = 8

// improve looks for better schedules until the budget (in placements) is
// spent. In turns, whole schedules are built anew in other orders, and parts of
// the best one are taken apart and built again. The lanes meet after every
// round, and the best goes on.
func (s *solver) improve(ctx context.Context, first *state, budget int) *state {
	main := newLane(first, s.opt.Seed)
	if budget <= 0 || s.done(main.cost) {
		return first
	}
	ls := []*lane{main}
	for k := 1; k < lanes; k++ {
		l := newLane(newState(s.m), s.opt.Seed+uint64(k)*0x9e37)
		l.top = main.cost
		l.adopt(main.s.at, main.cost)
		copy(l.best, main.s.at)
		ls = append(ls, l)
	}
	h := &hunt{ls: ls, ws: s.newSways(first, main.cost), start: first.spent}
	for era := firstEra; h.spent() < budget && ctx.Err() == nil && !s.done(h.best().top); era *= 2 {
		turn := budget - h.spent()
		if both := lanes * era * len(s.m.act) * swayParts / (swayParts - 1); len(h.ws) > 0 && turn > 2*both {
			turn = both
		}
		until := h.spent() + turn
		s.sway(ctx, h, turn/swayParts*(swayParts-1)/lanes)
		s.neighbourhoods(ctx, h, until)
	}
	best := h.best()
	s.spentElsewhere += h.spent() + h.start - best.s.spent
	best.adopt(best.peak(), best.top)
	return best.s
}

// hunt is what searches side by side.
type hunt struct {
	ls    []*lane
	ws    []*sway // none: of no use here
	start int     // placements of the first schedule
}

// spent is how many placements have been tried since the first schedule.
func (h *hunt) spent() int {
	sum := -h.start
	for _, l := range h.ls {
		sum += l.s.spent
	}
	for _, w := range h.ws {
		sum += w.s.spent
	}
	return sum
}

// best is the lane with the best schedule.
func (h *hunt) best() *lane {
	best := h.ls[0]
	for _, l := range h.ls {
		if l.s.m.obj.less(l.top, best.top) {
			best = l
		}
	}
	return best
}

// sway lets every search over whole schedules spend a share of placements; the
// lanes take over what is better than theirs.
func (s *solver) sway(ctx context.Context, h *hunt, share int) {
	if len(h.ws) == 0 || share < len(s.m.act) {
		return
	}
	var wg sync.WaitGroup
	for _, w := range h.ws {
		wg.Go(func() { w.run(ctx, share) })
	}
	wg.Wait()
	best := h.ws[0]
	for _, w := range h.ws {
		if s.m.obj.less(w.top, best.top) {
			best = w
		}
	}
	for _, w := range h.ws {
		if w.eager || !best.eager { // the calm lane stays calm
			copy(w.best, best.best)
			w.eager = best.eager
		}
	}
	for _, l := range h.ls {
		if s.m.obj.less(best.top, l.top) {
			l.adopt(best.at, best.top)
		}
	}
	s.rounds++
	s.report(h.best(), h.spent())
}

// neighbourhoods lets every lane change parts of its schedule until so many
// placements are spent.
func (s *solver) neighbourhoods(ctx context.Context, h *hunt, until int) {
	round := max(len(s.m.act)/2, 400)
	if len(s.m.act) <= sampled {
		round = max(4*len(s.m.act), 400)
	}
	for h.spent() < until && ctx.Err() == nil {
		share := min(round, (until-h.spent()+lanes-1)/lanes)
		var wg sync.WaitGroup
		for _, l := range h.ls {
			wg.Go(func() { l.run(ctx, share) })
		}
		wg.Wait()
		best := h.best()
		s.rounds++
		s.report(best, h.spent())
		if s.done(best.top) {
			return
		}
		for _, l := range h.ls {
			if l != best && (l.best == nil || s.rounds%8 == 0) {
				l.adopt(best.peak(), best.top)
			}
		}
	}
}

// run spends a share of placements on one lane.
func (l *lane) run(ctx context.Context, share int) {
	if l.best != nil {
		top := l.s.m.obj.total(l.top)
		l.heat = top * l.r.below(5) / 100
		if l.s.m.obj.total(l.cost) > top+top/10 {
			l.adopt(l.best, l.top)
		}
	}
	l.refresh()
	end := l.s.spent + share
	for k := 0; l.s.spent < end && len(l.bad) > 0; k++ {
		if k%16 == 0 && ctx.Err() != nil {
			return
		}
		before := l.s.spent
		l.step()
		if l.s.spent == before { // nothing around it can move, as beside what people pinned: looking costs too
			l.s.spent++
		}
	}
	if len(l.bad) == 0 {
		l.s.spent = end // nothing left to look at
	}
}

// refresh lists what costs something: late deliveries, lags, gaps, moves; and
// what ends last when nothing else does.
func (l *lane) refresh() {
	l.bad = l.bad[:0]
	span := l.cost[termMakespan]
	for i := range l.s.at {
		if c := l.s.costOf(i); c != (cost{}) {
			l.bad = append(l.bad, i)
		} else if l.s.at[i].end == span && l.s.m.obj.Makespan > 0 {
			l.bad = append(l.bad, i)
		}
	}
}

// step changes one neighbourhood.
func (l *lane) step() {
	seed := l.bad[l.r.below(len(l.bad))]
	l.set = l.set[:0]
	l.gather(seed)
	movable := len(l.set)
	l.watch()
	before := l.cost
	old := cost{}
	touched := len(l.set)
	l.s.begin()
	for _, i := range l.set {
		old.add(l.s.costOf(i), 1)
	}
	l.rekey(seed)
	for _, i := range l.set[:movable] {
		l.s.take(i)
	}
	_, ok := l.s.build(l.set)
	for _, u := range l.s.log { // what a broken lag pulled in besides
		if !l.in[u.act] && l.s.logged {
			l.in[u.act] = true
			l.set = append(l.set, u.act)
		}
	}
	for _, i := range l.set {
		l.s.floor[i], l.s.loose[i] = 0, false
	}
	if ok {
		ok = l.judge(old, touched)
	}
	if !ok {
		l.s.rollback()
		l.cost = before
	}
	l.s.logged = false
	for _, i := range l.set {
		l.in[i] = false
	}
}

// rekey chooses the order in which the neighbourhood is built again: as it
// was, but for the costly work and a few others that go earlier or later; or by
// urgency with some noise.
func (l *lane) rekey(seed int) {
	m := l.s.m
	urgency := l.r.below(4) == 0
	l.s.eager = l.r.below(2) == 0
	noise := 1 + l.r.below(40)
	ahead := l.r.below(60)
	release := m.act[seed].release
	for _, i := range l.set {
		l.s.floor[i] = 0
		l.s.loose[i] = i == seed || release >= 0 && m.act[i].release == release || l.r.below(8) == 0
		if urgency {
			l.s.key[i] = m.act[i].late + l.r.below(noise)
			continue
		}
		l.s.key[i] = l.s.at[i].start
		if l.r.below(len(l.set)) < 3 {
			l.s.key[i] += l.r.below(2*noise) - noise
		}
	}
	if release >= 0 && l.r.below(4) > 0 {
		for _, i := range l.set {
			if m.act[i].release == release {
				l.s.key[i] -= ahead
			}
		}
	}
}

// watch adds to the set, without moving it, what is priced by its distance to
// what moves.
func (l *lane) watch() {
	for _, i := range l.set {
		for k := range l.s.m.act[i].out {
			if o := &l.s.m.act[i].out[k]; o.weight > 0 && !l.in[o.other] {
				l.in[o.other] = true
				l.set = append(l.set, o.other)
			}
		}
	}
}

// judge keeps a change that costs no more than before.
func (l *lane) judge(old cost, touched int) bool {
	m := l.s.m
	for _, i := range l.set[touched:] { // their former cost
		now := l.s.at[i]
		l.s.at[i] = l.formerly(i)
		old.add(l.s.costOf(i), 1)
		l.s.at[i] = now
	}
	next := l.cost
	next.add(old, -1)
	for _, i := range l.set {
		next.add(l.s.costOf(i), 1)
	}
	if m.obj.Makespan > 0 {
		next[termMakespan] = l.s.makespan()
	}
	if m.obj.less(l.cost, next) && (l.heat == 0 || m.obj.total(next) > m.obj.total(l.cost)+l.r.below(l.heat)) {
		return false
	}
	l.cost = next
	l.keep()
	return true
}

// formerly is where an activity lay before the change.
func (l *lane) formerly(i int) place {
	for _, u := range l.s.log {
		if u.act == i {
			return u.was
		}
	}
	return l.s.at[i]
}
