package engine

import (
	"context"
	"slices"
)

// chainLength is how many reasons a finding tells.
const chainLength = 8

// lateFindings says which releases and activities miss a date, and the chain
// of reasons that leads to it.
func (s *solver) lateFindings(st *state, placed []Placement) []Finding {
	var out []Finding
	for k := range s.m.rel {
		r := &s.m.rel[k]
		if r.delivery < 0 {
			continue
		}
		end := st.at[r.delivery].end
		late, _, _, over := r.fare(end)
		f := Finding{Release: s.m.p.Releases[k].ID, To: end}
		switch {
		case late > 0:
			f.Rule, f.From = RuleDue, r.due
		case over > 0:
			f.Rule, f.From = RuleGapMax, r.cal.atMost(r.cal.count(r.sprintEnd)+r.gap.Max)
		default:
			continue
		}
		s.trace(&f, r.delivery, placed)
		out = append(out, f)
	}
	for i := range s.m.act {
		if a := &s.m.act[i]; st.at[i].end > a.due && (a.delivers < 0 || s.m.rel[a.delivers].due == never) {
			f := Finding{Rule: RuleDue, Release: s.m.p.Activities[i].Release, From: a.due, To: st.at[i].end}
			s.trace(&f, i, placed)
			out = append(out, f)
		}
	}
	return out
}

// trace follows the reasons from activity i back in time.
func (s *solver) trace(f *Finding, i int, placed []Placement) {
	seen := map[int]bool{}
	for len(f.Clash) < chainLength && !seen[i] {
		seen[i] = true
		w := placed[i].Why
		f.Activities = append(f.Activities, placed[i].Activity)
		f.Clash = append(f.Clash, s.link(w, placed, i))
		if w.Person != "" {
			f.People = append(f.People, w.Person)
		}
		next, ok := s.m.actIx[w.Activity]
		if !ok {
			return
		}
		i = next
	}
}

// link turns a reason into one rule of a chain.
func (s *solver) link(w Why, placed []Placement, i int) Clash {
	c := Clash{Rule: w.Rule, Activity: placed[i].Activity, Other: w.Resource, At: w.Until}
	switch {
	case w.Rule == RulePerson:
		c.Activity, c.Other = w.Activity, w.Person
		if k, ok := s.m.actIx[w.Activity]; ok {
			c.At = placed[k].Start
		}
	case w.Rule == RuleAbsence:
		c.Other = w.Person
	case w.Resource == "":
		c.Other = w.Activity
	}
	return c
}

// unplanned says that no plan was found: which activity found no place, and
// what holds the room it would have needed.
func (s *solver) unplanned(ctx context.Context, st *state, fail failure) Plan {
	i := fail.act
	a := &s.m.act[i]
	id := s.m.p.Activities[i].ID
	f := Finding{Rule: RuleHorizon, Hard: true, Release: s.m.p.Activities[i].Release, Activities: []string{id}, From: s.t.es[i], To: min(fail.at, s.m.p.Horizon)}
	limit := Clash{RuleHorizon, id, "", s.m.p.Horizon}
	b := st.bounds(i)
	switch {
	case a.pin >= 0:
		limit = Clash{RulePin, id, "", a.pin}
	case a.latest < never && b.hi == a.latest:
		limit = Clash{RuleLatestStart, id, "", a.latest}
	case b.hi < never && b.hi < fail.at:
		limit = Clash{RuleMaxLag, id, s.tieOf(st, i, b.hi), b.hi}
	case a.deadline < s.m.p.Horizon:
		limit = Clash{RuleDeadline, id, "", a.deadline}
	}
	f.Rule = limit.Rule
	f.Clash = append(f.Clash, limit)
	status := Unknown
	if clash, proven := s.prove(ctx); proven {
		status = Infeasible
		f.blame(clash)
	} else {
		s.holders(st, i, &f, min(b.hi, b.hiEnd))
	}
	return Plan{Status: status, Findings: []Finding{f}, LowerBound: s.bound, Stats: Stats{Activities: len(s.m.act), Steps: 1, Unplaced: st.undone}}
}

// blame gives a finding its clashing set and the activities in it.
func (f *Finding) blame(clash []Clash) {
	f.Clash, f.Activities = clash, nil
	for _, c := range clash {
		if !slices.Contains(f.Activities, c.Activity) {
			f.Activities = append(f.Activities, c.Activity)
		}
	}
}

// tieOf names the neighbour that sets an upper bound.
func (s *solver) tieOf(st *state, i, hi int) string {
	for _, o := range s.m.act[i].in {
		if q := st.at[o.other]; q.start >= 0 {
			fromEnd, _ := ends(o.typ)
			if _, h := o.after(pick(q.start, q.end, fromEnd)); h == hi {
				return s.m.p.Activities[o.other].ID
			}
		}
	}
	for _, o := range s.m.act[i].out {
		if q := st.at[o.other]; q.start >= 0 {
			_, toEnd := ends(o.typ)
			if _, h := o.before(pick(q.start, q.end, toEnd)); h == hi {
				return s.m.p.Activities[o.other].ID
			}
		}
	}
	return ""
}

// holders lists what takes the people activity i needs, from its earliest
// start to its limit.
func (s *solver) holders(st *state, i int, f *Finding, limit int) {
	id := s.m.p.Activities[i].ID
	from := s.t.es[i]
	to := max(min(limit, s.m.p.Horizon), from+1)
	for _, d := range s.m.act[i].demands {
		if len(f.Clash) < chainLength {
			f.Clash = append(f.Clash, Clash{RuleSkill, id, d.skill, d.n})
		}
		for _, q := range d.pool {
			for k := st.people[q].at(from); k < len(st.people[q]) && st.people[q][k].from < to; k++ {
				if len(f.Clash) >= chainLength {
					return
				}
				b := st.people[q][k]
				f.People = append(f.People, s.m.person[q].id)
				if b.act < 0 {
					f.Clash = append(f.Clash, Clash{RuleAbsence, id, s.m.person[q].id, b.to})
					continue
				}
				f.Activities = append(f.Activities, s.m.p.Activities[b.act].ID)
				f.Clash = append(f.Clash, Clash{RulePerson, s.m.p.Activities[b.act].ID, s.m.person[q].id, b.from})
			}
		}
	}
	for _, u := range s.m.act[i].uses {
		if len(f.Clash) < chainLength {
			f.Clash = append(f.Clash, Clash{RuleResource, id, s.m.res[u.res].id, u.units})
		}
	}
}
