package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// choice is one option of a filter.
type choice struct{ Value, Label string }

func (v planView) teamChoices() (out []choice) {
	for _, t := range v.Teams {
		if t.Kind == headway.DevelopmentTeam {
			out = append(out, choice{t.Key, t.Name})
		}
	}
	return out
}

func (v planView) personChoices() (out []choice) {
	for _, p := range v.People {
		if p.Key != "" && len(p.Skills) > 0 {
			out = append(out, choice{p.Key, p.Name})
		}
	}
	return out
}

func (v planView) skillChoices() (out []choice) {
	for _, p := range v.People {
		for _, s := range p.Skills {
			if c := (choice{string(s), s.Name()}); !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, func(a, b choice) int { return cmp.Compare(a.Label, b.Label) })
	return out
}

func stateChoices() []choice {
	return []choice{{"open", "Not done"}, {"blocked", "Blocked"}, {"foreseen", "Foreseen"}, {"pinned", "Fixed in time"}, {"done", "Done"}}
}

func (v planView) releaseName(r headway.Release) string {
	t, _ := v.Team(r.TeamID)
	return strings.TrimSpace(t.Name + " " + r.Version)
}

func (v planView) namesOf(ids []string) string {
	var names []string
	for _, id := range ids {
		i := slices.IndexFunc(v.People, func(p headway.Person) bool { return p.ID == id })
		if i >= 0 {
			names = append(names, v.People[i].Name)
		}
	}
	return cmp.Or(strings.Join(names, ", "), "nobody")
}

// fit is the address that shows all that is planned, from today on.
func (v planView) fit(c ui.Clock) string {
	last := c.Now.AddDate(0, 0, 28)
	for _, r := range v.Plan.Releases {
		if r.Production.After(last) {
			last = r.Production
		}
	}
	return v.Query.link(func(q *planQuery) {
		q.From = headway.DateOf(c.Now.In(c.Zone())).AddDays(-7)
		q.Days = min(q.From.DaysUntil(headway.DateOf(last.In(c.Zone())))+7, maxDays)
		switch {
		case q.Days > 120:
			q.Zoom = "quarter"
		case q.Days > 50:
			q.Zoom = "month"
		default:
			q.Zoom = "week"
		}
	})
}

// exported names the plan that files are made of.
func (v planView) exported() string {
	switch v.Query.Against {
	case "draft":
		return "draft"
	case "published":
		return fmt.Sprint(v.Baseline.Number)
	}
	return v.Query.Against
}

// drop is the address of the view without what is previewed.
func (v planView) drop() string {
	return v.Query.link(func(q *planQuery) { q.Try = headway.WhatIf{} })
}

// hidden gives the fields of this view for a form.
func (q planQuery) hidden() url.Values {
	values, err := url.ParseQuery(strings.TrimPrefix(q.query(func(n *planQuery) { n.Look = "" }), "?"))
	if err != nil {
		return nil
	}
	return values
}

// pinAddress is where a drag asks for its preview; empty when nothing may be moved.
func pinAddress(p ui.Page, v planView) string {
	if !p.Viewer.May(headway.EditPlan) || v.Query.Against != "draft" || v.Scenario.ID != "" {
		return ""
	}
	return v.Query.link(func(q *planQuery) { q.Look = "" })
}

// shifted sums up which releases move.
func shifted(releases []app.ReleaseShift) string {
	later, earlier := 0, 0
	for _, r := range releases {
		switch {
		case r.Days > 0:
			later++
		case r.Days < 0:
			earlier++
		}
	}
	var parts []string
	if later > 0 {
		parts = append(parts, ui.Count(later, "release")+" later")
	}
	if earlier > 0 {
		parts = append(parts, ui.Count(earlier, "release")+" earlier")
	}
	return cmp.Or(strings.Join(parts, ", "), "no release moves")
}

// peopleHit names those whose work changes most.
func peopleHit(hits []app.PersonHit) string {
	hits = slices.Clone(hits)
	slices.SortStableFunc(hits, func(a, b app.PersonHit) int {
		return (b.Moved + b.Joined + b.Freed) - (a.Moved + a.Joined + a.Freed)
	})
	var names []string
	for k, h := range hits {
		if k == 4 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(hits)-4)
		}
		names = append(names, fmt.Sprintf("%s (%d)", h.Name, h.Moved+h.Joined+h.Freed))
	}
	return strings.Join(names, ", ")
}

func meanGap(p headway.Plan) float64 {
	sum := 0
	for _, r := range p.Releases {
		sum += r.GapDays
	}
	return float64(sum) / float64(max(1, len(p.Releases)))
}

// ruleName says which rule a finding is about.
func ruleName(rule string) string {
	switch rule {
	case "gap-maximum":
		return "Gap policy: maximum"
	case "gap-minimum":
		return "Gap policy: minimum"
	case "due":
		return "Wanted date"
	case "not-shelved":
		return "Nothing on the shelf"
	case "pin":
		return "Start fixed by people"
	case "train-apart":
		return "Train"
	}
	return strings.ToUpper(rule[:min(1, len(rule))]) + strings.ReplaceAll(rule[min(1, len(rule)):], "-", " ")
}

// effectText goes on after the number of activities that a preview moves.
func effectText(v app.PlanPreview) string {
	text := " move; "
	if len(v.PlanComparison.Changes) == 1 {
		text = " moves; "
	}
	text += shifted(v.Releases)
	if hit := peopleHit(v.PlanComparison.People); hit != "" {
		text += "; it hits " + hit
	}
	return text + "."
}
