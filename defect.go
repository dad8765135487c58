package headway

import "time"

// Severity says how much a defect hurts.
type Severity string

// The severities; a blocker holds the gate.
const (
	Blocker Severity = "blocker"
	Major   Severity = "major"
	Minor   Severity = "minor"
)

// DefectState is where a defect stands.
type DefectState string

// The states of a defect.
const (
	DefectOpen     DefectState = "open"
	DefectFixed    DefectState = "fixed"    // by a later candidate
	DefectAccepted DefectState = "accepted" // goes to production knowingly
	DefectDeferred DefectState = "deferred" // to the next release
	DefectInvalid  DefectState = "invalid"  // was none
)

// Defect is a fault found in a candidate, attributed to the team and the
// candidate that caused it the day it is found.
type Defect struct {
	ID, ProgrammeID      string
	Number               int // in the programme: D-12
	ReleaseID            string
	CandidateID          string // found in
	TeamID               string // caused by
	EvidenceID           string
	CaseID               string // failing test case, may be empty
	Title, Detail        string
	Severity             Severity
	State                DefectState
	FixedIn              string // candidate id
	Reason               string // of its acceptance, deferral or dismissal
	FoundBy, FoundByName string
	FoundAt, ClosedAt    time.Time
}

// Blocks tells whether the defect holds the gate.
func (d Defect) Blocks() bool { return d.State == DefectOpen && d.Severity == Blocker }

// Check refuses a defect that nobody could act on.
func (d Defect) Check() error {
	switch d.Severity {
	case Blocker, Major, Minor:
	default:
		return Invalidf("severity", "%q is no severity", d.Severity).WithHint("use blocker, major or minor")
	}
	if d.Title == "" || len(d.Title) > 300 || len(d.Detail) > 64<<10 {
		return Invalidf("title", "a defect needs a title of 1–300 characters and a detail of at most 64 KiB")
	}
	return nil
}
