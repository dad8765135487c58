package app

import (
	"context"
	"fmt"
	"time"

	"headway"
	"headway/internal/store"
)

// A step that another system goes on with keeps no lease and no process: its
// row says what to ask for and when, and any node asks. Without an answer until
// its deadline the step is unknown.

const (
	pollBatch   = 200
	pollTimeout = 20 * time.Second // of one question
	pollShort   = time.Second      // the shortest pause between questions
	pollLongest = 2 * time.Hour    // beyond the longest pause that a runbook may name
	findTimeout = 5 * time.Second  // of the question about a lost call, which must not delay the others
)

// follow notes in a claimed step's row what the other system goes on with.
func (c *change) follow(ctx context.Context, s *headway.DeploymentStep, got claim, out headway.CallOutcome) (held bool, err error) {
	s.Remote, s.EndedAt = out.Remote, time.Time{}
	if out.Every > 0 {
		s.PollAt = c.now.Add(max(out.Every, pollShort))
	}
	s.LeaseUntil = got.step.StartedAt.Add(got.timeout)
	return c.FollowStep(ctx, *s)
}

// DuePolls lists the followed steps whose other system should be asked now.
func (a *App) DuePolls(ctx context.Context) (ids []headway.DeploymentStep, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		ids, err = q.DuePolls(ctx, a.Now(), pollBatch)
		return err
	})
	return ids, err
}

// PollStep asks the other system about a followed step, if no other node does,
// and records what it says.
func (a *App) PollStep(ctx context.Context, s headway.DeploymentStep, caller Caller) error {
	taken := false
	var got *claim
	err := a.change(ctx, headway.System(), func(c *change) (err error) {
		if taken, err = c.TakePoll(ctx, s, c.now.Add(2*pollTimeout)); err != nil || !taken {
			return err
		}
		got, err = a.claimAgain(ctx, c.Q, s.ID)
		return err
	})
	if err != nil || !taken {
		return err
	}
	asked, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	out := caller.Follow(asked, got.send(), got.step.Remote)
	if out.State == headway.StepSucceeded || out.State == headway.StepFailed {
		return a.finishCall(context.WithoutCancel(ctx), *got, out)
	}
	return a.pollAgain(ctx, *got, out)
}

// claimAgain gathers what the carrier of a step that is out needs, with its own token.
func (a *App) claimAgain(ctx context.Context, q store.Q, stepID string) (*claim, error) {
	s, programmeID, err := q.DeploymentStep(ctx, stepID)
	if err != nil {
		return nil, err
	}
	p, err := q.Programme(ctx, programmeID)
	if err != nil {
		return nil, err
	}
	dep, err := q.Deployment(ctx, p.ID, s.DeploymentID)
	if err != nil {
		return nil, err
	}
	d, err := q.Decision(ctx, p.ID, dep.DecisionID)
	if err != nil {
		return nil, err
	}
	got, err := a.newClaim(ctx, q, p, dep, d, s)
	if err != nil {
		return nil, err
	}
	got.step.Token, got.step.Callback, got.callback = s.Token, s.Callback, ""
	return got, nil
}

// pollAgain notes how far the other system is, and when to ask next. A system
// that does not answer is asked again: to ask changes nothing there.
func (a *App) pollAgain(ctx context.Context, got claim, out headway.CallOutcome) error {
	return a.change(ctx, headway.System(), func(c *change) error {
		s, _, err := c.DeploymentStep(ctx, got.step.ID)
		if err != nil || s.State != headway.StepRunning || s.Token != got.step.Token {
			return err
		}
		every := max(out.Every, pollShort)
		if out.State == headway.StepRunning && out.Remote != "" {
			s.Remote, s.Output = out.Remote, capped(out.Output)
		} else {
			every = max(every, callBeat)
		}
		s.PollAt = c.now.Add(every)
		if s.PollAt.After(s.LeaseUntil) {
			s.PollAt = s.LeaseUntil.Add(-time.Millisecond)
		}
		_, err = c.FollowStep(ctx, s)
		return err
	})
}

// findStep asks the other system, before a step whose lease has passed becomes
// unknown, whether it has taken the call. What it knows is followed from then on.
func (a *App) findStep(ctx context.Context, s headway.DeploymentStep, caller Caller) (found bool, err error) {
	if caller == nil || !s.Step.Kind.Called() || s.Remote != "" {
		return false, nil
	}
	var got *claim
	err = a.store.Read(ctx, func(q store.Q) error {
		got, err = a.claimAgain(ctx, q, s.ID)
		return err
	})
	if err != nil {
		return false, err
	}
	asked, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	out := caller.Find(asked, got.send())
	if out.State != headway.StepRunning || out.Remote == "" {
		return false, nil
	}
	err = a.change(ctx, headway.System(), func(c *change) error {
		row, programmeID, err := c.DeploymentStep(ctx, s.ID)
		if err != nil || row.State != headway.StepRunning || row.Token != s.Token || row.Remote != "" || c.now.Before(row.LeaseUntil) {
			return err
		}
		row.Output = capped(out.Output)
		if found, err = c.follow(ctx, &row, *got, out); err != nil || !found {
			return err
		}
		dep, err := c.Deployment(ctx, programmeID, row.DeploymentID)
		if err != nil {
			return err
		}
		return c.record(ctx, programmeID, DeploymentStep, dep.ReleaseID,
			fmt.Sprintf("Step %d, %s: its server was lost, the other system says that it took the call", row.Position, row.Step.Title),
			map[string]any{"deployment": dep.ID, "step": row.Step.Key, "attempt": row.Attempt, "state": row.State, "remote": headway.Shorten(row.Remote, 300)})
	})
	return found, err
}
