package app

import (
	"context"
	"fmt"
	"slices"

	"headway"
)

// addSteps stores the first attempt at each step of the phases, in the order
// of phases and runbook, behind the steps that are there. Steps whose condition
// does not hold for these facts are left out, and say so.
func (c *change) addSteps(ctx context.Context, dep headway.Deployment, steps []headway.RunbookStep, facts headway.Facts, phases ...headway.Phase) error {
	there, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return err
	}
	position := 0
	for _, s := range there {
		position = max(position, s.Position)
	}
	for _, phase := range phases {
		for _, s := range steps {
			if s.Phase != phase {
				continue
			}
			position++
			row := headway.DeploymentStep{ID: c.app.newID(), DeploymentID: dep.ID, Position: position, Attempt: 1, Step: s, State: headway.StepPending}
			holds, err := s.When.Holds(facts)
			if err != nil {
				return err
			}
			if !holds {
				row.State, row.EndedAt, row.Reason = headway.StepSkipped, c.now, fmt.Sprintf("left out: %s does not hold", s.When)
			}
			if err := c.AddDeploymentStep(ctx, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// currentSteps gives the newest attempt at each step of what a deployment is
// doing: to production, or back.
func currentSteps(dep headway.Deployment, all []headway.DeploymentStep) []headway.DeploymentStep {
	back := goesBack(dep, all)
	var out []headway.DeploymentStep
	for _, s := range all {
		if isRollback(s) != back {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Position == s.Position {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out
}

func isRollback(s headway.DeploymentStep) bool { return s.Step.Phase == headway.PhaseRollback }

// goesBack tells whether a deployment is on its way back.
func goesBack(dep headway.Deployment, all []headway.DeploymentStep) bool {
	return dep.State == headway.DeploymentRollingBack || slices.ContainsFunc(all, isRollback)
}

// groups gives the steps that run together, one group after the other.
func groups(steps []headway.DeploymentStep) (out [][]headway.DeploymentStep) {
	for _, s := range steps {
		if n := len(out); n > 0 && s.Step.Parallel && out[n-1][0].Step.Phase == s.Step.Phase {
			out[n-1] = append(out[n-1], s)
			continue
		}
		out = append(out, []headway.DeploymentStep{s})
	}
	return out
}

// advance makes the next steps of a running deployment due, or ends the
// deployment when none is left.
func (c *change) advance(ctx context.Context, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
	if dep.State != headway.DeploymentRunning && dep.State != headway.DeploymentRollingBack {
		return dep, nil
	}
	all, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return dep, err
	}
	for _, group := range groups(currentSteps(dep, all)) {
		done := true
		for _, s := range group {
			switch s.State {
			case headway.StepSucceeded, headway.StepSkipped:
				continue
			case headway.StepPending:
				if dep, err = c.beginStep(ctx, p, dep, s); err != nil || dep.State == headway.DeploymentStopped {
					return dep, err
				}
			case headway.StepWaiting:
				c.wake(s)
			default: // running: its outcome will advance; failed or unknown: a person will
			}
			done = false
		}
		if !done {
			return dep, nil
		}
	}
	if dep.State == headway.DeploymentRollingBack {
		return c.finishRollback(ctx, p, dep)
	}
	return c.finishDeployment(ctx, p, dep)
}

// beginStep makes a step due, or stops the deployment when something that must
// hold no longer does.
func (c *change) beginStep(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
	d, err := c.Decision(ctx, p.ID, dep.DecisionID)
	if err != nil {
		return dep, err
	}
	refused, err := c.mayGoOn(ctx, p, dep, d, s)
	if err != nil {
		return dep, err
	}
	if refused != nil {
		return c.stop(ctx, p, dep, refused.Error())
	}
	return dep, c.makeDue(ctx, s)
}

// makeDue lets a step wait for whoever carries it out.
func (c *change) makeDue(ctx context.Context, s headway.DeploymentStep) error {
	if err := headway.MoveStep(s.State, headway.StepWaiting); err != nil {
		return err
	}
	from := s.State
	s.State, s.StartedAt = headway.StepWaiting, c.now
	moved, err := c.MoveDeploymentStep(ctx, from, s)
	if err == nil && !moved {
		return stepMoved()
	}
	if err != nil {
		return err
	}
	c.wake(s)
	return nil
}

// wake has the call of a due step sent once this transaction is committed. When
// the process dies before, SweepSteps finds the step.
func (c *change) wake(s headway.DeploymentStep) {
	if s.Step.Kind.Called() {
		c.due = append(c.due, s.ID)
	}
}

func stepMoved() error {
	return headway.Conflictf("the step has moved on meanwhile").WithHint("look at the deployment again")
}

// afterStep records a step's outcome and lets the deployment go on or stop.
func (c *change) afterStep(ctx context.Context, p headway.Programme, dep headway.Deployment, s headway.DeploymentStep) (headway.Deployment, error) {
	text := fmt.Sprintf("Step %d, %s: %s", s.Position, s.Step.Title, s.State)
	if s.By != "" && s.By == c.by.UserID {
		text += " says " + s.ByName
	}
	if s.Reason != "" {
		text += ": " + headway.Shorten(s.Reason, 300)
	}
	if err := c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, text,
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": s.State}); err != nil {
		return dep, err
	}
	if s.State == headway.StepFailed || s.State == headway.StepUnknown {
		if dep.State != headway.DeploymentRunning && dep.State != headway.DeploymentRollingBack {
			return dep, nil
		}
		return c.stop(ctx, p, dep, fmt.Sprintf("step %d, %s: %s", s.Position, s.Step.Title, s.State))
	}
	return c.advance(ctx, p, dep)
}

// stop stops a deployment that runs.
func (c *change) stop(ctx context.Context, p headway.Programme, dep headway.Deployment, reason string) (headway.Deployment, error) {
	dep, err := c.moveDeployment(ctx, dep, headway.DeploymentStopped, reason)
	if err != nil {
		return dep, err
	}
	return dep, c.record(ctx, p.ID, DeploymentStopped, dep.ReleaseID, "The deployment stopped: "+reason, map[string]any{"deployment": dep.ID})
}

// moveDeployment moves a deployment to another state, with the reason.
func (c *change) moveDeployment(ctx context.Context, dep headway.Deployment, to headway.DeploymentState, reason string) (headway.Deployment, error) {
	from := dep.State
	if from.Terminal() {
		return dep, headway.Conflictf("the deployment is %s, and that is final", from)
	}
	dep.State, dep.Reason = to, reason
	if to.Terminal() {
		dep.EndedAt = c.now
	}
	moved, err := c.MoveDeployment(ctx, from, dep)
	if err == nil && !moved {
		err = headway.Conflictf("the deployment has moved on meanwhile").WithHint("look at it again")
	}
	return dep, err
}
