package engine

// explain says for every placement what stands in the way of an earlier start.
func (s *solver) explain(st *state, out []Placement) {
	users := make([][]int, len(s.m.res))
	for i := range s.m.act {
		for _, u := range s.m.act[i].uses {
			users[u.res] = append(users[u.res], i)
		}
	}
	st.logged = false
	for i := range out {
		p := st.at[i]
		st.take(i)
		out[i].Why = s.why(st, i, p, users)
		st.put(i, p)
	}
}

// why looks at the last working slot before the start of i, which is out.
func (s *solver) why(st *state, i int, p place, users [][]int) Why {
	a := &s.m.act[i]
	if a.pin >= 0 {
		return Why{Rule: RulePin, Until: p.start}
	}
	t := p.start - 1
	if a.dur > 0 && a.cal != nil {
		t = a.cal.next(max(0, a.cal.atMost(a.cal.count(p.start)-1)))
		if t >= p.start {
			t = -1
		}
	}
	if w := s.lowest(st, i, t); w.Rule != "" {
		return w
	}
	if t < 0 {
		return Why{Rule: RuleOrigin}
	}
	end := a.cal.end(t, a.dur)
	if a.walled && !within(a.windows, t, end) {
		return Why{Rule: RuleWindow, Resource: s.m.p.Activities[i].Windows, Until: p.start}
	}
	if k := spanAfter(a.frozen, t); k < len(a.frozen) && a.frozen[k].From < max(end, t+1) {
		return Why{Rule: RuleFreeze, Resource: s.freezeAt(i, t, max(end, t+1)), Until: a.frozen[k].To}
	}
	for _, u := range a.uses {
		if until, ok := st.res[u.res].clear(t, end, u.units); !ok {
			w := Why{Rule: RuleResource, Resource: s.m.res[u.res].id, Until: min(until, p.start)}
			for _, j := range users[u.res] {
				if q := st.at[j]; j != i && q.start < end && q.end > t && (w.Activity == "" || q.end == p.start) {
					w.Activity = s.m.p.Activities[j].ID
				}
			}
			return w
		}
	}
	if w := s.nobody(st, i, t, end, p); w.Rule != "" {
		return w
	}
	if a.prior == p.start {
		return Why{Rule: RulePublished, Until: p.start}
	}
	return Why{Rule: RuleChoice}
}

// lowest is the rule that sets the lowest allowed start, if that is after t.
func (s *solver) lowest(st *state, i, t int) Why {
	a := &s.m.act[i]
	w, at := Why{}, t
	set := func(lo int, end bool, why Why) {
		if end {
			lo = a.cal.back(lo, a.dur)
		}
		if lo > at {
			at = lo
			w = why
			w.Until = lo
		}
	}
	for k := range a.in {
		o := &a.in[k]
		q := st.at[o.other]
		fromEnd, toEnd := ends(o.typ)
		lo, _ := o.after(pick(q.start, q.end, fromEnd))
		set(lo, toEnd, Why{Rule: RulePredecessor, Activity: s.m.p.Activities[o.other].ID})
	}
	if a.earliest > 0 {
		set(a.earliest, false, Why{Rule: RuleEarliest})
	}
	if a.minEnd > 0 {
		set(a.minEnd, true, Why{Rule: RuleGapMin})
	}
	for k := range a.out {
		o := &a.out[k]
		q := st.at[o.other]
		fromEnd, toEnd := ends(o.typ)
		lo, _ := o.before(pick(q.start, q.end, toEnd))
		set(lo, fromEnd, Why{Rule: RuleMaxLag, Activity: s.m.p.Activities[o.other].ID})
	}
	return w
}

// nobody says who is missing at [t, end): the people chosen come first.
func (s *solver) nobody(st *state, i, t, end int, p place) Why {
	a := &s.m.act[i]
	if a.mixed {
		if _, ok := st.crewMixed(i, t, bounds{hiEnd: s.m.p.Horizon}); ok {
			return Why{}
		}
	} else if len(a.demands) == 0 {
		return Why{}
	} else if st.plenty(a, t, end) {
		if _, ok := st.crew(i, t, end); ok {
			return Why{}
		}
	}
	for _, q := range p.people {
		if w := s.engaged(st, int(q), t, end); w.Rule != "" {
			w.Skill = s.skillOf(i, int(q))
			return w
		}
	}
	for _, d := range a.demands {
		for _, q := range d.pool {
			if w := s.engaged(st, int(q), t, end); w.Rule != "" {
				w.Skill = d.skill
				return w
			}
		}
	}
	return Why{Rule: RuleCalendar, Until: p.start}
}

// plenty reports whether each demand alone could be met at [t, end).
func (s *state) plenty(a *activity, t, end int) bool {
	for _, d := range a.demands {
		n := d.n
		for k := 0; n > 0 && k < len(d.pool); k++ {
			if _, ok := s.people[d.pool[k]].clear(t, end); ok {
				n--
			}
		}
		if n > 0 {
			return false
		}
	}
	return true
}

func (s *solver) skillOf(i, q int) string {
	for _, d := range s.m.act[i].demands {
		for _, x := range d.pool {
			if int(x) == q {
				return d.skill
			}
		}
	}
	return ""
}

// engaged says what keeps a person from [t, end).
func (s *solver) engaged(st *state, q, t, end int) Why {
	b := st.people[q]
	w := Why{}
	for k := b.at(t); k < len(b) && b[k].from < end; k++ {
		if b[k].act >= 0 {
			w = Why{Rule: RulePerson, Person: s.m.person[q].id, Activity: s.m.p.Activities[b[k].act].ID, Until: b[k].to}
			continue
		}
		w = Why{Rule: RuleAbsence, Person: s.m.person[q].id, Until: b[k].to}
		for _, away := range s.m.p.People[q].Absences {
			if away.From < end && away.To > t {
				w.Note = away.Reason
			}
		}
	}
	return w
}

func (s *solver) freezeAt(i, from, to int) string {
	kind := s.m.p.Activities[i].Kind
	for _, f := range s.m.p.Freezes {
		applies := len(f.Kinds) == 0
		for _, k := range f.Kinds {
			applies = applies || k == kind
		}
		for _, sp := range f.Spans {
			if applies && sp.From < to && sp.To > from {
				return f.ID
			}
		}
	}
	return ""
}
