package engine

import (
	"context"
	"slices"
)

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
