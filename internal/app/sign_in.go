package app

import (
	"context"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// SessionLength is how long a sign-in lasts.
const SessionLength = 14 * 24 * time.Hour

// Credentials are what somebody signs in with. Client is the network address
// that they come from, without its port.
type Credentials struct {
	Email, Client string
	Password      headway.Secret
}

// SignIn checks a password and starts a session; the secret goes into the
// cookie. Unknown address and wrong password look the same, take as long, and
// are counted against the same bound.
func (a *App) SignIn(ctx context.Context, in Credentials) (headway.Secret, error) {
	u, err := a.identify(ctx, in)
	if err != nil {
		return headway.Secret{}, err
	}
	secret, hash, err := a.drawSecret("")
	if err != nil {
		return headway.Secret{}, err
	}
	by := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name}
	return secret, a.change(ctx, by, func(c *change) error {
		if err := c.EndExpiredSessions(ctx, c.now); err != nil {
			return err
		}
		s := store.Session{Hash: hash, UserID: u.ID, CreatedAt: c.now, SeenAt: c.now, ExpiresAt: c.now.Add(SessionLength)}
		if err := c.AddSession(ctx, s); err != nil {
			return err
		}
		return c.record(ctx, "", UserSignedIn, u.ID, u.Name+" signed in", nil)
	})
}

// identify finds the open account that a password belongs to. The guess is
// stored before the password is compared, so that guesses that come at once
// cannot pass the bound together; one that was right forgets them all.
func (a *App) identify(ctx context.Context, in Credentials) (headway.User, error) {
	var u headway.User
	var hash string
	err := a.change(ctx, headway.System(), func(c *change) (err error) {
		if err := c.guess(ctx, guessed(in.Email), in.Client); err != nil {
			return err
		}
		u, err = c.UserByEmail(ctx, address(in.Email))
		if headway.KindOf(err) == headway.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		hash, err = c.PasswordHash(ctx, u.ID)
		return err
	})
	if err != nil {
		return headway.User{}, err
	}
	ok, err := a.passwords.Matches(hash, in.Password)
	if err != nil {
		return headway.User{}, err
	}
	if !ok || u.ID == "" || !u.DisabledAt.IsZero() {
		return headway.User{}, headway.Errorf(headway.Unauthenticated, "the address or the password is wrong")
	}
	return u, a.change(ctx, headway.System(), func(c *change) error { return c.ForgetPasswordGuesses(ctx, guessed(in.Email)) })
}

// guess stores that a password is tried, unless there were too many.
func (c *change) guess(ctx context.Context, account, client string) error {
	since := c.now.Add(-headway.GuessWindow)
	if err := c.ForgetPasswordGuessesBefore(ctx, since); err != nil {
		return err
	}
	recent, err := c.PasswordGuesses(ctx, account, since)
	if err != nil {
		return err
	}
	var here, anywhere []time.Time
	for _, g := range recent {
		anywhere = append(anywhere, g.At)
		if g.Client == client {
			here = append(here, g.At)
		}
	}
	if err := headway.GuessedTooOften(here, anywhere, c.now); err != nil {
		return err
	}
	return c.AddPasswordGuess(ctx, store.PasswordGuess{ID: c.app.newID(), Account: account, Client: client, At: c.now})
}

// address is an e-mail address as accounts keep it.
func address(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// guessed names the account of an address that may be anything that was typed.
func guessed(typed string) string { return hashSecret(address(typed)) }

// SignOut ends the session of a cookie.
func (a *App) SignOut(ctx context.Context, by headway.Actor, cookie headway.Secret) error {
	return a.change(ctx, by, func(c *change) error {
		if err := c.EndSession(ctx, hashSecret(cookie.Reveal())); err != nil {
			return err
		}
		return c.record(ctx, "", UserSignedOut, by.UserID, by.Name+" signed out", nil)
	})
}

// SignOutElsewhere ends the sessions of the actor but for the one of a cookie.
func (a *App) SignOutElsewhere(ctx context.Context, by headway.Actor, cookie headway.Secret) error {
	if by.Kind != headway.ActorPerson {
		return headway.Errorf(headway.Forbidden, "only a signed-in person ends sessions")
	}
	return a.change(ctx, by, func(c *change) error {
		if err := c.EndSessions(ctx, by.UserID, hashSecret(cookie.Reveal())); err != nil {
			return err
		}
		return c.record(ctx, "", UserSignedOut, by.UserID, by.Name+" signed out everywhere else", nil)
	})
}
