package headway

import (
	"fmt"
	"time"
)

// IncidentState is where an incident stands.
type IncidentState string

// The states of an incident.
const (
	IncidentOpen      IncidentState = "open"      // production hurts
	IncidentMitigated IncidentState = "mitigated" // it hurts no more: restored, worked around or rolled back
	IncidentClosed    IncidentState = "closed"    // understood; it never moves again
)

// IncidentStates lists every state in the order of an incident's life.
func IncidentStates() []IncidentState {
	return []IncidentState{IncidentOpen, IncidentMitigated, IncidentClosed}
}

// Incident is trouble in production that a release brought: what counts as a
// failed change, and how long it took to restore.
type Incident struct {
	ID, ProgrammeID        string
	Number                 int    // in the programme: I-3
	ReleaseID, CandidateID string // in production then; imported releases have no candidate
	Title, Detail          string
	Severity               Severity
	State                  IncidentState
	DefectID               string // that it became or joined; empty: none
	Mitigation             string // what ended the trouble
	Reason                 string // of its closing: what was learnt
	OpenedBy, OpenedByName string
	StartedAt              time.Time // when production began to hurt
	OpenedAt               time.Time // when it was told
	MitigatedAt, ClosedAt  time.Time
}

// Name writes an incident's number as people say it.
func (i Incident) Name() string { return fmt.Sprintf("I-%d", i.Number) }

// Check refuses an incident that says nothing, or that lies before its release
// or in the future.
func (i Incident) Check(r Release, now time.Time) error {
	if err := CheckText("title", i.Title, 300); err != nil {
		return err
	}
	if i.Detail != "" {
		if err := CheckText("detail", i.Detail, 64<<10); err != nil {
			return err
		}
	}
	if i.Severity.Rank() == 0 {
		return Invalidf("severity", "%q is no severity", i.Severity).WithHint("use blocker, major or minor")
	}
	if r.LiveAt.IsZero() && r.State != ReleaseDeploying && r.State != ReleaseRolledBack {
		return Conflictf("release %s is %s and was never in production", r.Version, r.State).At("release").
			WithHint("report a defect of its candidate instead")
	}
	if i.StartedAt.After(now) {
		return Invalidf("started", "an incident does not begin in the future")
	}
	if !r.LiveAt.IsZero() && r.State.InProduction() && i.StartedAt.Before(r.LiveAt) {
		return Invalidf("started", "it began before release %s went live", r.Version).WithHint("name the release that was in production then")
	}
	return nil
}

// Mitigated gives the incident once its trouble has ended, and how.
func (i Incident) Mitigated(how string, at, now time.Time) (Incident, error) {
	if i.State != IncidentOpen {
		return i, Conflictf("%s is %s already", i.Name(), i.State)
	}
	if err := CheckText("how", how, 2000); err != nil {
		return i, Invalidf("how", "say what ended the trouble").Because(err)
	}
	if at.Before(i.StartedAt) || at.After(now) {
		return i, Invalidf("at", "the trouble ended between its beginning and now")
	}
	i.State, i.Mitigation, i.MitigatedAt = IncidentMitigated, how, at
	return i, nil
}

// Closed gives the incident once it is understood. One whose trouble goes on
// cannot be closed.
func (i Incident) Closed(reason string, now time.Time) (Incident, error) {
	if i.State != IncidentMitigated {
		return i, Conflictf("%s is %s", i.Name(), i.State).WithHint("an incident is closed once its trouble has ended")
	}
	if err := CheckText("reason", reason, 2000); err != nil {
		return i, Invalidf("reason", "say what was learnt").Because(err)
	}
	i.State, i.Reason, i.ClosedAt = IncidentClosed, reason, now
	return i, nil
}

// Lasted tells how long production hurt, so far or in all.
func (i Incident) Lasted(now time.Time) time.Duration {
	if !i.MitigatedAt.IsZero() {
		now = i.MitigatedAt
	}
	return max(now.Sub(i.StartedAt), 0)
}
