package engine

import "slices"

func (m *model) compileReleases() {
	m.rel = make([]release, len(m.p.Releases))
	for k, r := range m.p.Releases {
		c := release{delivery: -1, weight: max(r.Weight, 1), due: never, sprintEnd: -1, gap: r.Gap, cal: m.cals[r.Gap.Calendar]}
		if r.Due != nil {
			c.due = *r.Due
		}
		if r.SprintEnd != nil {
			c.sprintEnd = max(*r.SprintEnd, 0)
		}
		if i, ok := m.actIx[r.Delivery]; ok {
			c.delivery = i
			m.act[i].delivers = k
			if c.sprintEnd >= 0 && r.Gap.Min > 0 {
				m.act[i].minEnd = max(m.act[i].minEnd, c.cal.atLeast(c.cal.count(c.sprintEnd)+r.Gap.Min))
			}
		}
		m.rel[k] = c
	}
}

func (m *model) compilePrecedences() {
	for _, r := range m.p.Precedences {
		i, j := m.actIx[r.From], m.actIx[r.To]
		a := arc{typ: r.Type, min: r.MinLag, max: never, weight: r.MaxWeight, cal: m.cals[r.Calendar], order: r.MinLag >= 0}
		if a.typ == "" {
			a.typ = FinishStart
		}
		if r.MaxLag != nil { // with a long one, To would only jump the queue that it can well wait in
			a.max = *r.MaxLag
			a.tight = a.weight == 0 && a.max <= 2*max(1, m.act[j].dur)
		}
		a.other = j
		m.act[i].out = append(m.act[i].out, a)
		a.other = i
		m.act[j].in = append(m.act[j].in, a)
	}
}

func (m *model) compilePublished() {
	for _, q := range m.p.Published {
		if i, ok := m.actIx[q.Activity]; ok {
			m.act[i].prior, m.act[i].priorPeople = q.Start, m.peopleOf(q.People)
			m.act[i].priorSeats = m.seats(&m.act[i], q.People)
		}
	}
}

// seats puts published people in the order of the demands, if they still are
// who is asked for.
func (m *model) seats(a *activity, people []Assignment) []int32 {
	var out []int32
	for _, d := range a.demands {
		n := 0
		for _, as := range people {
			k, ok := m.perIx[as.Person]
			if as.Skill != d.skill {
				continue
			}
			if !ok || !slices.Contains(d.pool, int32(k)) || slices.Contains(out, int32(k)) {
				return nil
			}
			out = append(out, int32(k))
			n++
		}
		if n != d.n {
			return nil
		}
	}
	return out
}
