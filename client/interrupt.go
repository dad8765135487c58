package client

import (
	"context"
	"net/http"
	"time"
)

// NewInterrupt says that production support took somebody's time.
type NewInterrupt struct {
	Person  string    `json:"person,omitempty" doc:"Key; left out: whoever the token belongs to"`
	Minutes int       `json:"minutes" minimum:"1" maximum:"1440" doc:"Of working time"`
	Title   string    `json:"title,omitempty" maxLength:"200" doc:"What it was about"`
	Release string    `json:"release,omitempty" doc:"In production, that it was about: id, or team/version"`
	EndedAt time.Time `json:"ended_at,omitzero" doc:"Left out: now"`
}

// Interrupt is production support that broke into planned work.
type Interrupt struct {
	ID        string    `json:"id"`
	Person    string    `json:"person" doc:"Key"`
	Minutes   int       `json:"minutes"`
	Title     string    `json:"title"`
	ReleaseID string    `json:"release_id,omitempty"`
	EndedAt   time.Time `json:"ended_at"`
	LoggedBy  string    `json:"logged_by"`
}

// SupportLoad is what production support takes of one person's working time.
type SupportLoad struct {
	Person       string  `json:"person" doc:"Key"`
	Name         string  `json:"name"`
	SpentHours   float64 `json:"spent_hours"`
	WorkingHours float64 `json:"working_hours" doc:"Working time in the same span, absences left out"`
	Measured     int     `json:"measured_percent" doc:"Rounded up to five"`
	Reserve      int     `json:"reserve_percent" doc:"Kept free by the setup"`
	Counts       int     `json:"counts_percent" doc:"What the plan leaves free: the larger of both"`
}

// Support is production support as it was measured.
type Support struct {
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to"`
	Loads      []SupportLoad `json:"loads" doc:"Of the people of operations teams"`
	Interrupts []Interrupt   `json:"interrupts" doc:"Newest first"`
}

// Support tells what production support took in the last working days.
func (c *Client) Support(ctx context.Context, programme string) (Support, error) {
	return get[Support](ctx, c, path("/programmes/%s/interrupts", programme), nil)
}

// LogInterrupt stores production support that is over.
func (c *Client) LogInterrupt(ctx context.Context, programme string, in NewInterrupt) (Interrupt, error) {
	return do[Interrupt](ctx, c, http.MethodPost, path("/programmes/%s/interrupts", programme), in)
}

// RemoveInterrupt takes back what was logged by mistake.
func (c *Client) RemoveInterrupt(ctx context.Context, programme, id string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/programmes/%s/interrupts/%s", programme, id), nil)
	return err
}
