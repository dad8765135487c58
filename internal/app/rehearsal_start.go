package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
)

// rehearsalSpan is how long what a rehearsal was started with may last.
const rehearsalSpan = 7 * 24 * time.Hour

// StartRehearsal asks to run the runbook on another environment than
// production, to learn whether it works and how long it takes.
type StartRehearsal struct {
	Team, Version string // of the release
	Candidate     string // name, to be sure; empty: the newest
	Environment   string // key
	Variables     map[string]string
}

// StartRehearsal starts a rehearsal. It needs no go/no-go, changes nothing of
// the release, and what its steps take feeds the estimates.
func (a *App) StartRehearsal(ctx context.Context, by headway.Actor, programme string, in StartRehearsal) (headway.Deployment, error) {
	var dep headway.Deployment
	err := a.changeIn(ctx, by, programme, headway.RunDeployment, func(c *change, p headway.Programme) (err error) {
		dep, err = c.startRehearsal(ctx, p, in)
		return err
	})
	return dep, err
}

func (c *change) startRehearsal(ctx context.Context, p headway.Programme, in StartRehearsal) (headway.Deployment, error) {
	var dep headway.Deployment
	_, r, err := teamRelease(ctx, c.Q, p, in.Team, in.Version)
	if err != nil {
		return dep, err
	}
	candidate, err := c.NewestCandidate(ctx, p.ID, r.ID)
	if err != nil {
		return dep, err
	}
	if in.Candidate != "" && in.Candidate != candidate.Name {
		return dep, headway.Conflictf("%s is not the newest candidate, that is %s", in.Candidate, candidate.Name)
	}
	env, err := c.EnvironmentByKey(ctx, p.ID, in.Environment)
	if err != nil {
		return dep, err
	}
	if env.Kind == headway.EnvProduction {
		return dep, headway.Conflictf("%s is production: it takes a go/no-go, not a rehearsal", env.Name).WithHint("name a test, staging or load environment")
	}
	if err := c.rehearsalGuards(ctx, p, env, r); err != nil {
		return dep, err
	}
	values, err := runbookValues(ctx, c.Q, p, in.Variables)
	if err != nil {
		return dep, err
	}
	d := headway.Decision{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, CandidateID: candidate.ID, State: headway.DecisionRehearsal, EnvironmentID: env.ID,
		Span: headway.Interval{From: c.now, To: c.now.Add(rehearsalSpan)}, OpenedBy: c.by.UserID, OpenedByName: c.by.Name, OpenedAt: c.now, ClosedAt: c.now,
	}
	s, canonical, sum, err := takeSnapshot(ctx, c.Q, p, candidate.ID, env.ID, d.Span, values)
	if err != nil {
		return dep, err
	}
	d.Snapshot, d.Digest = []byte(canonical), sum
	if err := c.AddDecision(ctx, d); err != nil {
		return dep, err
	}
	dep = headway.Deployment{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, CandidateID: candidate.ID, DecisionID: d.ID, EnvironmentID: env.ID, Digest: sum,
		State: headway.DeploymentRunning, Rehearsal: true, StartedBy: c.by.UserID, StartedByName: c.by.Name, StartedAt: c.now,
	}
	if err := c.AddDeployment(ctx, dep); err != nil {
		return dep, err
	}
	facts, err := c.targetFacts(ctx, p, dep, s)
	if err != nil {
		return dep, err
	}
	if err := c.addSteps(ctx, dep, s.Runbook.Steps, facts, headway.PhaseDeploy, headway.PhaseSmoke); err != nil {
		return dep, err
	}
	if err := c.record(ctx, p.ID, RehearsalStarted, r.ID, fmt.Sprintf("%s started a rehearsal of %s on %s", c.by.Name, candidate.Name, env.Name),
		map[string]any{"deployment": dep.ID, "environment": env.Key, "digest": sum}); err != nil {
		return dep, err
	}
	return c.advance(ctx, p, dep)
}

// rehearsalGuards refuses a rehearsal under an emergency stop, where something
// else is being deployed, and where another release has booked: it would replace
// that one's candidate.
func (c *change) rehearsalGuards(ctx context.Context, p headway.Programme, env headway.Environment, r headway.Release) error {
	stop, err := stopGuard(ctx, c.Q, p)
	if err != nil {
		return err
	}
	if err := firstRefusal([]Guard{stop}); err != nil {
		return err
	}
	if err := c.nothingElseRuns(ctx, p, env.ID); err != nil {
		return err
	}
	booked, err := c.bookedByOthers(ctx, p, env, r.ID)
	if err != nil || len(booked) == 0 {
		return err
	}
	b := booked[0]
	name, err := newReleaseNames(c.Q, p).of(ctx, b.ReleaseID)
	if err != nil {
		return err
	}
	return headway.Conflictf("%s is booked for %s until %s: %s", env.Name, name, b.Span.To.Format("2006-01-02 15:04Z"), b.Purpose).
		WithHint("rehearse afterwards or elsewhere, or agree with %s to give it free", or(b.ByName, "them"))
}

// bookedByOthers lists the bookings that hold an environment now for other releases.
func (c *change) bookedByOthers(ctx context.Context, p headway.Programme, env headway.Environment, releaseID string) ([]headway.Booking, error) {
	now, err := c.Bookings(ctx, p.ID, headway.Interval{From: c.now, To: c.now.Add(time.Millisecond)})
	return slices.DeleteFunc(now, func(b headway.Booking) bool { return b.EnvironmentID != env.ID || b.ReleaseID == releaseID }), err
}

// finishRehearsal ends a rehearsal: the candidate is on the environment, and
// what its steps took counts from now on.
func (c *change) finishRehearsal(ctx context.Context, p headway.Programme, dep headway.Deployment, to headway.DeploymentState) (headway.Deployment, error) {
	dep, err := c.moveDeployment(ctx, dep, to, dep.Reason)
	if err != nil {
		return dep, err
	}
	env, err := c.Environment(ctx, p.ID, dep.EnvironmentID)
	if err != nil {
		return dep, err
	}
	if to == headway.DeploymentSucceeded {
		if err := c.putOn(ctx, env, dep.CandidateID, "a rehearsal by "+dep.StartedByName); err != nil {
			return dep, err
		}
	}
	return dep, c.record(ctx, p.ID, RehearsalEnded, dep.ReleaseID,
		fmt.Sprintf("The rehearsal on %s %s after %s", env.Name, to, dep.EndedAt.Sub(dep.StartedAt).Round(time.Second)),
		map[string]any{"deployment": dep.ID, "environment": env.Key, "state": to, "seconds": dep.EndedAt.Sub(dep.StartedAt).Seconds()})
}
