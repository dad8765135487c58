package client

import (
	"context"
	"net/http"
	"time"
)

// Environment is an environment with what is on it, and who has it when.
type Environment struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	Shared    bool      `json:"shared,omitempty" doc:"Several releases may use it at once"`
	Candidate string    `json:"candidate,omitempty" doc:"Name of what was put on it last"`
	Release   string    `json:"release,omitempty" doc:"Whose that is"`
	Since     time.Time `json:"since,omitzero"`
	There     []Stay    `json:"there,omitempty" doc:"All that is on it: where teams are side by side, of each what it has there"`
	DataAsOf  time.Time `json:"data_as_of,omitzero" doc:"Age of its data"`
	DataGB    float64   `json:"data_gb,omitempty"`
	Bookings  []Booking `json:"bookings" doc:"By start"`
	Refresh   *Refresh  `json:"refresh,omitempty" doc:"Of its data, that is on the operations board"`
}

// Stay is a candidate on an environment.
type Stay struct {
	Candidate string    `json:"candidate" doc:"Name"`
	Release   string    `json:"release"`
	Since     time.Time `json:"since"`
	By        string    `json:"by,omitempty" doc:"What put it there"`
}

// NewRefresh asks for newer data on an environment.
type NewRefresh struct {
	Team    string  `json:"team" doc:"Key"`
	Version string  `json:"version" doc:"Of the release that wants them; it is under way"`
	DataGB  float64 `json:"data_gb,omitempty" minimum:"0" doc:"Size of what comes; left out: as now"`
	Hours   float64 `json:"hours,omitempty" minimum:"0" doc:"Of work; left out: by size, and what refreshes took before"`
	Preview bool    `json:"preview,omitempty" doc:"Say how long it would take, and ask for nothing"`
}

// Refresh is work that brings newer data to an environment.
type Refresh struct {
	Item        string    `json:"item,omitempty" doc:"Id, on the operations board"`
	Environment string    `json:"environment" doc:"Key"`
	Release     string    `json:"release" doc:"Whose work it is"`
	DataGB      float64   `json:"data_gb,omitempty"`
	Hours       float64   `json:"hours" doc:"Of work, as estimated"`
	Source      string    `json:"source,omitempty" doc:"Of the estimate, in words"`
	State       string    `json:"state,omitempty" doc:"Of the item"`
	By          string    `json:"by,omitempty" doc:"Who asked"`
	From        time.Time `json:"from,omitzero" doc:"When the draft plan has it"`
	To          time.Time `json:"to,omitzero"`
}

// EnvironmentReport says what is on an environment.
type EnvironmentReport struct {
	Team      string    `json:"team,omitempty" doc:"Key, of the candidate"`
	Version   string    `json:"version,omitempty" doc:"Its newest candidate"`
	Candidate string    `json:"candidate,omitempty" doc:"That candidate, as 2.4.0-rc.1; neither: as before"`
	DataAsOf  time.Time `json:"data_as_of,omitzero" doc:"Of when its data are; left out: as before"`
	DataGB    float64   `json:"data_gb,omitempty" minimum:"0" doc:"Their size; left out: as before"`
}

// NewBooking books an environment for a release.
type NewBooking struct {
	Team    string    `json:"team" doc:"Key"`
	Version string    `json:"version" doc:"Of the release"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Purpose string    `json:"purpose" minLength:"1" maxLength:"200"`
	Shared  bool      `json:"shared,omitempty" doc:"Beside others that share it"`
	Preview bool      `json:"preview,omitempty" doc:"Say what it would meet, and book nothing"`
}

// Booking reserves an environment for a release.
type Booking struct {
	ID        string            `json:"id,omitempty"`
	Release   string            `json:"release"`
	From      time.Time         `json:"from"`
	To        time.Time         `json:"to"`
	Purpose   string            `json:"purpose"`
	Shared    bool              `json:"shared,omitempty"`
	By        string            `json:"by,omitempty"`
	Conflicts []BookingConflict `json:"conflicts,omitempty" doc:"What it meets"`
}

// BookingConflict is what a booking meets.
type BookingConflict struct {
	Kind    string    `json:"kind" doc:"booked, planned, or replaced: another candidate would be installed while it is booked, or was"`
	Release string    `json:"release" doc:"Whose"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Text    string    `json:"text"`
}

// Environments lists the environments of a programme.
func (c *Client) Environments(ctx context.Context, programme string) ([]Environment, error) {
	return get[[]Environment](ctx, c, path("/programmes/%s/environments", programme), nil)
}

// ReportEnvironment says what is on an environment.
func (c *Client) ReportEnvironment(ctx context.Context, programme, environment string, in EnvironmentReport) (Environment, error) {
	return do[Environment](ctx, c, http.MethodPost, path("/programmes/%s/environments/%s/report", programme, environment), in)
}

// BookEnvironment books an environment.
func (c *Client) BookEnvironment(ctx context.Context, programme, environment string, in NewBooking) (Booking, error) {
	return do[Booking](ctx, c, http.MethodPost, path("/programmes/%s/environments/%s/bookings", programme, environment), in)
}

// RefreshEnvironment asks for newer data on an environment.
func (c *Client) RefreshEnvironment(ctx context.Context, programme, environment string, in NewRefresh) (Refresh, error) {
	return do[Refresh](ctx, c, http.MethodPost, path("/programmes/%s/environments/%s/refreshes", programme, environment), in)
}

// CancelBooking gives a booked environment free.
func (c *Client) CancelBooking(ctx context.Context, programme, id string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/programmes/%s/bookings/%s", programme, id), nil)
	return err
}
