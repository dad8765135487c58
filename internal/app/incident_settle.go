package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// MitigateIncident says what ended the trouble, and when (zero: now). The time
// to restore counts until then.
func (a *App) MitigateIncident(ctx context.Context, by headway.Actor, programme string, number int, how string, at time.Time) (headway.Incident, error) {
	return a.onIncident(ctx, by, programme, number, func(c *change, p headway.Programme, i headway.Incident) (headway.Incident, error) {
		if at.IsZero() {
			at = c.now
		}
		i, err := i.Mitigated(how, at.UTC().Truncate(time.Millisecond), c.now)
		if err != nil {
			return i, err
		}
		return i, c.record(ctx, p.ID, IncidentMitigated, i.ReleaseID, fmt.Sprintf("%s is mitigated after %s: %s", i.Name(), minutesText(i.Lasted(c.now)), headway.Shorten(oneLine(how), 200)),
			map[string]any{"incident": i.ID, "number": i.Number, "minutes": i.Lasted(c.now).Minutes(), "how": how})
	})
}

// CloseIncident ends an incident with what was learnt.
func (a *App) CloseIncident(ctx context.Context, by headway.Actor, programme string, number int, reason string) (headway.Incident, error) {
	return a.onIncident(ctx, by, programme, number, func(c *change, p headway.Programme, i headway.Incident) (headway.Incident, error) {
		i, err := i.Closed(reason, c.now)
		if err != nil {
			return i, err
		}
		return i, c.record(ctx, p.ID, IncidentClosed, i.ReleaseID, fmt.Sprintf("%s is closed: %s", i.Name(), headway.Shorten(oneLine(reason), 200)),
			map[string]any{"incident": i.ID, "number": i.Number, "reason": reason})
	})
}

// IncidentDefect says what fault an incident came from.
type IncidentDefect struct {
	Number    int // of the incident
	Joins     int // number of an open defect of the release; 0: a new one
	Severity  headway.Severity
	Component string
	Cause     string // key of the team that caused it; empty: the release's
}

// BlameIncident makes an incident a defect of the candidate that was deployed,
// or one more sign of an open one.
func (a *App) BlameIncident(ctx context.Context, by headway.Actor, programme string, in IncidentDefect) (headway.Incident, headway.Defect, error) {
	var d headway.Defect
	i, err := a.onIncident(ctx, by, programme, in.Number, func(c *change, p headway.Programme, i headway.Incident) (headway.Incident, error) {
		switch {
		case i.State == headway.IncidentClosed:
			return i, headway.Conflictf("%s is closed, and that is final", i.Name()).WithHint("report the defect by itself and name the incident")
		case i.DefectID != "":
			return i, headway.Conflictf("%s has its defect already", i.Name())
		case i.CandidateID == "":
			return i, headway.Conflictf("the release of %s was imported and has no candidate that a defect could be found in", i.Name())
		}
		to, err := c.incidentTarget(ctx, p, i)
		if err != nil {
			return i, err
		}
		report := ReportDefect{Title: i.Title, Detail: i.Detail, Severity: in.Severity, Component: in.Component, Cause: in.Cause, Incident: i.Name(), Joins: in.Joins}
		if report.Severity == "" {
			report.Severity = i.Severity
		}
		if in.Joins > 0 {
			d, err = c.joinDefect(ctx, p, to, report)
		} else {
			d, err = c.openReported(ctx, p, to, report)
		}
		if err != nil {
			return i, err
		}
		i.DefectID = d.ID
		return i, c.record(ctx, p.ID, IncidentBlamed, i.ReleaseID, fmt.Sprintf("%s came from D-%d", i.Name(), d.Number),
			map[string]any{"incident": i.ID, "number": i.Number, "defect": d.ID})
	})
	return i, d, err
}

func (c *change) incidentTarget(ctx context.Context, p headway.Programme, i headway.Incident) (to Judged, err error) {
	if to.Release, err = c.Release(ctx, p.ID, i.ReleaseID); err != nil {
		return to, err
	}
	if to.Team, err = c.Team(ctx, p.ID, to.Release.TeamID); err != nil {
		return to, err
	}
	to.Candidate, err = c.Candidate(ctx, p.ID, i.CandidateID)
	return to, err
}
