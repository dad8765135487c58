package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/engine"
)

// Budget of one plan: with it a programme of five teams and six sprints is planned
// within 50 ms (bench), and the same on every machine. Most plans are as good as
// their bound long before it is spent; those in which people or windows are short
// are not, and a week without the only DBA is told twice as bad as it is after 24
// schedules. Large programmes get what a page can wait for.
const (
	planWork   = 320_000 // activities placed
	leastSteps = 24      // schedules built
	mostSteps  = 1_000
	planSeed   = 1
)

// planSteps is how many schedules are built for so many activities.
func planSteps(activities int) int {
	return min(max(planWork/max(activities, 1), leastSteps), mostSteps)
}

// Statuses of a plan as it is stored.
const (
	planInfeasible = string(engine.Infeasible)
	planFeasible   = string(engine.Feasible)
	planOptimal    = string(engine.Optimal)
)

// solve plans a snapshot. It is pure but for the time it takes: the same facts
// give the same plan. A plan that the checker refuses is not given out; what
// cannot be planned comes back as a plan of status infeasible that says why.
func (f *planFacts) solve(ctx context.Context) (headway.Plan, error) {
	_, _, plan, err := f.solved(ctx)
	return plan, err
}

// solved plans a snapshot and gives the question and the engine's answer too.
func (f *planFacts) solved(ctx context.Context) (*problem, engine.Plan, headway.Plan, error) {
	out := headway.Plan{ProgrammeID: f.programme.ID, Kind: headway.DraftPlan, Revision: f.programme.Revision}
	b, err := f.problem()
	if err != nil {
		return nil, engine.Plan{}, out, err
	}
	b, answer, err := b.solveTogether(ctx)
	if err != nil {
		return nil, answer, out, err
	}
	out.Stats = headway.PlanStats{Activities: answer.Stats.Activities, Schedules: int64(answer.Stats.Steps)}
	out.Findings = b.findings
	speak := engine.NewSpeaker(b.Problem, b.axis.clock)
	if answer.Status != engine.Optimal && answer.Status != engine.Feasible {
		out.Status = planInfeasible
		out.Findings = append(out.Findings, b.findingsOf(speak, answer)...)
		return b, answer, out, nil
	}
	if broken := engine.Check(b.Problem, answer); len(broken) > 0 {
		out.Status = planInfeasible
		out.Findings = append(out.Findings, headway.Finding{
			Rule: "checker", Severity: severityClash,
			Text: fmt.Sprintf("the plan that was computed breaks %d rules and is not used: %s", len(broken), broken[0].Text),
		})
		answer.Findings = nil
		return b, answer, out, nil
	}
	out.Status = string(answer.Status)
	out.Placements = b.placements(answer, speak)
	out.Releases = b.planned(answer)
	out.Findings = append(out.Findings, b.findingsOf(speak, answer)...)
	return b, answer, out, nil
}

func (b *problem) placements(answer engine.Plan, speak engine.Speaker) []headway.Placement {
	out := slices.Clone(b.done)
	for k, p := range answer.Placements {
		j := b.jobs[p.Activity]
		q := headway.Placement{
			ItemID: j.item.ID, Activity: j.id, ReleaseID: j.release.ID, Title: j.item.Title, Kind: string(j.item.Kind), Skill: j.item.Skill,
			Environment: b.facts.environmentKey(j.item.Environment), Start: b.axis.at(p.Start), End: b.axis.at(p.End),
			Why: speak.Why(p.Why), Pinned: b.Activities[k].Pin != nil,
		}
		for _, as := range p.People {
			q.People = append(q.People, as.Person)
		}
		if j.begun {
			q.Start, q.Why = j.item.StartedAt, "is being done"
		}
		out = append(out, q)
	}
	slices.SortStableFunc(out, func(x, y headway.Placement) int {
		return cmp.Or(x.Start.Compare(y.Start), x.End.Compare(y.End), cmp.Compare(x.Activity, y.Activity))
	})
	return out
}

// planned says when each release reaches production, in that order.
func (b *problem) planned(answer engine.Plan) []headway.PlannedRelease {
	ends := map[string]int{}
	for _, p := range answer.Placements {
		ends[p.Activity] = p.End
	}
	var out []headway.PlannedRelease
	for k, e := range b.Releases {
		slot, ok := ends[e.Delivery]
		if !ok {
			continue
		}
		p := headway.PlannedRelease{ReleaseID: e.ID, Production: b.axis.at(slot)}
		if end := b.facts.sprintEnd(b.facts.releases[k]); !end.IsZero() {
			p.GapDays = b.facts.calendar.WorkingDays(end, p.Production)
			p.Band = b.facts.programme.Gap.Band(p.GapDays)
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(x, y headway.PlannedRelease) int { return x.Production.Compare(y.Production) })
	return out
}

// findingsOf puts the engine's findings into words.
func (b *problem) findingsOf(speak engine.Speaker, answer engine.Plan) []headway.Finding {
	var out []headway.Finding
	for _, f := range answer.Findings {
		if b.urged(f) {
			continue
		}
		h := headway.Finding{
			Rule: string(f.Rule), Severity: severityWarning, Text: speak.Finding(f), Release: f.Release, People: f.People,
			From: b.axis.at(max(0, f.From)), To: b.axis.at(min(f.To, b.axis.end)),
		}
		if f.Hard {
			h.Severity = severityClash
		}
		var because []string
		for _, c := range f.Clash {
			if text := speak.Clash(c); len(because) < 3 && !slices.Contains(because, text) {
				because = append(because, text)
			}
		}
		if len(because) > 0 {
			h.Text += ": " + strings.Join(because, "; ")
		}
		for _, a := range f.Activities {
			if id := b.jobs[a].item.ID; id != "" {
				h.Items = append(h.Items, id)
			}
		}
		out = append(out, h)
	}
	return out
}

// urged tells whether a finding is about the date that only urges begun work on:
// nobody has asked for it, so nobody misses it.
func (b *problem) urged(f engine.Finding) bool {
	if f.Rule != engine.RuleDue || len(f.Activities) == 0 {
		return false
	}
	j := b.jobs[f.Activities[0]]
	return j.begun && j.release.Due.IsZero()
}
