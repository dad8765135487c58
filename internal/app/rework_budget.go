package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
)

// SetReworkBudget sets aside working time for rework in a sprint of a team.
type SetReworkBudget struct {
	Team   string // key
	Sprint int    // number; 0: the next one
	Hours  time.Duration
}

// SetReworkBudget sets aside working time for rework in a sprint that is not over.
func (a *App) SetReworkBudget(ctx context.Context, by headway.Actor, programme string, in SetReworkBudget) (headway.ReworkBudget, error) {
	var b headway.ReworkBudget
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		team, err := c.look().developmentTeam(ctx, p, in.Team)
		if err != nil {
			return err
		}
		r, err := c.reworkNow(ctx, p, team)
		if err != nil {
			return err
		}
		burn := r.Next
		if r.Current != nil && in.Sprint == r.Current.Sprint.Number {
			burn = r.Current
		}
		if burn == nil || in.Sprint != 0 && in.Sprint != burn.Sprint.Number {
			return headway.Conflictf("%s has no sprint %d that goes on or comes next", team.Name, in.Sprint).At("sprint").WithHint("leave the sprint out for the next one")
		}
		b = headway.ReworkBudget{ID: c.app.newID(), ProgrammeID: p.ID, TeamID: team.ID, Sprint: burn.Sprint.Number}
		if burn.Budget != nil {
			if b, err = c.undoChoice(ctx, p, *burn.Budget); err != nil {
				return err
			}
		}
		b.Hours, b.SetBy, b.SetByName, b.SetAt = in.Hours.Truncate(time.Minute), c.by.UserID, c.by.Name, c.now
		b.OverAt = time.Time{}
		if err := b.Check(); err != nil {
			return err
		}
		if err := c.PutReworkBudget(ctx, b); err != nil {
			return err
		}
		text := fmt.Sprintf("%s sets %s aside for rework in sprint %d", team.Name, minutesText(b.Hours), b.Sprint)
		if err := c.record(ctx, p.ID, ReworkBudgetSet, team.ID, text, map[string]any{"team": team.Key, "sprint": b.Sprint, "minutes": int(b.Hours.Minutes())}); err != nil {
			return err
		}
		return c.watchRework(ctx, p, team.ID)
	})
	return b, err
}

// TellEffort says what repairing a defect took so far, all in all.
func (a *App) TellEffort(ctx context.Context, by headway.Actor, programme string, number int, effort time.Duration) (headway.Defect, error) {
	var d headway.Defect
	err := a.changeIn(ctx, by, programme, headway.ReportDefect, func(c *change, p headway.Programme) error {
		var err error
		if d, err = c.DefectByNumber(ctx, p.ID, number); err != nil {
			return unknownAt(err, "defect", fmt.Sprintf("D-%d", number))
		}
		before := d.Effort
		if d.Effort = effort.Truncate(time.Minute); d.Effort <= 0 {
			return headway.Invalidf("hours", "%s is no working time", effort).WithHint("tell the hours that the repair took so far, at least a minute")
		}
		if err := d.Check(); err != nil {
			return err
		}
		if err := c.PutDefect(ctx, d); err != nil {
			return err
		}
		if err := c.logEffort(ctx, d, before); err != nil {
			return err
		}
		text := fmt.Sprintf("Repairing D-%d took %s so far", d.Number, minutesText(d.Effort))
		if err := c.record(ctx, p.ID, DefectEffort, d.ReleaseID, text, map[string]any{"defect": d.ID, "number": d.Number, "minutes": int(d.Effort.Minutes())}); err != nil {
			return err
		}
		return c.watchRework(ctx, p, d.TeamID)
	})
	return d, err
}

// logEffort keeps when effort was told, so that each sprint burns its own.
func (c *change) logEffort(ctx context.Context, d headway.Defect, before time.Duration) error {
	if d.Effort == before {
		return nil
	}
	return c.AddEffort(ctx, headway.Effort{DefectID: d.ID, At: c.now, Spent: d.Effort - before})
}

// watchRework notes, once a sprint, that a team's rework goes beyond its budget,
// which puts the choice to the Product Owner.
func (c *change) watchRework(ctx context.Context, p headway.Programme, teamID string) error {
	today, err := c.today(p)
	if err != nil {
		return err
	}
	budgets, err := c.ReworkBudgetsOn(ctx, p.ID, today)
	if err != nil || !slices.ContainsFunc(budgets, func(b headway.ReworkBudget) bool { return b.TeamID == teamID && b.OverAt.IsZero() }) {
		return err // nothing is watched, or it was told already
	}
	team, err := c.Team(ctx, p.ID, teamID)
	if err != nil {
		return err
	}
	r, err := c.reworkNow(ctx, p, team)
	if err != nil || r.Current == nil || r.Current.Over() == 0 || !r.Current.Budget.OverAt.IsZero() {
		return err
	}
	b := *r.Current.Budget
	b.OverAt = c.now
	if err := c.PutReworkBudget(ctx, b); err != nil {
		return err
	}
	text := fmt.Sprintf("Rework of %s in sprint %d comes to %s, %s more than was set aside: the Product Owner chooses what gives",
		team.Name, b.Sprint, minutesText(r.Current.Total()), minutesText(r.Current.Over()))
	return c.record(ctx, p.ID, ReworkOver, team.ID, text, map[string]any{"team": team.Key, "sprint": b.Sprint, "minutes": int(r.Current.Total().Minutes())})
}

func (c *change) reworkNow(ctx context.Context, p headway.Programme, team headway.Team) (TeamRework, error) {
	cal, err := calendarOf(ctx, c.Q, p)
	if err != nil {
		return TeamRework{}, err
	}
	return reworkOfTeam(ctx, c.Q, p, team, cal, c.now)
}
