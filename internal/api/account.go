package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/auth"
)

type meOut struct{ Body client.Me }

type newUserIn struct{ Body client.NewUser }

type userOut struct{ Body client.User }

type newTokenIn struct{ Body client.NewToken }

type passwordTokenIn struct {
	From
	Body client.PasswordToken
}

type tokenOut struct{ Body client.Token }

type tokensOut struct{ Body []client.Token }

type tokenIn struct {
	Token string `path:"token" doc:"Id"`
}

type endTokenIn struct {
	From
	Token string `path:"token" doc:"Id"`
	Body  client.Password
}

type usersOut struct{ Body []client.User }

type userIn struct {
	Email string `path:"email"`
}

type changePasswordIn struct {
	From
	Body client.ChangePassword
}

type drawnOut struct{ Body client.DrawnPassword }

// From is embedded in the input of operations that anybody may try with a
// password: it tells from which address they come.
type From struct{ client string }

// Resolve reads the address of the connection.
func (f *From) Resolve(ctx huma.Context) []error {
	f.client = auth.ClientOf(ctx.RemoteAddr())
	return nil
}

func (f From) with(p client.Password) app.Credentials {
	return app.Credentials{Email: p.Email, Password: headway.NewSecret(p.Password), Client: f.client}
}

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
		return &userOut{userAnswer(app.UserRow{User: u})}, err
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
		k, secret, err := r.app.TokenWithPassword(ctx, in.with(in.Body.Password), newToken(in.Body.NewToken))
		return tokenAnswer(k, secret), err
	})
	r.tokens(tags)
	r.users(tags)
}

func (r *room) tokens(tags []string) {
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "list-tokens", Method: http.MethodGet, Path: "/tokens", Summary: "List your API tokens that hold", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, _ *struct{}) (*tokensOut, error) {
		v, err := r.app.MyAccount(ctx, by)
		out := []client.Token{}
		for _, k := range v.Tokens {
			t := tokenAnswer(k.Token, headway.Secret{}).Body
			t.Programme = k.Programme
			if !k.UsedAt.IsZero() {
				t.UsedAt = &k.UsedAt
			}
			out = append(out, t)
		}
		return &tokensOut{out}, err
	})
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "revoke-token", Method: http.MethodDelete, Path: "/tokens/{token}", Summary: "End an API token of yours; a token ends only itself", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *tokenIn) (*struct{}, error) {
		return nil, r.app.RevokeToken(ctx, by, in.Token)
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "revoke-token-with-password", Method: http.MethodPost, Path: "/tokens/{token}/revoke-with-password", Summary: "End an API token of yours, without a session", Tags: tags,
	}, func(ctx context.Context, _ headway.Actor, in *endTokenIn) (*struct{}, error) {
		return nil, r.app.RevokeTokenWithPassword(ctx, in.with(in.Body), in.Token)
	})
}

func (r *room) users(tags []string) {
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "list-users", Method: http.MethodGet, Path: "/users", Summary: "List the accounts of the instance", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, _ *struct{}) (*usersOut, error) {
		rows, err := r.app.UsersView(ctx, by)
		out := []client.User{}
		for _, row := range rows {
			out = append(out, userAnswer(row))
		}
		return &usersOut{out}, err
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "disable-user", Method: http.MethodPost, Path: "/users/{email}/disable", Summary: "Close an account: its sessions and tokens end", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *userIn) (*struct{}, error) {
		return nil, r.app.DisableUser(ctx, by, in.Email)
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "enable-user", Method: http.MethodPost, Path: "/users/{email}/enable", Summary: "Open a closed account again", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *userIn) (*struct{}, error) {
		return nil, r.app.EnableUser(ctx, by, in.Email)
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "draw-password", Method: http.MethodPost, Path: "/users/{email}/password", Summary: "Give an account a new password, shown this once", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *userIn) (*drawnOut, error) {
		drawn, err := r.app.DrawPassword(ctx, by, in.Email)
		return &drawnOut{client.DrawnPassword{Password: drawn.Reveal()}}, err
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: "/password", Summary: "Change your password; your sessions end", Tags: tags,
	}, func(ctx context.Context, _ headway.Actor, in *changePasswordIn) (*struct{}, error) {
		return nil, r.app.ChangePassword(ctx, in.with(in.Body.Password), headway.NewSecret(in.Body.New), headway.Secret{})
	})
}

func userAnswer(u app.UserRow) client.User {
	out := client.User{ID: u.ID, Email: u.Email, Name: u.Name, Admin: u.Admin, CreatedAt: u.CreatedAt, Programmes: u.Programmes}
	if !u.DisabledAt.IsZero() {
		out.DisabledAt = &u.DisabledAt
	}
	return out
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
