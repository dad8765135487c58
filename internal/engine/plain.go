package engine

import (
	"context"

	"headway/internal/engine/rcpsp"
)

// Sizes up to which the dense tables of package rcpsp are used.
const (
	plainTasks = 2_000
	plainCells = 20_000_000
)

// plain turns a problem of bare numbers into an instance for package rcpsp:
// constant lengths, no people by name, constant capacities, nothing but the
// makespan to shorten.
func (m *model) plain() (*rcpsp.Instance, bool) {
	if len(m.act) > plainTasks || !m.plainTimes() || m.obj.Makespan == 0 || len(m.p.Published) > 0 || len(m.p.Releases) > 0 {
		return nil, false
	}
	in := &rcpsp.Instance{
		Horizon: m.p.Horizon, Dur: make([]int, len(m.act)), Use: make([][]rcpsp.Use, len(m.act)),
		Earliest: make([]int, len(m.act)), Latest: make([]int, len(m.act)),
	}
	for _, r := range m.res {
		if len(r.prof) > 0 {
			return nil, false
		}
		in.Cap = append(in.Cap, r.cap)
	}
	late := false
	for i := range m.act {
		a := &m.act[i]
		if len(a.demands) > 0 || a.due != never || a.minEnd > 0 {
			return nil, false
		}
		in.Dur[i], in.Earliest[i] = a.dur, a.earliest
		in.Latest[i] = min(a.latest, a.deadline-a.dur)
		if a.pin >= 0 {
			in.Earliest[i], in.Latest[i] = a.pin, a.pin
		}
		late = late || in.Latest[i] < m.p.Horizon-a.dur
		for _, u := range a.uses {
			in.Use[i] = append(in.Use[i], rcpsp.Use{Res: u.res, Units: u.units})
		}
		if !m.plainArcs(in, i) {
			return nil, false
		}
	}
	if !late {
		in.Latest = nil
	}
	horizon := in.Horizon
	if horizon*(len(in.Cap)+1) > plainCells {
		return nil, false
	}
	return in, true
}

// plainArcs adds the precedences of i as arcs from start to start.
func (m *model) plainArcs(in *rcpsp.Instance, i int) bool {
	for _, o := range m.act[i].out {
		if o.cal != nil || o.weight > 0 && o.max != never {
			return false
		}
		lag := o.min
		fromEnd, toEnd := ends(o.typ)
		shift := 0
		if fromEnd {
			shift += in.Dur[i]
		}
		if toEnd {
			shift -= m.act[o.other].dur
		}
		in.Arcs = append(in.Arcs, rcpsp.Arc{From: i, To: o.other, Lag: lag + shift})
		if o.max != never {
			in.Arcs = append(in.Arcs, rcpsp.Arc{From: o.other, To: i, Lag: -o.max - shift})
		}
	}
	return true
}

// solvePlain hands a plain problem to package rcpsp and dresses its answer.
func (s *solver) solvePlain(ctx context.Context, in *rcpsp.Instance) Plan {
	steps := s.opt.Steps
	if _, ok := ctx.Deadline(); steps == 0 && !ok {
		steps = 20_000
	}
	opt := rcpsp.Options{Steps: steps, Seed: s.opt.Seed}
	if s.opt.Progress != nil {
		opt.Progress = func(n, span, bound int) {
			s.opt.Progress(Progress{Steps: n, Makespan: span, Cost: s.m.obj.Makespan * span, Bound: bound})
		}
	}
	r := rcpsp.Solve(ctx, in, opt)
	stats := Stats{Activities: len(s.m.act), Steps: r.Steps}
	s.bound = max(s.bound, r.Bound)
	s.least[termMakespan] = s.bound
	if r.Start == nil {
		status := Unknown
		f := Finding{Rule: RuleResource, Hard: true, To: s.m.p.Horizon}
		if r.Impossible {
			status = Infeasible
			if clash, proven := s.prove(ctx); proven {
				f.blame(clash)
			}
		}
		return Plan{Status: status, LowerBound: s.bound, CostBound: s.m.obj.total(s.least), Findings: []Finding{f}, Stats: stats}
	}
	st := newState(s.m)
	for i, start := range r.Start {
		st.put(i, place{start: start, end: start + in.Dur[i]})
	}
	p := s.plan(st)
	p.Stats = stats
	return p
}
