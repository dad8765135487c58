package headway

import (
	"slices"
	"time"
)

// DecisionState is where a go/no-go stands.
type DecisionState string

// The states of a go/no-go.
const (
	DecisionOpen     DecisionState = "open"
	DecisionGo       DecisionState = "go"       // approved: its digest may be deployed
	DecisionNoGo     DecisionState = "no-go"    // rejected, final for its digest
	DecisionVoid     DecisionState = "void"     // what was to be approved has changed
	DecisionDeployed DecisionState = "deployed" // used up by a deployment
	// DecisionRehearsal is no decision of anybody: what a rehearsal runs, kept in the same form.
	DecisionRehearsal DecisionState = "rehearsal"
	// DecisionWayBack is none either: the go that a rollback undoes, as it was approved with its rollback steps.
	DecisionWayBack DecisionState = "way-back"
)

// Terminal tells whether the state never moves again.
func (s DecisionState) Terminal() bool {
	return s == DecisionNoGo || s == DecisionVoid || s == DecisionDeployed || s == DecisionRehearsal || s == DecisionWayBack
}

// Decision is a go/no-go: a snapshot of what would be deployed where, when and
// how, and the approvals bound to that snapshot's digest.
type Decision struct {
	ID, ProgrammeID, ReleaseID, CandidateID string
	State                                   DecisionState
	Snapshot                                []byte // canonical JSON of what is decided on
	Digest                                  string // sha256 of Snapshot
	Rules                                   []ApprovalRule
	Excluded                                []string // user ids that cannot approve: see Excluded
	EnvironmentID                           string
	Span                                    Interval // the window it is meant for
	OpenedBy, OpenedByName                  string
	OpenedAt, ClosedAt                      time.Time
	Record                                  []byte   // JSON of verdicts, approvals, waivers at the moment of decision
	Bundle                                  []byte   // the record as a signed statement, made at that moment
	Reason                                  string   // why it is void
	AskAgain                                []string // who had spoken when it was voided, by name and role
}

// ApprovalVerdict is what one person said.
type ApprovalVerdict string

// The verdicts of a person.
const (
	Approve ApprovalVerdict = "approve"
	Reject  ApprovalVerdict = "reject"
)

// Approval is one person's verdict on one digest.
type Approval struct {
	ID, DecisionID string
	Digest         string
	Role           Role // the role it counts for
	UserID, Name   string
	Verdict        ApprovalVerdict
	Note           string
	At             time.Time
}

// DecisionLook is what a person saw when they last looked at the go/no-go of a
// release, so that they can be told what has changed since.
type DecisionLook struct {
	UserID, ReleaseID string
	Last, Before      Seen // Before is zero when there was one look only
}

// Seen is what of a go/no-go may change while its digest stays.
type Seen struct {
	Decision  string             `json:"decision"` // id
	At        time.Time          `json:"at"`
	State     DecisionState      `json:"state"`
	Verdicts  map[string]Outcome `json:"verdicts"`  // by criterion
	Waived    []string           `json:"waived"`    // criteria
	Approvals []string           `json:"approvals"` // ids
}

// ExcludedFrom lists who cannot approve, each once: whoever has had a hand in
// what is decided on. So at least two people stand behind every deployment.
func ExcludedFrom(hands ...string) []string {
	var out []string
	for _, id := range hands {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// MayApprove tells which roles a person's approval may count for, the first by
// itself, or why it cannot.
func (d Decision) MayApprove(userID, digest string, roles []Role, given []Approval) ([]Role, error) {
	switch {
	case d.State != DecisionOpen:
		return nil, Conflictf("this go/no-go is %s and takes no more approvals", d.State)
	case digest != d.Digest:
		return nil, Conflictf("what is to be approved is no longer what you saw").WithHint("look at the go/no-go again; its digest is %s", d.Digest)
	case slices.Contains(d.Excluded, userID):
		return nil, Errorf(Forbidden, "nobody approves what they wrote, shelved, opened or last changed").WithHint("ask somebody else who is %s", roleList(d.Rules))
	}
	for _, a := range given {
		if a.UserID == userID {
			return nil, Conflictf("you have already given your verdict")
		}
	}
	var open []Role
	missing := d.Missing(given)
	for _, rule := range d.Rules {
		if slices.Contains(roles, rule.Role) && missing[rule.Role] > 0 && !slices.Contains(open, rule.Role) {
			open = append(open, rule.Role)
		}
	}
	if len(open) > 0 {
		return open, nil
	}
	for _, rule := range d.Rules {
		if slices.Contains(roles, rule.Role) {
			return nil, Conflictf("enough people of the role %s have approved", rule.Role.Name())
		}
	}
	return nil, Errorf(Forbidden, "none of your roles is asked for here").WithHint("asked are: %s", roleList(d.Rules))
}

// Missing counts the approvals that are still wanted by role.
func (d Decision) Missing(given []Approval) map[Role]int {
	missing := map[Role]int{}
	for _, r := range d.Rules {
		missing[r.Role] += r.Count
	}
	for _, a := range given {
		if a.Verdict == Approve && a.Digest == d.Digest && missing[a.Role] > 0 {
			missing[a.Role]--
		}
	}
	for r, n := range missing {
		if n == 0 {
			delete(missing, r)
		}
	}
	return missing
}

func roleList(rules []ApprovalRule) string {
	var roles []Role
	for _, r := range rules {
		roles = append(roles, r.Role)
	}
	return OrOf(roles)
}
