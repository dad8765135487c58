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
	Standing   map[EvidenceKind]Standing // why evidence about an earlier candidate counts, or does not
	Baselines  []Evidence                // newest load runs of the team's releases in production, the last one first
	Compared   *RunComparison            // of the regression run with that of the release last in production; nil when its cases are not kept
	SBOM       *Evidence
	Parts      *SBOM // what the bill of materials lists
	Scan       *Evidence
	Coverage   *Evidence
	Cycles     []TestCycle   // of the candidate
	Defects    []Defect      // open ones of the release
	Fixes      *FixMatrix    // of the team; nil: nobody asked
	Items      []BacklogItem // that count: see CountingItems
	Waivers    []Waiver      // of the candidate
	Overrides  []Override    // of the release
	Stays      []Stay        // of the candidate
	Duties     []HotfixDuty  // of the release
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
		if s := f.Standing[c.LooksAt()]; s.Reason != "" && f.Proof(c.LooksAt()) == s.Evidence {
			v.Reason += "; " + s.Reason
		}
		f.lift(c, &v)
		out = append(out, v)
	}
	return out, nil
}

// lift applies what was waived or overridden to a verdict that does not pass.
// Of the freezes those are left that nobody lifted.
func (f GateFacts) lift(c Criterion, v *Verdict) {
	lifts := c.Lifts(f.Waivers, f.Overrides, f.Now)
	if v.Outcome == Pass || len(lifts) == 0 {
		return
	}
	if c.Kind == CriterionFreeze {
		if outcome, reason := JudgeFreeze(Unlifted(f.Freezes, lifts), f.Calendar.Zone, f.Planned, f.Now); outcome != Pass {
			v.Outcome, v.Reason = outcome, reason
			return
		}
	}
	l := lifts[len(lifts)-1]
	v.Waived, v.WaivedBy = true, l.ByName
	v.Reason += "; " + l.String()
}

func (f GateFacts) judge(c Criterion) (outcome Outcome, reason, evidence string) {
	switch c.Kind {
	case CriterionRegression:
		outcome, reason = JudgeRegression(c, f.Regression, f.Compared)
		return outcome, reason, evidenceID(f.Regression)
	case CriterionLoad:
		outcome, reason = JudgeLoad(c, f.Load, f.Baselines)
		return outcome, reason, evidenceID(f.Load)
	case CriterionManual:
		outcome, reason = JudgeCycles(f.Cycles)
	case CriterionSBOM:
		outcome, reason = c.Forbid.Judge(f.Parts)
		return outcome, reason, evidenceID(f.SBOM)
	case CriterionVulnerabilities:
		outcome, reason = JudgeScan(c, f.Scan)
		return outcome, reason, evidenceID(f.Scan)
	case CriterionCoverage:
		outcome, reason = JudgeCoverage(c, f.Coverage)
		return outcome, reason, evidenceID(f.Coverage)
	case CriterionDefects:
		outcome, reason = JudgeDefects(f.Defects)
	case CriterionHotfix:
		d, _ := f.duty(c)
		outcome, reason = JudgeDuty(d, f)
	case CriterionFixes:
		outcome, reason = JudgeFixes(f.Fixes, f.Release.ID)
	case CriterionBacklog:
		outcome, reason = JudgeBacklog(f.Items)
	case CriterionGap:
		outcome, reason = JudgeGap(f.Policy, f.Calendar, f.Release.SprintEnd, f.Planned, f.Now)
	case CriterionWindow:
		outcome, reason = JudgeWindow(f.Windows, f.Calendar.Zone, f.Planned, f.Now)
	case CriterionFreeze:
		outcome, reason = JudgeFreeze(f.Freezes, f.Calendar.Zone, f.Planned, f.Now)
	case CriterionNoDeploy:
		outcome, reason = JudgeNoDeploy(*c.NoDeploy, f.Calendar, f.Planned, f.Now)
	case CriterionSoak:
		outcome, reason = JudgeSoak(*c.Soak, f.Stays, f.Calendar, f.Planned, f.Now)
	default:
		outcome, reason = Waiting, fmt.Sprintf("nobody knows how to judge %q", c.Kind)
	}
	return outcome, reason, ""
}

// Proof gives the evidence of a kind that counts; nil when there is none.
func (f GateFacts) Proof(kind EvidenceKind) *Evidence { return *f.proof(kind) }

// Prove sets the evidence that counts for its kind.
func (f *GateFacts) Prove(kind EvidenceKind, e *Evidence) { *f.proof(kind) = e }

func (f *GateFacts) proof(kind EvidenceKind) **Evidence {
	switch kind {
	case RegressionRun:
		return &f.Regression
	case LoadRun:
		return &f.Load
	case BillOfMaterials:
		return &f.SBOM
	case VulnerabilityScan:
		return &f.Scan
	case CoverageRun:
		return &f.Coverage
	}
	none := (*Evidence)(nil)
	return &none
}

func evidenceID(e *Evidence) string {
	if e == nil {
		return ""
	}
	return e.ID
}

// MayWaive tells whether a role may lift the criterion.
func (c Criterion) MayWaive(r Role) bool { return slices.Contains(c.WaivedBy, r) }

// NeedsBaseline tells whether the criterion compares with the release last in production.
func (c Criterion) NeedsBaseline() bool {
	return slices.ContainsFunc(c.Expr, func(e string) bool { return strings.Contains(e, "baseline") })
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
