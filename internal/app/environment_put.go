package app

import (
	"context"

	"headway"
)

// putOn stores that a candidate is on an environment from now on, in place of
// what was there: where teams are side by side, of what that team had there.
// The same candidate again begins a new stay. by says what put it there.
func (c *change) putOn(ctx context.Context, env headway.Environment, candidateID, by string) error {
	if err := c.takeOff(ctx, env, candidateID); err != nil {
		return err
	}
	if err := c.AddStay(ctx, headway.Stay{
		ID: c.app.newID(), ProgrammeID: env.ProgrammeID, EnvironmentID: env.ID, CandidateID: candidateID, From: c.now, By: by,
	}); err != nil {
		return err
	}
	env.CandidateID, env.Since = candidateID, c.now
	return c.PutEnvironment(ctx, env)
}

// takeOff ends the stays that a candidate takes the place of.
func (c *change) takeOff(ctx context.Context, env headway.Environment, candidateID string) error {
	now, err := c.StaysNow(ctx, env.ProgrammeID, env.ID)
	if err != nil || len(now) == 0 {
		return err
	}
	candidate, err := c.Candidate(ctx, env.ProgrammeID, candidateID)
	if err != nil {
		return err
	}
	r, err := c.Release(ctx, env.ProgrammeID, candidate.ReleaseID)
	if err != nil {
		return err
	}
	for _, s := range now {
		if env.Beside() && s.TeamID != r.TeamID {
			continue
		}
		if err := c.EndStay(ctx, s.ID, c.now); err != nil {
			return err
		}
	}
	return nil
}

// goneFrom stores that a candidate is on an environment no more, and nothing in its place.
func (c *change) goneFrom(ctx context.Context, env headway.Environment, candidateID string) error {
	if err := c.takeOff(ctx, env, candidateID); err != nil {
		return err
	}
	rest, err := c.StaysNow(ctx, env.ProgrammeID, env.ID)
	if err != nil {
		return err
	}
	env.CandidateID, env.Since = "", c.now
	if n := len(rest); n > 0 {
		env.CandidateID, env.Since = rest[n-1].CandidateID, rest[n-1].From
	}
	return c.PutEnvironment(ctx, env)
}
