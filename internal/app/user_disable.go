package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// DisableUser closes an account: its sessions end, its API tokens no longer
// hold, and what it approved but nobody has deployed yet is void. What it did
// stays in the audit log under its name.
func (a *App) DisableUser(ctx context.Context, by headway.Actor, email string) error {
	return a.changeUser(ctx, by, email, func(c *change, u headway.User) error {
		if u.ID == by.UserID {
			return headway.Conflictf("nobody closes their own account").WithHint("ask another administrator of the instance")
		}
		if !u.DisabledAt.IsZero() {
			return headway.Conflictf("the account of %s is closed already", u.Email)
		}
		if err := c.SetDisabled(ctx, u.ID, c.now); err != nil {
			return err
		}
		if err := c.EndSessions(ctx, u.ID, ""); err != nil {
			return err
		}
		held, err := c.Memberships(ctx, u.ID)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, m := range held {
			if seen[m.ProgrammeID] {
				continue
			}
			seen[m.ProgrammeID] = true
			p, err := c.Programme(ctx, m.ProgrammeID)
			if err != nil {
				return err
			}
			if err := c.voidWithout(ctx, p, u, nil); err != nil {
				return err
			}
		}
		return c.record(ctx, "", UserDisabled, u.ID, fmt.Sprintf("%s closed the account of %s", by.Name, u.Name), nil)
	})
}

// EnableUser opens an account again, with the roles that it had.
func (a *App) EnableUser(ctx context.Context, by headway.Actor, email string) error {
	return a.changeUser(ctx, by, email, func(c *change, u headway.User) error {
		if u.DisabledAt.IsZero() {
			return headway.Conflictf("the account of %s is open", u.Email)
		}
		if err := c.SetDisabled(ctx, u.ID, time.Time{}); err != nil {
			return err
		}
		return c.record(ctx, "", UserEnabled, u.ID, fmt.Sprintf("%s opened the account of %s again", by.Name, u.Name), nil)
	})
}

// changeUser runs a verb of an administrator of the instance about an account.
func (a *App) changeUser(ctx context.Context, by headway.Actor, email string, f func(*change, headway.User) error) error {
	if err := by.RefusalOnInstance(headway.ManageUsers); err != nil {
		return err
	}
	return a.change(ctx, by, func(c *change) error {
		u, err := c.UserByEmail(ctx, address(email))
		if headway.KindOf(err) == headway.NotFound {
			return headway.NotFoundf("there is no account for %s", email)
		}
		if err != nil {
			return err
		}
		return f(c, u)
	})
}
