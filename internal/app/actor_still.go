package app

import (
	"context"
	"slices"

	"headway"
)

// weighs tells which actions change what goes to production, or by whose word.
func weighs(action headway.Action) bool {
	switch action {
	case headway.OpenDecision, headway.DecideRelease, headway.WaiveCriterion, headway.RunDeployment, headway.RunAgent:
		return true
	}
	return false
}

// runs tells whether somebody may still run deployments.
func (c *change) runs(ctx context.Context, p headway.Programme, userID string) (bool, error) {
	who, err := actorOf(ctx, c.Q, userID)
	if k := headway.KindOf(err); err != nil && (k == headway.NotFound || k == headway.Unauthenticated) {
		return false, nil
	}
	return err == nil && who.May(headway.RunDeployment, p.ID), err
}

// still gives an actor as it is at this moment, in the transaction of what it
// does. The door resolved it when the request came: since then a role may have
// been taken away, an account closed or a token revoked, and what was undone
// with that must not come back by a request that was under way.
func (c *change) still(ctx context.Context, by headway.Actor) (headway.Actor, error) {
	if by.Kind != headway.ActorPerson && by.Kind != headway.ActorToken {
		return by, nil
	}
	now, err := actorOf(ctx, c.Q, by.UserID)
	if headway.KindOf(err) == headway.NotFound {
		return by, signInAgain(nil)
	}
	if err != nil {
		return by, err
	}
	by.Roles, by.Admin = now.Roles, now.Admin
	if by.Kind == headway.ActorPerson {
		return by, nil
	}
	tokens, err := c.Tokens(ctx, by.UserID)
	if err != nil {
		return by, err
	}
	holds := slices.ContainsFunc(tokens, func(k headway.Token) bool {
		return k.ID == by.TokenID && k.RevokedAt.IsZero() && c.now.Before(k.ExpiresAt)
	})
	if !holds {
		return by, signInAgain(nil)
	}
	return by, nil
}
