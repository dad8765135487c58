package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// AddMute says that the failures of a case are known.
type AddMute struct {
	Team    string // key
	Case    string // id, or a pattern with *
	Owner   string // key of the person who sees to it
	Reason  string
	Expires time.Time
}

// AddMute mutes a known failure of a team's tests until it expires.
func (a *App) AddMute(ctx context.Context, by headway.Actor, programme string, in AddMute) (headway.Mute, error) {
	var m headway.Mute
	err := a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) error {
		team, err := c.look().developmentTeam(ctx, p, in.Team)
		if err != nil {
			return err
		}
		m = headway.Mute{
			ID: a.newID(), ProgrammeID: p.ID, TeamID: team.ID, Case: in.Case, Owner: in.Owner, Reason: in.Reason,
			At: c.now, ExpiresAt: in.Expires.UTC(), By: by.UserID, ByName: by.Name,
		}
		if err := m.Check(); err != nil {
			return err
		}
		if _, err := c.PersonByKey(ctx, p.ID, in.Owner); err != nil {
			if headway.KindOf(err) == headway.NotFound {
				return headway.Invalidf("owner", "%q is the key of nobody in this programme", headway.Shorten(in.Owner, 80)).WithHint("name the person who sees to the failure")
			}
			return err
		}
		if err := c.AddMute(ctx, m); err != nil {
			return err
		}
		text := fmt.Sprintf("%s of %s is muted until %s, %s sees to it: %s", headway.Shorten(m.Case, 120), team.Name, m.ExpiresAt.Format(time.DateOnly), m.Owner, headway.Shorten(m.Reason, 200))
		return c.record(ctx, p.ID, CaseMuted, team.ID, text, map[string]any{"mute": m.ID, "case": m.Case, "owner": m.Owner, "expires": m.ExpiresAt})
	})
	return m, err
}

// LiftMute ends a mute before it expires: failures of its cases count again.
func (a *App) LiftMute(ctx context.Context, by headway.Actor, programme, id string) (headway.Mute, error) {
	var m headway.Mute
	err := a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) (err error) {
		if m, err = c.Mute(ctx, p.ID, id); err != nil {
			return err
		}
		lifted, err := c.LiftMute(ctx, p.ID, id, by.Name, c.now)
		if err != nil {
			return err
		}
		if !lifted {
			return headway.Conflictf("this mute was lifted before")
		}
		m.LiftedAt, m.LiftedByName = c.now, by.Name
		return c.record(ctx, p.ID, CaseUnmuted, m.TeamID, fmt.Sprintf("The mute of %s was lifted", headway.Shorten(m.Case, 120)), map[string]any{"mute": m.ID, "case": m.Case})
	})
	return m, err
}

// MuteList is the mutes of a programme.
type MuteList struct {
	Cast
	Mutes []headway.Mute
	Now   time.Time
}

// MutesView lists what is muted, and what was until it expired; of one team, by
// key, unless that is empty.
func (a *App) MutesView(ctx context.Context, by headway.Actor, programme, team string) (MuteList, error) {
	v := MuteList{Now: a.Now()}
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		id := ""
		if team != "" {
			t, err := l.TeamByKey(ctx, p.ID, team)
			if err != nil {
				return unknownAt(err, "team", team)
			}
			id = t.ID
		}
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		v.Mutes, err = l.Mutes(ctx, p.ID, id)
		return err
	})
	return v, err
}
