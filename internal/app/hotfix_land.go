package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// HotfixOwed is what a release under test owes to a hot fix, or would.
type HotfixOwed struct {
	Release   headway.Release
	Candidate headway.Candidate // under test
	Duty      headway.HotfixDuty
}

// owedTo lists what releases under test owe to a hot fix once it is live, by
// the programme's rule.
func (l look) owedTo(ctx context.Context, p headway.Programme, fix headway.Release) ([]HotfixOwed, error) {
	all, err := l.Releases(ctx, p.ID, store.ReleaseFilter{TeamID: fix.TeamID, States: onTheWay()})
	if err != nil {
		return nil, err
	}
	var out []HotfixOwed
	for _, r := range all {
		if !p.Hotfix.Concerns(fix, r) {
			continue
		}
		c, err := l.NewestCandidate(ctx, p.ID, r.ID)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, HotfixOwed{r, c, headway.HotfixDuty{
			ProgrammeID: p.ID, ReleaseID: r.ID, HotfixID: fix.ID, Version: fix.Version, CandidateID: c.ID, Rebase: p.Hotfix.Rebase, Rerun: p.Hotfix.Rerun, At: l.now,
		}})
	}
	return out, nil
}

// landHotfix tells the releases under test what they owe to a hot fix that has
// gone live: their work is opened again, and go/no-gos about them are void,
// because production is no longer what they were proved against.
func (c *change) landHotfix(ctx context.Context, p headway.Programme, fix headway.Release) error {
	if !fix.Hotfix {
		return nil
	}
	owed, err := c.look().owedTo(ctx, p, fix)
	if err != nil || len(owed) == 0 {
		return err
	}
	for _, o := range owed {
		o.Duty.ID = c.app.newID()
		if err := c.AddHotfixDuty(ctx, o.Duty); err != nil {
			return err
		}
		items, err := c.ItemsOf(ctx, p.ID, o.Release.ID)
		if err != nil {
			return err
		}
		changes := o.Duty.Reopen(items, c.app.newID)
		if err := c.storeItems(ctx, changes); err != nil {
			return err
		}
		team, err := c.Team(ctx, p.ID, o.Release.TeamID)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("The hot fix %s is live, so %s has to %s", fix.Version, nameRelease(team, o.Release), o.Duty.Words())
		if err := c.record(ctx, p.ID, HotfixOwes, o.Release.ID, text, map[string]any{"hotfix": fix.ID, "candidate": o.Candidate.ID, "rebase": o.Duty.Rebase, "rerun": o.Duty.Rerun}); err != nil {
			return err
		}
	}
	return c.voidStale(ctx, p)
}
