package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
)

// UndoDeployment takes back what has gone live: the rollback steps of the
// runbook that brought it to production, as they were approved with it, run as
// a deployment of their own. When they have ended well, the candidate before is
// in production again and the release is rolled back.
func (a *App) UndoDeployment(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error) {
	var back headway.Deployment
	reason, err := reasonGiven(reason)
	if err != nil {
		return back, err
	}
	err = a.changeIn(ctx, by, programme, headway.RunDeployment, func(c *change, p headway.Programme) error {
		dep, err := c.Deployment(ctx, p.ID, id)
		if err != nil {
			return err
		}
		if err := c.mayUndo(ctx, p, dep); err != nil {
			return err
		}
		back, err = c.undo(ctx, p, dep, reason)
		return err
	})
	return back, err
}

// mayUndo refuses to take back what is not live, no longer there, or beyond
// its point of no return.
func (c *change) mayUndo(ctx context.Context, p headway.Programme, dep headway.Deployment) error {
	r, err := c.Release(ctx, p.ID, dep.ReleaseID)
	if err != nil {
		return err
	}
	forward := "roll forward: shelve a fix as a hot fix that mends it (headway shelve --mends)"
	switch {
	case dep.Rehearsal || dep.Undoes != "" || dep.State != headway.DeploymentSucceeded:
		return headway.Conflictf("only a deployment that has succeeded is taken back; this one is %s", dep.State).WithHint("one that runs is rolled back as it is")
	case r.State != headway.ReleaseLive:
		return headway.Conflictf("release %s is %s: there is nothing to take back", r.Version, r.State).WithHint("%s", forward)
	}
	there, err := c.StaysNow(ctx, p.ID, dep.EnvironmentID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(there, func(s headway.Stay) bool { return s.CandidateID == dep.CandidateID }) {
		return headway.Conflictf("what this deployment brought is no longer there").WithHint("take back what has replaced it first")
	}
	all, err := c.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return err
	}
	if s, ok := pointOfNoReturn(all); ok {
		return headway.Conflictf("step %d, %s, is the point of no return and was taken", s.Position, s.Step.Title).WithHint("%s", forward)
	}
	g, err := stopGuard(ctx, c.Q, p)
	if err != nil {
		return err
	}
	if err := firstRefusal([]Guard{g}); err != nil {
		return err
	}
	return c.nothingElseRuns(ctx, p, dep.EnvironmentID)
}

// nothingElseRuns refuses while something is being deployed to an environment.
func (c *change) nothingElseRuns(ctx context.Context, p headway.Programme, environmentID string) error {
	active, err := c.ActiveDeployments(ctx, p.ID)
	for _, other := range active {
		if other.EnvironmentID == environmentID {
			return headway.Conflictf("another deployment to the environment is %s", other.State).WithHint("wait for its end, or end it")
		}
	}
	return err
}

func (c *change) undo(ctx context.Context, p headway.Programme, dep headway.Deployment, reason string) (headway.Deployment, error) {
	d, err := c.Decision(ctx, p.ID, dep.DecisionID)
	if err != nil {
		return dep, err
	}
	s, err := snapshotOf(d)
	if err != nil {
		return dep, err
	}
	if !slices.ContainsFunc(s.Runbook.Steps, func(s headway.RunbookStep) bool { return s.Phase == headway.PhaseRollback }) {
		return dep, headway.Conflictf("the runbook that brought it there has no way back").WithHint("roll forward: shelve a fix as a hot fix that mends it (headway shelve --mends)")
	}
	way := headway.Decision{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: d.ReleaseID, CandidateID: d.CandidateID, State: headway.DecisionWayBack,
		Snapshot: d.Snapshot, Digest: d.Digest, EnvironmentID: d.EnvironmentID, Span: headway.Interval{From: c.now, To: c.now.Add(rehearsalSpan)},
		OpenedBy: c.by.UserID, OpenedByName: c.by.Name, OpenedAt: c.now, ClosedAt: c.now,
	}
	if err := c.AddDecision(ctx, way); err != nil {
		return dep, err
	}
	back := headway.Deployment{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: dep.ReleaseID, CandidateID: dep.CandidateID, DecisionID: way.ID, EnvironmentID: dep.EnvironmentID,
		Digest: dep.Digest, State: headway.DeploymentRollingBack, Reason: reason, Undoes: dep.ID, StartedBy: c.by.UserID, StartedByName: c.by.Name, StartedAt: c.now,
	}
	if err := c.AddDeployment(ctx, back); err != nil {
		return back, err
	}
	facts, err := c.targetFacts(ctx, p, back, s)
	if err != nil {
		return back, err
	}
	if err := c.addSteps(ctx, back, s.Runbook.Steps, facts, headway.PhaseRollback); err != nil {
		return back, err
	}
	if err := c.record(ctx, p.ID, DeploymentRollBck, back.ReleaseID, fmt.Sprintf("%s takes back %s, which was live: %s", c.by.Name, s.Candidate.Name, reason),
		map[string]any{"deployment": back.ID, "undoes": dep.ID, "reason": reason}); err != nil {
		return back, err
	}
	return c.advance(ctx, p, back)
}

// takenBack puts what was there before back on an environment, once a
// deployment has been undone, and gives the release back to operations.
func (c *change) takenBack(ctx context.Context, p headway.Programme, dep headway.Deployment, r *headway.Release) error {
	env, err := c.Environment(ctx, p.ID, dep.EnvironmentID)
	if err != nil {
		return err
	}
	if dep.Restored == "" {
		err = c.goneFrom(ctx, env, dep.CandidateID)
	} else {
		err = c.putOn(ctx, env, dep.Restored, "a rollback by "+dep.StartedByName)
	}
	if err != nil {
		return err
	}
	if err := c.SetCandidateState(ctx, p.ID, dep.CandidateID, headway.CandidateShelved); err != nil {
		return err
	}
	r.LiveAt = time.Time{}
	items, err := c.ItemsOf(ctx, p.ID, r.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		switch {
		case i.Kind == headway.KindDeployment && i.State == headway.ItemDone:
			i = i.ToDoAgain()
		case i.Kind == headway.KindSupport && i.Activity == "" && i.CandidateID == dep.CandidateID && i.State != headway.ItemDone && i.State != headway.ItemDropped:
			i.State, i.BlockedReason = headway.ItemDropped, "" // hypercare of what is gone
		default:
			continue
		}
		if err := c.PutBacklogItem(ctx, i); err != nil {
			return err
		}
	}
	return c.forgiveHotfix(ctx, p, *r)
}
