package client

import (
	"context"
	"net/http"
	"time"
)

// SetConnection says how another system is reached.
type SetConnection struct {
	Kind     string `json:"kind" doc:"http, github, gitlab, jenkins, azure or argocd"`
	URL      string `json:"url" doc:"API address"`
	Username string `json:"username,omitempty" maxLength:"200" doc:"Of Jenkins, and of HTTP with a password"`
	Secret   string `json:"secret,omitempty" maxLength:"4000" doc:"Token or password; left out: as it was"`
	Signing  string `json:"signing,omitempty" maxLength:"4000" doc:"With which the system signs its callbacks; left out: as it was"`
}

// Connection is another system that steps call. Its secrets never come out.
type Connection struct {
	Key        string    `json:"key"`
	Kind       string    `json:"kind"`
	URL        string    `json:"url"`
	Username   string    `json:"username,omitempty"`
	HasSecret  bool      `json:"has_secret"`
	HasSigning bool      `json:"has_signing"`
	ChangedBy  string    `json:"changed_by"`
	ChangedAt  time.Time `json:"changed_at"`
}

// Connections is a list of connections.
type Connections struct {
	Connections []Connection `json:"connections"`
}

// Connections lists the connections of a programme.
func (c *Client) Connections(ctx context.Context, programme string) (Connections, error) {
	return get[Connections](ctx, c, path("/programmes/%s/connections", programme), nil)
}

// SetConnection stores a connection, new or changed.
func (c *Client) SetConnection(ctx context.Context, programme, key string, in SetConnection) (Connection, error) {
	return do[Connection](ctx, c, http.MethodPut, path("/programmes/%s/connections/%s", programme, key), in)
}

// RemoveConnection forgets a connection.
func (c *Client) RemoveConnection(ctx context.Context, programme, key string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/programmes/%s/connections/%s", programme, key), nil)
	return err
}
