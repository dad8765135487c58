package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"headway"
	"headway/client"
)

// releaseFlags name a release.
type releaseFlags struct {
	programmeFlag
	Team    string `required:"" help:"Key of the team." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Version string `required:"" help:"Version of the release, as 2.4.0." placeholder:"VERSION"`
}

type decisionCmd struct {
	Open decisionOpenCmd `cmd:"" help:"Open a go/no-go about the newest candidate of a release."`
	Show decisionShowCmd `cmd:"" help:"Show the newest go/no-go of a release, and judge its gate now."`
	List decisionListCmd `cmd:"" help:"List the go/no-gos that are open or stand at go."`
	Void decisionVoidCmd `cmd:"" help:"Take back a go/no-go."`

	Bundle decisionBundleCmd `cmd:"" help:"Download the record of the newest go/no-go of a release, signed."`
	Key    decisionKeyCmd    `cmd:"" help:"Print the public key by which bundles of this instance verify."`
}

type decisionOpenCmd struct {
	releaseFlags
	Candidate   string            `help:"Name of the newest candidate, to be sure." placeholder:"NAME"`
	Environment string            `help:"Key of the environment; without it the only production." placeholder:"KEY"`
	Var         map[string]string `help:"Value for a variable of the runbook, as name=value. Repeatable." placeholder:"NAME=VALUE" mapsep:"none"`
	From        time.Time         `help:"Start of the deployment, as 2026-12-03T20:00:00+01:00; without it as soon as windows, freezes and the minimum gap allow." placeholder:"TIME"`
}

// Run opens a go/no-go.
func (c decisionOpenCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Decision, error) {
		return s.OpenDecision(ctx, c.Programme, client.NewDecision{Team: c.Team, Version: c.Version, Candidate: c.Candidate, Environment: c.Environment, From: c.From, Variables: c.Var})
	}, printDecision)
}

type decisionShowCmd struct{ releaseFlags }

// Help tells exit codes.
func (decisionShowCmd) Help() string {
	return `Exit code 0 when the gate passes, 1 when a criterion fails or it was rejected, 2 when it waits for more, or is void and another one has to be opened.`
}

// Run shows a go/no-go and gives the gate's outcome.
func (c decisionShowCmd) Run(ctx context.Context, e *env) error {
	outcome := headway.Waiting
	err := ask(e, func(s *client.Client) (client.Decision, error) {
		d, err := s.DecisionOf(ctx, c.Programme, c.Team, c.Version)
		outcome = standing(d)
		return d, err
	}, printDecision)
	if err != nil {
		return err
	}
	return judge(outcome)
}

// standing gives what a go/no-go comes to: one that has ended is no longer
// what its gate would say now.
func standing(d client.Decision) headway.Outcome {
	switch headway.DecisionState(d.State) {
	case headway.DecisionNoGo:
		return headway.Fail
	case headway.DecisionVoid:
		return headway.Waiting
	case headway.DecisionDeployed:
		return headway.Pass
	}
	return headway.Outcome(d.Outcome)
}

type decisionListCmd struct{ programmeFlag }

// Run lists go/no-gos.
func (c decisionListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Decisions, error) { return s.Decisions(ctx, c.Programme) }, func(w io.Writer, list client.Decisions) {
		t := table{head: []string{"team", "candidate", "state", "gate", "from", "lacks"}}
		for _, d := range list.Decisions {
			t.add(d.Team, d.Candidate, d.State, d.Outcome, moment(d.From), strings.Join(d.Lacks, "; "))
		}
		t.print(w)
	})
}

type decisionVoidCmd struct {
	releaseFlags
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run takes a go/no-go back.
func (c decisionVoidCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Decision, error) {
		d, err := s.DecisionOf(ctx, c.Programme, c.Team, c.Version)
		if err != nil {
			return d, err
		}
		return s.VoidDecision(ctx, c.Programme, d.ID, client.Because{Reason: c.Reason})
	}, printDecision)
}

// verdictFlags are what approve and reject have in common.
type verdictFlags struct {
	releaseFlags
	Digest string `required:"" help:"Digest of what you looked at, as decision show prints it, or at least 12 digits of it." placeholder:"DIGEST"`
	Note   string `help:"What you want to say; of a rejection the reason." placeholder:"TEXT"`
	As     string `help:"Role that your verdict counts for, when you hold several; without it the first that is missing." placeholder:"ROLE"`
}

type approveCmd struct{ verdictFlags }

// Help says what an approval is bound to.
func (approveCmd) Help() string {
	return `An approval is bound to the digest of candidate, gate, runbook, target and window: any change voids it. Nobody approves what they wrote or shelved, a go/no-go that they opened, or a gate or runbook that they changed last.

Example: headway approve --programme shop --team web --version 2.4.0 --digest sha256:…`
}

// Run approves.
func (c approveCmd) Run(ctx context.Context, e *env) error { return c.say(ctx, e, headway.Approve) }

type rejectCmd struct{ verdictFlags }

// Run rejects.
func (c rejectCmd) Run(ctx context.Context, e *env) error { return c.say(ctx, e, headway.Reject) }

func (c verdictFlags) say(ctx context.Context, e *env, verdict headway.ApprovalVerdict) error {
	return ask(e, func(s *client.Client) (client.Decision, error) {
		d, err := s.DecisionOf(ctx, c.Programme, c.Team, c.Version)
		if err != nil {
			return d, err
		}
		return s.Approve(ctx, c.Programme, d.ID, verdict, client.Voice{Digest: wholeDigest(c.Digest, d.Digest), Note: c.Note, As: c.As})
	}, printDecision)
}

// wholeDigest completes the beginning of a digest; one that does not fit is
// left for the server to refuse.
func wholeDigest(said, whole string) string {
	const enough = 12
	said = strings.TrimPrefix(said, "sha256:")
	if len(said) >= enough && strings.HasPrefix(strings.TrimPrefix(whole, "sha256:"), said) {
		return whole
	}
	return "sha256:" + said
}

func printDecision(w io.Writer, d client.Decision) {
	fmt.Fprintf(w, "go/no-go of %s %s to %s: %s, gate %s\n", d.Team, d.Candidate, d.Environment, d.State, d.Outcome)
	fmt.Fprintf(w, "window %s – %s, needs %d minutes\ndigest %s\n", moment(d.From), moment(d.To), d.NeedsMinutes, d.Digest)
	if d.Reason != "" {
		fmt.Fprintf(w, "void: %s\n", printable(d.Reason))
	}
	if len(d.AskAgain) > 0 {
		fmt.Fprintf(w, "to be asked again: %s\n", printable(strings.Join(d.AskAgain, ", ")))
	}
	for _, c := range d.Changed {
		fmt.Fprintf(w, "  changed: %s, %s: %s → %s\n", c.Part, printable(c.What), printable(c.Was), printable(c.Is))
	}
	printVerdicts(w, d.Verdicts)
	for _, a := range d.Approvals {
		fmt.Fprintf(w, "  %s: %s as %s, %s %s\n", a.Verdict, printable(a.Name), a.Role, moment(a.At), printable(a.Note))
	}
	for _, m := range d.Missing {
		fmt.Fprintf(w, "  missing: %d of %s (%s)\n", m.Count, m.Role, printable(strings.Join(m.People, ", ")))
	}
	for _, l := range d.Lacks {
		fmt.Fprintf(w, "  lacks: %s\n", printable(l))
	}
}
