package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// look reads for a verb or a view: what a change prepares with it, a preview
// may prepare without storing anything.
type look struct {
	store.Q
	app *App
	by  headway.Actor
	now time.Time
}

func (c *change) look() look { return look{c.Q, c.app, c.by, c.now} }

// lookWith runs a preparation over one snapshot, after the door.
func (a *App) lookWith(ctx context.Context, by headway.Actor, programme string, action headway.Action, f func(look, headway.Programme) error) error {
	return a.lookIn(ctx, by, programme, action, func(q store.Q, p headway.Programme) error {
		return f(look{q, a, by, a.Now()}, p)
	})
}
