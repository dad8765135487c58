package engine

import (
	"context"
	"slices"
	"sort"
)

// maxRepairs is how many repairs Repairs gives, the best first.
const maxRepairs = 3

// Repairs tries ways out of a finding of a plan and measures each by solving
// the repaired problem. Those that help come back, the best first, at most
// three. Each costs a Solve of the budget in opt.
func Repairs(ctx context.Context, p Problem, plan Plan, f Finding, opt Options) []Repair {
	opt.Progress = nil
	var out []Repair
	for _, c := range candidates(p, f) {
		if ctx.Err() != nil {
			break
		}
		changed := p
		if !c.apply(&changed) {
			continue
		}
		if len(plan.Placements) > 0 {
			changed.Published = plan.Placements
		}
		next, err := Solve(ctx, changed, opt)
		if err != nil {
			continue
		}
		c.Effect = measure(plan, next, f)
		if helps(c.Effect, plan) {
			out = append(out, c.Repair)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].Effect, out[j].Effect
		if a.LateAfter != b.LateAfter {
			return a.LateAfter < b.LateAfter
		}
		if a.LateReleases != b.LateReleases {
			return a.LateReleases < b.LateReleases
		}
		return a.Moved < b.Moved
	})
	return out[:min(len(out), maxRepairs)]
}

func helps(e Effect, before Plan) bool {
	if e.Status != Feasible && e.Status != Optimal {
		return false
	}
	return len(before.Placements) == 0 || e.LateAfter < e.LateBefore
}

// measure compares two plans by the finding's release.
func measure(before, after Plan, f Finding) Effect {
	e := Effect{Status: after.Status, CostBefore: before.Score.Total, CostAfter: after.Score.Total}
	e.LateBefore, _ = lateness(before, f)
	e.LateAfter, e.LateReleases = lateness(after, f)
	if len(before.Placements) == len(after.Placements) {
		for k := range before.Placements {
			if before.Placements[k].Start != after.Placements[k].Start {
				e.Moved++
			}
		}
	}
	return e
}

// lateness of what a finding is about, and how many releases are late.
func lateness(plan Plan, f Finding) (slots, releases int) {
	for _, r := range plan.Score.Releases {
		late := r.Late
		if f.Rule == RuleGapMax {
			late = r.BeyondMax
		}
		if r.Release == f.Release {
			slots = late
		}
		if late > 0 {
			releases++
		}
	}
	return slots, releases
}

// candidate is a repair and the change that makes it.
type candidate struct {
	Repair
	apply func(p *Problem) bool
}

// candidates derives repairs from the reasons a finding tells.
func candidates(p Problem, f Finding) []candidate {
	b := proposals{p: p, f: f, seen: map[Repair]bool{}}
	b.span = Span{max(0, min(f.From, f.To)-3*max(1, f.To-f.From)), min(p.Horizon, f.To+max(1, f.To-f.From))}
	for _, c := range f.Clash {
		switch c.Rule {
		case RulePerson, RuleAbsence, RuleSkill:
			b.person(c)
		case RuleResource:
			b.capacity(c)
		case RuleWindow:
			b.window(c)
		case RuleFreeze:
			b.freeze(c)
		case RuleMaxLag:
			b.lag(c)
		case RuleDeadline, RuleLatestStart:
			b.limit(c)
		}
	}
	b.split()
	b.yield()
	b.overtime()
	return b.out
}

type proposals struct {
	p    Problem
	f    Finding
	span Span
	seen map[Repair]bool
	out  []candidate
}

func (b *proposals) add(r Repair, apply func(p *Problem) bool) {
	if !b.seen[r] && len(b.out) < 8 {
		b.seen[r] = true
		b.out = append(b.out, candidate{r, apply})
	}
}

// person proposes somebody more of the skill that is short.
func (b *proposals) person(c Clash) {
	k := slices.IndexFunc(b.p.Activities, func(a Activity) bool { return a.ID == c.Activity })
	if k < 0 {
		return
	}
	for _, d := range b.p.Activities[k].Demands {
		able := func(q Person) bool {
			return slices.Contains(q.Skills, d.Skill) && (c.Rule == RuleSkill && c.Other == d.Skill || q.ID == c.Other || c.Other == "")
		}
		i := slices.IndexFunc(b.p.People, able)
		if i < 0 {
			continue
		}
		like := b.p.People[i]
		span := b.span
		b.add(Repair{Kind: AddPerson, Skill: d.Skill, Span: span}, func(p *Problem) bool {
			extra := Person{ID: "+" + d.Skill, Name: "one more " + d.Skill, Skills: []string{d.Skill}, Calendar: like.Calendar}
			if span.From > 0 {
				extra.Absences = append(extra.Absences, Absence{Span: Span{0, span.From}})
			}
			if span.To < p.Horizon {
				extra.Absences = append(extra.Absences, Absence{Span: Span{span.To, p.Horizon}})
			}
			p.People = append(slices.Clone(p.People), extra)
			return true
		})
	}
}

func (b *proposals) capacity(c Clash) {
	b.add(Repair{Kind: AddCapacity, Resource: c.Other, Span: b.span}, func(p *Problem) bool {
		k := slices.IndexFunc(p.Resources, func(r Resource) bool { return r.ID == c.Other })
		if k < 0 {
			return false
		}
		p.Resources = slices.Clone(p.Resources)
		r := &p.Resources[k]
		r.Capacity++
		r.Profile = slices.Clone(r.Profile)
		for j := range r.Profile {
			r.Profile[j].Capacity++
		}
		return true
	})
}

// window proposes one more window as soon as the work could use it.
func (b *proposals) window(c Clash) {
	a := slices.IndexFunc(b.p.Activities, func(a Activity) bool { return a.ID == c.Activity })
	k := slices.IndexFunc(b.p.Windows, func(w WindowSet) bool { return a >= 0 && w.ID == b.p.Activities[a].Windows })
	if k < 0 {
		return
	}
	span := Span{max(0, b.f.From-b.p.Activities[a].Duration), b.f.To}
	b.add(Repair{Kind: MoveWindow, Resource: b.p.Windows[k].ID, Activity: c.Activity, Span: span}, func(p *Problem) bool {
		p.Windows = slices.Clone(p.Windows)
		p.Windows[k].Spans = append(slices.Clone(p.Windows[k].Spans), span)
		return true
	})
}

func (b *proposals) freeze(c Clash) {
	b.add(Repair{Kind: LiftFreeze, Resource: c.Other, Activity: c.Activity}, func(p *Problem) bool {
		k := slices.IndexFunc(p.Activities, func(a Activity) bool { return a.ID == c.Activity })
		if k < 0 {
			return false
		}
		p.Freezes = slices.Clone(p.Freezes)
		for j := range p.Freezes {
			if p.Freezes[j].ID == c.Other || c.Other == "" {
				p.Freezes[j].Spans = nil
			}
		}
		return true
	})
}

func (b *proposals) lag(c Clash) {
	by := max(1, b.f.To-b.f.From)
	b.add(Repair{Kind: RelaxLag, Activity: c.Activity, By: by}, func(p *Problem) bool {
		p.Precedences = slices.Clone(p.Precedences)
		changed := false
		for k := range p.Precedences {
			r := &p.Precedences[k]
			if r.MaxLag != nil && (r.From == c.Activity || r.To == c.Activity) {
				r.MaxLag = new(*r.MaxLag + by)
				changed = true
			}
		}
		return changed
	})
}

// limit proposes to promise later what has a hard date.
func (b *proposals) limit(c Clash) {
	by := max(1, b.f.To-b.f.From, b.f.From-c.At)
	b.add(Repair{Kind: ShiftDue, Activity: c.Activity, Release: b.f.Release, By: by, Span: Span{c.At, c.At + by}}, func(p *Problem) bool {
		k := slices.IndexFunc(p.Activities, func(a Activity) bool { return a.ID == c.Activity })
		if k < 0 {
			return false
		}
		p.Activities = slices.Clone(p.Activities)
		if d := p.Activities[k].Deadline; d != nil {
			p.Activities[k].Deadline = new(*d + by)
		}
		if d := p.Activities[k].LatestStart; d != nil {
			p.Activities[k].LatestStart = new(*d + by)
		}
		return true
	})
}

// yield lets the release of the finding go before the others.
func (b *proposals) yield() {
	k := slices.IndexFunc(b.p.Releases, func(r Release) bool { return r.ID == b.f.Release })
	if k < 0 || b.f.Hard {
		return
	}
	b.add(Repair{Kind: MoveEarlier, Release: b.f.Release}, func(p *Problem) bool {
		p.Releases = slices.Clone(p.Releases)
		p.Releases[k].Weight = min(MaxWeight, 10*max(1, p.Releases[k].Weight))
		return true
	})
}

// split lets the release of the finding go without those that have to reach
// production with it: a train loses a member.
func (b *proposals) split() {
	release := make(map[string]string, len(b.p.Activities))
	for _, a := range b.p.Activities {
		release[a.ID] = a.Release
	}
	tied := func(r Precedence) bool {
		x, y := release[r.From], release[r.To]
		return r.MaxLag != nil && x != "" && y != "" && x != y && (x == b.f.Release || y == b.f.Release)
	}
	if !slices.ContainsFunc(b.p.Precedences, tied) {
		return
	}
	b.add(Repair{Kind: SplitTrain, Release: b.f.Release}, func(p *Problem) bool {
		p.Precedences = slices.DeleteFunc(slices.Clone(p.Precedences), tied)
		return true
	})
}

// overtime lets everybody concerned work through the finding's days.
func (b *proposals) overtime() {
	var cals []string
	for _, q := range b.p.People {
		if slices.Contains(b.f.People, q.ID) && q.Calendar != "" && !slices.Contains(cals, q.Calendar) {
			cals = append(cals, q.Calendar)
		}
	}
	for _, a := range b.p.Activities {
		if slices.Contains(b.f.Activities, a.ID) && a.Calendar != "" && !slices.Contains(cals, a.Calendar) {
			cals = append(cals, a.Calendar)
		}
	}
	if len(cals) == 0 {
		return
	}
	span := b.span
	b.add(Repair{Kind: Overtime, Resource: cals[0], Span: span}, func(p *Problem) bool {
		p.Calendars = slices.Clone(p.Calendars)
		for k := range p.Calendars {
			if slices.Contains(cals, p.Calendars[k].ID) {
				p.Calendars[k].Working = merge(append(slices.Clone(p.Calendars[k].Working), span))
			}
		}
		return true
	})
}
