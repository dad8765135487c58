package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"headway"
	"headway/internal/store"
)

const (
	sweepBatch = 100
	wakeAgain  = time.Second // after which a due call is asked for again
	findAtOnce = 32
)

// SweepSteps makes the steps unknown whose lease has passed without an outcome,
// unless the other system says that it has taken the call, and asks again for
// the calls of due steps that nobody has taken. It gives how many steps it
// found unknown. One step that cannot be swept keeps none of the others.
func (a *App) SweepSteps(ctx context.Context, caller Caller) (unknown int, err error) {
	var expired, due []headway.DeploymentStep
	now := a.Now()
	var leases, followed int64
	err = a.store.Read(ctx, func(q store.Q) (err error) {
		if expired, err = q.ExpiredSteps(ctx, now, sweepBatch); err != nil {
			return err
		}
		if due, err = q.PendingCalls(ctx, now.Add(-wakeAgain), now, sweepBatch); err != nil {
			return err
		}
		if leases, err = q.LongLeases(ctx, now.Add(2*commandLease)); err != nil {
			return err
		}
		followed, err = q.FollowedAhead(ctx, now, now.Add(pollLongest))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, s := range due {
		a.due(s.ID)
	}
	var failed []error
	if leases+followed > 0 { // the clock was set back: a step must not wait until it has caught up
		failed = append(failed, a.store.Write(ctx, func(tx *store.Tx) error {
			return errors.Join(tx.ShortenLeases(ctx, now.Add(commandLease)), tx.BringForward(ctx, now, now.Add(pollLongest)))
		}))
	}
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(findAtOnce)
	for _, s := range expired {
		group.Go(func() error {
			lost, err := a.sweepStep(ctx, s, caller)
			mu.Lock()
			defer mu.Unlock()
			failed = append(failed, err)
			if lost {
				unknown++
			}
			return nil
		})
	}
	return unknown, errors.Join(append(failed, group.Wait())...)
}

func (a *App) sweepStep(ctx context.Context, s headway.DeploymentStep, caller Caller) (lost bool, err error) {
	found, err := a.findStep(ctx, s, caller)
	if found {
		return false, err
	}
	lost, lostErr := a.loseStep(ctx, s.ID)
	return lost, errors.Join(err, lostErr)
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
		s.State, s.EndedAt = headway.StepUnknown, c.now
		s.Reason = s.Owner + " gave no outcome before its lease passed"
		if s.Remote != "" {
			s.Reason = "the other system took the call and told no outcome in time"
		}
		if lost, err = c.FinishStep(ctx, s); err != nil || !lost {
			return err
		}
		_, err = c.afterStep(ctx, p, dep, s)
		return err
	})
	return lost, err
}
