package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"headway"
)

// AddTeamItem describes a new item of a development team's backlog.
type AddTeamItem struct {
	Team   string // key
	Title  string
	Kind   headway.TeamItemKind // empty: story
	Hours  float64              // estimated working time; 0: not estimated yet
	Sprint string               // current, next or a number; empty or none: in no sprint yet
}

// AddTeamItem adds an item to a development team's backlog.
func (a *App) AddTeamItem(ctx context.Context, by headway.Actor, programme string, in AddTeamItem) (headway.TeamItem, error) {
	var i headway.TeamItem
	err := a.changeIn(ctx, by, programme, headway.WorkTeamBacklog, func(c *change, p headway.Programme) error {
		t, err := c.look().developmentTeam(ctx, p, in.Team)
		if err != nil {
			return err
		}
		i = headway.TeamItem{
			ID: a.newID(), ProgrammeID: p.ID, TeamID: t.ID, Kind: in.Kind, Title: oneLine(in.Title),
			State: headway.ItemTodo, CreatedAt: c.now, Version: 1,
		}
		if i.Kind == "" {
			i.Kind = headway.Story
		}
		if i.Estimate, err = estimateOf(in.Hours); err != nil {
			return err
		}
		s, err := c.look().sprintNamed(ctx, p, t, in.Sprint)
		if err != nil {
			return err
		}
		today, err := c.today(p)
		if err != nil {
			return err
		}
		if i, _, err = i.Change(headway.TeamItemChange{Sprint: &s}, today, c.now); err != nil {
			return err
		}
		n, err := c.NextTeamItem(ctx, p.ID)
		if err != nil {
			return err
		}
		i.Number = int(n)
		if err := c.AddTeamItem(ctx, i); err != nil {
			return err
		}
		return c.record(ctx, p.ID, TeamItemAdded, i.ID, fmt.Sprintf("%s (%s) was added to the backlog of %s: %s", i.Name(), i.Kind, t.Name, headway.Shorten(i.Title, 120)),
			map[string]any{"item": i.ID, "number": i.Number, "team": t.Key, "sprint": s.Number, "estimate_minutes": i.Estimate.Minutes()})
	})
	return i, err
}

// estimateOf reads hours of working time to the minute; 0 is no estimate.
func estimateOf(hours float64) (time.Duration, error) {
	if !(hours >= 0 && hours <= 1000) {
		return 0, headway.Invalidf("hours", "%v hours is outside 0–1000", hours)
	}
	return time.Duration(hours * float64(time.Hour)).Round(time.Minute), nil
}

// sprintNamed finds a sprint of a team: current, next, or by its number. Empty
// and none give a zero sprint.
func (l look) sprintNamed(ctx context.Context, p headway.Programme, t headway.Team, name string) (headway.Sprint, error) {
	if name == "" || name == "none" {
		return headway.Sprint{}, nil
	}
	all, err := l.SprintsOf(ctx, p.ID, t.ID)
	if err != nil {
		return headway.Sprint{}, err
	}
	cal, err := p.Calendar(nil)
	if err != nil {
		return headway.Sprint{}, err
	}
	today := headway.DateOf(l.now.In(cal.Zone))
	number, err := strconv.Atoi(name)
	if err != nil && name != "current" && name != "next" {
		return headway.Sprint{}, headway.Invalidf("sprint", "%q is no sprint", headway.Shorten(name, 20)).WithHint("use current, next, none or its number")
	}
	at := slices.IndexFunc(all, func(s headway.Sprint) bool {
		switch name {
		case "current":
			return !today.Before(s.Start) && !today.After(s.End)
		case "next":
			return s.Start.After(today)
		}
		return s.Number == number
	})
	if at < 0 {
		return headway.Sprint{}, headway.NotFoundf("%s has no sprint %q in the plan", t.Name, name).At("sprint").WithHint("the programme's horizon says how far sprints are planned")
	}
	return all[at], nil
}
