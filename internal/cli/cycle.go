package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"headway/client"
)

type cycleCmd struct {
	Open   cycleOpenCmd   `cmd:"" help:"Open a test cycle on a candidate from manual cases in CSV."`
	List   cycleListCmd   `cmd:"" help:"List the newest test cycles of a programme."`
	Show   cycleShowCmd   `cmd:"" help:"Show a test cycle."`
	Record cycleRecordCmd `cmd:"" help:"Tell what you found of a manual case, with files that show it."`
	File   cycleFileCmd   `cmd:"" help:"Download a file that is attached to a manual case."`
}

type cycleOpenCmd struct {
	candidateFlags
	Title string `required:"" help:"Title of the cycle." placeholder:"TEXT"`
	File  string `arg:"" type:"existingfile" help:"Manual cases as CSV: title, steps, expected result, component, key in any order."`
}

// Run opens a cycle.
func (c cycleOpenCmd) Run(ctx context.Context, e *env) error {
	f, err := os.Open(c.File)
	if err != nil {
		return unreadable("file", c.File, err)
	}
	defer f.Close()
	about := client.Report{Team: c.Team, Version: c.Version, Candidate: c.Candidate, FileName: filepath.Base(c.File)}
	return ask(e, func(server *client.Client) (client.Cycle, error) {
		return server.OpenCycle(ctx, c.Programme, about, c.Title, f)
	}, printCycle)
}

type cycleShowCmd struct {
	programmeFlag
	Cycle string `arg:"" help:"Id of the cycle."`
}

// Run shows a cycle.
func (c cycleShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Cycle, error) { return server.Cycle(ctx, c.Programme, c.Cycle) }, printCycle)
}

type cycleRecordCmd struct {
	programmeFlag
	Cycle   string   `arg:"" help:"Id of the cycle."`
	Number  int      `arg:"" help:"Number of the case."`
	Outcome string   `arg:"" enum:"passed,failed,blocked,skipped,open" help:"passed, failed, blocked, skipped or open."`
	Note    string   `help:"What was seen; needed when it failed or is blocked." placeholder:"TEXT"`
	Attach  []string `help:"File that shows it, as a screenshot; may be repeated." placeholder:"FILE"`
}

// Run records a result.
func (c cycleRecordCmd) Run(ctx context.Context, e *env) error {
	if err := toAttach("--attach", c.Attach); err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.CycleCase, error) {
		for _, name := range c.Attach { // first, so that the result never stands without what shows it
			err := withFile(name, func(f io.Reader, size int64) error {
				_, err := server.AttachToCase(ctx, c.Programme, c.Cycle, c.Number, filepath.Base(name), f, size)
				return err
			})
			if err != nil {
				return client.CycleCase{}, err
			}
		}
		return server.RecordCase(ctx, c.Programme, c.Cycle, c.Number, client.CycleResult{Outcome: c.Outcome, Note: c.Note})
	}, func(w io.Writer, k client.CycleCase) {
		fmt.Fprintf(w, "%d %s: %s\n", k.Number, oneLine(k.Title), k.Outcome)
		printAttachments(w, k.Attachments)
	})
}

type cycleListCmd struct{ programmeFlag }

// Run lists test cycles.
func (c cycleListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.CycleList, error) { return server.Cycles(ctx, c.Programme) }, func(w io.Writer, list client.CycleList) {
		t := table{head: []string{"cycle", "candidate", "open", "passed", "failed", "blocked", "skipped", "title"}}
		for _, v := range list.Cycles {
			row := []string{v.ID, v.Candidate}
			for _, o := range []string{"open", "passed", "failed", "blocked", "skipped"} {
				row = append(row, fmt.Sprint(v.Counts[o]))
			}
			t.add(append(row, oneLine(v.Title))...)
		}
		t.print(w)
	})
}

func printCycle(w io.Writer, v client.Cycle) {
	n := v.Counts
	fmt.Fprintf(w, "%s %s on %s: %d cases, %d open, %d passed, %d failed, %d blocked, %d skipped\n",
		v.ID, oneLine(v.Title), v.Candidate, len(v.Cases), n["open"], n["passed"], n["failed"], n["blocked"], n["skipped"])
	t := table{}
	for _, k := range v.Cases {
		var note strings.Builder
		note.WriteString(oneLine(k.Note))
		for _, a := range k.Attachments {
			note.WriteString(" [" + printable(a.Name) + "]")
		}
		t.add(fmt.Sprintf("  %d", k.Number), k.Outcome, oneLine(k.Title), strings.TrimSpace(note.String()))
	}
	t.print(w)
	for _, note := range v.Notes {
		fmt.Fprintf(w, "note: %s\n", printable(note))
	}
}
