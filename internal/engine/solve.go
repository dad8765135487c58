package engine

import (
	"context"
	"slices"
)

// Options bound a search.
type Options struct {
	// Steps is the budget in schedules built; 0 takes one that suits the size,
	// or, if ctx has a deadline, searches until then.
	Steps int
	Seed  uint64
	// Progress, if set, is called from one goroutine at a time after every round.
	Progress func(Progress)
}

// Progress is how far a search is.
type Progress struct {
	Steps    int
	Makespan int
	Cost     int // Score.Total so far
	Bound    int // proven lower bound on the makespan, 0: none
}

// Solve plans. The error is headway.Invalid or headway.TooLarge for a problem
// that makes no sense on paper; a problem that cannot be met is a plan of status Infeasible
// or Unknown with its findings. When ctx ends, the best plan so far is
// returned.
func Solve(ctx context.Context, p Problem, opt Options) (Plan, error) {
	if err := Validate(p); err != nil {
		return Plan{}, err
	}
	return newSolver(&p, opt).solve(ctx), nil
}

type solver struct {
	m              *model
	opt            Options
	t              *temporal
	bound          int  // on the makespan
	least          cost // of any plan, as far as time alone tells
	rounds, kept   int
	spentElsewhere int
}

func newSolver(p *Problem, opt Options) *solver {
	return &solver{m: compile(p), opt: opt}
}

func (s *solver) solve(ctx context.Context) Plan {
	if f, clash := s.impossible(); clash {
		return Plan{Status: Infeasible, Findings: []Finding{f}, Stats: Stats{Activities: len(s.m.act)}}
	}
	if in, ok := s.m.plain(); ok {
		return s.solvePlain(ctx, in)
	}
	first, fail, ok := s.construct(ctx)
	if !ok {
		return s.unplanned(ctx, first, fail)
	}
	best := s.improve(ctx, first, s.budget(ctx, first))
	return s.plan(best)
}

// budget is what improve may spend, in placements.
func (s *solver) budget(ctx context.Context, first *state) int {
	n := len(s.m.act)
	if s.opt.Steps > 0 {
		return max(0, s.opt.Steps*n-first.spent)
	}
	if _, ok := ctx.Deadline(); ok {
		return never
	}
	if len(s.m.p.Published) > 0 {
		return 2_500
	}
	return min(200*n, 40_000+n)
}

// done reports whether nothing that costs is left to improve.
func (s *solver) done(c cost) bool {
	if s.m.obj.less(s.least, c) && s.idleGoal() {
		c[termMakespan] = s.bound
	}
	return !s.m.obj.less(s.least, c)
}

// idleGoal reports whether the makespan is only a tie-breaker: releases have
// due dates or gaps, and all are met.
func (s *solver) idleGoal() bool { return len(s.m.rel) > 0 }

func (s *solver) report(l *lane, spent int) {
	if s.opt.Progress != nil {
		s.opt.Progress(Progress{Steps: spent / max(1, len(s.m.act)), Makespan: l.top[termMakespan], Cost: s.m.obj.total(l.top), Bound: s.bound})
	}
}

// impossible looks for contradictions that no search is needed for.
func (s *solver) impossible() (Finding, bool) {
	m := s.m
	for i := range m.act {
		a := &m.act[i]
		id := m.p.Activities[i].ID
		for _, u := range a.uses {
			if u.units > m.res[u.res].most() {
				return Finding{
					Rule: RuleResource, Hard: true, Release: m.p.Activities[i].Release, Activities: []string{id},
					Clash: []Clash{{RuleResource, id, m.res[u.res].id, u.units}},
				}, true
			}
		}
		if a.pin >= 0 && len(a.pinned) > 0 {
			continue
		}
		for _, d := range a.demands {
			if d.n > len(d.pool) {
				return Finding{
					Rule: RuleSkill, Hard: true, Release: m.p.Activities[i].Release, Activities: []string{id},
					Clash: []Clash{{RuleSkill, id, d.skill, d.n}},
				}, true
			}
		}
	}
	t, decided := propagate(m)
	s.t = t
	if decided && t.broken >= 0 {
		return s.temporalFinding(), true
	}
	for i := range m.act {
		s.bound = max(s.bound, t.end(i))
		m.lateness(i, t.end(i), &s.least)
	}
	s.least[termMakespan] = s.bound
	return s.pinsClash()
}

func (s *solver) temporalFinding() Finding {
	f := Finding{Rule: RuleCycle, Hard: true, Clash: s.t.clash(), Release: s.m.p.Activities[s.t.broken].Release}
	if !s.t.cyclic {
		f.Rule = f.Clash[0].Rule
	}
	for _, c := range f.Clash {
		if !slices.Contains(f.Activities, c.Activity) {
			f.Activities = append(f.Activities, c.Activity)
		}
	}
	return f
}

func (r *resource) most() int {
	most := r.cap
	for _, l := range r.prof {
		most = max(most, l.Capacity)
	}
	return most
}

// pinsClash finds pins that take the same person or capacity at once.
func (s *solver) pinsClash() (Finding, bool) {
	st := newState(s.m)
	for _, i := range s.pins() {
		if p, ok := st.fitPinned(i); ok {
			st.put(i, p)
			continue
		}
		id := s.m.p.Activities[i].ID
		f := Finding{Rule: RulePin, Hard: true, Release: s.m.p.Activities[i].Release, Activities: []string{id}, Clash: []Clash{{RulePin, id, "", s.m.act[i].pin}}}
		end := s.m.act[i].cal.end(s.m.act[i].pin, s.m.act[i].dur)
		for _, q := range s.m.act[i].pinned {
			for _, b := range st.people[q] {
				if b.from < end && b.to > s.m.act[i].pin {
					f.People = append(f.People, s.m.person[q].id)
					if b.act < 0 {
						f.Clash = append(f.Clash, Clash{RuleAbsence, id, s.m.person[q].id, b.to})
						continue
					}
					other := s.m.p.Activities[b.act].ID
					f.Activities = append(f.Activities, other)
					f.Clash = append(f.Clash, Clash{RulePin, other, s.m.person[q].id, b.from})
				}
			}
		}
		return f, len(s.m.act[i].pinned) > 0
	}
	return Finding{}, false
}

// pins lists pinned activities, those with named people first.
func (s *solver) pins() []int {
	var out, rest []int
	for i := range s.m.act {
		switch {
		case s.m.act[i].pin < 0:
		case len(s.m.act[i].pinned) > 0:
			out = append(out, i)
		default:
			rest = append(rest, i)
		}
	}
	return append(out, rest...)
}

// plan writes a schedule out.
func (s *solver) plan(st *state) Plan {
	p := Plan{Status: Feasible, Score: st.score(), LowerBound: s.bound, CostBound: s.m.obj.total(s.least), Placements: make([]Placement, len(st.at))}
	for i := range st.at {
		p.Placements[i] = s.placement(st, i)
	}
	s.explain(st, p.Placements)
	p.Stats = Stats{Activities: len(st.at), Steps: (st.spent + s.spentElsewhere + len(st.at) - 1) / max(1, len(st.at)), Rounds: s.rounds, Unplaced: st.undone, Kept: s.kept}
	p.Findings = s.lateFindings(st, p.Placements)
	if c := st.cost(); !s.m.obj.less(s.least, c) {
		p.Status = Optimal
	}
	return p
}

func (s *solver) placement(st *state, i int) Placement {
	out := Placement{Activity: s.m.p.Activities[i].ID, Start: st.at[i].start, End: st.at[i].end}
	a := &s.m.act[i]
	if a.pin >= 0 && len(a.pinned) > 0 {
		out.People = s.m.p.Activities[i].Pin.People
		return out
	}
	k := 0
	for _, d := range a.demands {
		for j := 0; j < d.n && k < len(st.at[i].people); j++ {
			out.People = append(out.People, Assignment{Skill: d.skill, Person: s.m.person[st.at[i].people[k]].id})
			k++
		}
	}
	return out
}
