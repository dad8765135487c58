package server

import (
	"context"
	"crypto/rand"
	"time"

	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/demo"
)

// FillDemo fills the instance with the sample programme and gives its
// throw-away accounts; none when it has been filled before.
func (i *Instance) FillDemo(ctx context.Context) ([]demo.Account, error) {
	return demo.Fill(ctx, app.Deps{
		Store: i.store, Blobs: i.blobs, Now: time.Now, NewID: newID, Random: rand.Reader,
		Passwords: auth.NewArgon2(), Committed: i.hub.Wake, Log: i.log,
	})
}
