package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
)

// StopDeployment stops a deployment: no further step is dispatched. A step
// that is out already keeps its outcome.
func (a *App) StopDeployment(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error) {
	return a.onDeployment(ctx, by, programme, id, headway.StopDeployment, reason, func(c *change, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
		if dep.State == headway.DeploymentStopped {
			return dep, headway.Conflictf("the deployment is stopped already")
		}
		return c.stop(ctx, p, dep, c.by.Name+" stopped it: "+reason)
	})
}

// ResumeDeployment lets a stopped deployment go on with its next step. Steps
// that failed or are unknown must be retried or decided first.
func (a *App) ResumeDeployment(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error) {
	return a.onDeployment(ctx, by, programme, id, headway.RunDeployment, reason, func(c *change, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
		if dep.State != headway.DeploymentStopped {
			return dep, headway.Conflictf("the deployment is %s, not stopped", dep.State)
		}
		all, err := c.DeploymentSteps(ctx, dep.ID)
		if err != nil {
			return dep, err
		}
		steps := currentSteps(dep, all)
		for _, s := range steps {
			if s.State == headway.StepFailed || s.State == headway.StepUnknown {
				return dep, headway.Conflictf("step %d, %s, is %s", s.Position, s.Step.Title, s.State).WithHint("retry or decide that step, or roll back")
			}
		}
		if dep, err = c.goOn(ctx, p, dep, steps[len(steps)-1]); err != nil {
			return dep, err
		}
		if err := c.record(ctx, p.ID, DeploymentResumed, dep.ReleaseID, fmt.Sprintf("%s resumed the deployment: %s", c.by.Name, reason),
			map[string]any{"deployment": dep.ID, "reason": reason}); err != nil {
			return dep, err
		}
		return c.advance(ctx, p, dep)
	})
}

// RollbackDeployment runs the rollback steps of a deployment that has not
// ended. Beyond the point of no return there is no way back.
func (a *App) RollbackDeployment(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error) {
	return a.onDeployment(ctx, by, programme, id, headway.RunDeployment, reason, func(c *change, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
		all, err := c.DeploymentSteps(ctx, dep.ID)
		if err != nil {
			return dep, err
		}
		if err := mayRollBack(all); err != nil {
			return dep, err
		}
		if g, err := stopGuard(ctx, c.Q, p); err != nil {
			return dep, err
		} else if err := firstRefusal([]Guard{g}); err != nil {
			return dep, err
		}
		if err := c.skipRest(ctx, all); err != nil {
			return dep, err
		}
		d, err := c.Decision(ctx, p.ID, dep.DecisionID)
		if err != nil {
			return dep, err
		}
		s, err := snapshotOf(d)
		if err != nil {
			return dep, err
		}
		facts, err := c.targetFacts(ctx, p, dep, s)
		if err != nil {
			return dep, err
		}
		if err := c.addSteps(ctx, dep, s.Runbook.Steps, facts, headway.PhaseRollback); err != nil {
			return dep, err
		}
		if dep, err = c.moveDeployment(ctx, dep, headway.DeploymentRollingBack, reason); err != nil {
			return dep, err
		}
		if err := c.record(ctx, p.ID, DeploymentRollBck, dep.ReleaseID, fmt.Sprintf("%s rolls back: %s", c.by.Name, reason),
			map[string]any{"deployment": dep.ID, "reason": reason}); err != nil {
			return dep, err
		}
		return c.advance(ctx, p, dep)
	})
}

// mayRollBack refuses a way back that has begun, while a step is out, or
// after the point of no return.
func mayRollBack(all []headway.DeploymentStep) error {
	if slices.ContainsFunc(all, isRollback) {
		return headway.Conflictf("the deployment is being rolled back already").WithHint("retry or decide the rollback step that stopped it")
	}
	for _, s := range all {
		if s.State == headway.StepRunning {
			return headway.Conflictf("step %d, %s, is out", s.Position, s.Step.Title).WithHint("wait for its outcome; it is known or unknown within a minute of its answer or of the loss of its server")
		}
	}
	if s, ok := pointOfNoReturn(all); ok {
		return headway.Conflictf("step %d, %s, is the point of no return and was taken", s.Position, s.Step.Title).
			WithHint("roll forward: retry the step, or end the deployment and shelve a fix")
	}
	return nil
}

// pointOfNoReturn finds the step after which there is no way back, if it has
// taken effect or may have.
func pointOfNoReturn(all []headway.DeploymentStep) (headway.DeploymentStep, bool) {
	for _, s := range all {
		if s.Step.NoReturn && (s.State == headway.StepSucceeded || s.State == headway.StepRunning || s.State == headway.StepUnknown) {
			return s, true
		}
	}
	return headway.DeploymentStep{}, false
}

// skipRest skips the steps that have not begun.
func (c *change) skipRest(ctx context.Context, all []headway.DeploymentStep) error {
	for _, s := range all {
		if s.State != headway.StepPending && s.State != headway.StepWaiting {
			continue
		}
		from := s.State
		s.State, s.EndedAt = headway.StepSkipped, c.now
		if _, err := c.MoveDeploymentStep(ctx, from, s); err != nil {
			return err
		}
	}
	return nil
}

// AbandonDeployment ends a stopped deployment without rolling back.
func (a *App) AbandonDeployment(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error) {
	return a.onDeployment(ctx, by, programme, id, headway.RunDeployment, reason, func(c *change, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
		if dep.State != headway.DeploymentStopped {
			return dep, headway.Conflictf("the deployment is %s", dep.State).WithHint("stop it first")
		}
		all, err := c.DeploymentSteps(ctx, dep.ID)
		if err != nil {
			return dep, err
		}
		for _, s := range all {
			if s.State == headway.StepRunning {
				return dep, headway.Conflictf("step %d, %s, is out", s.Position, s.Step.Title).WithHint("wait for its outcome")
			}
		}
		if err := c.skipRest(ctx, all); err != nil {
			return dep, err
		}
		if dep.Rehearsal {
			dep.Reason = reason
			return c.finishRehearsal(ctx, p, dep, headway.DeploymentAbandoned)
		}
		if dep, err = c.moveDeployment(ctx, dep, headway.DeploymentAbandoned, reason); err != nil {
			return dep, err
		}
		if dep.Undoes != "" { // the release stays live, as far as anybody knows
			return dep, c.record(ctx, p.ID, DeploymentEnded, dep.ReleaseID, c.by.Name+" ended the way back before its end: "+dep.Reason, map[string]any{"deployment": dep.ID, "state": dep.State})
		}
		return dep, c.endUndeployed(ctx, p, dep, c.by.Name+" ended the deployment without a rollback")
	})
}

func reasonGiven(reason string) (string, error) {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 4000 {
		return "", headway.Invalidf("reason", "a reason of 1–4,000 characters is needed")
	}
	return reason, nil
}

// onDeployment runs a person's verb on a deployment, with a reason.
func (a *App) onDeployment(ctx context.Context, by headway.Actor, programme, id string, action headway.Action, reason string,
	f func(*change, headway.Programme, headway.Deployment) (headway.Deployment, error),
) (headway.Deployment, error) {
	var dep headway.Deployment
	if _, err := reasonGiven(reason); err != nil {
		return dep, err
	}
	err := a.changeIn(ctx, by, programme, action, func(c *change, p headway.Programme) (err error) {
		if dep, err = c.Deployment(ctx, p.ID, id); err != nil {
			return err
		}
		if dep.State.Terminal() {
			return headway.Conflictf("the deployment is %s, and that is final", dep.State)
		}
		dep, err = f(c, p, dep)
		return err
	})
	return dep, err
}
