package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"headway"
	"headway/client"
)

type muteCmd struct {
	Add  muteAddCmd  `cmd:"" help:"Mute a known failure, with owner, reason and end."`
	List muteListCmd `cmd:"" help:"List known failures, expired ones too."`
	Lift muteLiftCmd `cmd:"" help:"End a mute: failures of its cases count again."`
}

type muteAddCmd struct {
	programmeFlag
	Team    string `required:"" env:"HEADWAY_TEAM" help:"Key of the team whose tests they are." placeholder:"KEY"`
	Case    string `arg:"" help:"Id of the case as reports print it, or a pattern in which * stands for any text."`
	Owner   string `required:"" help:"Key of the person who sees to it." placeholder:"KEY"`
	Reason  string `required:"" help:"Why it is known." placeholder:"TEXT"`
	Expires string `required:"" help:"Last day, as 2026-12-24." placeholder:"DAY"`
}

// Help gives an example.
func (muteAddCmd) Help() string {
	return `A muted failure does not count and opens no defect until the mute expires; then it fails again. A muted test that passes is told.

Example: headway mute add --programme shop --team web --owner quinn --expires 2026-12-24 --reason "the payment stub is slow" "shop :: shop.Cart :: adds"`
}

// Run mutes.
func (c muteAddCmd) Run(ctx context.Context, e *env) error {
	day, err := time.Parse(time.DateOnly, c.Expires)
	if err != nil {
		return headway.Invalidf("--expires", "%q is no day", c.Expires).WithHint("write it as 2026-12-24")
	}
	in := client.NewMute{Team: c.Team, Case: c.Case, Owner: c.Owner, Reason: c.Reason, Expires: day.AddDate(0, 0, 1)}
	return ask(e, func(server *client.Client) (client.Mute, error) { return server.AddMute(ctx, c.Programme, in) }, printMute)
}

type muteListCmd struct {
	programmeFlag
	Team string `help:"Only of this team." placeholder:"KEY"`
}

// Run lists mutes.
func (c muteListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.MuteList, error) { return server.Mutes(ctx, c.Programme, c.Team) }, func(w io.Writer, list client.MuteList) {
		t := table{head: []string{"mute", "team", "until", "owner", "case", "reason"}}
		for _, m := range list.Mutes {
			until := m.Expires.Format(time.DateOnly)
			if m.Expired {
				until += " (expired)"
			}
			t.add(m.ID, m.Team, until, m.Owner, oneLine(m.Case), oneLine(m.Reason))
		}
		t.print(w)
	})
}

type muteLiftCmd struct {
	programmeFlag
	Mute string `arg:"" help:"Id of the mute."`
}

// Run lifts a mute.
func (c muteLiftCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Mute, error) { return server.LiftMute(ctx, c.Programme, c.Mute) }, printMute)
}

func printMute(w io.Writer, m client.Mute) {
	if !m.Lifted.IsZero() {
		fmt.Fprintf(w, "%s: the mute of %s is lifted\n", m.ID, oneLine(m.Case))
		return
	}
	fmt.Fprintf(w, "%s: %s is muted until %s, %s sees to it\n", m.ID, oneLine(m.Case), m.Expires.Format(time.DateOnly), m.Owner)
}

type ownersCmd struct {
	Show ownersShowCmd `cmd:"" help:"Show which team's tests are whose."`
	Set  ownersSetCmd  `cmd:"" help:"Set which team's tests are whose, from a CODEOWNERS file."`
}

type ownersShowCmd struct{ programmeFlag }

// Run shows the rules.
func (c ownersShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Owners, error) { return server.Owners(ctx, c.Programme) }, func(w io.Writer, o client.Owners) {
		fmt.Fprint(w, o.Text)
	})
}

type ownersSetCmd struct {
	programmeFlag
	File  string            `arg:"" help:"CODEOWNERS file; - reads standard input."`
	Teams map[string]string `name:"team" help:"Which team an owner stands for, as --team @acme/apps=mobile; owners named as a team need none." placeholder:"OWNER=KEY"`
}

// Run sets the rules.
func (c ownersSetCmd) Run(ctx context.Context, e *env) error {
	text, err := e.read("file", c.File, 1<<20)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.Owners, error) {
		return server.SetOwners(ctx, c.Programme, client.Owners{Text: string(text), Teams: c.Teams})
	}, func(w io.Writer, o client.Owners) {
		fmt.Fprintf(w, "%d rules, %d owners stand for teams\n", o.Rules, len(o.Teams))
		for _, owner := range o.Teamless {
			fmt.Fprintf(w, "%s stands for no team of the programme: its failures go to the team of the release\n", owner)
		}
	})
}
