package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type interruptCmd struct {
	Log    interruptLogCmd    `cmd:"" help:"Say that production support took somebody's time."`
	List   interruptListCmd   `cmd:"" help:"Show what production support took of whose time, and what the plan leaves free for it."`
	Remove interruptRemoveCmd `cmd:"" help:"Take back what was logged by mistake."`
}

type interruptLogCmd struct {
	programmeFlag
	Minutes int    `arg:"" help:"Minutes of working time that it took." placeholder:"MINUTES"`
	Title   string `arg:"" optional:"" help:"What it was about." placeholder:"TEXT"`
	Person  string `help:"Key of the person; left out: whoever the token belongs to." placeholder:"KEY"`
	Release string `help:"Release in production that it was about, as team/version." placeholder:"TEAM/VERSION"`
}

// Run logs the interrupt.
func (c interruptLogCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Interrupt, error) {
		return server.LogInterrupt(ctx, c.Programme, client.NewInterrupt{Person: c.Person, Minutes: c.Minutes, Title: c.Title, Release: c.Release})
	}, func(w io.Writer, i client.Interrupt) {
		fmt.Fprintf(w, "%d min of %s logged: %s (interrupt %s)\n", i.Minutes, i.Person, printable(i.Title), i.ID)
	})
}

type interruptListCmd struct{ programmeFlag }

// Run shows production support.
func (c interruptListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Support, error) { return server.Support(ctx, c.Programme) }, func(w io.Writer, out client.Support) {
		t := table{head: []string{"person", "support", "of", "measured", "reserve", "plan leaves free"}}
		for _, l := range out.Loads {
			t.add(l.Name, fmt.Sprintf("%.1f h", l.SpentHours), fmt.Sprintf("%.0f h", l.WorkingHours),
				fmt.Sprintf("%d %%", l.Measured), fmt.Sprintf("%d %%", l.Reserve), fmt.Sprintf("%d %%", l.Counts))
		}
		t.print(w)
		last := table{}
		for _, i := range out.Interrupts {
			last.add(i.ID, i.EndedAt.Format("2006-01-02 15:04"), i.Person, fmt.Sprintf("%d min", i.Minutes), oneLine(i.Title))
		}
		last.print(w)
	})
}

type interruptRemoveCmd struct {
	programmeFlag
	ID string `arg:"" help:"Id of the interrupt." placeholder:"ID"`
}

// Run takes the interrupt back.
func (c interruptRemoveCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (map[string]string, error) {
		return map[string]string{"removed": c.ID}, server.RemoveInterrupt(ctx, c.Programme, c.ID)
	}, func(w io.Writer, _ map[string]string) { fmt.Fprintln(w, "removed") })
}
