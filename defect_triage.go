package headway

import "time"

// Triage is what is decided about a defect.
type Triage string

// The decisions about a defect.
const (
	TriageFixNow      Triage = "fix-now"      // by the next candidate: it stays open
	TriageNextRelease Triage = "next-release" // deferred
	TriageAccept      Triage = "accept"       // goes to production knowingly
	TriageInvalid     Triage = "invalid"      // was none
	TriageFixed       Triage = "fixed"        // by a candidate that did not say so when it was shelved
)

// Triaged gives the defect after a decision, with its reason. fixedIn is the
// candidate that fixed it, of TriageFixed. An empty severity stays as it is.
func (d Defect) Triaged(t Triage, severity Severity, reason, fixedIn string, now time.Time) (Defect, error) {
	if d.State == DefectFixed {
		return d, Conflictf("D-%d is fixed already", d.Number).WithHint("report it again if it has come back")
	}
	if severity != "" {
		d.Severity = severity
	}
	if t != TriageFixNow || reason != "" {
		if err := CheckText("reason", reason, 2000); err != nil {
			return d, Invalidf("reason", "this decision needs a reason that can be read later").Because(err)
		}
	}
	d.Reason, d.ClosedAt, d.FixHere = reason, now, t == TriageFixNow
	switch t {
	case TriageFixNow:
		d.State, d.ClosedAt = DefectOpen, time.Time{}
	case TriageNextRelease:
		d.State = DefectDeferred
	case TriageAccept:
		d.State = DefectAccepted
	case TriageInvalid:
		d.State = DefectInvalid
	case TriageFixed:
		if fixedIn == "" || fixedIn == d.CandidateID {
			return d, Conflictf("no candidate after the one that D-%d was found in is on the shelf", d.Number).WithHint("shelve the fix first")
		}
		d.State, d.FixedIn = DefectFixed, fixedIn
	default:
		return d, Invalidf("decision", "%q is no decision about a defect", t).WithHint("use fix-now, next-release, accept, invalid or fixed")
	}
	return d, d.Check()
}
