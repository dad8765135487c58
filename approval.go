package headway

import (
	"slices"
	"strings"
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
)

// Terminal tells whether the state never moves again.
func (s DecisionState) Terminal() bool {
	return s == DecisionNoGo || s == DecisionVoid || s == DecisionDeployed
}

// Decision is a go/no-go: a snapshot of what would be deployed where, when and
// how, and the approvals bound to that snapshot's digest.
type Decision struct {
	ID, ProgrammeID, ReleaseID, CandidateID string
	State                                   DecisionState
	Snapshot                                []byte // canonical JSON of what is decided on
	Digest                                  string // sha256 of Snapshot
	Rules                                   []ApprovalRule
	Excluded                                []string // user ids that cannot approve: shelver, last editor
	EnvironmentID                           string
	Span                                    Interval // the window it is meant for
	OpenedBy, OpenedByName                  string
	OpenedAt, ClosedAt                      time.Time
	Record                                  []byte // JSON of verdicts, approvals, waivers at the moment of decision
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

// MayApprove tells which role a person's approval counts for, or why it cannot.
func (d Decision) MayApprove(userID, digest string, roles []Role, given []Approval) (Role, error) {
	switch {
	case d.State != DecisionOpen:
		return "", Conflictf("this go/no-go is %s and takes no more approvals", d.State)
	case digest != d.Digest:
		return "", Conflictf("what is to be approved is no longer what you saw").WithHint("look at the go/no-go again; its digest is %s", d.Digest)
	case slices.Contains(d.Excluded, userID):
		return "", Errorf(Forbidden, "nobody approves what they shelved or last changed").WithHint("ask another person of the role")
	}
	for _, a := range given {
		if a.UserID == userID {
			return "", Conflictf("you have already given your verdict")
		}
	}
	for _, rule := range d.Rules {
		if slices.Contains(roles, rule.Role) && d.Missing(given)[rule.Role] > 0 {
			return rule.Role, nil
		}
	}
	for _, rule := range d.Rules {
		if slices.Contains(roles, rule.Role) {
			return "", Conflictf("enough people of the role %s have approved", rule.Role)
		}
	}
	return "", Errorf(Forbidden, "none of your roles is asked for here").WithHint("asked are: %s", roleList(d.Rules))
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
	var s strings.Builder
	for i, r := range rules {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(string(r.Role))
	}
	return s.String()
}
