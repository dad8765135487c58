package client

import (
	"context"
	"net/http"
	"time"
)

// NewOverride lifts a guard of the gate for one release.
type NewOverride struct {
	Team    string   `json:"team" doc:"Key"`
	Version string   `json:"version" doc:"Of the release"`
	Rule    string   `json:"rule" doc:"Key of the gate's criterion: a window, freeze, minimum gap, soak or days without deployment"`
	Role    string   `json:"role,omitempty" doc:"In which of your roles; left out: the first that may"`
	Reason  string   `json:"reason" minLength:"1" maxLength:"2000"`
	Freezes []string `json:"freezes,omitempty" maxItems:"50" doc:"Keys, of a freeze; left out: those that stand in the way now"`
}

// Override is a guard that was lifted for a release.
type Override struct {
	ID              string    `json:"id"`
	Team            string    `json:"team" doc:"Key"`
	Version         string    `json:"version"`
	Rule            string    `json:"rule"`
	Freezes         []string  `json:"freezes"`
	Role            string    `json:"role"`
	By              string    `json:"by"`
	Reason          string    `json:"reason"`
	At              time.Time `json:"at"`
	WithdrawnBy     string    `json:"withdrawn_by,omitempty"`
	WithdrawnReason string    `json:"withdrawn_reason,omitempty"`
	WithdrawnAt     time.Time `json:"withdrawn_at,omitzero"`
}

// Override lifts a guard for a release.
func (c *Client) Override(ctx context.Context, programme string, in NewOverride) (Override, error) {
	return do[Override](ctx, c, http.MethodPost, path("/programmes/%s/overrides", programme), in)
}

// Overrides lists the overrides that stand in a programme, or all of one release.
func (c *Client) Overrides(ctx context.Context, programme, team, version string) ([]Override, error) {
	query := some("team", team)
	if version != "" {
		query.Set("version", version)
	}
	return get[[]Override](ctx, c, path("/programmes/%s/overrides", programme), query)
}

// WithdrawOverride takes an override back.
func (c *Client) WithdrawOverride(ctx context.Context, programme, id, reason string) (Override, error) {
	return do[Override](ctx, c, http.MethodPost, path("/programmes/%s/overrides/%s/withdraw", programme, id), Because{Reason: reason})
}
