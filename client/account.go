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
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Admin     bool      `json:"admin"`
	CreatedAt time.Time `json:"created_at"`
}

// NewToken describes an API token to be made.
type NewToken struct {
	Name      string   `json:"name" minLength:"1" maxLength:"200"`
	Programme string   `json:"programme,omitempty" doc:"Key; empty: all programmes of its maker"`
	Scopes    []string `json:"scopes" minItems:"1" doc:"For CI: programme.view, candidate.shelve, evidence.add"`
	Days      int      `json:"days" minimum:"1" maximum:"730" doc:"Until it expires"`
}

// PasswordToken asks for an API token with a password in place of a session.
type PasswordToken struct {
	Email    string `json:"email" maxLength:"200"`
	Password string `json:"password" maxLength:"200"`
	NewToken
}

// Token is an API token; Secret is shown once, when it is made.
type Token struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Scopes    []string  `json:"scopes"`
	ExpiresAt time.Time `json:"expires_at"`
	Secret    string    `json:"secret,omitempty"`
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
