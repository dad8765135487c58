package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// TriageDefect decides what becomes of a defect.
type TriageDefect struct {
	Number   int
	Decision headway.Triage
	Severity headway.Severity // empty: as it is
	Reason   string
	Cause    string        // key of the team that caused it; empty: as it is
	Effort   time.Duration // working time that its repair took; 0: as it is
}

// TriageDefect decides what becomes of a defect. A defect that blocks again
// takes back a go that has not been used.
func (a *App) TriageDefect(ctx context.Context, by headway.Actor, programme string, in TriageDefect) (d headway.Defect, err error) {
	err = a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) error {
		d, err = c.triage(ctx, p, in)
		return err
	})
	return d, err
}

func (c *change) triage(ctx context.Context, p headway.Programme, in TriageDefect) (headway.Defect, error) {
	before, err := c.DefectByNumber(ctx, p.ID, in.Number)
	if err != nil {
		return before, unknownAt(err, "defect", fmt.Sprintf("D-%d", in.Number))
	}
	newest := headway.Candidate{}
	if in.Decision == headway.TriageFixed {
		if newest, err = c.NewestCandidate(ctx, p.ID, before.ReleaseID); err != nil {
			return before, err
		}
	}
	d, err := before.Triaged(in.Decision, in.Severity, in.Reason, newest.ID, c.now)
	if err != nil {
		return d, err
	}
	if in.Cause != "" {
		team, err := c.look().developmentTeam(ctx, p, in.Cause)
		if err != nil {
			return d, err
		}
		d.TeamID = team.ID
	}
	if in.Effort != 0 {
		d.Effort = in.Effort
		if err := d.Check(); err != nil {
			return d, err
		}
	}
	if err := c.PutDefect(ctx, d); err != nil {
		return d, err
	}
	if err := c.logEffort(ctx, d, before.Effort); err != nil {
		return d, err
	}
	return d, c.triaged(ctx, p, before, d, newest, in)
}

// triaged follows up a decision about a defect: its fix, a go that it takes
// back, and the rework of its team.
func (c *change) triaged(ctx context.Context, p headway.Programme, before, d headway.Defect, newest headway.Candidate, in TriageDefect) error {
	if d.State == headway.DefectFixed {
		if err := c.markFixedIn(ctx, p, d, newest); err != nil {
			return err
		}
	}
	if d.Blocks() && !before.Blocks() {
		r, err := c.Release(ctx, p.ID, d.ReleaseID)
		if err != nil {
			return err
		}
		if _, err := c.unapprove(ctx, p, &r, fmt.Sprintf("D-%d blocks it", d.Number)); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("D-%d %q was triaged: %s", d.Number, headway.Shorten(d.Title, 80), in.Decision)
	if in.Reason != "" {
		text += ", " + headway.Shorten(in.Reason, 200)
	}
	err := c.record(ctx, p.ID, DefectTriaged, d.ReleaseID, text, map[string]any{
		"defect": d.ID, "number": d.Number, "from": before.State, "to": d.State, "severity": d.Severity, "reason": in.Reason,
	})
	if err != nil {
		return err
	}
	return c.watchRework(ctx, p, d.TeamID)
}
