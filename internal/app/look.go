package app

import (
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
