package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
)

// ReworkView is the rework of a programme's development teams.
type ReworkView struct {
	Cast
	Rework []TeamRework // of development teams
}

// TeamRework is what one team must expect, what it set aside, and what came.
type TeamRework struct {
	Team    headway.Team
	Expect  forecast.Rework
	Current *SprintBurn  // the sprint that goes on; nil: none does
	Next    *SprintBurn  // the one that is planned next, with what is known already
	Past    []SprintBurn // finished ones, the newest first
}

// SprintBurn is a sprint's rework against its budget.
type SprintBurn struct {
	headway.SprintRework
	Budget *headway.ReworkBudget // nil: none was set
}

// Over tells by how much the rework goes beyond the budget; 0: it does not, or
// there is none.
func (b SprintBurn) Over() time.Duration {
	if b.Budget == nil {
		return 0
	}
	return max(0, b.Total()-b.Budget.Hours)
}

// learnedSprints is from how many finished sprints rework is learned.
const learnedSprints = 12

// ReworkView shows each development team's rework: expected, set aside, burned.
func (a *App) ReworkView(ctx context.Context, by headway.Actor, programme, team string) (ReworkView, error) {
	var v ReworkView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		v = ReworkView{}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if team != "" {
			if _, err := q.TeamByKey(ctx, p.ID, team); err != nil {
				return unknownAt(err, "team", team)
			}
		}
		for _, t := range v.Teams {
			if t.Kind != headway.DevelopmentTeam || team != "" && t.Key != team {
				continue
			}
			r, err := reworkOfTeam(ctx, q, p, t, v.Calendar, a.Now())
			if err != nil {
				return err
			}
			v.Rework = append(v.Rework, r)
		}
		return nil
	})
	return v, err
}

// reworkOfTeam gathers one team's rework.
func reworkOfTeam(ctx context.Context, q store.Q, p headway.Programme, t headway.Team, c headway.Calendar, now time.Time) (TeamRework, error) {
	v := TeamRework{Team: t}
	sprints, err := q.SprintsOf(ctx, p.ID, t.ID)
	if err != nil {
		return v, err
	}
	today := headway.DateOf(now.In(c.Zone))
	sprints = headway.SprintsAround(sprints, today, learnedSprints)
	if len(sprints) == 0 {
		v.Expect = forecast.ReworkBySprint(nil, 0)
		return v, nil
	}
	since := sprints[0].Start.In(c.Zone)
	defects, err := q.DefectsCaused(ctx, p.ID, t.ID, since)
	if err != nil {
		return v, err
	}
	efforts, err := q.EffortsOf(ctx, p.ID, t.ID, since)
	if err != nil {
		return v, err
	}
	budgets, err := q.ReworkBudgets(ctx, p.ID, t.ID)
	if err != nil {
		return v, err
	}
	first, err := q.FirstDefectAt(ctx, p.ID)
	if err != nil {
		return v, err
	}
	noted := headway.DateOf(first.In(c.Zone))
	guess := headway.GuessRepairs(defects)
	for _, s := range headway.ReworkOf(sprints, defects, efforts, guess, c, now) {
		b := SprintBurn{SprintRework: s}
		if i := slices.IndexFunc(budgets, func(b headway.ReworkBudget) bool { return b.Sprint == s.Sprint.Number }); i >= 0 {
			b.Budget = &budgets[i]
		}
		switch {
		case s.Sprint.End.Before(today) && (first.IsZero() || s.Sprint.End.Before(noted)): // nobody wrote down what there was to mend
		case s.Sprint.End.Before(today):
			v.Past = append([]SprintBurn{b}, v.Past...)
		case s.Sprint.Start.After(today):
			v.Next = &b
		default:
			v.Current = &b
		}
	}
	v.Expect = v.expected(guess)
	return v, nil
}

// expected learns from the finished sprints.
func (v TeamRework) expected(guess headway.RepairGuess) forecast.Rework {
	var history [][]time.Duration
	told := 0
	for _, s := range v.Past {
		repairs := make([]time.Duration, len(s.Mended))
		for i, d := range s.Mended {
			if repairs[i] = d.Effort; d.Effort == 0 {
				repairs[i] = guess.Of(d.Severity)
			} else {
				told++
			}
		}
		history = append(history, repairs)
	}
	return forecast.ReworkBySprint(history, told)
}

// Offered is what a team is advised to set aside for the next sprint, in whole
// hours: what 85 of 100 sprints do not exceed, or what is known already.
func (v TeamRework) Offered() time.Duration {
	hours := v.Expect.P85
	if v.Next != nil {
		hours = max(hours, v.Next.Ahead)
	}
	return (hours + time.Hour - 1).Truncate(time.Hour)
}
