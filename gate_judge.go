package headway

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// GateFacts is what a gate is judged on.
type GateFacts struct {
	Release    Release
	Candidate  Candidate
	Regression *Evidence // newest run that counts for the candidate, nil when there is none
	Load       *Evidence
	Baseline   *Evidence     // newest load run of the team's release last in production
	Defects    []Defect      // open ones of the release
	Items      []BacklogItem // that count: see CountingItems
	Waivers    []Waiver      // of the candidate
	Policy     GapPolicy
	Calendar   Calendar
	Windows    []Window
	Freezes    []Freeze
	Planned    Interval // in which production is to be changed; zero when that is not planned yet
	Now        time.Time
}

// Judge gives a verdict for each criterion of the gate, waivers applied.
func (g Gate) Judge(f GateFacts) ([]Verdict, error) {
	var out []Verdict
	for _, c := range g.Criteria {
		v := Verdict{Criterion: c.Key, Title: c.Title, Kind: c.Kind, Optional: c.Optional}
		concerned, err := c.When.Holds(f.Candidate.Facts)
		if err != nil {
			return nil, err
		}
		if !concerned {
			v.Outcome, v.Reason = Pass, fmt.Sprintf("does not concern this candidate: it does not declare %s", c.When)
			out = append(out, v)
			continue
		}
		v.Outcome, v.Reason, v.Evidence = f.judge(c)
		if w, ok := c.waiver(f.Waivers, f.Now); ok && v.Outcome != Pass {
			v.Waived, v.WaivedBy = true, w.ByName
			v.Reason += fmt.Sprintf("; waived by %s (%s): %s", w.ByName, w.Role, w.Reason)
		}
		out = append(out, v)
	}
	return out, nil
}

func (f GateFacts) judge(c Criterion) (outcome Outcome, reason, evidence string) {
	switch c.Kind {
	case CriterionRegression:
		outcome, reason = JudgeRegression(c, f.Regression)
		return outcome, reason, evidenceID(f.Regression)
	case CriterionLoad:
		outcome, reason = JudgeLoad(c, f.Load, f.Baseline)
		return outcome, reason, evidenceID(f.Load)
	case CriterionDefects:
		outcome, reason = JudgeDefects(f.Defects)
	case CriterionBacklog:
		outcome, reason = JudgeBacklog(f.Items)
	case CriterionGap:
		outcome, reason = JudgeGap(f.Policy, f.Calendar, f.Release.SprintEnd, f.Planned, f.Now)
	case CriterionWindow:
		outcome, reason = JudgeWindow(f.Windows, f.Calendar.Zone, f.Planned, f.Now)
	case CriterionFreeze:
		outcome, reason = JudgeFreeze(f.Freezes, f.Calendar.Zone, f.Planned, f.Now)
	default:
		outcome, reason = Waiting, fmt.Sprintf("nobody knows how to judge %q", c.Kind)
	}
	return outcome, reason, ""
}

func evidenceID(e *Evidence) string {
	if e == nil {
		return ""
	}
	return e.ID
}

// waiver finds a waiver that holds now, by a role that may waive the criterion.
func (c Criterion) waiver(given []Waiver, now time.Time) (Waiver, bool) {
	for _, w := range slices.Backward(given) {
		if w.Criterion == c.Key && now.Before(w.ExpiresAt) && slices.Contains(c.WaivedBy, w.Role) {
			return w, true
		}
	}
	return Waiver{}, false
}

// MayWaive tells whether a role may lift the criterion.
func (c Criterion) MayWaive(r Role) bool { return slices.Contains(c.WaivedBy, r) }

// NeedsBaseline tells whether the criterion compares with the release last in production.
func (c Criterion) NeedsBaseline() bool {
	return slices.ContainsFunc(c.Expr, func(e string) bool { return strings.Contains(e, "baseline") })
}

// JudgeRegression judges the newest regression run: no failures beyond those
// allowed. A run in which nothing passed proves nothing.
func JudgeRegression(c Criterion, run *Evidence) (Outcome, string) {
	if run == nil || run.Tests == nil {
		return Waiting, "no regression run has been reported for this candidate"
	}
	t := run.Tests
	bad := t.Failed + t.Errors
	switch {
	case bad > c.Allow:
		return Fail, fmt.Sprintf("%d of %d tests failed, %d allowed: %s", bad, t.Tests, c.Allow, firstCases(t.NotPassed, 3))
	case t.Passed == 0 && bad == 0:
		return Fail, fmt.Sprintf("no test passed: %d of %d were skipped", t.Skipped, t.Tests)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d of %d tests passed", t.Passed, t.Tests)
	for _, part := range []struct {
		n    int
		what string
	}{{bad, "failed and allowed"}, {t.Flaky, "flaky"}, {t.Skipped, "skipped"}} {
		if part.n > 0 {
			fmt.Fprintf(&text, ", %d %s", part.n, part.what)
		}
	}
	return Pass, text.String()
}

func firstCases(cases []CaseResult, n int) string {
	var ids []string
	for _, c := range cases {
		if c.Outcome != "failed" && c.Outcome != "error" {
			continue
		}
		if len(ids) == n {
			return strings.Join(ids, ", ") + ", …"
		}
		ids = append(ids, Shorten(c.ID, 120))
	}
	return strings.Join(ids, ", ")
}

// JudgeLoad judges the newest load run by every expression of the criterion;
// baseline is the run that `baseline` speaks of and may be nil.
func JudgeLoad(c Criterion, run, baseline *Evidence) (Outcome, string) {
	if run == nil || run.Load == nil {
		return Waiting, "no load run has been reported for this candidate"
	}
	var base *LoadSummary
	if baseline != nil {
		base = baseline.Load
	}
	outcome := Pass
	var reasons []string
	for _, expr := range c.Expr {
		threshold, err := ParseThreshold(expr)
		if err != nil {
			outcome = Worst(outcome, Waiting)
			reasons = append(reasons, err.Error())
			continue
		}
		o, reason := threshold.Judge(*run.Load, base)
		outcome = Worst(outcome, o)
		if o == Fail {
			reasons = slices.Insert(reasons, 0, reason)
		} else {
			reasons = append(reasons, reason)
		}
	}
	return outcome, strings.Join(reasons, "; ")
}

// JudgeDefects holds the gate while a blocking defect is open.
func JudgeDefects(open []Defect) (Outcome, string) {
	var blocking []string
	others := 0
	for _, d := range open {
		switch {
		case d.Blocks():
			blocking = append(blocking, fmt.Sprintf("D-%d %s", d.Number, Shorten(d.Title, 80)))
		case d.State == DefectOpen:
			others++
		}
	}
	switch n := len(blocking); {
	case n > 3:
		return Fail, fmt.Sprintf("%d blocking defects are open: %s, …", n, strings.Join(blocking[:3], ", "))
	case n > 0:
		return Fail, fmt.Sprintf("%d blocking defects are open: %s", n, strings.Join(blocking, ", "))
	case others > 0:
		return Pass, fmt.Sprintf("no blocking defect is open, %d others are", others)
	}
	return Pass, "no defect is open"
}

// JudgeBacklog wants the operations items before go/no-go done, with a result
// that did not fail.
func JudgeBacklog(items []BacklogItem) (Outcome, string) {
	before := BeforeGoNoGo(items)
	var open, failed []string
	for _, i := range before {
		switch {
		case i.State == ItemDone && i.Outcome == Fail:
			failed = append(failed, i.Title)
		case i.State == ItemBlocked:
			open = append(open, fmt.Sprintf("%s (blocked: %s)", i.Title, Shorten(i.BlockedReason, 80)))
		case i.State != ItemDone:
			open = append(open, i.Title)
		}
	}
	switch {
	case len(failed) > 0:
		return Fail, "finished with a failed result: " + enough(failed, 5)
	case len(open) > 0:
		return Waiting, fmt.Sprintf("%d of %d items are not done: %s", len(open), len(before), enough(open, 5))
	}
	return Pass, fmt.Sprintf("all %d items before go/no-go are done", len(before))
}

func enough(list []string, n int) string {
	if len(list) > n {
		return strings.Join(list[:n], ", ") + ", …"
	}
	return strings.Join(list, ", ")
}

// BeforeGoNoGo gives the items that must be done before go/no-go: neither the
// go/no-go itself, nor deployment and support, nor what lies in the window or
// waits for one of these.
func BeforeGoNoGo(items []BacklogItem) []BacklogItem {
	late := map[string]bool{}
	for _, i := range items {
		if i.Kind == KindGoNoGo || i.Kind == KindDeployment || i.Kind == KindSupport || i.InWindow {
			late[i.ID] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, i := range items {
			if !late[i.ID] && slices.ContainsFunc(i.After, func(id string) bool { return late[id] }) {
				late[i.ID], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(items), func(i BacklogItem) bool { return late[i.ID] })
}
