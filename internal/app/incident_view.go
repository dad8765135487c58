package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// IncidentQuery narrows the list of incidents; empty fields do not.
type IncidentQuery struct {
	State   headway.IncidentState
	Release string // id, or team/version
	Before  int
}

// IncidentRow is an incident with what it is about.
type IncidentRow struct {
	headway.Incident
	Release   headway.Release
	Candidate headway.Candidate
	Defect    headway.Defect // zero: it has none
	Hypercare bool           // it began while the release was watched
	Lasted    time.Duration
}

// IncidentList is one page of incidents, newest first.
type IncidentList struct {
	Cast
	Rows []IncidentRow
	Live []headway.Release // in production or leaving it: what an incident can be of, newest first
	More bool
}

const incidentPage = 50

// IncidentsView lists incidents.
func (a *App) IncidentsView(ctx context.Context, by headway.Actor, programme string, in IncidentQuery) (IncidentList, error) {
	var v IncidentList
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		release := ""
		if in.Release != "" {
			r, err := (look{q, a, by, a.Now()}).releaseNamed(ctx, p, in.Release)
			if err != nil {
				return err
			}
			release = r.ID
		}
		all, err := q.Incidents(ctx, p.ID, in.State, release, in.Before, incidentPage+1)
		if err != nil {
			return err
		}
		if v.More = len(all) > incidentPage; v.More {
			all = all[:incidentPage]
		}
		for _, i := range all {
			row, err := incidentRow(ctx, q, i, a.Now())
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, row)
		}
		v.Live, err = q.Releases(ctx, p.ID, store.ReleaseFilter{
			States: []headway.ReleaseState{headway.ReleaseLive, headway.ReleaseDeploying, headway.ReleaseRolledBack, headway.ReleaseClosed}, Limit: 30,
		})
		return err
	})
	return v, err
}

// IncidentView gives one incident by its number.
func (a *App) IncidentView(ctx context.Context, by headway.Actor, programme string, number int) (row IncidentRow, cast Cast, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		if cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		i, err := q.IncidentByNumber(ctx, p.ID, number)
		if err != nil {
			return err
		}
		row, err = incidentRow(ctx, q, i, a.Now())
		return err
	})
	return row, cast, err
}

func incidentRow(ctx context.Context, q store.Q, i headway.Incident, now time.Time) (IncidentRow, error) {
	row := IncidentRow{Incident: i, Lasted: i.Lasted(now)}
	var err error
	if row.Release, err = q.Release(ctx, i.ProgrammeID, i.ReleaseID); err != nil {
		return row, err
	}
	if i.CandidateID != "" {
		if row.Candidate, err = q.Candidate(ctx, i.ProgrammeID, i.CandidateID); err != nil {
			return row, err
		}
	}
	if i.DefectID != "" {
		if row.Defect, err = q.Defect(ctx, i.ProgrammeID, i.DefectID); err != nil {
			return row, err
		}
	}
	deployments, err := q.DeploymentsOf(ctx, i.ProgrammeID, i.ReleaseID)
	for _, d := range deployments {
		row.Hypercare = row.Hypercare || !d.Rehearsal && i.StartedAt.Before(d.HypercareUntil) && !i.StartedAt.Before(d.StartedAt)
	}
	return row, err
}
