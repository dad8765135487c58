package headway

import "time"

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
)

// Criterion is one rule of the gate.
type Criterion struct {
	Key      string        `json:"key" yaml:"key"`
	Title    string        `json:"title" yaml:"title"`
	Kind     CriterionKind `json:"kind" yaml:"kind"`
	Allow    int           `json:"allow,omitempty" yaml:"allow,omitempty"`         // failures tolerated, of regression
	Expr     []string      `json:"expr,omitempty" yaml:"expr,omitempty"`           // as `p95 < 300ms`, of load
	Optional bool          `json:"optional,omitempty" yaml:"optional,omitempty"`   // judged and shown, never blocks
	When     Condition     `json:"when,omitempty" yaml:"when,omitempty"`           // over the candidate's facts
	WaivedBy []Role        `json:"waived_by,omitempty" yaml:"waived_by,omitempty"` // who may waive it; empty: nobody
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
	switch c.Kind {
	case CriterionRegression, CriterionDefects, CriterionBacklog, CriterionGap, CriterionWindow, CriterionFreeze:
	case CriterionLoad:
		if len(c.Expr) == 0 {
			return Invalidf(where+".expr", "a load criterion needs at least one expression").WithHint("write for example `p95 < 300ms`")
		}
	default:
		return Invalidf(where+".kind", "%q is no kind of criterion", c.Kind)
	}
	for _, e := range c.Expr {
		if _, err := ParseThreshold(e); err != nil {
			return Invalidf(where+".expr", "%q is no threshold", e).WithHint("%s", thresholdHint).Because(err)
		}
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

// Waiver lifts one criterion for one candidate.
type Waiver struct {
	ID, CandidateID, Criterion string
	Role                       Role
	By, ByName                 string
	Reason                     string
	At, ExpiresAt              time.Time
}
