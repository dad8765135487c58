package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// StepResult is what a person says of a step.
type StepResult struct {
	Deployment string // id
	Step       string // key
	Attempt    int    // that was looked at; 0: the newest
	Outcome    headway.Outcome
	Reason     string // needed to fail a step, and to decide an unknown one
}

// FinishManualStep records the result of a manual step that is due.
func (a *App) FinishManualStep(ctx context.Context, by headway.Actor, programme string, in StepResult) (headway.Deployment, error) {
	return a.personOnStep(ctx, by, programme, in, func(c *change, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
		if s.Step.Kind != headway.StepManual {
			return dep, headway.Conflictf("%q is carried out by a machine", s.Step.Title).WithHint("wait for its outcome; if it becomes unknown, decide it")
		}
		if s.State != headway.StepWaiting {
			return dep, headway.Conflictf("%q is %s and not due", s.Step.Title, s.State)
		}
		if dep.State != headway.DeploymentRunning && dep.State != headway.DeploymentRollingBack {
			return dep, headway.Conflictf("the deployment is %s", dep.State).WithHint("resume it first")
		}
		if in.Outcome == headway.Fail && strings.TrimSpace(in.Reason) == "" {
			return dep, headway.Invalidf("reason", "say what failed")
		}
		if in.Outcome == headway.Pass && s.Step.Evidence != "" && strings.TrimSpace(in.Reason) == "" {
			return dep, headway.Invalidf("reason", "%q asks for evidence: %s", s.Step.Title, s.Step.Evidence).WithHint("write down what you saw, or where it is kept")
		}
		if in.Outcome == headway.Pass && s.Step.TwoPeople {
			if stands, err := c.runs(ctx, p, s.FirstBy); err != nil {
				return dep, err
			} else if !stands { // nobody was the first, or nobody stands behind that word any more
				return dep, c.firstOfTwo(ctx, p, dep, s, in)
			}
			if s.FirstBy == c.by.UserID {
				return dep, headway.Errorf(headway.Forbidden, "%q takes two people, and you were the first", s.Step.Title).WithHint("ask somebody else of operations to look and confirm")
			}
			in.Reason = strings.Trim(s.Reason+" · "+in.Reason, " ·")
		}
		return c.settleStep(ctx, p, dep, s, in)
	})
}

// DecideStep says of a step whose outcome is unknown whether it took effect.
// When it did, the deployment goes on.
func (a *App) DecideStep(ctx context.Context, by headway.Actor, programme string, in StepResult) (headway.Deployment, error) {
	return a.personOnStep(ctx, by, programme, in, func(c *change, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
		if s.State != headway.StepUnknown {
			return dep, headway.Conflictf("%q is %s: there is nothing to decide", s.Step.Title, s.State)
		}
		if strings.TrimSpace(in.Reason) == "" {
			return dep, headway.Invalidf("reason", "say how you found out")
		}
		if in.Outcome == headway.Pass {
			var err error
			if dep, err = c.goOnAfter(ctx, p, dep, s); err != nil {
				return dep, err
			}
		}
		return c.settleStep(ctx, p, dep, s, in)
	})
}

// RetryStep makes a new attempt at a step that failed or whose outcome is
// unknown, with a reason. The machine never does this by itself.
func (a *App) RetryStep(ctx context.Context, by headway.Actor, programme string, in StepResult) (headway.Deployment, error) {
	in.Outcome = headway.Pass
	return a.personOnStep(ctx, by, programme, in, func(c *change, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
		if s.State != headway.StepFailed && s.State != headway.StepUnknown {
			return dep, headway.Conflictf("%q is %s: there is nothing to retry", s.Step.Title, s.State)
		}
		if strings.TrimSpace(in.Reason) == "" {
			return dep, headway.Invalidf("reason", "say why it may run again")
		}
		all, err := c.DeploymentSteps(ctx, dep.ID)
		if err != nil {
			return dep, err
		}
		if goesBack(dep, all) != isRollback(s) {
			return dep, headway.Conflictf("the deployment is on its way back: %q is not tried again", s.Step.Title).WithHint("open a new go/no-go to deploy again")
		}
		if dep.State.Terminal() {
			return dep, headway.Conflictf("the deployment is %s, and that is final", dep.State)
		}
		if dep, err = c.goOnAfter(ctx, p, dep, s); err != nil {
			return dep, err
		}
		again := headway.DeploymentStep{
			ID: c.app.newID(), DeploymentID: dep.ID, Position: s.Position, Attempt: s.Attempt + 1, Step: s.Step,
			State: headway.StepPending, By: c.by.UserID, ByName: c.by.Name, Reason: in.Reason,
		}
		if err := c.AddDeploymentStep(ctx, again); err != nil {
			return dep, err
		}
		if err := c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID,
			fmt.Sprintf("Step %d, %s: %s wants attempt %d: %s", s.Position, s.Step.Title, c.by.Name, again.Attempt, in.Reason),
			map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": again.Attempt, "reason": in.Reason}); err != nil {
			return dep, err
		}
		return c.advance(ctx, p, dep)
	})
}

// personOnStep finds the newest attempt at a step for a person's verb.
func (a *App) personOnStep(ctx context.Context, by headway.Actor, programme string, in StepResult,
	f func(*change, headway.Programme, headway.Deployment, headway.DeploymentStep) (headway.Deployment, error),
) (headway.Deployment, error) {
	var dep headway.Deployment
	if in.Outcome != headway.Pass && in.Outcome != headway.Fail {
		return dep, headway.Invalidf("outcome", "%q is no result of a step", in.Outcome).WithHint("use pass or fail")
	}
	if len(in.Reason) > 4000 {
		return dep, headway.Invalidf("reason", "a reason has at most 4,000 characters")
	}
	err := a.changeIn(ctx, by, programme, headway.RunDeployment, func(c *change, p headway.Programme) (err error) {
		if dep, err = c.Deployment(ctx, p.ID, in.Deployment); err != nil {
			return err
		}
		s, err := c.newestAttempt(ctx, dep, in)
		if err != nil {
			return err
		}
		dep, err = f(c, p, dep, s)
		return err
	})
	return dep, err
}

func (c *change) newestAttempt(ctx context.Context, dep headway.Deployment, in StepResult) (headway.DeploymentStep, error) {
	all, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return headway.DeploymentStep{}, err
	}
	var found headway.DeploymentStep
	for _, s := range all {
		if s.Step.Key == in.Step {
			found = s
		}
	}
	if found.ID == "" {
		return found, headway.NotFoundf("the deployment has no step %q", in.Step)
	}
	if in.Attempt != 0 && in.Attempt != found.Attempt {
		return found, headway.Conflictf("attempt %d at %q is not the newest, that is %d", in.Attempt, found.Step.Title, found.Attempt).WithHint("look at the deployment again")
	}
	return found, nil
}

// settleStep stores what a person says of a step and lets the deployment go on or stop.
func (c *change) settleStep(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep, in StepResult) (headway.Deployment, error) {
	to := headway.StepSucceeded
	if in.Outcome == headway.Fail {
		to = headway.StepFailed
	}
	if err := headway.MoveStep(s.State, to); err != nil {
		return dep, err
	}
	from := s.State
	s.State, s.By, s.ByName, s.Reason, s.EndedAt = to, c.by.UserID, c.by.Name, in.Reason, c.now
	moved, err := c.MoveDeploymentStep(ctx, from, s)
	if err == nil && !moved {
		err = stepMoved()
	}
	if err != nil {
		return dep, err
	}
	return c.afterStep(ctx, p, dep, s)
}

// goOn makes a stopped deployment run again in the direction of a step.
func (c *change) goOn(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
	g, err := stopGuard(ctx, c.Q, p)
	if err != nil {
		return dep, err
	}
	if err := firstRefusal([]Guard{g}); err != nil {
		return dep, err
	}
	to := headway.DeploymentRunning
	if isRollback(s) {
		to = headway.DeploymentRollingBack
	}
	if dep.State == to {
		return dep, nil
	}
	if dep.State != headway.DeploymentStopped {
		return dep, headway.Conflictf("the deployment is %s", dep.State)
	}
	return c.moveDeployment(ctx, dep, to, dep.Reason)
}

// goOnAfter lets a stopped deployment go on once a person has seen to a step,
// unless other steps of its direction still wait for a person, or the step is
// of the direction that was given up.
func (c *change) goOnAfter(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
	all, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil || dep.State.Terminal() || goesBack(dep, all) != isRollback(s) {
		return dep, err
	}
	for _, other := range currentSteps(dep, all) {
		if other.ID != s.ID && (other.State == headway.StepFailed || other.State == headway.StepUnknown) {
			return dep, nil
		}
	}
	return c.goOn(ctx, p, dep, s)
}

// firstOfTwo notes who was the first of the two people that a step takes.
func (c *change) firstOfTwo(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep, in StepResult) error {
	s.FirstBy, s.FirstByName, s.Reason = c.by.UserID, c.by.Name, in.Reason
	moved, err := c.MoveDeploymentStep(ctx, s.State, s)
	if err == nil && !moved {
		err = stepMoved()
	}
	if err != nil {
		return err
	}
	return c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, fmt.Sprintf("Step %d, %s: done says %s, a second person has to confirm", s.Position, s.Step.Title, c.by.Name),
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": s.State, "first": c.by.UserID})
}
