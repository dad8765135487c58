package headway

import (
	"fmt"
	"strings"
)

// JudgeRegression judges the newest regression run: no failures beyond those
// allowed, known failures set apart, and every expression over its figures. A
// run in which nothing passed proves nothing. compared is nil when the cases of
// the run are not kept: then changes wait.
func JudgeRegression(c Criterion, run *Evidence, compared *RunComparison) (Outcome, string) {
	if run == nil || run.Tests == nil {
		return Waiting, "no regression run has been reported for this candidate"
	}
	f := testFacts{summary: *run.Tests, compared: compared}
	outcome, reason := f.judgeFailures(c.Allow)
	reasons := []string{reason}
	for _, expr := range c.Expr {
		o, why := f.judge(expr)
		if o == Fail && outcome != Fail {
			reasons = []string{why}
		} else if o != Pass || outcome == Pass {
			reasons = append(reasons, why)
		}
		outcome = Worst(outcome, o)
	}
	return outcome, strings.Join(reasons, "; ")
}

// testFacts are the figures of a run: of its summary, and of its cases when
// they are kept.
type testFacts struct {
	summary  TestSummary
	compared *RunComparison
}

func (f testFacts) bad() int {
	bad := f.summary.Failed + f.summary.Errors
	if f.compared != nil && !f.compared.Run.Partial {
		return bad - f.compared.Muted
	}
	if f.compared != nil {
		return max(f.compared.Failed, bad-f.compared.Muted)
	}
	return bad
}

func (f testFacts) judgeFailures(allow int) (Outcome, string) {
	t, bad := f.summary, f.bad()
	switch {
	case bad > allow:
		return Fail, fmt.Sprintf("%d of %d tests failed, %d allowed: %s%s", bad, t.Tests, allow, f.names(), f.overdue())
	case t.Passed == 0 && t.Failed+t.Errors == 0:
		return Fail, fmt.Sprintf("no test passed: %d of %d were skipped", t.Skipped, t.Tests)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d of %d tests passed", t.Passed, t.Tests)
	muted := t.Failed + t.Errors - bad
	for _, part := range []struct {
		n    int
		what string
	}{{bad, "failed and allowed"}, {muted, "failed and muted"}, {t.Flaky, "flaky"}, {t.Skipped, "skipped"}} {
		if part.n > 0 {
			fmt.Fprintf(&text, ", %d %s", part.n, part.what)
		}
	}
	if f.compared != nil && len(f.compared.Quiet) > 0 {
		fmt.Fprintf(&text, "; %d muted and passing, as %s: lift the mute", len(f.compared.Quiet), Shorten(f.compared.Quiet[0], 120))
	}
	return Pass, text.String()
}

// names lists the first failing cases, new ones first when that is known.
func (f testFacts) names() string {
	if f.compared == nil {
		return firstCases(f.summary.NotPassed, 3)
	}
	ids := f.compared.Failures(4)
	for i := range ids {
		ids[i] = Shorten(ids[i], 120)
	}
	return enough(ids, 3)
}

// overdue tells of failures whose mute is over.
func (f testFacts) overdue() string {
	if f.compared == nil || len(f.compared.Expired) == 0 {
		return ""
	}
	return fmt.Sprintf(" (the mute of %d of them has expired)", len(f.compared.Expired))
}

// judge holds the figures against one expression.
func (f testFacts) judge(expr string) (Outcome, string) {
	rule, err := ParseFigureRule(expr, testFigures)
	if err != nil {
		return Waiting, err.Error()
	}
	value, known := f.figure(rule.Name)
	if !known {
		return Waiting, fmt.Sprintf("%s cannot be judged: there is no regression run of a released candidate to compare with", rule.Expr)
	}
	outcome, reason := rule.Judge(value, max(float64(f.summary.Tests), 1))
	if outcome == Fail && f.compared != nil {
		if named := f.compared.Named(CaseChange(strings.TrimSuffix(rule.Name, "s")), 3); len(named) > 0 {
			reason += ": " + strings.Join(named, ", ")
		} else if named := f.compared.Named(CaseChange(rule.Name), 3); len(named) > 0 {
			reason += ": " + strings.Join(named, ", ")
		}
	}
	return outcome, reason
}

func (f testFacts) figure(name string) (float64, bool) {
	switch t := f.summary; name {
	case "tests":
		return float64(t.Tests), true
	case "passed":
		return float64(t.Passed), true
	case "failed":
		return float64(f.bad()), true
	case "skipped":
		return float64(t.Skipped), true
	case "flaky":
		return float64(t.Flaky), true
	}
	if f.compared == nil {
		return 0, false
	}
	return f.compared.Figure(name)
}

func firstCases(cases []CaseResult, n int) string {
	var ids []string
	for _, c := range cases {
		if c.Outcome != "failed" && c.Outcome != "error" {
			continue
		}
		ids = append(ids, Shorten(c.ID, 120))
	}
	return enough(ids, n)
}

// JudgeScan holds the newest report of vulnerabilities against every
// expression. A scanner that did not get through proves nothing.
func JudgeScan(c Criterion, e *Evidence) (Outcome, string) {
	if e == nil || e.Detail == nil || e.Detail.Scan == nil {
		return Waiting, "no report of vulnerabilities has been handed in for this candidate"
	}
	scan := e.Detail.Scan
	outcome, reasons := Pass, []string{}
	for _, expr := range c.Expr {
		rule, err := ParseFigureRule(expr, scanFigures)
		if err != nil {
			return Waiting, err.Error()
		}
		n, _ := scan.Counts.Figure(rule.Name)
		o, reason := rule.Judge(float64(n), max(float64(scan.Counts.Total), 1))
		if o == Fail && len(scan.Worst) > 0 {
			reason += ": " + worstOf(scan.Worst, rule.Name)
		}
		outcome = Worst(outcome, o)
		reasons = append(reasons, reason)
	}
	if scan.Incomplete && outcome == Pass {
		return Waiting, "the scanner says of itself that it did not get through: " + strings.Join(reasons, "; ")
	}
	return outcome, strings.Join(reasons, "; ")
}

func worstOf(list []Vulnerability, name string) string {
	var out []string
	for _, v := range list {
		if !v.Suppressed && (string(v.Severity) == name || name == "total" || name == "fixable" && v.FixedIn != "") {
			out = append(out, strings.TrimSpace(v.ID+" in "+v.Package+" "+v.Version))
		}
	}
	return enough(out, 3)
}

// JudgeCoverage holds the newest coverage report against every expression.
func JudgeCoverage(c Criterion, e *Evidence) (Outcome, string) {
	if e == nil || e.Detail == nil || e.Detail.Coverage == nil {
		return Waiting, "no coverage report has been handed in for this candidate"
	}
	outcome, reasons := Pass, []string{}
	for _, expr := range c.Expr {
		rule, err := ParseFigureRule(expr, coverFigures)
		if err != nil {
			return Waiting, err.Error()
		}
		share, ok := e.Detail.Coverage.Figure(rule.Name)
		if !ok {
			outcome = Worst(outcome, Waiting)
			reasons = append(reasons, fmt.Sprintf("%s cannot be judged: the report does not speak of %s", rule.Expr, rule.Name))
			continue
		}
		o, reason := rule.Judge(share, 0)
		outcome = Worst(outcome, o)
		reasons = append(reasons, reason)
	}
	return outcome, strings.Join(reasons, "; ")
}
