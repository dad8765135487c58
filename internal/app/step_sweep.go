package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

const (
	sweepBatch = 100
	wakeAgain  = 15 * time.Second // after which a due call is asked for again
)

// SweepSteps makes the steps unknown whose lease has passed without an
// outcome, and asks again for the calls of due steps whose job was lost. It
// gives how many steps it found unknown.
func (a *App) SweepSteps(ctx context.Context) (unknown int, err error) {
	var expired, due []headway.DeploymentStep
	err = a.store.Read(ctx, func(q store.Q) (err error) {
		if expired, err = q.ExpiredSteps(ctx, a.Now(), sweepBatch); err != nil {
			return err
		}
		due, err = q.PendingCalls(ctx, a.Now().Add(-wakeAgain), sweepBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, s := range expired {
		lost, err := a.loseStep(ctx, s.ID)
		if err != nil {
			return unknown, err
		}
		if lost {
			unknown++
		}
	}
	if len(due) == 0 {
		return unknown, nil
	}
	return unknown, a.change(ctx, headway.System(), func(c *change) error {
		for _, s := range due {
			c.wake(s)
		}
		return nil
	})
}

// loseStep makes one step unknown if its lease has passed indeed.
func (a *App) loseStep(ctx context.Context, id string) (lost bool, err error) {
	err = a.change(ctx, headway.System(), func(c *change) error {
		s, programmeID, err := c.DeploymentStep(ctx, id)
		if err != nil {
			return err
		}
		if s.State != headway.StepRunning || c.now.Before(s.LeaseUntil) {
			return nil
		}
		p, err := c.Programme(ctx, programmeID)
		if err != nil {
			return err
		}
		dep, err := c.Deployment(ctx, p.ID, s.DeploymentID)
		if err != nil {
			return err
		}
		if lost, err = c.FinishStep(ctx, s.ID, s.Token, headway.StepUnknown, s.Output, c.now); err != nil || !lost {
			return err
		}
		s.State, s.EndedAt = headway.StepUnknown, c.now
		s.Reason = s.Owner + " gave no outcome before its lease passed"
		_, err = c.afterStep(ctx, p, dep, s)
		return err
	})
	return lost, err
}
