package app

import (
	"context"
	"fmt"
	"maps"
	"time"

	"headway"
	"headway/internal/store"
)

// claim is a step that was claimed, with what its carrier needs.
type claim struct {
	step      headway.DeploymentStep
	programme string // id
	vars      map[string]string
	timeout   time.Duration
	callback  string             // address for its answer; empty: none is expected
	at        headway.Connection // with its secrets; zero: the step names none
}

// send gives what the caller sends for a claim.
func (got claim) send() headway.StepCall {
	return headway.StepCall{
		Key: got.vars["key"], Step: got.step.Step.Fill(got.vars), Timeout: got.timeout, Callback: got.callback, At: got.at,
	}
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
	got, err := c.app.newClaim(ctx, c.Q, p, dep, d, s)
	if headway.KindOf(err) == headway.Conflict && err != nil { // its connection cannot be used
		_, err := c.stop(ctx, p, dep, err.Error())
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	got.step.Owner, got.step.StartedAt, got.step.LeaseUntil = owner, c.now, c.now.Add(lease)
	claimed, err := c.ClaimStep(ctx, got.step)
	if err != nil || !claimed {
		return nil, err
	}
	return got, c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, fmt.Sprintf("Step %d, %s: goes out from %s", s.Position, s.Step.Title, owner),
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": headway.StepRunning, "key": got.vars["key"]})
}

// newClaim gathers what the carrier of a step needs, with a new fencing token
// and, where the outcome will be told later, a one-time token for that.
func (a *App) newClaim(ctx context.Context, q store.Q, p headway.Programme, dep headway.Deployment, d headway.Decision, s headway.DeploymentStep) (*claim, error) {
	var err error
	got := &claim{step: s, programme: p.ID, timeout: callTimeout}
	if s.Step.Timeout > 0 {
		got.timeout = time.Duration(s.Step.Timeout) * time.Minute
	}
	if got.step.Token, err = a.drawToken(); err != nil {
		return nil, err
	}
	if got.vars, err = stepVars(d, dep, s); err != nil {
		return nil, err
	}
	if s.Step.Answer == headway.AnswerCallback {
		secret, hash, err := a.drawSecret("")
		if err != nil {
			return nil, err
		}
		got.step.Callback, got.callback = hash, a.publicURL()+"/api/v1/callbacks/"+secret.Reveal()
		got.vars["callback"] = got.callback
	}
	if s.Step.Connection != "" {
		got.at, err = a.connection(ctx, q, p, s.Step.Connection)
	}
	return got, err
}

// mayGoOn tells what stands in the way of a step: on the way to production the
// guards of the dispatch, on the way back an emergency stop only.
func (c *change) mayGoOn(ctx context.Context, p headway.Programme, dep headway.Deployment, d headway.Decision, s headway.DeploymentStep) (refused, err error) {
	var guards []Guard
	if isRollback(s) || dep.Rehearsal {
		g, err := stopGuard(ctx, c.Q, p)
		if err != nil {
			return nil, err
		}
		guards = append(guards, g)
	} else if guards, err = dispatchGuards(ctx, c.Q, p, dep, d, s, c.now); err != nil {
		return nil, err
	} else if d.Digest != dep.Digest {
		guards = append(guards, Guard{Rule: "digest", Reason: "the deployment is of something else"})
	}
	return firstRefusal(guards), nil
}

// stepVars are the variables that bodies, inputs and arguments of a step may use.
func stepVars(d headway.Decision, dep headway.Deployment, s headway.DeploymentStep) (map[string]string, error) {
	snap, err := snapshotOf(d)
	vars := map[string]string{
		"candidate": snap.Candidate.Name, "version": snap.Release.Version, "digest": snap.Candidate.Digest,
		"environment": snap.Environment.Key, "deployment": dep.ID, "step": s.Step.Key, "attempt": fmt.Sprint(s.Attempt),
		"key": callKey(s),
	}
	maps.Copy(vars, snap.Runbook.Values)
	return vars, err
}

// callKey is the idempotency key of an attempt at a step.
func callKey(s headway.DeploymentStep) string {
	return fmt.Sprintf("%s:%s:%d", s.DeploymentID, s.Step.Key, s.Attempt)
}
