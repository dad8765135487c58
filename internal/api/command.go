package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type claimIn struct {
	InProgramme
	Body client.Claim
}

// InCommand is embedded in the input of operations about one command; it is exported because huma fills only exported fields.
type InCommand struct {
	InProgramme
	Command string `path:"command" doc:"Id of the step's attempt"`
}

type beatIn struct {
	InCommand
	Body client.Beat
}

type resultIn struct {
	InCommand
	Body client.CommandResult
}

type claimedOut struct{ Body client.Claimed }

type leaseOut struct{ Body client.Lease }

func (r *room) commands() {
	tags := []string{"Agents"}
	register(r, headway.RunAgent, huma.Operation{
		OperationID: "claim-command", Method: http.MethodPost, Path: "/programmes/{programme}/commands/claim", Tags: tags,
		Summary: "Claim the oldest command that is due, to run it once",
	}, func(ctx context.Context, by headway.Actor, in *claimIn) (*claimedOut, error) {
		cmd, ok, err := r.app.ClaimCommand(ctx, by, in.Programme, in.Body.Agent)
		if err != nil || !ok {
			return &claimedOut{}, err
		}
		return &claimedOut{client.Claimed{
			Step: cmd.StepID, Token: cmd.Token, Title: cmd.Title, Command: cmd.Command, Env: cmd.Env,
			Timeout: int(cmd.Timeout / time.Second), Beat: int(cmd.Beat / time.Second), Until: cmd.LeaseUntil,
		}}, nil
	})
	register(r, headway.RunAgent, huma.Operation{
		OperationID: "beat-command", Method: http.MethodPost, Path: "/programmes/{programme}/commands/{command}/beat", Tags: tags,
		Summary: "Renew the lease of a claimed command", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *beatIn) (*leaseOut, error) {
		until, err := r.app.BeatCommand(ctx, by, in.Programme, in.Command, in.Body.Token)
		return &leaseOut{client.Lease{Until: until}}, err
	})
	register(r, headway.RunAgent, huma.Operation{
		OperationID: "finish-command", Method: http.MethodPost, Path: "/programmes/{programme}/commands/{command}/result", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Report what became of a claimed command",
	}, func(ctx context.Context, by headway.Actor, in *resultIn) (*struct{}, error) {
		b := in.Body
		return nil, r.app.FinishCommand(ctx, by, in.Programme, app.CommandResult{
			StepID: in.Command, Token: b.Token, Started: b.Started, ExitCode: b.ExitCode, Killed: b.Killed, Output: b.Output,
		})
	})
}
