package headway

import (
	"errors"
	"time"
)

// CriterionKind says what a criterion looks at.
type CriterionKind string

// The kinds of criterion.
const (
	CriterionRegression CriterionKind = "regression" // newest regression run: no failures beyond Allow
	CriterionLoad       CriterionKind = "load"       // newest load run holds every expression
	CriterionDefects    CriterionKind = "defects"    // no open blocking defect
	CriterionBacklog    CriterionKind = "backlog"    // operations items before go/no-go are done
	CriterionGap        CriterionKind = "minimum-gap"
	CriterionWindow     CriterionKind = "window"
	CriterionFreeze     CriterionKind = "freeze"
	CriterionNoDeploy   CriterionKind = "no-deploy-days" // production does not change on the days that NoDeploy names
	CriterionSoak       CriterionKind = "soak"           // the candidate has been on an environment for as long as Soak asks

	CriterionManual          CriterionKind = "manual"          // every case of the newest test cycles passed
	CriterionSBOM            CriterionKind = "sbom"            // newest bill of materials holds nothing that Forbid names
	CriterionVulnerabilities CriterionKind = "vulnerabilities" // newest scan holds every expression
	CriterionCoverage        CriterionKind = "coverage"        // newest coverage report holds every expression
	CriterionFixes           CriterionKind = "fixes"           // no fix is missing from this or a later release
	CriterionHotfix          CriterionKind = "hot-fix"         // a hot fix that went live meanwhile is taken over; stands in no gate, follows from a HotfixDuty
)

// CriterionKinds lists the kinds of criterion.
func CriterionKinds() []CriterionKind {
	return []CriterionKind{
		CriterionRegression, CriterionLoad, CriterionManual, CriterionSBOM, CriterionVulnerabilities, CriterionCoverage,
		CriterionDefects, CriterionFixes, CriterionBacklog, CriterionGap, CriterionWindow, CriterionFreeze, CriterionNoDeploy, CriterionSoak,
	}
}

// Criterion is one rule of the gate.
type Criterion struct {
	Key      string        `json:"key" yaml:"key"`
	Title    string        `json:"title" yaml:"title"`
	Kind     CriterionKind `json:"kind" yaml:"kind"`
	Allow    int           `json:"allow,omitempty" yaml:"allow,omitempty"`         // failures tolerated, of regression
	Expr     []string      `json:"expr,omitempty" yaml:"expr,omitempty"`           // as `p95 < 300ms` of load, `missing <= 5` of regression, `critical = 0`, `lines >= 80%`
	Forbid   *SBOMPolicy   `json:"forbid,omitempty" yaml:"forbid,omitempty"`       // of sbom
	NoDeploy *NoDeployRule `json:"no_deploy,omitempty" yaml:"no_deploy,omitempty"` // of no-deploy-days
	Soak     *SoakRule     `json:"soak,omitempty" yaml:"soak,omitempty"`           // of soak
	Optional bool          `json:"optional,omitempty" yaml:"optional,omitempty"`   // judged and shown, never blocks
	When     Condition     `json:"when,omitempty" yaml:"when,omitempty"`           // over the candidate's facts
	WaivedBy []Role        `json:"waived_by,omitempty" yaml:"waived_by,omitempty"` // who may waive or override it; empty: nobody
}

// ApprovalRule says how many people of a role must approve.
type ApprovalRule struct {
	Role  Role `json:"role" yaml:"role"`
	Count int  `json:"count" yaml:"count"`
}

// Gate is the versioned set of rules between shelf and production.
type Gate struct {
	ID, ProgrammeID string
	Version         int
	Criteria        []Criterion
	Approvals       []ApprovalRule
	Change
}

// Change says who made a version of a noun, and when; empty when Headway did.
type Change struct {
	ChangedBy, ChangedByName string // user id, name
	ChangedAt                time.Time
}

// Check refuses a gate that judges nothing or lets one person decide alone.
func (g Gate) Check() error {
	if len(g.Criteria) == 0 || len(g.Criteria) > 50 {
		return Invalidf("gate.criteria", "a gate has 1–50 criteria, this one has %d", len(g.Criteria))
	}
	seen := map[string]bool{}
	for _, c := range g.Criteria {
		where := "gate.criteria." + c.Key
		if err := CheckKey(where, c.Key); err != nil {
			return err
		}
		if seen[c.Key] {
			return Invalidf(where, "two criteria have this key")
		}
		seen[c.Key] = true
		if err := c.check(where); err != nil {
			return err
		}
	}
	people := 0
	for _, a := range g.Approvals {
		if a.Count < 1 || a.Count > 20 || !a.Role.May(DecideRelease) {
			return Invalidf("gate.approvals", "%d approvals of %s cannot be asked for", a.Count, a.Role).
				WithHint("use 1–20 of product-owner, ops or release-manager")
		}
		people += a.Count
	}
	if people < 2 {
		return Invalidf("gate.approvals", "four eyes need at least two approvals, this gate asks for %d", people)
	}
	return nil
}

func (c Criterion) check(where string) error {
	if err := c.checkRule(where); err != nil {
		return err
	}
	if c.Allow < 0 {
		return Invalidf(where+".allow", "%d failures cannot be allowed", c.Allow)
	}
	for _, r := range c.WaivedBy {
		if !r.May(WaiveCriterion) {
			return Invalidf(where+".waived_by", "the role %s may not waive", r).WithHint("use product-owner or release-manager")
		}
	}
	if err := c.When.Check(); err != nil {
		return err
	}
	return CheckName(where+".title", c.Title)
}

// checkRule refuses what a kind of criterion cannot judge by.
func (c Criterion) checkRule(where string) error {
	if (c.Forbid != nil) != (c.Kind == CriterionSBOM) {
		return Invalidf(where+".forbid", "forbid goes with the kind sbom, and sbom needs it").WithHint("write forbid: {licences: [GPL-3.0-only]} on a criterion of the kind sbom")
	}
	if err := c.checkGuard(where); err != nil {
		return err
	}
	example := ""
	switch c.Kind {
	case CriterionDefects, CriterionBacklog, CriterionGap, CriterionWindow, CriterionFreeze, CriterionNoDeploy, CriterionSoak, CriterionManual, CriterionRegression, CriterionFixes:
	case CriterionSBOM:
		if err := c.Forbid.Check(where + ".forbid"); err != nil {
			return err
		}
	case CriterionLoad:
		example = "p95 < 300ms"
	case CriterionVulnerabilities:
		example = "critical = 0"
	case CriterionCoverage:
		example = "coverage >= 80%"
	default:
		return Invalidf(where+".kind", "%q is no kind of criterion", c.Kind)
	}
	if example != "" && len(c.Expr) == 0 {
		return Invalidf(where+".expr", "a %s criterion needs at least one expression", c.Kind).WithHint("write for example `%s`", example)
	}
	if len(c.Expr) > 50 {
		return Invalidf(where+".expr", "a criterion has at most 50 expressions, this one has %d", len(c.Expr))
	}
	for _, e := range c.Expr {
		if err := c.checkExpr(where+".expr", e); err != nil {
			return err
		}
	}
	return nil
}

// checkGuard refuses a rule of days or of soaking that says nothing, or stands
// on another kind of criterion.
func (c Criterion) checkGuard(where string) error {
	if (c.NoDeploy != nil) != (c.Kind == CriterionNoDeploy) {
		return Invalidf(where+".no_deploy", "no_deploy goes with the kind no-deploy-days, which needs it").WithHint("write no_deploy: {days: [fri], eves: true}")
	}
	if c.NoDeploy != nil && len(c.NoDeploy.Days) == 0 && !c.NoDeploy.Eves || c.NoDeploy != nil && len(c.NoDeploy.Days) > 6 {
		return Invalidf(where+".no_deploy.days", "name one to six days of the week, or eves").WithHint("write no_deploy: {days: [fri], eves: true}")
	}
	if (c.Soak != nil) != (c.Kind == CriterionSoak) {
		return Invalidf(where+".soak", "soak goes with the kind soak, which needs it").WithHint("write soak: {environment: staging, hours: 48}")
	}
	if c.Soak != nil {
		return c.Soak.Check(where + ".soak")
	}
	return nil
}

func (c Criterion) checkExpr(where, expr string) error {
	if names := c.figures(); names != nil {
		_, err := ParseFigureRule(expr, names)
		var e *Error
		if errors.As(err, &e) {
			return e.At(where)
		}
		return err
	}
	if c.Kind != CriterionLoad {
		return nil // kept by earlier versions, though nothing is judged by it
	}
	if _, err := ParseThreshold(expr); err != nil {
		return Invalidf(where, "%q is no threshold", expr).WithHint("%s", thresholdHint).Because(err)
	}
	return nil
}

// figures lists what the criterion's expressions may speak of; nil when they
// are no rules over figures.
func (c Criterion) figures() []string {
	switch c.Kind {
	case CriterionRegression:
		return testFigures
	case CriterionVulnerabilities:
		return scanFigures
	case CriterionCoverage:
		return coverFigures
	}
	return nil
}

// LooksAt gives the kind of evidence that the criterion judges; empty for those
// that judge something else.
func (c Criterion) LooksAt() EvidenceKind {
	switch c.Kind {
	case CriterionRegression:
		return RegressionRun
	case CriterionLoad:
		return LoadRun
	case CriterionSBOM:
		return BillOfMaterials
	case CriterionVulnerabilities:
		return VulnerabilityScan
	case CriterionCoverage:
		return CoverageRun
	}
	return ""
}

// Verdict is a criterion's judgement with its reason in one sentence.
type Verdict struct {
	Criterion string        `json:"criterion"`
	Title     string        `json:"title"`
	Kind      CriterionKind `json:"kind"`
	Outcome   Outcome       `json:"outcome"`
	Reason    string        `json:"reason"`
	Evidence  string        `json:"evidence,omitempty"` // id of the proof
	Optional  bool          `json:"optional,omitempty"`
	Waived    bool          `json:"waived,omitempty"`
	WaivedBy  string        `json:"waived_by,omitempty"`
}

// GateOutcome is the worst of the verdicts that count.
func GateOutcome(verdicts []Verdict) Outcome {
	out := Pass
	for _, v := range verdicts {
		if !v.Optional && !v.Waived {
			out = Worst(out, v.Outcome)
		}
	}
	return out
}

// Waiver lifts one criterion for one candidate. A waiver of the freezes lifts
// those that it names: one that is declared later holds.
type Waiver struct {
	ID, CandidateID, Criterion string
	Freezes                    []string // keys
	Role                       Role
	By, ByName                 string
	Reason                     string
	At, ExpiresAt              time.Time
}
