package app

import (
	"context"

	"headway"
)

// putOn stores that a candidate is on an environment from now on, in place of
// what was there; the same candidate again begins a new stay. by says what put
// it there.
func (c *change) putOn(ctx context.Context, env headway.Environment, candidateID, by string) error {
	if err := c.EndStays(ctx, env.ID, c.now); err != nil {
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
