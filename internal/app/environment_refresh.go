package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// RefreshEnvironment asks for newer data on an environment.
type RefreshEnvironment struct {
	Environment   string // key
	Team, Version string // of the release that wants them
	DataGB        float64
	Hours         float64 // of work; 0: by size and what refreshes took before
	Preview       bool    // say how long it would take, and ask for nothing
}

// AskedRefresh is a refresh with the work that it makes.
type AskedRefresh struct {
	headway.Refresh
	Item        headway.BacklogItem
	Environment headway.Environment
	Release     string
	Source      string           // of the estimate, in words
	Planned     headway.Interval // when the draft plan has it; zero: not yet
}

// refreshesKept is how many refreshes before feed the estimate.
const refreshesKept = 200

// RefreshEnvironment makes the work of a refresh: an item of the operations
// backlog that the plan places, which has the environment for itself. When that
// is done, the environment's data are as of its beginning.
func (a *App) RefreshEnvironment(ctx context.Context, by headway.Actor, programme string, in RefreshEnvironment) (AskedRefresh, error) {
	var out AskedRefresh
	if in.Preview {
		err := a.lookIn(ctx, by, programme, headway.WorkBacklog, func(q store.Q, p headway.Programme) (err error) {
			out, _, err = refreshOf(ctx, q, p, in)
			return err
		})
		return out, err
	}
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		var r headway.Release
		var err error
		if out, r, err = refreshOf(ctx, c.Q, p, in); err != nil {
			return err
		}
		hours := out.Item.Estimate.Hours()
		if out.Item, err = c.handmade(ctx, p, r, AddItem{
			Title: "Refresh the data of " + headway.Shorten(out.Environment.Name, 150), Kind: headway.KindData, Skill: headway.SkillDBA, Hours: hours, Environment: in.Environment,
		}); err != nil {
			return err
		}
		if err := c.AddBacklogItem(ctx, out.Item); err != nil {
			return err
		}
		out.ID, out.ItemID, out.AskedBy, out.AskedByName, out.AskedAt = a.newID(), out.Item.ID, by.UserID, by.Name, c.now
		if err := c.PutRefresh(ctx, out.Refresh); err != nil {
			return err
		}
		text := fmt.Sprintf("%s asked to refresh %s for %s: %g GB, %s of work (%s)", by.Name, out.Environment.Name, out.Release, out.DataGB, headway.HoursMinutes(out.Item.Estimate), out.Source)
		return c.record(ctx, p.ID, RefreshAsked, r.ID, text, map[string]any{"environment": out.Environment.Key, "item": out.ItemID, "data_gb": out.DataGB})
	})
	return out, err
}

// refreshOf makes the refresh that is asked for, with its estimate in Item.
func refreshOf(ctx context.Context, q store.Q, p headway.Programme, in RefreshEnvironment) (AskedRefresh, headway.Release, error) {
	var out AskedRefresh
	env, err := q.EnvironmentByKey(ctx, p.ID, in.Environment)
	if err != nil {
		return out, headway.Release{}, unknownAt(err, "environment", in.Environment)
	}
	team, r, err := teamRelease(ctx, q, p, in.Team, in.Version)
	if err != nil {
		return out, r, err
	}
	out.Environment, out.Release = env, nameRelease(team, r)
	out.ProgrammeID, out.EnvironmentID, out.DataGB = p.ID, env.ID, in.DataGB
	if out.DataGB == 0 {
		out.DataGB = env.DataGB
	}
	if err := mayRefresh(ctx, q, p, env, r, in); err != nil {
		return out, r, err
	}
	before, err := q.Refreshes(ctx, p.ID, refreshesKept)
	if err != nil {
		return out, r, err
	}
	estimate, err := headway.EstimateRefresh(env.ID, out.DataGB, before)
	if err != nil {
		return out, r, err
	}
	hours := estimate.P85.Hours()
	out.Source = estimate.Source
	if in.Hours != 0 {
		hours, out.Source = in.Hours, "as asked for"
	}
	out.Item.Estimate, err = hoursOf(hours, p)
	return out, r, err
}

func mayRefresh(ctx context.Context, q store.Q, p headway.Programme, env headway.Environment, r headway.Release, in RefreshEnvironment) error {
	switch {
	case env.Kind == headway.EnvProduction:
		return headway.Conflictf("%s is production: its data are the ones that others are refreshed from", env.Name)
	case !(in.DataGB >= 0 && in.DataGB <= 1e6):
		return headway.Invalidf("data_gb", "%v GB is outside 0–1,000,000", in.DataGB)
	case r.State.Terminal():
		return headway.Conflictf("release %s is %s and takes no more work", r.Version, r.State)
	case r.State == headway.ReleasePlanned:
		return headway.Conflictf("nothing of release %s is on the shelf yet, so it has no work on the board", r.Version).
			WithHint("ask for the refresh for a release that is under way; its data serve the next one too")
	}
	open, err := q.OpenRefreshes(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.EnvironmentID == env.ID {
			return headway.Conflictf("a refresh of %s is on the board already, asked for by %s", env.Name, o.AskedByName).WithHint("finish or size that item first")
		}
	}
	return nil
}

// refreshed records the end of a refresh when its work is done; other work is
// left alone. Work that is taken back from done has not ended after all.
func (c *change) refreshed(ctx context.Context, p headway.Programme, item headway.BacklogItem, from headway.ItemState) error {
	ended, reopened := item.State == headway.ItemDone && item.Outcome != headway.Fail, from == headway.ItemDone && item.State != headway.ItemDone
	if !ended && !reopened {
		return nil
	}
	r, err := c.RefreshOfItem(ctx, p.ID, item.ID)
	if err != nil {
		if headway.KindOf(err) == headway.NotFound {
			return nil
		}
		return err
	}
	r.DoneAt, r.Spent = item.DoneAt, item.Spent
	if reopened {
		r.Spent = 0
		return c.PutRefresh(ctx, r)
	}
	if err := c.PutRefresh(ctx, r); err != nil {
		return err
	}
	env, err := c.Environment(ctx, p.ID, r.EnvironmentID)
	if err != nil {
		return err
	}
	began := item.StartedAt
	if began.IsZero() {
		began = c.now
	}
	env = env.Refreshed(r, began)
	if err := c.PutEnvironment(ctx, env); err != nil {
		return err
	}
	return c.record(ctx, p.ID, EnvironmentTold, item.ReleaseID, fmt.Sprintf("%s was refreshed: data of %s, %g GB", env.Name, env.DataAsOf.Format("2006-01-02 15:04Z"), env.DataGB),
		map[string]any{"environment": env.Key, "item": item.ID, "data_as_of": env.DataAsOf, "data_gb": env.DataGB})
}
