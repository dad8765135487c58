package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// commandLease is how long an agent may be silent before its command's outcome is unknown.
const commandLease = 30 * time.Second

// ClaimedCommand is a command for an agent to run, once.
type ClaimedCommand struct {
	StepID, Token string
	Title         string
	Command       []string
	Env           map[string]string // HEADWAY_*
	Timeout       time.Duration
	Beat          time.Duration // how often to send a heartbeat
	LeaseUntil    time.Time
}

// ClaimCommand gives an agent the oldest command step that is due; ok is false
// when there is none.
func (a *App) ClaimCommand(ctx context.Context, by headway.Actor, programme, agent string) (cmd ClaimedCommand, ok bool, err error) {
	if err := headway.CheckKey("agent", agent); err != nil {
		return cmd, false, err
	}
	var due []headway.DeploymentStep
	err = a.lookIn(ctx, by, programme, headway.RunAgent, func(q store.Q, p headway.Programme) (err error) {
		due, err = commandsFor(ctx, q, p, agent)
		return err
	})
	if err != nil || len(due) == 0 {
		return cmd, false, err
	}
	err = a.changeIn(ctx, by, programme, headway.RunAgent, func(c *change, p headway.Programme) error {
		ok = false
		due, err := commandsFor(ctx, c.Q, p, agent)
		if err != nil || len(due) == 0 {
			return err
		}
		got, err := c.claimStep(ctx, due[0].ID, agent, commandLease)
		if err != nil || got == nil {
			return err
		}
		cmd, ok = commandOf(*got), true
		return nil
	})
	return cmd, ok, err
}

// commandsFor lists the due commands that an agent may run, oldest first.
func commandsFor(ctx context.Context, q store.Q, p headway.Programme, agent string) ([]headway.DeploymentStep, error) {
	const most = 100
	due, err := q.WaitingCommands(ctx, p.ID, most)
	return slices.DeleteFunc(due, func(s headway.DeploymentStep) bool { return s.Step.Agent != "" && s.Step.Agent != agent }), err
}

func commandOf(got claim) ClaimedCommand {
	s := got.step.Step.Fill(got.vars)
	return ClaimedCommand{
		StepID: got.step.ID, Token: got.step.Token, Title: s.Title, Command: s.Command, Timeout: got.timeout,
		Beat: commandLease / 4, LeaseUntil: got.step.LeaseUntil,
		Env: map[string]string{
			"HEADWAY_CANDIDATE": got.vars["candidate"], "HEADWAY_VERSION": got.vars["version"], "HEADWAY_DIGEST": got.vars["digest"],
			"HEADWAY_ENVIRONMENT": got.vars["environment"], "HEADWAY_DEPLOYMENT": got.vars["deployment"],
			"HEADWAY_STEP": got.vars["step"], "HEADWAY_ATTEMPT": got.vars["attempt"], "HEADWAY_IDEMPOTENCY_KEY": got.vars["key"],
		},
	}
}

// BeatCommand renews an agent's lease. A Conflict means that the lease is lost
// or the command is no longer wanted: the agent must end it.
func (a *App) BeatCommand(ctx context.Context, by headway.Actor, programme, stepID, token string) (until time.Time, err error) {
	err = a.changeIn(ctx, by, programme, headway.RunAgent, func(c *change, p headway.Programme) error {
		if _, err := c.stepIn(ctx, p, stepID); err != nil {
			return err
		}
		until = c.now.Add(commandLease)
		held, err := c.ExtendLease(ctx, stepID, token, c.now, until)
		if err == nil && !held {
			return headway.Conflictf("the lease of this command is lost").WithHint("end the command; a person decides what became of it")
		}
		return err
	})
	return until, err
}

func (c *change) stepIn(ctx context.Context, p headway.Programme, stepID string) (headway.DeploymentStep, error) {
	s, programmeID, err := c.DeploymentStep(ctx, stepID)
	if err == nil && programmeID != p.ID {
		err = headway.NotFoundf("there is no such step")
	}
	return s, err
}

// CommandResult is what an agent reports of a command.
type CommandResult struct {
	StepID, Token string
	Started       bool // the program ran
	ExitCode      int
	Killed        bool // by the agent, because time or lease was over
	Output        string
}

// FinishCommand records the outcome of an agent's command, if its claim still holds.
func (a *App) FinishCommand(ctx context.Context, by headway.Actor, programme string, in CommandResult) error {
	var got claim
	err := a.lookIn(ctx, by, programme, headway.RunAgent, func(q store.Q, p headway.Programme) error {
		s, programmeID, err := q.DeploymentStep(ctx, in.StepID)
		if err == nil && programmeID != p.ID {
			err = headway.NotFoundf("there is no such step")
		}
		got = claim{step: s, programme: p.ID}
		return err
	})
	if err != nil {
		return err
	}
	if in.Token == "" {
		return headway.Invalidf("token", "the token of the claim is needed")
	}
	if got.step.Token != in.Token {
		return headway.Conflictf("this is not the token of the claim")
	}
	out := headway.CallOutcome{State: headway.StepFailed, Output: in.Output}
	switch {
	case in.Killed:
		out.State = headway.StepUnknown
	case in.Started && in.ExitCode == 0:
		out.State = headway.StepSucceeded
	case in.Started:
		out.Output += fmt.Sprintf("\nended with exit code %d", in.ExitCode)
	}
	return a.finishClaim(ctx, by, got, out)
}
