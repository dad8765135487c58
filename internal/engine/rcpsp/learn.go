package rcpsp

import (
	"slices"
	"sort"
)

// learn turns l.conflict into a nogood with one literal of the last level (the
// first unique implication point), goes back to where it acts, and applies it.
// false: nothing is left to search.
func (l *learner) learn() bool {
	if len(l.level) == 0 {
		return false
	}
	touched, uip := l.analyse()
	if uip < 0 {
		return false // the last conflict: touched is of no use any more
	}
	n := &nogood{lits: append(make([]lit, 0, len(touched)), lit{uip, l.need[uip]}), act: l.inc}
	back, second := 0, -1
	for _, q := range touched {
		if q == uip || l.need[q] == unset || l.redundant(q) {
			continue
		}
		n.lits = append(n.lits, lit{q, l.need[q]})
		if v := l.levelOf(int(l.where[q])); v > back || second < 0 {
			back, second = v, len(n.lits)-1
		}
	}
	for _, q := range touched {
		l.need[q], l.seen[q] = unset, false
	}
	if second > 1 {
		n.lits[1], n.lits[second] = n.lits[second], n.lits[1]
	}
	l.cancel(back)
	if len(n.lits) > 1 {
		l.db = append(l.db, n)
		for _, x := range n.lits[:2] {
			l.watch[x.q] = append(l.watch[x.q], n)
		}
	}
	why := event{arc: half{other: -1}, why: n}
	return l.set(uip^1, 1-n.lits[0].x, why) || len(l.level) > 0
}

// analyse resolves the conflict backwards along the trail. It leaves the
// literals in l.need and returns the quantities touched and that of the unique implication point.
func (l *learner) analyse() (touched []int, uip int) {
	start := l.level[len(l.level)-1].trail
	count, live := 0, 0 // literals of the last level, and of all
	touched = l.touched[:0]
	add := func(x lit) {
		at := l.last[x.q]
		for at >= 0 && l.trail[at].old >= x.x {
			at = l.trail[at].prev
		}
		if at < int32(l.level[0].trail) || l.need[x.q] >= x.x {
			return
		}
		switch {
		case l.need[x.q] == unset:
			if live++; !l.seen[x.q] {
				l.seen[x.q] = true
				touched = append(touched, x.q)
			}
		case l.where[x.q] >= int32(start):
			count--
		}
		l.need[x.q], l.where[x.q] = x.x, at
		l.act[x.q/2] += l.inc
		if at >= int32(start) {
			count++
		}
	}
	for _, x := range l.conflict {
		add(x)
	}
	for k := len(l.trail) - 1; k >= 0; k-- {
		if k < start {
			if count > 0 || live == 0 {
				break
			}
			for v := len(l.level) - 1; v >= 0 && l.level[v].trail > k; v-- { // the conflict lies at an earlier level
				start = 0
				if v > 0 {
					start = l.level[v-1].trail
				}
			}
			count = 0
			for _, q := range touched {
				if l.need[q] != unset && l.where[q] >= int32(start) {
					count++
				}
			}
		}
		e := &l.trail[k]
		if l.need[e.q] == unset || l.where[e.q] != int32(k) {
			continue
		}
		if count == 1 {
			l.touched = touched
			return touched, e.q
		}
		x := l.need[e.q]
		l.need[e.q] = unset
		count, live = count-1, live-1
		if e.why != nil {
			l.bump(e.why)
		}
		l.buf = l.explain(l.buf[:0], e, e.q, x)
		for _, y := range l.buf {
			add(y)
		}
	}
	return touched, -1
}

// redundant reports whether the rest of the nogood implies a literal.
func (l *learner) redundant(q int) bool {
	e := &l.trail[l.where[q]]
	l.buf = l.explain(l.buf[:0], e, q, l.need[q])
	if len(l.buf) == 0 {
		return false
	}
	root := l.level[0].trail
	for _, y := range l.buf {
		if l.need[y.q] >= y.x && l.where[y.q] < l.where[q] {
			continue
		}
		at := l.last[y.q]
		for at >= 0 && l.trail[at].old >= y.x {
			at = l.trail[at].prev
		}
		if at >= int32(root) {
			return false
		}
	}
	return true
}

// levelOf is the level at which an event was made.
func (l *learner) levelOf(at int) int {
	return sort.Search(len(l.level), func(v int) bool { return l.level[v].trail > at })
}

// run searches until n conflicts are met or that much work is done, the search
// space is empty, or the makespan is stop.
func (l *learner) run(n, work, stop int) {
	end, rest := l.steps+n, l.work+work
	for l.steps < end && l.work < rest && !l.empty && l.span > stop && (!l.first || !l.found) && !ended(l.done) {
		if !l.propagate() {
			l.steps++
			l.restart++
			if !l.learn() {
				l.empty = true
				return
			}
			l.inc *= 1.05
			if l.inc > 1e100 {
				l.rescale()
			}
			continue
		}
		if l.restart > 0 && l.restart >= l.patience() {
			l.restart = 0
			l.mode ^= 2
			l.cancel(0)
			l.reduce()
			continue
		}
		if !l.decide() {
			l.record()
		}
	}
}

// patience is the length of a run between restarts.
func (l *learner) patience() int {
	if !l.found && l.mode&1 == 0 {
		return 400
	}
	return 150 + len(l.db)/16
}

func (l *learner) rescale() {
	for i := range l.act {
		l.act[i] *= 1e-100
	}
	for _, n := range l.db {
		n.act *= 1e-100
	}
	l.inc *= 1e-100
}

// reduce forgets the half of the nogoods that helped least. It is called at
// the root only, so none is the reason for anything that will be undone.
func (l *learner) reduce() {
	if len(l.db) < 4000+8*l.p.n {
		return
	}
	sort.SliceStable(l.db, func(x, y int) bool { return l.db[x].act > l.db[y].act })
	keep := len(l.db) / 2
	for _, n := range l.db[keep:] {
		n.dead = len(n.lits) > 2
	}
	l.db = slices.DeleteFunc(l.db, func(n *nogood) bool { return n.dead })
}

// decide takes the next branch; false: every start is fixed.
func (l *learner) decide() bool {
	pick := -1
	byTime := l.mode == 0 && !l.found || l.mode == 2 && !l.found
	for i := range l.p.Dur {
		if l.b[2*i]+l.b[2*i+1] == 0 {
			continue
		}
		switch {
		case pick < 0:
			pick = i
		case byTime:
			if a, b := l.b[2*i], l.b[2*pick]; a < b || a == b && (l.b[2*i+1] > l.b[2*pick+1] || l.b[2*i+1] == l.b[2*pick+1] && l.act[i] > l.act[pick]) {
				pick = i
			}
		case l.act[i] > l.act[pick]:
			pick = i
		}
	}
	if pick < 0 {
		return false
	}
	q, val := 2*pick+1, -l.b[2*pick] // start as early as possible
	if len(l.best) > 0 && l.mode&2 == 0 {
		switch s := l.best[pick]; {
		case s >= -l.b[2*pick+1]:
			q, val = 2*pick, -l.b[2*pick+1]
		case s > l.b[2*pick]:
			q, val = 2*pick+1, -s
		}
	}
	l.level = append(l.level, mark{len(l.trail), len(l.arena)})
	return l.set(q, val, event{arc: half{other: -1}})
}

// record keeps the schedule that is fixed and asks for a better one.
func (l *learner) record() {
	span := 0
	l.best = l.best[:0]
	for i, d := range l.p.Dur {
		l.best = append(l.best, l.b[2*i])
		span = max(span, l.b[2*i]+d)
	}
	l.found = true
	l.limit(span)
	l.restart = 0
}

// accept takes over a schedule found elsewhere.
func (l *learner) accept(start []int, span int) {
	if span < l.span {
		l.best, l.found = slices.Clone(start), true
		l.limit(span)
	}
}
