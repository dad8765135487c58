package app

import (
	"context"
	"fmt"

	"headway"
)

// forgiveHotfix releases what was owed to a hot fix that has been taken back:
// production is again what the candidates under test were proved against. Work
// opened again that nobody has begun goes; what was rebased meanwhile stays as
// it is. Go/no-gos that took the duty for done are void.
func (c *change) forgiveHotfix(ctx context.Context, p headway.Programme, fix headway.Release) error {
	duties, err := c.DutiesTo(ctx, p.ID, fix.ID)
	if err != nil || len(duties) == 0 {
		return err
	}
	for _, d := range duties {
		if err := c.forgive(ctx, p, d); err != nil {
			return err
		}
	}
	return c.voidStale(ctx, p)
}

func (c *change) forgive(ctx context.Context, p headway.Programme, d headway.HotfixDuty) error {
	if err := c.DropHotfixDuty(ctx, d); err != nil {
		return err
	}
	r, err := c.Release(ctx, p.ID, d.ReleaseID)
	if err != nil {
		return err
	}
	newest, err := c.NewestCandidate(ctx, p.ID, r.ID)
	if err != nil {
		return err
	}
	if newest.ID == d.CandidateID && !r.State.InProduction() {
		items, err := c.ItemsOf(ctx, p.ID, r.ID)
		if err != nil {
			return err
		}
		if err := c.storeItems(ctx, d.Forgive(items)); err != nil {
			return err
		}
	}
	team, err := c.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("The hot fix %s was taken back, so %s no longer has to %s", d.Version, nameRelease(team, r), d.Words())
	return c.record(ctx, p.ID, HotfixForgiven, r.ID, text, map[string]any{"hotfix": d.HotfixID, "rebase": d.Rebase, "rerun": d.Rerun})
}
