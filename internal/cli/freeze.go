package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"headway/client"
	"headway/internal/ingest"
)

type freezeCmd struct {
	Import freezeImportCmd `cmd:"" help:"Take the events of a calendar as freezes."`
	List   freezeListCmd   `cmd:"" help:"List when production must not change."`
}

type freezeImportCmd struct {
	programmeFlag
	File    string `arg:"" help:"iCalendar file (.ics); - reads standard input." placeholder:"FILE"`
	Preview bool   `help:"Say what would change, and change nothing."`
}

// Help says what an import does.
func (freezeImportCmd) Help() string {
	return `Recurrence rules, exceptions, moved and cancelled times are understood. The same calendar again changes nothing;
an event that has changed changes its freeze. Freezes that the calendar does not have stay.

Example: headway freeze import change-calendar.ics --programme atlas --preview`
}

// Run imports the calendar.
func (c freezeImportCmd) Run(ctx context.Context, e *env) error {
	raw, err := e.read("FILE", c.File, ingest.MaxCalendar)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.SetupChanges, error) {
		return server.ImportFreezes(ctx, c.Programme, c.File, bytes.NewReader(raw), c.Preview)
	}, printChanges)
}

type freezeListCmd struct {
	programmeFlag
	From time.Time `help:"From when; without it from now." placeholder:"TIME"`
	To   time.Time `help:"Until when; without it for a year." placeholder:"TIME"`
}

// Run lists the times of the freezes.
func (c freezeListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.FreezeTime, error) {
		return server.Freezes(ctx, c.Programme, c.From, c.To)
	}, func(w io.Writer, all []client.FreezeTime) {
		if len(all) == 0 {
			fmt.Fprintln(w, "no freeze")
			return
		}
		t := table{head: []string{"freeze", "from", "to", "holds for", "name"}}
		for _, f := range all {
			whom := append(append([]string{}, f.Teams...), f.Environments...)
			if len(whom) == 0 {
				whom = []string{"everybody"}
			}
			t.add(f.Key, f.From.UTC().Format("2006-01-02 15:04Z"), f.To.UTC().Format("2006-01-02 15:04Z"), strings.Join(whom, ", "), oneLine(f.Name))
		}
		t.print(w)
	})
}
