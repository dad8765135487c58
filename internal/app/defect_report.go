package app

import (
	"context"

	"headway"
)

// ReportDefect tells of a fault that a person found in a candidate.
type ReportDefect struct {
	Team      string // key; the team that caused it
	Version   string // 2.4.0: its newest candidate
	Candidate string // 2.4.0-rc.1, in place of the version
	Title     string
	Detail    string
	Severity  headway.Severity
}

// ReportDefect opens a defect, attributed to the team and the candidate.
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
		d = headway.Defect{
			ReleaseID: to.Release.ID, CandidateID: to.Candidate.ID, TeamID: to.Release.TeamID,
			Title: oneLine(in.Title), Detail: in.Detail, Severity: in.Severity,
		}
		if d, err = c.addDefect(ctx, p, d, to.Candidate.Name, to.Team.Name); err != nil {
			return err
		}
		if d.Blocks() {
			_, err = c.unapprove(ctx, p, &to.Release, "a blocking defect was found: "+headway.Shorten(d.Title, 120))
		}
		return err
	})
	return d, err
}
