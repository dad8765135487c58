package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// OpenIncident tells of trouble in production.
type OpenIncident struct {
	Release       string // in production: id, or team/version
	Title, Detail string
	Severity      headway.Severity
	StartedAt     time.Time // when production began to hurt; zero: now
}

// OpenIncident stores an incident of a release, of whose failures it counts as
// one, and tells everybody.
func (a *App) OpenIncident(ctx context.Context, by headway.Actor, programme string, in OpenIncident) (headway.Incident, error) {
	var i headway.Incident
	err := a.changeIn(ctx, by, programme, headway.ReportDefect, func(c *change, p headway.Programme) error {
		r, err := c.look().releaseNamed(ctx, p, in.Release)
		if err != nil {
			return err
		}
		i = headway.Incident{
			ID: a.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, Title: oneLine(in.Title), Detail: in.Detail, Severity: in.Severity, State: headway.IncidentOpen,
			OpenedBy: by.UserID, OpenedByName: by.Name, OpenedAt: c.now, StartedAt: in.StartedAt.UTC().Truncate(time.Millisecond),
		}
		if in.StartedAt.IsZero() {
			i.StartedAt = c.now
		}
		if err := i.Check(r, c.now); err != nil {
			return err
		}
		if i.CandidateID, err = c.deployedCandidate(ctx, p, r); err != nil {
			return err
		}
		n, err := c.NextIncident(ctx, p.ID)
		if err != nil {
			return err
		}
		i.Number = int(n)
		if err := c.AddIncident(ctx, i); err != nil {
			return err
		}
		return c.record(ctx, p.ID, IncidentOpened, r.ID, fmt.Sprintf("%s (%s) in production since release %s: %s", i.Name(), i.Severity, r.Version, headway.Shorten(i.Title, 120)),
			map[string]any{"incident": i.ID, "number": i.Number, "severity": i.Severity, "started_at": i.StartedAt})
	})
	return i, err
}

// deployedCandidate gives the id of the candidate that was deployed last for a
// release; empty for imported releases.
func (c *change) deployedCandidate(ctx context.Context, p headway.Programme, r headway.Release) (string, error) {
	all, err := c.DeploymentsOf(ctx, p.ID, r.ID)
	if err != nil {
		return "", err
	}
	var last headway.Deployment
	for _, d := range all {
		if !d.Rehearsal && !d.StartedAt.Before(last.StartedAt) {
			last = d
		}
	}
	return last.CandidateID, nil
}

// onIncident finds an incident for a verb and stores what the verb makes of it.
func (a *App) onIncident(ctx context.Context, by headway.Actor, programme string, number int,
	f func(*change, headway.Programme, headway.Incident) (headway.Incident, error),
) (headway.Incident, error) {
	var i headway.Incident
	err := a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) error {
		have, err := c.IncidentByNumber(ctx, p.ID, number)
		if err != nil {
			return unknownAt(err, "incident", fmt.Sprintf("I-%d", number))
		}
		if i, err = f(c, p, have); err != nil {
			return err
		}
		return c.PutIncident(ctx, i)
	})
	return i, err
}
