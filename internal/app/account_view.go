package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// RolesByKey gives the roles of an actor by the key of each programme that it may see.
func (a *App) RolesByKey(ctx context.Context, by headway.Actor) (map[string][]headway.Role, error) {
	roles := map[string][]headway.Role{}
	err := a.store.Read(ctx, func(q store.Q) error {
		ps, err := q.Programmes(ctx)
		for _, p := range ps {
			if held := by.RolesIn(p.ID); len(held) > 0 {
				roles[p.Key] = held
			}
		}
		return err
	})
	return roles, err
}

// TokenRow is an API token with the key of the programme that it is bound to.
type TokenRow struct {
	headway.Token
	Programme string // empty: all programmes of its maker
}

// AccountView is what somebody sees of their own account.
type AccountView struct {
	User     headway.User
	Sessions int64
	Tokens   []TokenRow // that still hold, newest first
}

// MyAccount shows the account of the actor.
func (a *App) MyAccount(ctx context.Context, by headway.Actor) (v AccountView, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		if v.User, err = q.User(ctx, by.UserID); err != nil {
			return err
		}
		if v.Sessions, err = q.CountSessions(ctx, by.UserID, a.Now()); err != nil {
			return err
		}
		mine, err := q.Tokens(ctx, by.UserID)
		if err != nil {
			return err
		}
		for _, k := range slices.Backward(mine) {
			if !k.RevokedAt.IsZero() || !a.Now().Before(k.ExpiresAt) {
				continue
			}
			row := TokenRow{Token: k}
			if k.ProgrammeID != "" {
				p, err := q.Programme(ctx, k.ProgrammeID)
				if err != nil {
					return err
				}
				row.Programme = p.Key
			}
			v.Tokens = append(v.Tokens, row)
		}
		return nil
	})
	return v, err
}

// UserRow is an account with the programmes that it has a role in.
type UserRow struct {
	headway.User
	Programmes []string // keys
}

// UsersView lists the accounts of the instance by name.
func (a *App) UsersView(ctx context.Context, by headway.Actor) (rows []UserRow, err error) {
	if err := by.RefusalOnInstance(headway.ManageUsers); err != nil {
		return nil, err
	}
	err = a.store.Read(ctx, func(q store.Q) error {
		users, err := q.Users(ctx)
		if err != nil {
			return err
		}
		programmes, err := q.Programmes(ctx)
		if err != nil {
			return err
		}
		for _, u := range users {
			row := UserRow{User: u}
			held, err := q.Memberships(ctx, u.ID)
			if err != nil {
				return err
			}
			for _, p := range programmes {
				if slices.ContainsFunc(held, func(m headway.Membership) bool { return m.ProgrammeID == p.ID }) {
					row.Programmes = append(row.Programmes, p.Key)
				}
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}
