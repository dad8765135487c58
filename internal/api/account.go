package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type meOut struct{ Body client.Me }

type newUserIn struct{ Body client.NewUser }

type userOut struct{ Body client.User }

type newTokenIn struct{ Body client.NewToken }

type passwordTokenIn struct{ Body client.PasswordToken }

type tokenOut struct{ Body client.Token }

func (r *room) accounts() {
	tags := []string{"Accounts"}
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: "/me", Summary: "Who am I, and what may I do?", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, _ *struct{}) (*meOut, error) {
		roles, err := r.app.RolesByKey(ctx, by)
		me := client.Me{
			Kind: string(by.Kind), UserID: by.UserID, Name: by.Name, Email: by.Email, Admin: by.Admin,
			Programmes: map[string][]string{}, Scopes: texts(by.Scopes),
		}
		for key, held := range roles {
			me.Programmes[key] = texts(held)
		}
		return &meOut{me}, err
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "add-user", Method: http.MethodPost, Path: "/users", Summary: "Make an account", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newUserIn) (*userOut, error) {
		u, err := r.app.AddUser(ctx, by, app.NewUser{Email: in.Body.Email, Name: in.Body.Name, Password: headway.NewSecret(in.Body.Password), Admin: in.Body.Admin})
		return &userOut{client.User{ID: u.ID, Email: u.Email, Name: u.Name, Admin: u.Admin, CreatedAt: u.CreatedAt}}, err
	})
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "add-token", Method: http.MethodPost, Path: "/tokens", Summary: "Make an API token for yourself", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newTokenIn) (*tokenOut, error) {
		k, secret, err := r.app.AddToken(ctx, by, newToken(in.Body))
		return tokenAnswer(k, secret), err
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "add-token-with-password", Method: http.MethodPost, Path: "/tokens/with-password", Summary: "Make an API token for yourself, without a session", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, _ headway.Actor, in *passwordTokenIn) (*tokenOut, error) {
		k, secret, err := r.app.TokenWithPassword(ctx, in.Body.Email, headway.NewSecret(in.Body.Password), newToken(in.Body.NewToken))
		return tokenAnswer(k, secret), err
	})
}

func newToken(in client.NewToken) app.NewToken {
	n := app.NewToken{Name: in.Name, Programme: in.Programme, Days: in.Days}
	for _, s := range in.Scopes {
		n.Scopes = append(n.Scopes, headway.Action(s))
	}
	return n
}

func tokenAnswer(k headway.Token, secret headway.Secret) *tokenOut {
	return &tokenOut{client.Token{ID: k.ID, Name: k.Name, Scopes: texts(k.Scopes), ExpiresAt: k.ExpiresAt, Secret: secret.Reveal()}}
}

// texts writes a list of named strings as plain ones.
func texts[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}
