package engine

import "slices"

// order ranks the activities so that along order arcs the rank grows. Where
// arcs of lag zero go round in a circle (started together, say), the circle is
// cut at its first activity.
func (m *model) order() {
	n := len(m.act)
	m.rank = make([]int, n)
	waiting := make([]int, n)
	for i := range m.act {
		m.rank[i] = -1
		for _, a := range m.act[i].in {
			if a.order {
				waiting[i]++
			}
		}
	}
	var ready []int
	for i := range m.act {
		if waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	cut := 0
	for rank := range n {
		if len(ready) == 0 {
			for m.rank[cut] >= 0 || waiting[cut] == 0 {
				cut++
			}
			waiting[cut] = 0
			ready = append(ready, cut)
		}
		i := ready[0]
		ready = ready[1:]
		m.rank[i] = rank
		for _, a := range m.act[i].out {
			if !a.order || m.rank[a.other] >= 0 || waiting[a.other] == 0 {
				continue
			}
			if waiting[a.other]--; waiting[a.other] == 0 {
				ready = append(ready, a.other)
			}
		}
	}
	for i := range m.act {
		for k := range m.act[i].in {
			a := &m.act[i].in[k]
			a.order = a.order && m.rank[a.other] < m.rank[i]
		}
		for k := range m.act[i].out {
			a := &m.act[i].out[k]
			a.order = a.order && m.rank[i] < m.rank[a.other]
		}
	}
}

// byRank lists the activities in order of rank.
func (m *model) byRank() []int {
	out := make([]int, len(m.act))
	for i, r := range m.rank {
		out[r] = i
	}
	return out
}

// ends are the times of an activity that an arc looks at.
func ends(typ Relation) (fromEnd, toEnd bool) {
	switch typ {
	case StartStart:
		return false, false
	case FinishFinish:
		return true, true
	case StartFinish:
		return false, true
	}
	return true, false
}

// urgency computes for each activity the latest start that keeps everything
// behind it in time, looking at lags and lengths but at no resource. What has
// nothing behind it that is due gets its time from the horizon.
func (m *model) urgency() {
	order := m.byRank()
	for i := range m.act {
		a := &m.act[i]
		due := min(a.due, a.deadline)
		if a.delivers >= 0 {
			r := m.rel[a.delivers]
			if due = min(due, r.due); r.sprintEnd >= 0 && r.gap.Target > 0 {
				due = min(due, r.cal.atMost(r.cal.count(r.sprintEnd)+r.gap.Target))
			}
		}
		a.late = min(a.latest, a.cal.back(min(due, m.p.Horizon), a.dur))
	}
	for range 3 {
		for _, o := range slices.Backward(order) {
			m.backward(o)
		}
		for _, i := range order {
			m.sideward(i)
		}
	}
}

// backward pulls an activity before what comes after it.
func (m *model) backward(i int) {
	a := &m.act[i]
	for _, o := range a.out {
		if !o.order {
			continue
		}
		b := &m.act[o.other]
		fromEnd, toEnd := ends(o.typ)
		at := b.late
		if toEnd {
			at = b.cal.end(b.late, b.dur)
		}
		at = min(at, o.cal.atMost(o.cal.count(at)-o.min))
		if fromEnd {
			at = a.cal.back(at, a.dur)
		}
		a.late = min(a.late, at)
	}
}

// sideward pulls an activity towards what a maximum lag ties it to.
func (m *model) sideward(i int) {
	a := &m.act[i]
	for _, o := range a.out {
		if o.max == never {
			continue
		}
		b := &m.act[o.other]
		fromEnd, toEnd := ends(o.typ)
		at := a.late
		if fromEnd {
			at = a.cal.end(max(a.late, 0), a.dur)
		}
		at = o.cal.atMost(o.cal.count(at) + o.max)
		if toEnd {
			at = b.cal.back(at, b.dur)
		}
		b.late = min(b.late, at)
	}
}
