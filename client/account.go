package client

import (
	"context"
	"net/http"
	"time"
)

// Me is who the token or session belongs to.
type Me struct {
	Kind       string              `json:"kind" doc:"person or token"`
	UserID     string              `json:"user_id"`
	Name       string              `json:"name"`
	Email      string              `json:"email"`
	Admin      bool                `json:"admin" doc:"Administrator of the instance"`
	Programmes map[string][]string `json:"programmes" doc:"Roles by programme key"`
	Scopes     []string            `json:"scopes,omitempty" doc:"What the token may do"`
}

// NewUser describes an account to be made.
type NewUser struct {
	Email    string `json:"email" format:"email" maxLength:"200"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Password string `json:"password" minLength:"10" maxLength:"200"`
	Admin    bool   `json:"admin,omitempty" doc:"Administrator of the instance"`
}

// User is an account.
type User struct {
	ID         string     `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Admin      bool       `json:"admin"`
	CreatedAt  time.Time  `json:"created_at"`
	DisabledAt *time.Time `json:"disabled_at,omitempty" doc:"Since when the account is closed"`
	Programmes []string   `json:"programmes,omitempty" doc:"Keys of those that it has a role in"`
}

// NewToken describes an API token to be made.
type NewToken struct {
	Name      string   `json:"name" minLength:"1" maxLength:"200"`
	Programme string   `json:"programme,omitempty" doc:"Key; empty: all programmes of its maker"`
	Scopes    []string `json:"scopes" minItems:"1" doc:"For CI: programme.view, candidate.shelve, evidence.add"`
	Days      int      `json:"days" minimum:"1" maximum:"730" doc:"Until it expires"`
}

// Password says who somebody is, in place of a session.
type Password struct {
	Email    string `json:"email" maxLength:"200"`
	Password string `json:"password" maxLength:"200"`
}

// PasswordToken asks for an API token with a password in place of a session.
type PasswordToken struct {
	Password
	NewToken
}

// ChangePassword gives an account a new password.
type ChangePassword struct {
	Password
	New string `json:"new" minLength:"10" maxLength:"200"`
}

// DrawnPassword is a password that Headway drew; it is shown once.
type DrawnPassword struct {
	Password string `json:"password"`
}

// Token is an API token; Secret is shown once, when it is made.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	Programme string     `json:"programme,omitempty" doc:"Key of the one programme that it is for"`
	ExpiresAt time.Time  `json:"expires_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"When it was used last, to the hour"`
	Secret    string     `json:"secret,omitempty"`
}

// Me tells who the token belongs to.
func (c *Client) Me(ctx context.Context) (Me, error) { return get[Me](ctx, c, path("/me"), nil) }

// AddUser makes an account.
func (c *Client) AddUser(ctx context.Context, in NewUser) (User, error) {
	return do[User](ctx, c, http.MethodPost, path("/users"), in)
}

// AddTokenWithPassword makes an API token for the owner of the password.
func (c *Client) AddTokenWithPassword(ctx context.Context, in PasswordToken) (Token, error) {
	return do[Token](ctx, c, http.MethodPost, path("/tokens/with-password"), in)
}

// Tokens lists the API tokens of the token's owner that hold.
func (c *Client) Tokens(ctx context.Context) ([]Token, error) {
	return get[[]Token](ctx, c, path("/tokens"), nil)
}

// RevokeToken ends a token: the one that speaks.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/tokens/%s", id), nil)
	return err
}

// RevokeTokenWithPassword ends a token of the owner of the password.
func (c *Client) RevokeTokenWithPassword(ctx context.Context, id string, who Password) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/tokens/%s/revoke-with-password", id), who)
	return err
}

// ChangePassword gives the owner of a password a new one.
func (c *Client) ChangePassword(ctx context.Context, in ChangePassword) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/password"), in)
	return err
}

// Users lists the accounts of the instance.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return get[[]User](ctx, c, path("/users"), nil)
}

// DisableUser closes an account.
func (c *Client) DisableUser(ctx context.Context, email string) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/users/%s/disable", email), nil)
	return err
}

// EnableUser opens a closed account again.
func (c *Client) EnableUser(ctx context.Context, email string) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/users/%s/enable", email), nil)
	return err
}

// DrawPassword gives an account a new password, shown this once.
func (c *Client) DrawPassword(ctx context.Context, email string) (DrawnPassword, error) {
	return do[DrawnPassword](ctx, c, http.MethodPost, path("/users/%s/password", email), nil)
}
