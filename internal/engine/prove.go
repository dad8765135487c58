package engine

import (
	"context"

	"headway/internal/engine/rcpsp"
)

// Limits of a proof: it is tried where no place was found, to tell "there is
// none" from "none was found".
const (
	proofTasks = 400
	proofSteps = 3_000
	proofTries = 60 // rules left out in turn to find the smallest clashing set
)

// prove looks at the problem with people as mere numbers, always at work: what
// is impossible so is impossible. It gives the smallest set found of hard dates
// and pins that clash, with those who lack hands for it.
func (s *solver) prove(ctx context.Context) ([]Clash, bool) {
	m := s.m
	if len(m.act) > proofTasks || len(m.act) == 0 {
		return nil, false
	}
	keep := make([]bool, len(m.act))
	for i := range keep {
		keep[i] = true
	}
	if !s.contradicts(ctx, keep) {
		return nil, false
	}
	tries := 0
	for i := range keep { // leave out activity by activity: what is not needed goes
		if tries++; tries > proofTries || ctx.Err() != nil {
			break
		}
		keep[i] = false
		if !s.contradicts(ctx, keep) {
			keep[i] = true
		}
	}
	var out []Clash
	for i := range keep {
		if !keep[i] || len(out) >= 2*chainLength {
			continue
		}
		a, id := &m.act[i], m.p.Activities[i].ID
		switch {
		case a.pin >= 0:
			out = append(out, Clash{RulePin, id, "", a.pin})
		case a.latest < never:
			out = append(out, Clash{RuleLatestStart, id, "", a.latest})
		case a.deadline < m.p.Horizon:
			out = append(out, Clash{RuleDeadline, id, "", a.deadline})
		}
		for _, d := range a.demands {
			out = append(out, Clash{RuleSkill, id, d.skill, d.n})
		}
		for _, u := range a.uses {
			out = append(out, Clash{RuleResource, id, m.res[u.res].id, u.units})
		}
	}
	return out, len(out) > 0
}

// contradicts reports whether the activities kept are proven impossible.
func (s *solver) contradicts(ctx context.Context, keep []bool) bool {
	m := s.m
	index := make([]int, len(m.act))
	in := &rcpsp.Instance{Horizon: m.p.Horizon}
	skill := map[string]int{}
	for k := range m.res {
		in.Cap = append(in.Cap, m.res[k].most())
	}
	for i := range m.act {
		index[i] = -1
		if !keep[i] {
			continue
		}
		a := &m.act[i]
		index[i] = len(in.Dur)
		var uses []rcpsp.Use
		for _, u := range a.uses {
			uses = append(uses, rcpsp.Use{Res: u.res, Units: u.units})
		}
		for _, d := range a.demands {
			k, ok := skill[d.skill]
			if !ok {
				k = len(in.Cap)
				skill[d.skill] = k
				in.Cap = append(in.Cap, len(d.pool))
			}
			uses = append(uses, rcpsp.Use{Res: k, Units: d.n})
		}
		latest := min(a.latest, a.deadline-a.dur)
		if a.pin >= 0 {
			latest = min(latest, a.pin)
			if len(a.pinned) > 0 {
				uses = nil // pinned people need not have the skill
			}
		}
		in.Dur, in.Use = append(in.Dur, a.dur), append(in.Use, uses)
		in.Earliest, in.Latest = append(in.Earliest, s.t.es[i]), append(in.Latest, latest)
	}
	if in.Horizon*(len(in.Cap)+1) > plainCells {
		return false
	}
	s.relaxedArcs(in, index)
	return rcpsp.Solve(ctx, in, rcpsp.Options{Steps: proofSteps, Seed: 1}).Impossible
}

// relaxedArcs adds the lags that hold in plain time as well: an activity lasts
// its duration at least, a working lag is at least as long in slots.
func (s *solver) relaxedArcs(in *rcpsp.Instance, index []int) {
	for i := range s.m.act {
		a := &s.m.act[i]
		rigid := a.cal == nil && !a.mixed
		for _, o := range a.out {
			b := &s.m.act[o.other]
			if index[i] < 0 || index[o.other] < 0 {
				continue
			}
			fromEnd, toEnd := ends(o.typ)
			shift := 0
			if fromEnd {
				shift += a.dur
			}
			rigidTo := b.cal == nil && !b.mixed
			if toEnd {
				shift -= b.dur
			}
			if (o.min >= 0 || o.cal == nil) && (!toEnd || rigidTo) {
				in.Arcs = append(in.Arcs, rcpsp.Arc{From: index[i], To: index[o.other], Lag: o.min + shift})
			}
			if o.max != never && o.weight == 0 && o.cal == nil && (!fromEnd || rigid) {
				in.Arcs = append(in.Arcs, rcpsp.Arc{From: index[o.other], To: index[i], Lag: -o.max - shift})
			}
		}
	}
}
