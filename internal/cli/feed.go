package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type feedCmd struct {
	Add    feedAddCmd    `cmd:"" help:"Make an address at which a calendar program reads the programme's calendar."`
	List   feedListCmd   `cmd:"" help:"List your calendar addresses that hold."`
	Revoke feedRevokeCmd `cmd:"" help:"End a calendar address of yours at once."`
}

// passwordFlags say whose address it is: a calendar address outlives a token, so
// that a token makes none.
type passwordFlags struct {
	Email        string `required:"" help:"Your address." placeholder:"EMAIL"`
	PasswordFile string `required:"" help:"File whose first line is your password; - reads standard input." placeholder:"FILE"`
}

func (p passwordFlags) read(e *env) (client.Password, error) {
	password, err := e.read("--password-file", p.PasswordFile, 64<<10)
	return client.Password{Email: p.Email, Password: firstLine(password)}, err
}

type feedAddCmd struct {
	programmeFlag
	passwordFlags
	Name        string   `help:"Where it will be read." default:"my calendar" placeholder:"NAME"`
	Kind        []string `help:"window, freeze, booking, deployment, production, planned, sprint, holiday or absence; without it the first six." placeholder:"KIND"`
	AddressFile string   `help:"File to write the address to; without it the address is printed." placeholder:"FILE"`
}

// Help says what the address is good for.
func (feedAddCmd) Help() string {
	return `Subscribe to the address in a calendar program. Whoever knows it can read the calendar, and nothing else: keep it as you keep
a password, and revoke it when it leaked. It is shown this once.`
}

// Run makes the address.
func (c feedAddCmd) Run(ctx context.Context, e *env) error {
	who, err := c.read(e)
	if err != nil {
		return err
	}
	in := client.PasswordFeed{Password: who, Programme: c.Programme, NewFeed: client.NewFeed{Name: c.Name, Kinds: c.Kind}}
	return keepSecret(c.AddressFile, func(keep func(string) error) error {
		return ask(e, func(server *client.Client) (client.Feed, error) {
			f, err := server.AddFeedWithPassword(ctx, in)
			if err == nil && c.AddressFile != "" {
				err = keep(f.Address)
				f.Address = ""
			}
			return f, err
		}, func(w io.Writer, f client.Feed) {
			if c.AddressFile == "" {
				fmt.Fprintln(w, f.Address)
				return
			}
			fmt.Fprintf(w, "the address lies in %s (feed %s)\n", c.AddressFile, f.ID)
		})
	})
}

type feedListCmd struct{ programmeFlag }

// Run lists the addresses of who asks.
func (c feedListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.Feed, error) { return server.Feeds(ctx, c.Programme) }, func(w io.Writer, all []client.Feed) {
		t := table{head: []string{"id", "name", "holds", "made", "last read"}}
		for _, f := range all {
			used := "never"
			if f.UsedAt != nil {
				used = moment(*f.UsedAt)
			}
			t.add(f.ID, f.Name, strings.Join(f.Kinds, " "), moment(f.CreatedAt), used)
		}
		t.print(w)
	})
}

type feedRevokeCmd struct {
	passwordFlags
	ID string `arg:"" help:"Id, as feed list shows it." placeholder:"ID"`
}

// Run ends the address.
func (c feedRevokeCmd) Run(ctx context.Context, e *env) error {
	who, err := c.read(e)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (map[string]string, error) {
		return map[string]string{"revoked": c.ID}, server.RevokeFeedWithPassword(ctx, c.ID, who)
	}, func(w io.Writer, _ map[string]string) { fmt.Fprintln(w, "the address no longer holds") })
}
