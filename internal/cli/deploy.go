package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type deployCmd struct {
	Start    deployStartCmd    `cmd:"" help:"Start the deployment that a go/no-go approved."`
	Rehearse deployRehearseCmd `cmd:"" help:"Run the runbook on another environment than production."`
	Show     deployShowCmd     `cmd:"" help:"Show a deployment and its steps."`
	List     deployListCmd     `cmd:"" help:"List the newest deployments."`
	Watch    deployWatchCmd    `cmd:"" help:"Follow a deployment until it ends or needs a person."`
	Step     deployStepCmd     `cmd:"" help:"Record the result of a step, decide an unknown one, or try again."`
	Stop     deployStopCmd     `cmd:"" help:"Stop a deployment before its next step."`
	Resume   deployStopCmd     `cmd:"" help:"Go on with a stopped deployment."`
	Rollback deployStopCmd     `cmd:"" help:"Run the rollback steps."`
	Undo     deployStopCmd     `cmd:"" help:"Take back what has gone live: its rollback steps run as a deployment of their own."`
	Abandon  deployStopCmd     `cmd:"" help:"End a stopped deployment without rollback."`
}

type deployStartCmd struct {
	releaseFlags
	Digest string `help:"Digest of the go/no-go, to be sure." placeholder:"DIGEST"`
}

// Run starts the deployment of the release's newest go/no-go.
func (c deployStartCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployment, error) {
		d, err := s.DecisionOf(ctx, c.Programme, c.Team, c.Version)
		if err != nil {
			return client.Deployment{}, err
		}
		return s.StartDeployment(ctx, c.Programme, client.NewDeployment{Decision: d.ID, Digest: c.Digest})
	}, printDeployment)
}

type deployRehearseCmd struct {
	releaseFlags
	Environment string            `required:"" help:"Key of the environment; not production." placeholder:"KEY"`
	Candidate   string            `help:"Name of the newest candidate, to be sure." placeholder:"NAME"`
	Var         map[string]string `help:"Value for a variable of the runbook, as name=value. Repeatable." placeholder:"NAME=VALUE" mapsep:"none"`
}

// Run starts a rehearsal.
func (c deployRehearseCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployment, error) {
		return s.StartRehearsal(ctx, c.Programme, client.NewRehearsal{Team: c.Team, Version: c.Version, Candidate: c.Candidate, Environment: c.Environment, Variables: c.Var})
	}, printDeployment)
}

type deployShowCmd struct {
	programmeFlag
	Deployment string `arg:"" help:"Id of the deployment." placeholder:"ID"`
}

// Run shows a deployment.
func (c deployShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployment, error) { return s.Deployment(ctx, c.Programme, c.Deployment) }, printDeployment)
}

type deployListCmd struct {
	programmeFlag
	Limit int `help:"How many." default:"20" placeholder:"N"`
}

// Run lists deployments.
func (c deployListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployments, error) { return s.Deployments(ctx, c.Programme, c.Limit) }, func(w io.Writer, list client.Deployments) {
		t := table{head: []string{"deployment", "team", "candidate", "environment", "state", "started"}}
		for _, d := range list.Deployments {
			t.add(d.ID, d.Team, d.Candidate, d.Environment, d.State, moment(d.StartedAt))
		}
		t.print(w)
	})
}

type deployStepCmd struct {
	programmeFlag
	Deployment string `arg:"" help:"Id of the deployment." placeholder:"ID"`
	Step       string `arg:"" help:"Key of the step." placeholder:"STEP"`
	Verb       string `arg:"" help:"done (result of a manual step), decide (an unknown one) or retry." enum:"done,decide,retry" placeholder:"VERB"`
	Outcome    string `help:"pass or fail; not for retry." enum:",pass,fail" default:"" placeholder:"OUTCOME"`
	Attempt    int    `help:"Attempt that was looked at; without it the newest." placeholder:"N"`
	Reason     string `help:"What was seen, or why." placeholder:"TEXT"`
}

// Run moves a step.
func (c deployStepCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployment, error) {
		return s.MoveStep(ctx, c.Programme, c.Deployment, c.Step, c.Verb, client.StepResult{Attempt: c.Attempt, Outcome: c.Outcome, Reason: c.Reason})
	}, printDeployment)
}

// deployStopCmd is one of stop, resume, rollback, undo and abandon.
type deployStopCmd struct {
	programmeFlag
	Deployment string `arg:"" help:"Id of the deployment." placeholder:"ID"`
	Reason     string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run does what the command is called.
func (c deployStopCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Deployment, error) {
		return s.MoveDeployment(ctx, c.Programme, c.Deployment, e.command, client.Because{Reason: c.Reason})
	}, printDeployment)
}

func printDeployment(w io.Writer, d client.Deployment) {
	fmt.Fprintf(w, "%s: %s %s to %s is %s %s\n", d.ID, d.Team, d.Candidate, d.Environment, d.State, printable(d.Reason))
	if d.Restored != "" {
		fmt.Fprintf(w, "%s is there again\n", printable(d.Restored))
	}
	t := table{}
	for _, s := range d.Steps {
		t.add("  "+s.Phase, s.Key, s.Kind, s.State, s.Title, strings.TrimSpace(oneLine(s.Output)))
	}
	t.print(w)
}

type stopCmd struct {
	Programme string `short:"p" help:"Key of the programme; without it the whole instance." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
	Reason    string `help:"Why; without it the stop is lifted with --lift." placeholder:"TEXT"`
	Lift      bool   `help:"Lift the stop."`
}

// Run sets or lifts the emergency stop.
func (c stopCmd) Run(ctx context.Context, e *env) error {
	if c.Lift == (c.Reason != "") {
		return usageError{"give --reason to stop, or --lift to go on", "see headway stop --help"}
	}
	return ask(e, func(s *client.Client) (client.Stop, error) {
		if c.Lift {
			return client.Stop{}, s.LiftStop(ctx, c.Programme)
		}
		return s.SetStop(ctx, c.Programme, client.Because{Reason: c.Reason})
	}, func(w io.Writer, s client.Stop) {
		if c.Lift {
			fmt.Fprintln(w, "the stop is lifted")
			return
		}
		fmt.Fprintf(w, "stopped: %s\n", printable(s.Reason))
	})
}
