package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type evidenceShowCmd struct {
	programmeFlag
	Evidence string `arg:"" help:"Id of the regression run, as report prints it with --json."`
	Against  string `help:"Candidate, id of a run, or previous; the last released one when left out." placeholder:"NAME"`
	Change   string `help:"all, muted, or one change, as new-failure or missing; what changed or failed when left out." placeholder:"CHANGE"`
	Search   string `help:"Only cases whose id holds this." placeholder:"TEXT"`
	Page     int    `help:"Fifty cases a page." default:"1"`
}

// Run shows the cases of a run.
func (c evidenceShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Run, error) {
		return server.Run(ctx, c.Programme, c.Evidence, client.RunFilter{Against: c.Against, Change: c.Change, Search: c.Search, Page: c.Page})
	}, func(w io.Writer, r client.Run) {
		printRunChanges(w, r)
		t := table{head: []string{"change", "history", "case"}}
		for _, k := range r.Cases {
			change := k.Change
			switch {
			case k.Muted:
				change = "muted"
			case change == "":
				change = k.Outcome
			case k.FailingFor > 1:
				change = fmt.Sprintf("%s for %d candidates", change, k.FailingFor)
			}
			t.add(change, k.History, oneLine(k.ID))
		}
		t.print(w)
		if r.Pages > 1 {
			fmt.Fprintf(w, "%d cases on %d pages: --page N\n", r.Found, r.Pages)
		}
	})
}

// printRunChanges tells in a line or two what changed since another run.
func printRunChanges(w io.Writer, r client.Run) {
	if r.Against == nil {
		fmt.Fprintln(w, "nothing was released yet with a run to compare with")
	} else {
		n := r.Counts
		fmt.Fprintf(w, "against %s: %d new failures, %d still failing, %d missing, %d fixed, %d new, %d flaky, %d slower, %d muted\n", r.Against.Candidate,
			n["new-failure"], n["still-failing"], n["missing"], n["fixed"], n["new"], n["flaky"], n["slower"], n["muted"])
	}
	for _, id := range r.Expired {
		fmt.Fprintf(w, "its mute has expired: %s\n", oneLine(id))
	}
	for _, id := range r.Quiet {
		fmt.Fprintf(w, "muted, yet it passes: %s\n", oneLine(id))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", printable(note))
	}
}
