package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type overrideCmd struct {
	Guard    overrideGuardCmd    `cmd:"" default:"withargs" help:"Lift a guard for one release, with a reason."`
	List     overrideListCmd     `cmd:"" help:"List the overrides that stand, or all of one release."`
	Withdraw overrideWithdrawCmd `cmd:"" help:"Take an override back."`
}

type overrideGuardCmd struct {
	releaseFlags
	Rule   string   `arg:"" help:"Key of the gate's guard, as a refusal names it." placeholder:"RULE"`
	Reason string   `required:"" help:"Why it may be lifted; it is kept with the go/no-go." placeholder:"TEXT"`
	Role   string   `help:"In which of your roles; without it the first that may." placeholder:"ROLE"`
	Freeze []string `help:"Key of a freeze that is lifted; without it those that stand in the way now." placeholder:"KEY"`
}

// Help says what an override is.
func (overrideGuardCmd) Help() string {
	return `Guards are the gate's window, freeze, minimum gap, soak and days without deployment. Each is lifted only by the roles
that the gate names for it. The override is shown until the release is closed, stands in the signed record, and voids nothing.

Example: headway override freeze --team web --version 2.4.0 --reason "Regulator's deadline"`
}

// Run lifts the guard.
func (c overrideGuardCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Override, error) {
		return server.Override(ctx, c.Programme, client.NewOverride{Team: c.Team, Version: c.Version, Rule: c.Rule, Role: c.Role, Reason: c.Reason, Freezes: c.Freeze})
	}, func(w io.Writer, o client.Override) {
		fmt.Fprintf(w, "%s is lifted for %s %s by %s as %s (override %s)\n", overridden(o), o.Team, o.Version, printable(o.By), o.Role, o.ID)
	})
}

// overridden names the rule and its freezes.
func overridden(o client.Override) string {
	if len(o.Freezes) == 0 {
		return o.Rule
	}
	return o.Rule + " (" + strings.Join(o.Freezes, ", ") + ")"
}

type overrideListCmd struct {
	programmeFlag
	Team    string `help:"Key of a team, with a version." env:"HEADWAY_TEAM" placeholder:"TEAM"`
	Version string `help:"Release whose overrides are listed, withdrawn ones too." placeholder:"VERSION"`
}

// Run lists overrides.
func (c overrideListCmd) Run(ctx context.Context, e *env) error {
	if c.Version == "" {
		c.Team = ""
	}
	return ask(e, func(server *client.Client) ([]client.Override, error) {
		return server.Overrides(ctx, c.Programme, c.Team, c.Version)
	}, func(w io.Writer, all []client.Override) {
		if len(all) == 0 {
			fmt.Fprintln(w, "no override")
			return
		}
		t := table{head: []string{"override", "release", "rule", "by", "since", "reason", ""}}
		for _, o := range all {
			state := ""
			if o.WithdrawnBy != "" {
				state = "withdrawn by " + o.WithdrawnBy + ": " + oneLine(o.WithdrawnReason)
			}
			t.add(o.ID, o.Team+" "+o.Version, overridden(o), o.By+" ("+o.Role+")", o.At.UTC().Format("2006-01-02 15:04Z"), oneLine(o.Reason), state)
		}
		t.print(w)
	})
}

type overrideWithdrawCmd struct {
	programmeFlag
	ID     string `arg:"" help:"Id of the override." placeholder:"ID"`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run takes the override back.
func (c overrideWithdrawCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Override, error) {
		return server.WithdrawOverride(ctx, c.Programme, c.ID, c.Reason)
	}, func(w io.Writer, o client.Override) {
		fmt.Fprintf(w, "%s holds for %s %s again\n", overridden(o), o.Team, o.Version)
	})
}
