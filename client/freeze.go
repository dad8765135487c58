package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// FreezeTime is one time of a freeze.
type FreezeTime struct {
	Key          string    `json:"key"`
	Name         string    `json:"name"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	Reason       string    `json:"reason,omitempty"`
	Repeat       string    `json:"repeat,omitempty" doc:"Rule of RFC 5545 by which it recurs; left out: it happens once"`
	Teams        []string  `json:"teams" doc:"Keys; none: everybody"`
	Environments []string  `json:"environments" doc:"Keys; none: production"`
}

// Freezes lists the times of the freezes that overlap a span; zero times mean a year from now.
func (c *Client) Freezes(ctx context.Context, programme string, from, to time.Time) ([]FreezeTime, error) {
	query := url.Values{}
	for name, t := range map[string]time.Time{"from": from, "to": to} {
		if !t.IsZero() {
			query.Set(name, t.Format(time.RFC3339))
		}
	}
	return get[[]FreezeTime](ctx, c, path("/programmes/%s/freezes", programme), query)
}

// ImportFreezes takes the events of an iCalendar file as freezes. name is what errors call it.
func (c *Client) ImportFreezes(ctx context.Context, programme, name string, file io.Reader, preview bool) (SetupChanges, error) {
	query := some("file", name)
	if preview {
		query.Set("preview", "true")
	}
	return stream[SetupChanges](ctx, c, http.MethodPost, path("/programmes/%s/freezes/import", programme)+"?"+query.Encode(), file, -1, "text/calendar")
}
