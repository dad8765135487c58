package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// ChangeTeamItem says what becomes of an item of a team's backlog; nil fields stay.
type ChangeTeamItem struct {
	Number  int
	Version int64 // that was seen; 0: whatever it is now
	Title   *string
	Kind    *headway.TeamItemKind
	Hours   *float64 // estimated working time; 0: not estimated
	State   *headway.ItemState
	Sprint  *string // current, next or a number; none takes it out of its sprint
}

// ChangeTeamItem changes an item of a team's backlog: what it is, how large, in
// which sprint, how far.
func (a *App) ChangeTeamItem(ctx context.Context, by headway.Actor, programme string, in ChangeTeamItem) (headway.TeamItem, error) {
	var i headway.TeamItem
	err := a.changeIn(ctx, by, programme, headway.WorkTeamBacklog, func(c *change, p headway.Programme) error {
		have, err := c.TeamItemByNumber(ctx, p.ID, in.Number)
		if err != nil {
			return unknownAt(err, "item", fmt.Sprintf("B-%d", in.Number))
		}
		if in.Version != 0 && in.Version != have.Version {
			return headway.Conflictf("%s was changed meanwhile: %q is %s", have.Name(), have.Title, have.State).WithHint("look at it again; its version is %d", have.Version)
		}
		t, err := c.Team(ctx, p.ID, have.TeamID)
		if err != nil {
			return err
		}
		edit, err := c.look().teamItemChange(ctx, p, t, in)
		if err != nil {
			return err
		}
		today, err := c.today(p)
		if err != nil {
			return err
		}
		changed, words, err := have.Change(edit, today, c.now)
		if err != nil || words == "" {
			i = have
			return err
		}
		if err := c.PutTeamItem(ctx, changed); err != nil {
			return err
		}
		i = changed
		i.Version++
		return c.record(ctx, p.ID, TeamItemChanged, i.ID, fmt.Sprintf("%s of %s %s", i.Name(), t.Name, words),
			map[string]any{"item": i.ID, "number": i.Number, "team": t.Key, "state": i.State, "estimate_minutes": i.Estimate.Minutes(), "sprint_id": i.SprintID})
	})
	return i, err
}

func (l look) teamItemChange(ctx context.Context, p headway.Programme, t headway.Team, in ChangeTeamItem) (headway.TeamItemChange, error) {
	out := headway.TeamItemChange{Kind: in.Kind, State: in.State}
	if in.Title != nil {
		title := oneLine(*in.Title)
		out.Title = &title
	}
	if in.Hours != nil {
		estimate, err := estimateOf(*in.Hours)
		if err != nil {
			return out, err
		}
		out.Estimate = &estimate
	}
	if in.Sprint != nil {
		s, err := l.sprintNamed(ctx, p, t, *in.Sprint)
		if err != nil {
			return out, err
		}
		out.Sprint = &s
	}
	return out, nil
}

// TeamItemView gives an item of a team's backlog with its sprint, which is zero
// when it is in none.
func (a *App) TeamItemView(ctx context.Context, by headway.Actor, programme string, number int) (i headway.TeamItem, s headway.Sprint, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if i, err = q.TeamItemByNumber(ctx, p.ID, number); err != nil {
			return unknownAt(err, "item", fmt.Sprintf("B-%d", number))
		}
		if i.SprintID != "" {
			s, err = q.Sprint(ctx, p.ID, i.SprintID)
		}
		return err
	})
	return i, s, err
}
