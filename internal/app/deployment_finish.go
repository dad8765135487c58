package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// finishDeployment ends a deployment whose last step has succeeded: the
// candidate is in production, and hypercare begins.
func (c *change) finishDeployment(ctx context.Context, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
	if dep.Rehearsal {
		return c.finishRehearsal(ctx, p, dep, headway.DeploymentSucceeded)
	}
	dep, err := c.smoked(ctx, dep)
	if err != nil {
		return dep, err
	}
	dep, err = c.moveDeployment(ctx, dep, headway.DeploymentSucceeded, "")
	if err != nil {
		return dep, err
	}
	d, err := c.useDecision(ctx, p, dep)
	if err != nil {
		return dep, err
	}
	env, err := c.Environment(ctx, p.ID, dep.EnvironmentID)
	if err != nil {
		return dep, err
	}
	if err := c.putOn(ctx, env, dep.CandidateID, "a deployment by "+dep.StartedByName); err != nil {
		return dep, err
	}
	s, err := snapshotOf(d)
	if err != nil {
		return dep, err
	}
	if err := c.record(ctx, p.ID, DeploymentEnded, dep.ReleaseID, fmt.Sprintf("The deployment of %s to %s succeeded", s.Candidate.Name, env.Name),
		map[string]any{"deployment": dep.ID, "environment": env.Key}); err != nil {
		return dep, err
	}
	if err := c.finishItems(ctx, p, dep.ReleaseID, headway.KindDeployment, "deployed"); err != nil {
		return dep, err
	}
	r, err := c.Release(ctx, p.ID, dep.ReleaseID)
	if err != nil {
		return dep, err
	}
	if env.Kind != headway.EnvProduction {
		return dep, c.moveRelease(ctx, &r, headway.ReleaseProving)
	}
	return dep, c.goLive(ctx, p, dep, r, s)
}

// goLive makes a release live and starts its hypercare.
func (c *change) goLive(ctx context.Context, p headway.Programme, dep headway.Deployment, r headway.Release, s Snapshot) error {
	r.LiveAt = c.now
	if err := c.moveRelease(ctx, &r, headway.ReleaseLive); err != nil {
		return err
	}
	if err := c.SetCandidateState(ctx, p.ID, dep.CandidateID, headway.CandidateReleased); err != nil {
		return err
	}
	if err := c.addHypercare(ctx, p, dep, s.Runbook.Hypercare); err != nil {
		return err
	}
	if err := c.record(ctx, p.ID, ReleaseLive, r.ID, fmt.Sprintf("Release %s is live", r.Version),
		map[string]any{"candidate": dep.CandidateID, "deployment": dep.ID, "at": r.LiveAt}); err != nil {
		return err
	}
	t, err := trainOf(ctx, c.Q, p, r.ID)
	if err != nil {
		return err
	}
	if err := c.arrive(ctx, p, t); err != nil {
		return err
	}
	return c.landHotfix(ctx, p, r)
}

// addHypercare puts the work that follows a deployment on the operations board.
func (c *change) addHypercare(ctx context.Context, p headway.Programme, dep headway.Deployment, tasks []headway.HypercareTask) error {
	rank, err := c.LastRank(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		rank += 1000
		item := headway.BacklogItem{
			ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: dep.ReleaseID, CandidateID: dep.CandidateID,
			Title: t.Title, Kind: headway.KindSupport, Skill: t.Skill, People: 1,
			Estimate: max(time.Duration(t.Hours*float64(time.Hour)).Round(time.Minute), time.Minute),
			State:    headway.ItemTodo, Rank: rank, CreatedAt: c.now,
		}
		if err := c.AddBacklogItem(ctx, item); err != nil {
			return err
		}
		if err := c.record(ctx, p.ID, ItemAdded, item.ID, "Hypercare: "+t.Title, map[string]any{"release": dep.ReleaseID}); err != nil {
			return err
		}
	}
	return nil
}

// useDecision marks a deployment's go as used up. A go/no-go that was voided
// while its deployment ran stays void.
func (c *change) useDecision(ctx context.Context, p headway.Programme, dep headway.Deployment) (headway.Decision, error) {
	d, err := c.Decision(ctx, p.ID, dep.DecisionID)
	if err != nil || d.State != headway.DecisionGo {
		return d, err
	}
	d.State = headway.DecisionDeployed
	_, err = c.MoveDecision(ctx, headway.DecisionGo, d)
	return d, err
}

// finishRollback ends a deployment whose rollback steps have all succeeded.
func (c *change) finishRollback(ctx context.Context, p headway.Programme, dep headway.Deployment) (headway.Deployment, error) {
	if dep.Rehearsal {
		return c.finishRehearsal(ctx, p, dep, headway.DeploymentRolledBack)
	}
	r, err := c.Release(ctx, p.ID, dep.ReleaseID)
	if err != nil {
		return dep, err
	}
	if dep.Restored, err = c.before(ctx, p, dep, r); err != nil {
		return dep, err
	}
	if dep, err = c.moveDeployment(ctx, dep, headway.DeploymentRolledBack, dep.Reason); err != nil {
		return dep, err
	}
	if dep.Undoes != "" {
		if err := c.takenBack(ctx, p, dep, &r); err != nil {
			return dep, err
		}
	} else if _, err := c.useDecision(ctx, p, dep); err != nil {
		return dep, err
	}
	if err := c.moveRelease(ctx, &r, headway.ReleaseRolledBack); err != nil {
		return dep, err
	}
	return dep, c.recordWayBack(ctx, p, dep, r)
}

// before gives the candidate of the release's team that a way back leaves on
// the environment; empty when there was none.
func (c *change) before(ctx context.Context, p headway.Programme, dep headway.Deployment, r headway.Release) (string, error) {
	s, err := c.StayBefore(ctx, p.ID, dep.EnvironmentID, r.TeamID, dep.CandidateID, c.now)
	if headway.KindOf(err) == headway.NotFound {
		return "", nil
	}
	return s.CandidateID, err
}

// recordWayBack tells what is in production again.
func (c *change) recordWayBack(ctx context.Context, p headway.Programme, dep headway.Deployment, r headway.Release) error {
	again := "nothing of this team was there before"
	if dep.Restored != "" {
		candidate, err := c.Candidate(ctx, p.ID, dep.Restored)
		if err != nil {
			return err
		}
		again = candidate.Name + " is there again"
	}
	data := map[string]any{"deployment": dep.ID, "state": dep.State, "restored": dep.Restored, "undoes": dep.Undoes}
	if err := c.record(ctx, p.ID, DeploymentEnded, r.ID, "The deployment was rolled back: "+dep.Reason, data); err != nil {
		return err
	}
	return c.record(ctx, p.ID, ReleaseRolledBack, r.ID, fmt.Sprintf("Release %s was rolled back; %s", r.Version, again), data)
}

// endUndeployed records that a deployment has ended without its release going live.
func (c *change) endUndeployed(ctx context.Context, p headway.Programme, dep headway.Deployment, text string) error {
	if _, err := c.useDecision(ctx, p, dep); err != nil {
		return err
	}
	r, err := c.Release(ctx, p.ID, dep.ReleaseID)
	if err != nil {
		return err
	}
	if err := c.moveRelease(ctx, &r, headway.ReleaseProving); err != nil {
		return err
	}
	return c.record(ctx, p.ID, DeploymentEnded, r.ID, text+": "+dep.Reason, map[string]any{"deployment": dep.ID, "state": dep.State})
}

// smoked notes the verdict of the smoke checks, of which all have ended well,
// and until when the release is watched.
func (c *change) smoked(ctx context.Context, dep headway.Deployment) (headway.Deployment, error) {
	all, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return dep, err
	}
	dep.Smoke = headway.Waiting // nobody has looked
	for _, s := range all {
		if s.Step.Phase == headway.PhaseSmoke && s.State == headway.StepSucceeded {
			dep.Smoke = headway.Pass
		}
	}
	d, err := c.Decision(ctx, dep.ProgrammeID, dep.DecisionID)
	if err != nil {
		return dep, err
	}
	s, err := snapshotOf(d)
	if err != nil || s.Runbook.HypercareDays == 0 || s.Environment.Kind != headway.EnvProduction {
		return dep, err
	}
	p, err := c.Programme(ctx, dep.ProgrammeID)
	if err != nil {
		return dep, err
	}
	calendar, err := calendarOf(ctx, c.Q, p)
	if err != nil {
		return dep, err
	}
	dep.HypercareUntil = calendar.AddWorkingDays(headway.DateOf(c.now.In(calendar.Zone)), s.Runbook.HypercareDays).AddDays(1).In(calendar.Zone).UTC()
	return dep, nil
}
