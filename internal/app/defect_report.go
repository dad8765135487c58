package app

import (
	"context"
	"fmt"

	"headway"
)

// ReportDefect tells of a fault that a person found in a candidate, or that an
// incident showed in production.
type ReportDefect struct {
	Team      string // key; the team whose candidate it is
	Version   string // 2.4.0: its newest candidate
	Candidate string // 2.4.0-rc.1, in place of the version
	Title     string
	Detail    string
	Severity  headway.Severity
	Component string // part of the product; empty: the release's
	Cause     string // key of the team that caused it; empty: the candidate's
	Incident  string // that showed it in production, as its number or address
	Joins     int    // number of an open defect that this is one more sign of; 0: a new one
}

// ReportDefect opens a defect, attributed to the team and the candidate, or
// joins one that is open.
func (a *App) ReportDefect(ctx context.Context, by headway.Actor, programme string, in ReportDefect) (headway.Defect, error) {
	var d headway.Defect
	if err := headway.CheckText("title", in.Title, 300); err != nil {
		return d, err
	}
	if in.Detail != "" {
		if err := headway.CheckText("detail", in.Detail, 64<<10); err != nil {
			return d, err
		}
	}
	err := a.changeIn(ctx, by, programme, headway.ReportDefect, func(c *change, p headway.Programme) error {
		to, err := c.look().target(ctx, p, AddEvidence{Team: in.Team, Version: in.Version, Candidate: in.Candidate})
		if err != nil {
			return err
		}
		if in.Joins > 0 {
			d, err = c.joinDefect(ctx, p, to, in)
		} else {
			d, err = c.openReported(ctx, p, to, in)
		}
		if err == nil && d.Blocks() {
			_, err = c.unapprove(ctx, p, &to.Release, "a blocking defect was found: "+headway.Shorten(d.Title, 120))
		}
		return err
	})
	return d, err
}

func (c *change) openReported(ctx context.Context, p headway.Programme, to Judged, in ReportDefect) (headway.Defect, error) {
	d := headway.Defect{
		ReleaseID: to.Release.ID, CandidateID: to.Candidate.ID, TeamID: to.Release.TeamID, Component: in.Component,
		Title: oneLine(in.Title), Detail: in.Detail, Severity: in.Severity, Source: headway.FoundByPerson,
	}
	if d.Component == "" {
		d.Component = to.Release.Component
	}
	if in.Incident != "" {
		d.Source, d.SourceRef = headway.FoundByIncident, in.Incident
	}
	if in.Cause != "" {
		team, err := c.look().developmentTeam(ctx, p, in.Cause)
		if err != nil {
			return d, err
		}
		d.TeamID = team.ID
	}
	team, err := c.Team(ctx, p.ID, d.TeamID)
	if err != nil {
		return d, err
	}
	return c.addDefect(ctx, p, d, to.Candidate.Name, team.Name)
}

// joinDefect notes one more sign of an open defect; the worse severity stays.
func (c *change) joinDefect(ctx context.Context, p headway.Programme, to Judged, in ReportDefect) (headway.Defect, error) {
	d, err := c.DefectByNumber(ctx, p.ID, in.Joins)
	if err != nil {
		return d, unknownAt(err, "joins", fmt.Sprintf("D-%d", in.Joins))
	}
	if d.State != headway.DefectOpen || d.ReleaseID != to.Release.ID {
		return d, headway.Conflictf("D-%d is not an open defect of %s", d.Number, to.Candidate.Name).At("joins").
			WithHint("report it as a defect of its own")
	}
	seen := headway.Defect{Title: in.Title, Detail: in.Detail, Severity: in.Severity}
	if err := seen.Check(); err != nil {
		return d, err
	}
	if in.Severity.Rank() > d.Severity.Rank() {
		d.Severity = in.Severity
	}
	if err := c.PutDefect(ctx, d); err != nil {
		return d, err
	}
	text := fmt.Sprintf("D-%d was seen again in %s: %s", d.Number, to.Candidate.Name, headway.Shorten(oneLine(in.Title), 120))
	return d, c.record(ctx, p.ID, DefectJoined, d.ReleaseID, text, map[string]any{
		"defect": d.ID, "number": d.Number, "candidate": to.Candidate.ID, "title": in.Title, "detail": in.Detail, "incident": in.Incident, "severity": d.Severity,
	})
}
