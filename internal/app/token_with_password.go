package app

import (
	"context"
	"errors"

	"headway"
)

// TokenWithPassword makes an API token for somebody who has no browser at
// hand: it signs in, makes the token, and signs out.
func (a *App) TokenWithPassword(ctx context.Context, who Credentials, in NewToken) (k headway.Token, secret headway.Secret, err error) {
	cookie, err := a.SignIn(ctx, who)
	if err != nil {
		return k, secret, err
	}
	by, err := a.ActorBySession(ctx, cookie)
	if err != nil {
		return k, secret, err
	}
	defer func() { err = errors.Join(err, a.SignOut(ctx, by, cookie)) }()
	return a.AddToken(ctx, by, in)
}
