package server

import (
	"context"

	"headway"
	"headway/internal/app"
)

// Bootstrap makes the first administrator without a browser and gives an API
// token of theirs with every scope, valid for a year.
func (i *Instance) Bootstrap(ctx context.Context, email, name string, password headway.Secret) (headway.Secret, error) {
	u, err := i.App.Bootstrap(ctx, app.NewUser{Email: email, Name: name, Password: password})
	if err != nil {
		return headway.Secret{}, err
	}
	by := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Admin: true}
	_, token, err := i.App.AddToken(ctx, by, app.NewToken{Name: "bootstrap", Scopes: headway.Scopes(), Days: 365})
	return token, err
}
