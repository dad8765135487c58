package app

import (
	"context"

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
