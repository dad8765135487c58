package client

import (
	"context"
	"net/http"
	"time"
)

// Claim asks for a command to run.
type Claim struct {
	Agent string `json:"agent" doc:"Name of the agent"`
}

// Claimed is a command to run once, or nothing.
type Claimed struct {
	Step    string            `json:"step,omitempty" doc:"Id of the attempt; empty: nothing is due"`
	Token   string            `json:"token,omitempty" doc:"Of this claim"`
	Title   string            `json:"title,omitempty"`
	Command []string          `json:"command,omitempty" doc:"Program and arguments; no shell"`
	Env     map[string]string `json:"env,omitempty"`
	Timeout int               `json:"timeout,omitempty" doc:"Seconds after which to end it"`
	Beat    int               `json:"beat,omitempty" doc:"Seconds between heartbeats"`
	Until   time.Time         `json:"until,omitzero" doc:"End of the lease"`
}

// Beat renews the lease of a claim.
type Beat struct {
	Token string `json:"token"`
}

// Lease is how long a claim holds.
type Lease struct {
	Until time.Time `json:"until"`
}

// CommandResult is what became of a command.
type CommandResult struct {
	Token    string `json:"token"`
	Started  bool   `json:"started" doc:"The program ran"`
	ExitCode int    `json:"exit_code"`
	Killed   bool   `json:"killed,omitempty" doc:"By the agent, because time or lease was over"`
	Output   string `json:"output,omitempty" maxLength:"65536"`
}

// ClaimCommand claims the oldest command that is due.
func (c *Client) ClaimCommand(ctx context.Context, programme string, in Claim) (Claimed, error) {
	return do[Claimed](ctx, c, http.MethodPost, path("/programmes/%s/commands/claim", programme), in)
}

// BeatCommand renews the lease of a claim.
func (c *Client) BeatCommand(ctx context.Context, programme, step string, in Beat) (Lease, error) {
	return do[Lease](ctx, c, http.MethodPost, path("/programmes/%s/commands/%s/beat", programme, step), in)
}

// FinishCommand reports what became of a command.
func (c *Client) FinishCommand(ctx context.Context, programme, step string, in CommandResult) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/programmes/%s/commands/%s/result", programme, step), in)
	return err
}
