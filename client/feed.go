package client

import (
	"context"
	"net/http"
	"time"
)

// NewFeed asks for an address at which a calendar program reads the programme's calendar.
type NewFeed struct {
	Name  string   `json:"name" minLength:"1" maxLength:"100" doc:"Where it will be read"`
	Kinds []string `json:"kinds,omitempty" maxItems:"9" doc:"window, freeze, booking, deployment, production, planned, sprint, holiday, absence; left out: the first six"`
}

// PasswordFeed is NewFeed for somebody without a session.
type PasswordFeed struct {
	Password
	NewFeed
	Programme string `json:"programme" doc:"Key"`
}

// Feed is an address at which a calendar program reads the programme's calendar.
type Feed struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Kinds     []string   `json:"kinds"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"To the hour; left out: never"`
	Address   string     `json:"address,omitempty" doc:"Given once, when it is made. Whoever knows it reads the calendar, and nothing else"`
}

// AddFeedWithPassword makes a calendar address for the owner of the password.
func (c *Client) AddFeedWithPassword(ctx context.Context, in PasswordFeed) (Feed, error) {
	return do[Feed](ctx, c, http.MethodPost, path("/feeds/with-password"), in)
}

// Feeds lists the calendar addresses of the token's owner in a programme.
func (c *Client) Feeds(ctx context.Context, programme string) ([]Feed, error) {
	return get[[]Feed](ctx, c, path("/programmes/%s/feeds", programme), nil)
}

// RevokeFeedWithPassword ends a calendar address of the owner of the password.
func (c *Client) RevokeFeedWithPassword(ctx context.Context, id string, who Password) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/feeds/%s/revoke-with-password", id), who)
	return err
}
