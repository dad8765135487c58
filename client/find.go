package client

import (
	"context"
	"net/url"
)

// Found is one thing that a search met.
type Found struct {
	Kind   string `json:"kind" enum:"release,team,person,defect"`
	ID     string `json:"id" doc:"Of a release or person; key of a team; number of a defect"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
}

// Find looks a text up among releases, people, teams and defects.
func (c *Client) Find(ctx context.Context, programme, text string) ([]Found, error) {
	return get[[]Found](ctx, c, path("/programmes/%s/find", programme), url.Values{"q": {text}})
}
