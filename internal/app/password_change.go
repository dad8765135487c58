package app

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"headway"
)

// ChangePassword gives an account a new password, for who knows the old one.
// Its sessions end but for that of the cookie, which may be empty; its API
// tokens stay.
func (a *App) ChangePassword(ctx context.Context, in Credentials, replacement, cookie headway.Secret) error {
	if err := checkPassword(replacement); err != nil {
		return err
	}
	u, err := a.identify(ctx, in)
	if headway.KindOf(err) == headway.Unauthenticated {
		return headway.Invalidf("old", "the present password is not this one").WithHint("ask an administrator of the instance for a new one when it is lost")
	}
	if err != nil {
		return err
	}
	hash, err := a.passwords.Hash(replacement)
	if err != nil {
		return err
	}
	by := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name}
	return a.change(ctx, by, func(c *change) error {
		if err := c.SetPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		keep := ""
		if !cookie.IsZero() {
			keep = hashSecret(cookie.Reveal())
		}
		if err := c.EndSessions(ctx, u.ID, keep); err != nil {
			return err
		}
		return c.record(ctx, "", PasswordChanged, u.ID, u.Name+" changed their password", nil)
	})
}

// drawnBytes is the size of a password that Headway draws: 80 bits.
const drawnBytes = 10

// DrawPassword gives an account a password that Headway draws, for somebody who
// lost theirs; it is shown this once. All sessions of the account end.
func (a *App) DrawPassword(ctx context.Context, by headway.Actor, email string) (headway.Secret, error) {
	raw := make([]byte, drawnBytes)
	if _, err := io.ReadFull(a.random, raw); err != nil {
		return headway.Secret{}, fmt.Errorf("draw a password: %w", err)
	}
	word := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
	drawn := headway.NewSecret(word[:4] + "-" + word[4:8] + "-" + word[8:12] + "-" + word[12:])
	hash, err := a.passwords.Hash(drawn)
	if err != nil {
		return headway.Secret{}, err
	}
	err = a.changeUser(ctx, by, email, func(c *change, u headway.User) error {
		if err := c.SetPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		if err := c.EndSessions(ctx, u.ID, ""); err != nil {
			return err
		}
		if err := c.ForgetPasswordGuesses(ctx, guessed(u.Email)); err != nil {
			return err
		}
		return c.record(ctx, "", PasswordChanged, u.ID, fmt.Sprintf("%s gave %s a new password", by.Name, u.Name), nil)
	})
	if err != nil {
		return headway.Secret{}, err
	}
	return drawn, nil
}
