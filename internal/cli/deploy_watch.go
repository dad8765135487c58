package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"headway"
	"headway/client"
)

type deployWatchCmd struct {
	programmeFlag
	Deployment string        `arg:"" help:"Id of the deployment." placeholder:"ID"`
	Timeout    time.Duration `help:"How long to follow." default:"1h" placeholder:"DURATION"`
	Stay       bool          `help:"Follow on while it waits for a person, until it has ended; so it is in a terminal."`
}

// Help tells exit codes.
func (deployWatchCmd) Help() string {
	return `In a terminal it shows the deployment as it runs; elsewhere it prints a line for each step that moves.

Exit code 0 when the release is in production, 1 when the deployment was stopped, rolled back or abandoned, 2 when a step waits for a person.`
}

const (
	askAgain   = 5 * time.Second // without any signal: a line may be lost
	askFailed  = 2 * time.Second // after no answer
	secondHand = time.Second     // the clocks of a view
)

// watched is where the state of a deployment is shown.
type watched interface {
	show(d client.Deployment, lost bool)
}

// Run follows a deployment.
func (c deployWatchCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var view watched = &stepLines{w: e.Out, told: map[string]string{}, silent: e.grammar.JSON}
	if f, ok := e.Out.(*os.File); ok && !e.grammar.JSON && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		view, c.Stay = newScreen(f), true
	}
	d, err := c.follow(ctx, server, view)
	if err != nil {
		return err
	}
	outcome, _ := settled(d)
	e.print(d, func(w io.Writer) { fmt.Fprintf(w, "%s %s: %s %s\n", d.Team, d.Candidate, d.State, printable(d.Reason)) })
	return judge(outcome)
}

// follow shows a deployment until nothing moves without a person, or it has
// ended. A server that is away for a while is waited for.
func (c deployWatchCmd) follow(ctx context.Context, server *client.Client, view watched) (client.Deployment, error) {
	changes := server.Changes(ctx, c.Programme)
	d, err := server.Deployment(ctx, c.Programme, c.Deployment)
	if err != nil {
		return d, err
	}
	hand := time.NewTicker(secondHand)
	defer hand.Stop()
	asked, lost := time.Now(), false
	for {
		view.show(d, lost)
		if _, over := settled(d); over && !lost && (!c.Stay || headway.DeploymentState(d.State).Terminal()) {
			return d, nil
		}
		select {
		case <-ctx.Done():
			return d, headway.Errorf(headway.Unavailable, "the deployment goes on, it was not followed further").WithHint("run deploy watch again")
		case <-changes:
		case <-hand.C:
			again := askAgain
			if lost {
				again = min(askAgain, askFailed)
			}
			if time.Since(asked) < again {
				continue
			}
		}
		asked = time.Now()
		fresh, err := server.Deployment(ctx, c.Programme, c.Deployment)
		lost = err != nil
		if lost && ctx.Err() == nil && headway.KindOf(err) != headway.Unavailable {
			return d, err
		}
		if !lost {
			d = fresh
		}
	}
}

// stepLines prints a line for each step whose state has changed.
type stepLines struct {
	w      io.Writer
	told   map[string]string
	silent bool
}

func (l *stepLines) show(d client.Deployment, _ bool) {
	for _, s := range d.Steps {
		if l.told[s.Key] != s.State && s.State != string(headway.StepPending) && !l.silent {
			fmt.Fprintf(l.w, "%-10s %s (attempt %d)\n", s.State, printable(s.Title), s.Attempt)
		}
		l.told[s.Key] = s.State
	}
}

// settled tells how a deployment stands when nothing moves without a person.
func settled(d client.Deployment) (headway.Outcome, bool) {
	switch headway.DeploymentState(d.State) {
	case headway.DeploymentSucceeded:
		return headway.Pass, true
	case headway.DeploymentStopped, headway.DeploymentRolledBack, headway.DeploymentAbandoned:
		return headway.Fail, true
	}
	for _, s := range d.Steps {
		if s.Kind == string(headway.StepManual) && s.State == string(headway.StepWaiting) || s.State == string(headway.StepUnknown) {
			return headway.Waiting, true
		}
	}
	return headway.Waiting, false
}
