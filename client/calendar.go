package client

import (
	"context"
	"net/url"
	"time"
)

// Calendar is what lies in some days of a programme, by its beginning.
type Calendar struct {
	Zone    string          `json:"zone" doc:"Of the programme"`
	Entries []CalendarEntry `json:"entries"`
}

// CalendarEntry is one thing in the calendar.
type CalendarEntry struct {
	Kind      string    `json:"kind" doc:"holiday, sprint, window, freeze, booking, absence, deployment, production or planned"`
	Text      string    `json:"text"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to" doc:"The same as from for what has no length"`
	WholeDays bool      `json:"whole_days,omitempty" doc:"From and to are midnights of the programme"`
	Team      string    `json:"team,omitempty" doc:"Key"`
	Release   string    `json:"release,omitempty" doc:"Id"`
	ID        string    `json:"id,omitempty" doc:"Of the sprint, booking, absence or deployment; the key of a window or freeze"`
}

// Calendar gathers what lies in the days from first to last, both as 2026-12-01.
func (c *Client) Calendar(ctx context.Context, programme, first, last string) (Calendar, error) {
	return get[Calendar](ctx, c, path("/programmes/%s/calendar", programme), url.Values{"from": {first}, "to": {last}})
}
