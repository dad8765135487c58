package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/engine"
)

const (
	mostRepairs   = 3  // of one finding
	mostProposals = 6  // tried for one finding, each costs a plan
	mostRepaired  = 12 // findings of one draft, the nearest first
)

// repairs tries ways out of a finding and keeps those that help, the best
// first. Each is measured by planning the changed facts anew, exactly as its
// preview will.
func (f *planFacts) repairs(ctx context.Context, b *problem, before headway.Plan, finding engine.Finding) []headway.Repair {
	type tried struct {
		headway.Repair
		score float64
	}
	var found []tried
	for _, p := range b.proposals(finding) {
		if ctx.Err() != nil {
			break
		}
		v, err := f.preview(ctx, p.Changes)
		if err != nil || v.Plan.Status == planInfeasible {
			continue
		}
		p.Changes = v.Tried
		effect, score, helps := f.effect(before, v, finding)
		if !helps {
			continue
		}
		p.Effect = effect
		found = append(found, tried{p, score})
	}
	slices.SortStableFunc(found, func(x, y tried) int {
		switch {
		case x.score < y.score:
			return -1
		case x.score > y.score:
			return 1
		}
		return 0
	})
	var out []headway.Repair
	for _, t := range found[:min(len(found), mostRepairs)] {
		out = append(out, t.Repair)
	}
	return out
}

// effect tells what a way out changes, in words, and how good that is: the
// smaller the better. It helps when the finding's release gets better, or when
// there is a plan at last.
func (f *planFacts) effect(before headway.Plan, v PlanPreview, finding engine.Finding) (text string, score float64, helps bool) {
	var parts []string
	was, is := releaseIn(before, finding.Release), releaseIn(v.Plan, finding.Release)
	switch {
	case before.Status == planInfeasible:
		parts = append(parts, "there is a plan again")
		helps = true
	case !was.Production.IsZero() && is.Production.Before(was.Production):
		parts = append(parts, fmt.Sprintf("production %s instead of %s, gap %s instead of %s", f.write(is.Production), f.write(was.Production), days(is.GapDays), days(was.GapDays)))
		helps = true
	case len(countRule(before, finding)) > len(countRule(v.Plan, finding)):
		parts = append(parts, "the finding is gone")
		helps = true
	}
	later := 0
	for _, r := range v.Releases {
		if r.ReleaseID != finding.Release && r.Days > 0 {
			later++
			score += r.Days
		}
	}
	switch {
	case later == 1:
		parts = append(parts, "1 other release comes later")
	case later > 1:
		parts = append(parts, fmt.Sprintf("%d other releases come later", later))
	case before.Status != planInfeasible:
		parts = append(parts, "no other release comes later")
	}
	if n := len(v.PlanComparison.Changes); n > 0 && before.Status != planInfeasible {
		parts = append(parts, fmt.Sprintf("%d of %d activities move", n, len(before.Placements)))
	}
	if !is.Production.IsZero() && !was.Production.IsZero() {
		score += 3 * is.Production.Sub(was.Production).Hours() / 24
	}
	if fewer := len(before.Findings) - len(v.Plan.Findings); fewer > 1 {
		parts = append(parts, fmt.Sprintf("%d findings fewer", fewer))
	}
	return strings.Join(parts, "; "), score + float64(len(v.PlanComparison.Changes))/20, helps
}

// countRule lists the findings of a plan about the same rule and release.
func countRule(p headway.Plan, finding engine.Finding) (out []headway.Finding) {
	for _, f := range p.Findings {
		if f.Rule == string(finding.Rule) && f.Release == finding.Release {
			out = append(out, f)
		}
	}
	return out
}

func releaseIn(p headway.Plan, id string) headway.PlannedRelease {
	for _, r := range p.Releases {
		if r.ReleaseID == id {
			return r
		}
	}
	return headway.PlannedRelease{}
}

func (f *planFacts) write(t time.Time) string {
	return writeTime(t, f.calendar.Zone, f.now.In(f.calendar.Zone).Year())
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
