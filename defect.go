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

// DefectSource says how a defect came to light.
type DefectSource string

// The sources of defects.
const (
	FoundByRegression DefectSource = "regression"
	FoundByLoad       DefectSource = "load"
	FoundByPerson     DefectSource = "person"
	FoundByIncident   DefectSource = "incident" // in production
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
	Component            string // part of the product that it lies in, may be empty
	Source               DefectSource
	SourceRef            string // the incident or the criterion that showed it
	Title, Detail        string
	Severity             Severity
	State                DefectState
	FixHere              bool          // triaged: to be fixed in this release, so it holds the gate whatever its severity
	Effort               time.Duration // working time that its repair took; 0: nobody told
	FixedIn              string        // candidate id
	Reason               string        // of its acceptance, deferral or dismissal
	FoundBy, FoundByName string
	FoundAt, ClosedAt    time.Time
}

// Blocks tells whether the defect holds the gate: an open blocker, or whatever
// was triaged to be fixed in this release.
func (d Defect) Blocks() bool {
	return d.State == DefectOpen && (d.Severity == Blocker || d.FixHere)
}

// Escaped tells whether the defect was found in production: by an incident, or
// by anybody after the release went live.
func (d Defect) Escaped(live time.Time) bool {
	return d.State != DefectInvalid && (d.Source == FoundByIncident || !live.IsZero() && d.FoundAt.After(live))
}

// Rank orders severities, the worst highest; an unknown one is 0.
func (s Severity) Rank() int {
	switch s {
	case Blocker:
		return 3
	case Major:
		return 2
	case Minor:
		return 1
	}
	return 0
}

// Check refuses a defect that nobody could act on.
func (d Defect) Check() error {
	switch d.Severity {
	case Blocker, Major, Minor:
	default:
		return Invalidf("severity", "%q is no severity", d.Severity).WithHint("use blocker, major or minor")
	}
	switch d.Source {
	case "", FoundByRegression, FoundByLoad, FoundByPerson, FoundByIncident:
	default:
		return Invalidf("source", "%q is no source of defects", d.Source).WithHint("use regression, load, person or incident")
	}
	if len(d.Component) > 100 || !isPlainText(d.Component, false) || len(d.SourceRef) > 300 || !isPlainText(d.SourceRef, false) {
		return Invalidf("component", "component and source are names of at most 100 and 300 characters")
	}
	if d.Effort < 0 || d.Effort > 1000*time.Hour {
		return Invalidf("effort", "%s is outside 0–1000 hours", d.Effort)
	}
	if d.Title == "" || len(d.Title) > 300 || len(d.Detail) > 64<<10 {
		return Invalidf("title", "a defect needs a title of 1–300 characters and a detail of at most 64 KiB")
	}
	return nil
}
