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
	callLease     = 20 * time.Second // without a heartbeat
	callBeat      = callLease / 4
	callTimeout   = 5 * time.Minute // of steps that name none
	outputLimit   = 16 << 10
	finishRetries = 6
)

// Caller sends the calls of automatic steps; see internal/integrate.
type Caller interface {
	Call(ctx context.Context, call headway.StepCall) headway.CallOutcome
}

// claim is a step that was claimed, with what its carrier needs.
type claim struct {
	step      headway.DeploymentStep
	programme string // id
	vars      map[string]string
	timeout   time.Duration
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

// claimStep claims a step that is due; nil means that there is nothing to do.
// When something no longer holds, the deployment is stopped instead.
func (c *change) claimStep(ctx context.Context, stepID, owner string, lease time.Duration) (*claim, error) {
	s, programmeID, err := c.DeploymentStep(ctx, stepID)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return nil, nil
	}
	if err != nil || s.State != headway.StepWaiting {
		return nil, err
	}
	p, err := c.Programme(ctx, programmeID)
	if err != nil {
		return nil, err
	}
	dep, err := c.Deployment(ctx, p.ID, s.DeploymentID)
	if err != nil {
		return nil, err
	}
	if going := dep.State == headway.DeploymentRunning && !isRollback(s) || dep.State == headway.DeploymentRollingBack && isRollback(s); !going {
		return nil, nil
	}
	d, err := c.Decision(ctx, p.ID, dep.DecisionID)
	if err != nil {
		return nil, err
	}
	if refused, err := c.mayGoOn(ctx, p, dep, d, s); err != nil {
		return nil, err
	} else if refused != nil {
		_, err := c.stop(ctx, p, dep, refused.Error())
		return nil, err
	}
	token, err := c.app.drawToken()
	if err != nil {
		return nil, err
	}
	s.Token, s.Owner, s.StartedAt, s.LeaseUntil = token, owner, c.now, c.now.Add(lease)
	claimed, err := c.ClaimStep(ctx, s.ID, s.Token, s.Owner, s.StartedAt, s.LeaseUntil)
	if err != nil || !claimed {
		return nil, err
	}
	got := &claim{step: s, programme: p.ID, timeout: callTimeout}
	if s.Step.Timeout > 0 {
		got.timeout = time.Duration(s.Step.Timeout) * time.Minute
	}
	got.vars, err = stepVars(d, dep, s)
	if err != nil {
		return nil, err
	}
	return got, c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, fmt.Sprintf("Step %d, %s: goes out from %s", s.Position, s.Step.Title, owner),
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": headway.StepRunning, "key": got.vars["key"]})
}

// mayGoOn tells what stands in the way of a step: on the way to production the
// guards of the dispatch, on the way back an emergency stop only.
func (c *change) mayGoOn(ctx context.Context, p headway.Programme, dep headway.Deployment, d headway.Decision, s headway.DeploymentStep) (refused, err error) {
	var guards []Guard
	if isRollback(s) {
		g, err := stopGuard(ctx, c.Q, p)
		if err != nil {
			return nil, err
		}
		guards = append(guards, g)
	} else if guards, err = dispatchGuards(ctx, c.Q, p, d, c.now); err != nil {
		return nil, err
	} else if d.Digest != dep.Digest {
		guards = append(guards, Guard{Rule: "digest", Reason: "the deployment is of something else"})
	}
	return firstRefusal(guards), nil
}

// stepVars are the variables that bodies, inputs and arguments of a step may use.
func stepVars(d headway.Decision, dep headway.Deployment, s headway.DeploymentStep) (map[string]string, error) {
	snap, err := snapshotOf(d)
	return map[string]string{
		"candidate": snap.Candidate.Name, "version": snap.Release.Version, "digest": snap.Candidate.Digest,
		"environment": snap.Environment.Key, "deployment": dep.ID, "step": s.Step.Key, "attempt": fmt.Sprint(s.Attempt),
		"key": callKey(s),
	}, err
}

// callKey is the idempotency key of an attempt at a step.
func callKey(s headway.DeploymentStep) string {
	return fmt.Sprintf("%s:%s:%d", s.DeploymentID, s.Step.Key, s.Attempt)
}

// call sends the call while the lease holds.
func (a *App) call(ctx context.Context, got claim, caller Caller) headway.CallOutcome {
	if !a.Now().Before(got.step.LeaseUntil) {
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: this server was held up until its lease had passed"}
	}
	ctx, cancel := context.WithTimeout(ctx, got.timeout)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go a.keepLease(ctx, cancel, got, done)
	out := caller.Call(ctx, headway.StepCall{Key: got.vars["key"], Step: got.step.Step.Fill(got.vars), Timeout: got.timeout})
	switch out.State {
	case headway.StepSucceeded, headway.StepFailed:
	default:
		out.State = headway.StepUnknown
	}
	return out
}

// keepLease renews a lease until done; when it is lost the call is cancelled.
func (a *App) keepLease(ctx context.Context, cancel func(), got claim, done <-chan struct{}) {
	beat := time.NewTicker(callBeat)
	defer beat.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		held, err := a.extendLease(ctx, got.step.ID, got.step.Token, callLease)
		if err == nil && !held {
			cancel()
			return
		}
	}
}

func (a *App) extendLease(ctx context.Context, stepID, token string, lease time.Duration) (held bool, err error) {
	now := a.Now()
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		held, err = tx.ExtendLease(ctx, stepID, token, now, now.Add(lease))
		return err
	})
	return held, err
}

// finishCall records the outcome, and tries again while the database is away
// and the lease may still hold.
func (a *App) finishCall(ctx context.Context, got claim, out headway.CallOutcome) error {
	for try := 1; ; try++ {
		err := a.finishClaim(ctx, headway.System(), got, out)
		if try == finishRetries || headway.KindOf(err) != headway.Unavailable || err == nil {
			return err
		}
		time.Sleep(time.Duration(try*try) * 50 * time.Millisecond)
	}
}

// finishClaim records the outcome of a claimed step if its token still holds.
// A late outcome moves nothing, but is told to those who decide.
func (a *App) finishClaim(ctx context.Context, by headway.Actor, got claim, out headway.CallOutcome) error {
	return a.change(ctx, by, func(c *change) error {
		p, err := c.Programme(ctx, got.programme)
		if err != nil {
			return err
		}
		dep, err := c.Deployment(ctx, p.ID, got.step.DeploymentID)
		if err != nil {
			return err
		}
		output := capped(out.Output)
		held, err := c.FinishStep(ctx, got.step.ID, got.step.Token, out.State, output, c.now)
		if err != nil {
			return err
		}
		if !held {
			return c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID,
				fmt.Sprintf("Step %d, %s: a late answer came, it would have been %s; the step stays as it is", got.step.Position, got.step.Step.Title, out.State),
				map[string]any{"deployment": dep.ID, "step": got.step.Step.Key, "attempt": got.step.Attempt, "late": out.State, "output": headway.Shorten(output, 500)})
		}
		s, _, err := c.DeploymentStep(ctx, got.step.ID)
		if err != nil {
			return err
		}
		_, err = c.afterStep(ctx, p, dep, s)
		return err
	})
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
