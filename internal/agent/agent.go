// Package agent runs the command steps of deployments beside their target.
//
// An agent asks the server for a command that is due and claims it: the server
// gives the claim to one agent once, with a token and a lease. The agent runs
// the program, without a shell, renews the lease while it runs, and reports the
// outcome with the token. When the agent dies the lease passes and the step
// becomes unknown: no agent runs it again unless a person asks for a new
// attempt. When the lease is lost the agent ends the program.
//
// An agent runs only what its own allow-list names: who can edit a runbook
// cannot make a host run something else.
//
// The program finds what it deploys in its environment: HEADWAY_CANDIDATE,
// HEADWAY_VERSION, HEADWAY_DIGEST, HEADWAY_ENVIRONMENT, HEADWAY_DEPLOYMENT,
// HEADWAY_STEP, HEADWAY_ATTEMPT and HEADWAY_IDEMPOTENCY_KEY. The agent's own
// token is kept from it.
package agent

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/client"
)

const (
	beatsInLease = 4 // the server's lease is that many heartbeats long
	reportTries  = 20
	pause        = time.Second // after the server could not answer
)

// Server is what an agent asks; see client.Client.
type Server interface {
	ClaimCommand(ctx context.Context, programme string, in client.Claim) (client.Claimed, error)
	BeatCommand(ctx context.Context, programme, step string, in client.Beat) (client.Lease, error)
	FinishCommand(ctx context.Context, programme, step string, in client.CommandResult) error
}

// Agent claims and runs commands, one after the other.
type Agent struct {
	Server    Server
	Programme string
	Name      string
	Allow     []Allowed     // what may run; see ReadAllowed
	Every     time.Duration // between questions for work
	Environ   []string      // given to programs besides HEADWAY_*
	Log       *slog.Logger
}

// Run works until the context ends; a command that runs then is let finish.
// It gives an error when the server refuses the agent for good, and asks for
// nothing when it may run nothing.
func (a *Agent) Run(ctx context.Context) error {
	if len(a.Allow) == 0 {
		return headway.Invalidf("--allow", "an agent needs a list of what it may run")
	}
	for {
		asked := time.Now()
		cmd, err := a.Server.ClaimCommand(ctx, a.Programme, client.Claim{Agent: a.Name})
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && headway.KindOf(err) != headway.Unavailable && headway.KindOf(err) != headway.Internal:
			return err
		case err != nil:
			a.Log.WarnContext(ctx, "no work from the server", "err", err)
			sleep(ctx, max(a.Every, pause))
		case cmd.Step == "":
			sleep(ctx, a.Every)
		default:
			// A command outlives the wish to stop.
			a.carryOut(context.WithoutCancel(ctx), cmd, asked)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// carryOut runs a claimed command and reports its outcome.
func (a *Agent) carryOut(ctx context.Context, cmd client.Claimed, asked time.Time) {
	a.Log.InfoContext(ctx, "command claimed", "title", cmd.Title, "program", cmd.Command, "attempt", cmd.Env["HEADWAY_ATTEMPT"])
	res := a.execute(ctx, cmd, asked)
	res.Token = cmd.Token
	a.Log.InfoContext(ctx, "command ended", "title", cmd.Title, "started", res.Started, "exit_code", res.ExitCode, "killed", res.Killed)
	for range reportTries {
		err := a.Server.FinishCommand(ctx, a.Programme, cmd.Step, res)
		if err == nil {
			return
		}
		a.Log.WarnContext(ctx, "outcome not reported", "title", cmd.Title, "err", err)
		if k := headway.KindOf(err); k != headway.Unavailable && k != headway.Internal {
			return
		}
		sleep(ctx, pause)
	}
}

// execute runs the program while the lease holds.
func (a *Agent) execute(ctx context.Context, cmd client.Claimed, asked time.Time) client.CommandResult {
	beat := max(time.Duration(cmd.Beat)*time.Second, time.Second)
	lease := beat * beatsInLease
	switch {
	case len(cmd.Command) == 0:
		return client.CommandResult{Output: "not started: the step names no program"}
	case !permits(a.Allow, cmd.Command):
		return client.CommandResult{Output: "not started: this agent is not allowed to run " + strings.Join(cmd.Command, " ")}
	case time.Since(asked) >= lease:
		return client.CommandResult{Output: "not started: the lease had passed before the program could start"}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(cmd.Timeout)*time.Second)
	defer cancel()
	go a.keepLease(ctx, cancel, cmd, asked.Add(lease), beat)
	environ := slices.Clone(a.Environ)
	for name, value := range cmd.Env {
		environ = append(environ, name+"="+value)
	}
	return run(ctx, cmd.Command, environ)
}

// keepLease renews the lease until the program has ended, and ends the program
// when the lease is lost or must be taken for lost.
func (a *Agent) keepLease(ctx context.Context, lost func(), cmd client.Claimed, until time.Time, beat time.Duration) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		soon, done := context.WithDeadline(ctx, until) // a server that hangs keeps no lease
		_, err := a.Server.BeatCommand(soon, a.Programme, cmd.Step, client.Beat{Token: cmd.Token})
		done()
		switch {
		case err == nil:
			until = asked.Add(beat * beatsInLease)
		case headway.KindOf(err) == headway.Conflict, !time.Now().Before(until):
			a.Log.WarnContext(ctx, "lease lost, ending the program", "title", cmd.Title, "err", err)
			lost()
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
