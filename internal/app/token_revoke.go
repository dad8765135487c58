package app

import (
	"context"
	"fmt"
	"slices"

	"headway"
)

// RevokeToken ends an API token of the actor at once. A token ends only itself:
// one that leaked must not end those that its owner has left.
func (a *App) RevokeToken(ctx context.Context, by headway.Actor, id string) error {
	if err := by.RefusalOnInstance(headway.SignedIn); err != nil {
		return err
	}
	if by.Kind == headway.ActorToken && id != by.TokenID {
		return headway.Errorf(headway.Forbidden, "a token ends no token but itself").WithHint("sign in, or give your address and password")
	}
	return a.change(ctx, by, func(c *change) error {
		mine, err := c.Tokens(ctx, by.UserID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(mine, func(k headway.Token) bool { return k.ID == id })
		if i < 0 {
			return headway.NotFoundf("there is no token %q of yours", id).WithHint("`headway token list` shows them")
		}
		ended, err := c.Tx.RevokeToken(ctx, by.UserID, id, c.now)
		if err != nil {
			return err
		}
		if !ended {
			return headway.Conflictf("the token %q is revoked already", mine[i].Name)
		}
		return c.record(ctx, mine[i].ProgrammeID, TokenRevoked, id, fmt.Sprintf("%s revoked the API token %q", by.Name, mine[i].Name), nil)
	})
}

// RevokeTokenWithPassword ends a token of somebody who has no browser at hand.
func (a *App) RevokeTokenWithPassword(ctx context.Context, who Credentials, id string) error {
	u, err := a.identify(ctx, who)
	if err != nil {
		return err
	}
	by := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name}
	return a.RevokeToken(ctx, by, id)
}
