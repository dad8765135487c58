package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// newsShown is how many events stand on the page before they are asked for.
const newsShown = 12

type pagePart struct {
	Href, Text string
	N          int
	Hot        bool
}

// partsOf lists what the page of a release holds.
func partsOf(v app.ReleaseStory) []pagePart {
	open, failing := 0, 0
	for _, d := range v.Defects {
		if d.State == headway.DefectOpen {
			open++
		}
	}
	for _, x := range v.Verdicts {
		if x.Outcome == headway.Fail && !x.Waived {
			failing++
		}
	}
	parts := []pagePart{{Href: "candidates", Text: "Candidates", N: len(v.Candidates)}}
	if len(v.Verdicts) > 0 {
		parts = append(parts, pagePart{"gate", "Gate", failing, failing > 0})
	}
	parts = append(parts, pagePart{Href: "work", Text: "Work", N: len(v.Items)}, pagePart{Href: "evidence", Text: "Evidence", N: len(v.Evidence)},
		pagePart{"defects", "Defects", open, open > 0})
	if n := len(v.Decisions) + len(v.Deployments); n > 0 {
		parts = append(parts, pagePart{Href: "decided", Text: "Decisions", N: n})
	}
	if len(v.Runbook.Steps)+len(v.Bookings) > 0 {
		parts = append(parts, pagePart{Href: "runbook", Text: "Runbook"})
	}
	if !v.Release.SprintEnd.IsZero() {
		parts = append(parts, pagePart{Href: "gap", Text: "Gap"})
	}
	return append(parts, pagePart{Href: "history", Text: "History"})
}

func candidateName(v app.ReleaseStory, id string) string {
	for _, c := range v.Candidates {
		if c.ID == id {
			return c.Name
		}
	}
	return "no candidate"
}

// candidateWhy says why a candidate came to be.
func candidateWhy(v app.ReleaseStory, c headway.Candidate) string {
	switch {
	case c.Supersedes == "":
		return "the first"
	case c.Reason == "":
		return "in place of " + candidateName(v, c.Supersedes)
	}
	return "in place of " + candidateName(v, c.Supersedes) + ": " + c.Reason
}

// factsChanged says which declared facts differ from the candidate before.
func factsChanged(v app.ReleaseStory, c headway.Candidate) []string {
	i := slices.IndexFunc(v.Candidates, func(o headway.Candidate) bool { return o.ID == c.Supersedes })
	if c.Supersedes == "" || i < 0 {
		return nil
	}
	before, out := v.Candidates[i].Facts, []string{}
	for _, k := range slices.Sorted(maps.Keys(c.Facts)) {
		if old, had := before[k]; had && old != c.Facts[k] {
			out = append(out, fmt.Sprintf("%s %s → %s", k, old, c.Facts[k]))
		} else if !had {
			out = append(out, "+ "+factText(k, c.Facts[k]))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(before)) {
		if _, has := c.Facts[k]; !has {
			out = append(out, "− "+factText(k, before[k]))
		}
	}
	return out
}

func defectsBy(v app.ReleaseStory, is func(headway.Defect) bool) []headway.Defect {
	return slices.DeleteFunc(slices.Clone(v.Defects), func(d headway.Defect) bool { return !is(d) })
}

// defectWay says where a defect was found and where it was mended.
func defectWay(v app.ReleaseStory, d headway.Defect) string {
	s := "found in " + candidateName(v, d.CandidateID)
	if d.FixedIn != "" {
		s += ", mended in " + candidateName(v, d.FixedIn)
	}
	return s
}

// itemWhen says when an item was worked on, or is planned.
func itemWhen(c ui.Clock, v app.ReleaseStory, i headway.BacklogItem) string {
	if !i.DoneAt.IsZero() {
		return "done " + c.Day(i.DoneAt)
	}
	for _, pl := range v.Foreseen {
		if pl.ItemID == i.ID && i.StartedAt.IsZero() && v.Release.LiveAt.IsZero() {
			return "planned " + c.Day(pl.Start)
		}
	}
	return ""
}

func deploymentWords(d headway.Deployment) string {
	s := " by " + d.StartedByName
	if !d.EndedAt.IsZero() {
		s += ", took " + ui.Duration(d.EndedAt.Sub(d.StartedAt))
	}
	if d.Reason != "" {
		s += " · " + d.Reason
	}
	return s
}

func deploymentMark(s headway.DeploymentState) string {
	switch s {
	case headway.DeploymentSucceeded:
		return "pass"
	case headway.DeploymentRunning, headway.DeploymentRollingBack:
		return "running"
	}
	return "fail"
}

func decisionMark(s headway.DecisionState) string {
	switch s {
	case headway.DecisionGo, headway.DecisionDeployed:
		return "pass"
	case headway.DecisionNoGo:
		return "fail"
	}
	return "waiting"
}

func approvalWords(a headway.Approval) string {
	verb := "approves"
	if a.Verdict == headway.Reject {
		verb = "rejects"
	}
	s := fmt.Sprintf("%s %s as %s", a.Name, verb, a.Role.Name())
	if a.Note != "" {
		s += ": " + a.Note
	}
	return s
}

// wayItem is one line of planned against actual.
type wayItem struct {
	Title            string
	Promised, Actual headway.Interval
	Estimate, Took   time.Duration
}

// wayRows joins what was promised with what happened, by activity.
func wayRows(v app.ReleaseStory) []wayItem {
	var out []wayItem
	byItem := map[string]int{}
	for _, pl := range v.Promise.Placements {
		key := pl.ItemID
		if key == "" {
			key = strings.TrimPrefix(pl.Activity, v.Release.ID+"/")
		}
		byItem[key] = len(out)
		out = append(out, wayItem{Title: pl.Title, Promised: headway.Interval{From: pl.Start, To: pl.End}})
	}
	for _, i := range v.Items {
		at, ok := byItem[i.ID]
		if !ok {
			at, ok = byItem[i.Activity]
		}
		if !ok {
			at = len(out)
			out = append(out, wayItem{Title: i.Title})
		}
		out[at].Estimate, out[at].Took = i.Estimate, i.Spent
		if !i.StartedAt.IsZero() && !i.DoneAt.IsZero() {
			out[at].Actual = headway.Interval{From: i.StartedAt, To: i.DoneAt}
		}
	}
	return out
}

func laterText(v app.ReleaseStory, r wayItem) string {
	if r.Promised.To.IsZero() || r.Actual.To.IsZero() {
		return "–"
	}
	switch days := v.Calendar.WorkingDays(r.Promised.To, r.Actual.To); {
	case days == 0:
		return "same day"
	case days < 0:
		return fmt.Sprintf("−%d d", -days)
	default:
		return fmt.Sprintf("%d d", days)
	}
}

func hoursOrDash(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return ui.Hours(d)
}

// sprintEnds is the verb for the end of a release's sprint.
func sprintEnds(c ui.Clock, r headway.Release) string {
	if r.SprintEnd.After(c.Now) {
		return "ends"
	}
	return "ended"
}

// bookedText says when an environment is booked, and for what.
func bookedText(c ui.Clock, b headway.Booking) string {
	text := " is booked " + c.Span(b.Span)
	if b.Purpose != "" {
		text += ": " + b.Purpose
	}
	return text
}
