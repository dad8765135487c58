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
	best []place // of the round's beginning, shared between lanes
	set  []int
	in   []bool
	bad  []int // what costs something, refreshed every round
	hits int
}

func newLane(s *state, seed uint64) *lane {
	return &lane{s: s, r: rng(seed), cost: s.cost(), in: make([]bool, len(s.m.act))}
}

// adopt makes the lane's schedule that of another lane.
func (l *lane) adopt(o *lane) {
	l.s.logged = false
	var changed []int
	for i := range l.s.at {
		if !samePlace(l.s.at[i], o.s.at[i]) {
			changed = append(changed, i)
		}
	}
	for _, i := range changed {
		if l.s.at[i].start >= 0 {
			l.s.take(i)
		}
	}
	for _, i := range changed {
		l.s.put(i, o.s.at[i])
	}
	l.cost = o.cost
}

func samePlace(a, b place) bool {
	return a.start == b.start && a.end == b.end && slices.Equal(a.people, b.people)
}

// improve takes parts of the schedule around what is costly apart and builds
// them again in another order, keeping what is better, until the budget (in
// placements) is spent. The lanes meet after every round, and the best goes on.
func (s *solver) improve(ctx context.Context, first *state, budget int) *state {
	ls := make([]*lane, lanes)
	ls[0] = newLane(first, s.opt.Seed)
	if s.done(ls[0].cost) {
		return first
	}
	for k := 1; k < lanes; k++ {
		ls[k] = newLane(newState(s.m), s.opt.Seed+uint64(k)*0x9e37)
		ls[k].adopt(ls[0])
	}
	start := first.spent
	round := max(len(s.m.act)/2, 400)
	for spent := 0; spent < budget && ctx.Err() == nil; {
		share := min(round, (budget-spent+lanes-1)/lanes)
		var wg sync.WaitGroup
		for _, l := range ls {
			wg.Add(1)
			go func() { defer wg.Done(); l.run(ctx, share) }()
		}
		wg.Wait()
		best := ls[0]
		spent = -start
		for _, l := range ls {
			spent += l.s.spent
			if s.m.obj.less(l.cost, best.cost) {
				best = l
			}
		}
		s.rounds++
		s.report(best, spent)
		if s.done(best.cost) {
			return best.s
		}
		for _, l := range ls {
			if l != best {
				l.adopt(best)
			}
		}
	}
	best := ls[0]
	for _, l := range ls {
		s.spentElsewhere += l.s.spent
		if s.m.obj.less(l.cost, best.cost) {
			best = l
		}
	}
	s.spentElsewhere -= best.s.spent
	return best.s
}

// run spends a share of placements on one lane.
func (l *lane) run(ctx context.Context, share int) {
	l.refresh()
	end := l.s.spent + share
	for k := 0; l.s.spent < end && len(l.bad) > 0; k++ {
		if k%16 == 0 && ctx.Err() != nil {
			return
		}
		l.step()
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
	m := l.s.m
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
	for _, i := range l.set[:movable] {
		l.s.take(i)
	}
	noise := 1 + l.r.below(40)
	for _, i := range l.set {
		l.s.floor[i] = 0
		l.s.key[i] = m.act[i].late + l.r.below(noise)
	}
	if m.act[seed].release >= 0 && l.r.below(2) == 0 {
		for _, i := range l.set {
			if m.act[i].release == m.act[seed].release {
				l.s.key[i] -= 20 + l.r.below(60)
			}
		}
	}
	_, ok := l.s.build(l.set)
	for _, u := range l.s.log { // what a broken lag pulled in besides
		if !l.in[u.act] && l.s.logged {
			l.in[u.act] = true
			l.set = append(l.set, u.act)
		}
	}
	for _, i := range l.set {
		l.s.floor[i] = 0
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
	if m.obj.less(l.cost, next) {
		return false
	}
	if m.obj.less(next, l.cost) {
		l.hits++
	}
	l.cost = next
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
