package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// The dispatch of a step that calls another system has three parts. In a first
// transaction the step's row is claimed with a fencing token and a lease, after
// everything that must hold was read again. Then the call goes out, once, with
// an idempotency key that names deployment, step and attempt; a heartbeat keeps
// the lease while the call lasts, and a lost lease cancels the call. In a second
// transaction the outcome is recorded if the token still holds. When the lease
// passes without an outcome the step is unknown: see SweepSteps.

const (
	callLease   = 20 * time.Second // without a heartbeat
	callBeat    = callLease / 4
	callTimeout = 5 * time.Minute // of steps that name none
	outputLimit = 16 << 10
	// finishWithin bounds how long an outcome is kept to be recorded while the
	// database is away; finishPause is the longest pause between tries.
	finishWithin = 45 * time.Second
	finishPause  = 2 * time.Second
)

// Caller sends the calls of automatic steps; see internal/integrate.
type Caller interface {
	// Call sends a call, once.
	Call(ctx context.Context, call headway.StepCall) headway.CallOutcome
	// Follow asks how far another system is with what it took. It changes
	// nothing there, so it may be asked again.
	Follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome
	// Find asks whether another system has taken a call, by its key. It gives an
	// unknown outcome when that system cannot tell.
	Find(ctx context.Context, call headway.StepCall) headway.CallOutcome
}

// DispatchStep sends the call of a step that is due, if nobody has claimed it
// yet and everything still holds. node names this process in the step's row.
func (a *App) DispatchStep(ctx context.Context, stepID, node string, caller Caller) error {
	var got *claim
	err := a.change(ctx, headway.System(), func(c *change) (err error) {
		got, err = c.claimStep(ctx, stepID, node, callLease)
		return err
	})
	if err != nil || got == nil {
		return err
	}
	out := a.call(ctx, *got, caller)
	return a.finishCall(context.WithoutCancel(ctx), *got, out)
}

// call sends the call while the lease holds.
func (a *App) call(ctx context.Context, got claim, caller Caller) headway.CallOutcome {
	ctx, cancel := context.WithTimeout(ctx, got.timeout)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go a.keepLease(ctx, cancel, got, done)
	send := got.send()
	send.MaySend = func(ctx context.Context) error { return a.maySend(ctx, got) }
	out := caller.Call(ctx, send)
	switch out.State {
	case headway.StepSucceeded, headway.StepFailed:
	case headway.StepRunning:
		if out.Remote == "" {
			out.State = headway.StepUnknown
		}
	default:
		out.State = headway.StepUnknown
	}
	return out
}

// maySend is asked at the last moment before a call leaves: between the claim
// and now this process may have been held up, or somebody may have pulled the
// brake or taken the go back.
func (a *App) maySend(ctx context.Context, got claim) error {
	return a.store.Read(ctx, func(q store.Q) error {
		s, programmeID, err := q.DeploymentStep(ctx, got.step.ID)
		if err != nil {
			return err
		}
		if s.State != headway.StepRunning || s.Token != got.step.Token || !a.Now().Before(s.LeaseUntil) {
			return headway.Conflictf("this server was held up until its lease had passed")
		}
		dep, err := q.Deployment(ctx, programmeID, s.DeploymentID)
		if err != nil {
			return err
		}
		if dep.State != headway.DeploymentRunning && dep.State != headway.DeploymentRollingBack {
			return headway.Conflictf("the deployment is %s: %s", dep.State, dep.Reason)
		}
		if isRollback(s) || dep.Rehearsal {
			return nil
		}
		d, err := q.Decision(ctx, programmeID, dep.DecisionID)
		if err == nil && d.State != headway.DecisionGo {
			err = headway.Conflictf("the go/no-go is %s: %s", d.State, d.Reason)
		}
		return err
	})
}

// keepLease renews a lease until done; when it is lost, or has passed without
// being renewed, the call is cancelled.
func (a *App) keepLease(ctx context.Context, cancel func(), got claim, done <-chan struct{}) {
	beat := time.NewTicker(callBeat)
	defer beat.Stop()
	until := got.step.LeaseUntil
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		asked := a.Now()
		short, stop := context.WithTimeout(ctx, callBeat)
		held, err := a.extendLease(short, got.step.ID, got.step.Token, callLease)
		stop()
		switch {
		case err == nil && held:
			until = asked.Add(callLease)
		case err == nil, !a.Now().Before(until):
			cancel()
			return
		}
	}
}

func (a *App) extendLease(ctx context.Context, stepID, token string, lease time.Duration) (held bool, err error) {
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		now := a.Now()
		held, err = tx.ExtendLease(ctx, stepID, token, now, now.Add(lease))
		return err
	})
	return held, err
}

// finishCall records the outcome, and tries again while the database is away.
func (a *App) finishCall(ctx context.Context, got claim, out headway.CallOutcome) error {
	ctx, cancel := context.WithTimeout(ctx, finishWithin)
	defer cancel()
	pause := 50 * time.Millisecond
	for {
		err := a.finishClaim(ctx, headway.System(), got, out)
		k := headway.KindOf(err)
		if err == nil || k != headway.Unavailable && k != headway.Internal {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		pause = min(2*pause, finishPause)
	}
}

// finishClaim records the outcome of a claimed step if its token still holds.
// A late outcome moves nothing, but is told to those who decide.
func (a *App) finishClaim(ctx context.Context, by headway.Actor, got claim, out headway.CallOutcome) error {
	return a.change(ctx, by, func(c *change) error { return c.finishClaim(ctx, got, out) })
}

func (c *change) finishClaim(ctx context.Context, got claim, out headway.CallOutcome) error {
	p, err := c.Programme(ctx, got.programme)
	if err != nil {
		return err
	}
	dep, err := c.Deployment(ctx, p.ID, got.step.DeploymentID)
	if err != nil {
		return err
	}
	s := got.step
	s.State, s.Output, s.EndedAt = out.State, capped(out.Output), c.now
	var held bool
	if out.State == headway.StepRunning {
		held, err = c.follow(ctx, &s, got, out)
	} else {
		held, err = c.FinishStep(ctx, s)
	}
	if err != nil {
		return err
	}
	if !held {
		return c.lateOutcome(ctx, p, dep, s)
	}
	if out.State == headway.StepRunning {
		return c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, fmt.Sprintf("Step %d, %s: the other system took it", s.Position, s.Step.Title),
			map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": s.State, "remote": headway.Shorten(s.Remote, 300)})
	}
	if s, _, err = c.DeploymentStep(ctx, s.ID); err != nil {
		return err
	}
	_, err = c.afterStep(ctx, p, dep, s)
	return err
}

// lateOutcome tells of an outcome that came after its claim was lost. When the
// row already says the same with the same token, it is this very outcome: the
// answer to its commit was lost, or a callback was faster.
func (c *change) lateOutcome(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) error {
	now, _, err := c.DeploymentStep(ctx, s.ID)
	if err != nil {
		return err
	}
	if now.Token == s.Token && (now.State == s.State || s.State == headway.StepRunning && now.State.Terminal()) {
		return nil
	}
	return c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID,
		fmt.Sprintf("Step %d, %s: a late answer came, it would have been %s; the step stays as it is", s.Position, s.Step.Title, s.State),
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "late": s.State, "output": headway.Shorten(s.Output, 500)})
}

// capped keeps the end of an output, where the outcome is told, as valid text.
func capped(output string) string {
	if len(output) > outputLimit {
		output = "…" + output[len(output)-outputLimit:]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(output, "\x00", "�"), "�")
}

func (a *App) drawToken() (string, error) {
	secret, _, err := a.drawSecret("")
	return secret.Reveal(), err
}
