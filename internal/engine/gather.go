package engine

// gather collects a neighbourhood of a costly activity: the work before it
// that can move, what shares people or capacities with that work at the time,
// and what is tied to any of it by order.
func (l *lane) gather(seed int) {
	m := l.s.m
	l.include(seed)
	if l.r.below(3) == 0 {
		l.stretch(seed)
		return
	}
	chain := 2 + l.r.below(12)
	for k := 0; k < len(l.set) && len(l.set) < chain; k++ {
		for j := range m.act[l.set[k]].in {
			if o := &m.act[l.set[k]].in[j]; o.order {
				l.include(o.other)
			}
		}
	}
	limit := len(l.set) + 5 + l.r.below(30)
	own := len(l.set)
	width := 4 + l.r.below(40)
	for k := 0; k < own && len(l.set) < limit; k++ {
		l.rivals(l.set[k], width, limit)
	}
	for k := range len(l.set) { // what follows has to come along
		for j := range m.act[l.set[k]].out {
			if o := &m.act[l.set[k]].out[j]; o.order && len(l.set) < 4*limit {
				l.include(o.other)
			}
		}
	}
}

// stretchLimit keeps a stretch small where many work side by side.
const stretchLimit = 300

// stretch collects everything from some time before the seed on, so that what
// follows can move up.
func (l *lane) stretch(seed int) {
	from := l.s.at[seed].start - l.r.below(60)
	to := from + 20 + l.r.below(200)
	first := l.r.below(len(l.s.at))
	for k := range l.s.at {
		i := (first + k) % len(l.s.at)
		if p := l.s.at[i]; p.start >= from && p.start < to && len(l.set) < stretchLimit {
			l.include(i)
		}
	}
}

// include adds an activity that may move, once.
func (l *lane) include(i int) {
	if l.in[i] || l.s.m.act[i].pin >= 0 || l.s.m.fixed(i) {
		return
	}
	l.in[i] = true
	l.set = append(l.set, i)
}

// fixed reports whether an activity's start is given by its bounds.
func (m *model) fixed(i int) bool { return m.act[i].latest <= m.act[i].earliest }

// rivals adds activities of the people who could do i, around i's time.
func (l *lane) rivals(i, width, limit int) {
	m := l.s.m
	p := l.s.at[i]
	from, to := p.start-width, p.end+width/4
	for _, d := range m.act[i].demands {
		shift := l.r.below(len(d.pool))
		for k := range d.pool {
			b := l.s.people[d.pool[(k+shift)%len(d.pool)]]
			for x := b.at(from); x < len(b) && b[x].from < to; x++ {
				if b[x].act >= 0 && l.r.below(3) > 0 {
					l.include(b[x].act)
				}
				if len(l.set) >= limit {
					return
				}
			}
		}
	}
	if len(m.act[i].uses) == 0 {
		return
	}
	for tries := 0; tries < limit && len(l.set) < limit; tries++ { // capacities keep no list: try at random
		j := l.r.below(len(m.act))
		if q := l.s.at[j]; q.start < to && q.end > from && shares(&m.act[i], &m.act[j]) {
			l.include(j)
		}
	}
}

// shares reports whether two activities use a capacity in common.
func shares(a, b *activity) bool {
	for _, x := range a.uses {
		for _, y := range b.uses {
			if x.res == y.res {
				return true
			}
		}
	}
	return false
}
