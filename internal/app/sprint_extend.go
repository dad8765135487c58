package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"headway"
	"headway/internal/store"
)

// sprints generates the sprints of all teams; those whose cadence has changed
// give up their future sprints first.
func (r *applying) sprints(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(r.teams)) {
		t := r.teams[key]
		if r.rhythm[key] {
			dropped, err := r.dropFutureSprints(ctx, r.p, t)
			if err != nil {
				return err
			}
			r.out.Removed = append(r.out.Removed, dropped...)
		}
		added, err := r.addSprints(ctx, r.p, t)
		if err != nil {
			return err
		}
		r.out.Added = append(r.out.Added, added...)
	}
	return nil
}

// dropFutureSprints removes the sprints of a team that have not begun, with
// their releases, unless a candidate of the release is on the shelf already.
func (c *change) dropFutureSprints(ctx context.Context, p headway.Programme, t headway.Team) (dropped []string, err error) {
	today, err := c.today(p)
	if err != nil {
		return nil, err
	}
	releases, err := c.Releases(ctx, p.ID, store.ReleaseFilter{TeamID: t.ID})
	if err != nil {
		return nil, err
	}
	ofSprint := map[string]headway.Release{}
	for _, r := range releases {
		ofSprint[r.SprintID] = r
	}
	sprints, err := c.SprintsOf(ctx, p.ID, t.ID)
	for _, s := range sprints {
		r, ships := ofSprint[s.ID]
		if !s.Start.After(today) || ships && r.State != headway.ReleasePlanned {
			continue
		}
		if ships {
			if _, err := c.RemoveRelease(ctx, p.ID, r.ID); err != nil {
				return nil, err
			}
		}
		if err := c.RemoveSprint(ctx, s.ID); err != nil {
			return nil, err
		}
		dropped = append(dropped, fmt.Sprintf("sprint %d of %s", s.Number, t.Key))
	}
	return dropped, err
}

// addSprints generates the sprints of a team, and the release of each, from the
// one before today's up to the programme's horizon.
func (c *change) addSprints(ctx context.Context, p headway.Programme, t headway.Team) (added []string, err error) {
	if t.Cadence.IsZero() {
		return nil, nil
	}
	today, err := c.today(p)
	if err != nil {
		return nil, err
	}
	have, err := c.SprintsOf(ctx, p.ID, t.ID)
	if err != nil {
		return nil, err
	}
	var last headway.Sprint
	if len(have) > 0 {
		last = have[len(have)-1]
	}
	now := t.Cadence.SprintOn(today)
	for n := max(1, now-1); n <= max(0, now)+p.Horizon; n++ {
		s := t.Cadence.Sprint(n)
		if !last.End.IsZero() && !s.Start.After(last.End) {
			continue // stands already, or lies under sprints of an earlier cadence
		}
		s.ID, s.TeamID, s.Number = c.app.newID(), t.ID, max(n, last.Number+1)
		if err := c.PutSprint(ctx, s); err != nil {
			return nil, err
		}
		last = s
		added = append(added, fmt.Sprintf("sprint %d of %s", s.Number, t.Key))
		if version := t.Cadence.ReleaseVersion(n); version != "" && t.Kind == headway.DevelopmentTeam {
			if err := c.addSprintRelease(ctx, p, t, s, version); err != nil {
				return nil, err
			}
			added = append(added, fmt.Sprintf("release %s of %s", version, t.Key))
		}
	}
	return added, nil
}

func (c *change) addSprintRelease(ctx context.Context, p headway.Programme, t headway.Team, s headway.Sprint, version string) error {
	if _, err := c.ReleaseByVersion(ctx, p.ID, t.ID, "", version); err == nil {
		return headway.Conflictf("sprint %d of %s would build release %s, which exists already", s.Number, t.Key, version).
			At("teams." + t.Key + ".cadence.version").WithHint("give the version that sprint 1 of this cadence builds, beyond those that exist")
	} else if headway.KindOf(err) != headway.NotFound {
		return err
	}
	cal, err := p.Calendar(nil)
	if err != nil {
		return err
	}
	return c.AddRelease(ctx, headway.Release{
		ID: c.app.newID(), ProgrammeID: p.ID, TeamID: t.ID, SprintID: s.ID, Version: version,
		State: headway.ReleasePlanned, SprintEnd: s.Ends(cal).UTC(), CreatedAt: c.now,
	})
}

func (c *change) today(p headway.Programme) (headway.Date, error) {
	cal, err := p.Calendar(nil)
	if err != nil {
		return headway.Date{}, err
	}
	return headway.DateOf(c.now.In(cal.Zone)), nil
}

// ExtendSprints generates the sprints and releases of a programme's teams that
// its horizon has come to reach, and tells how many.
func (a *App) ExtendSprints(ctx context.Context, by headway.Actor, programme string) (added int, err error) {
	err = a.changeIn(ctx, by, programme, headway.EditProgramme, func(c *change, p headway.Programme) error {
		added = 0
		teams, err := c.Teams(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, t := range teams {
			more, err := c.addSprints(ctx, p, t)
			if err != nil {
				return err
			}
			added += len(more)
		}
		if added == 0 {
			return nil
		}
		return c.record(ctx, p.ID, SprintsExtended, p.ID, fmt.Sprintf("%d sprints and releases have come within the horizon", added), nil)
	})
	return added, err
}

// ExtendAllSprints does ExtendSprints for every programme; one that cannot be
// extended does not hold up the others. It is the work of a daily job.
func (a *App) ExtendAllSprints(ctx context.Context) error {
	var all []headway.Programme
	if err := a.store.Read(ctx, func(q store.Q) (err error) {
		all, err = q.Programmes(ctx)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, p := range all {
		if _, err := a.ExtendSprints(ctx, headway.System(), p.Key); err != nil {
			failed = errors.Join(failed, fmt.Errorf("extend the sprints of %s: %w", p.Key, err))
		}
	}
	return failed
}
