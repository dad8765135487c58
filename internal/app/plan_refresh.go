package app

import (
	"context"
	"errors"
	"math"

	"headway"
	"headway/internal/store"
)

// RefreshPlans drafts the plan of every programme anew because time has
// passed: what has not begun moves on, sprints end with nothing on the shelf.
func (a *App) RefreshPlans(ctx context.Context) error {
	var ps []headway.Programme
	err := a.store.Read(ctx, func(q store.Q) (err error) {
		ps, err = q.Programmes(ctx)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, p := range ps {
		failed = errors.Join(failed, a.ReplanDraft(ctx, ReplanJob{ProgrammeID: p.ID, Revision: math.MaxInt64}))
	}
	return failed
}

// EndExpiredSessions deletes the sessions that have ended.
func (a *App) EndExpiredSessions(ctx context.Context) error {
	return a.change(ctx, headway.System(), func(c *change) error { return c.Tx.EndExpiredSessions(ctx, c.now) })
}
