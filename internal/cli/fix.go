package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"headway"
	"headway/client"
	"headway/internal/gitlog"
)

type fixCmd struct {
	List   fixListCmd   `cmd:"" help:"Show which fix is in which release on the shelf, and in trunk."`
	Report fixReportCmd `cmd:"" help:"Tell the commits of a release or of trunk, from a Git repository."`
	Note   fixNoteCmd   `cmd:"" help:"Note a fix that no commit tells of."`
	Mark   fixMarkCmd   `cmd:"" help:"Say that a place holds a fix, lacks it, or needs none."`
}

type fixListCmd struct {
	programmeFlag
	Team    string `help:"Only of this team." placeholder:"KEY"`
	Missing bool   `help:"Only those that are missing somewhere."`
}

// Run shows the matrix.
func (c fixListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.FixList, error) {
		return server.Fixes(ctx, c.Programme, c.Team, c.Missing)
	}, func(w io.Writer, list client.FixList) {
		for _, m := range list.Teams {
			printFixes(w, m)
		}
		if len(list.Teams) == 0 {
			fmt.Fprintln(w, "no fix is on record")
		}
	})
}

type fixPlaceFlags struct {
	programmeFlag
	Team    string `required:"" help:"Key of the team." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Version string `help:"The release, as 2.4.0." xor:"place" required:"" placeholder:"VERSION"`
	Trunk   bool   `help:"What later releases are built from." xor:"place" required:""`
}

func (c fixPlaceFlags) place() string {
	if c.Trunk {
		return client.Trunk
	}
	return c.Version
}

type fixReportCmd struct {
	fixPlaceFlags
	Repo  string `help:"Directory of the Git repository." default:"." placeholder:"PATH"`
	Range string `required:"" help:"Commits to tell, as v2.3.0..release/2.4." placeholder:"A..B"`
}

// Help tells what is read and what is sent.
func (fixReportCmd) Help() string {
	return `Reads a Git repository on this machine: the commits of the range, and whether the branch at its end holds the commits of fixes that are on record. A fix is recognised by

  Fixes: D-12                           a line of the message
  (cherry picked from commit SHA)       as git cherry-pick -x writes
  This reverts commit SHA               as git revert writes: it is out again
  the same commit, or the same git patch-id

Sent are, of each commit, its SHA, its patch id, the first line of its message and lines such as these; nothing else.

Example: headway fix report --programme shop --team web --version 2.4.0 --range v2.3.0..release/2.4`
}

// Run reads the repository and tells the server.
func (c fixReportCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	in, err := c.read(ctx, server)
	if err != nil {
		return err
	}
	out, err := server.ReportFixes(ctx, c.Programme, in)
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %d commits told, %d carry a fix\n", out.Place, len(in.Commits), out.Carried)
		for _, f := range out.Noted {
			fmt.Fprintf(w, "noted %s\n", f)
		}
		if out.Reverted > 0 {
			fmt.Fprintf(w, "%d known commits were taken out again or brought back\n", out.Reverted)
		}
		if len(out.Unknown) > 0 {
			fmt.Fprintf(w, "messages name %s, which the programme does not know\n", strings.Join(out.Unknown, ", "))
		}
		printFixes(w, out.Matrix)
	})
	return nil
}

// read gathers what the repository tells: the range, and which commits of known
// fixes the branch holds, however long ago they came in.
func (c fixReportCmd) read(ctx context.Context, server *client.Client) (client.FixReport, error) {
	in := client.FixReport{Team: c.Team, Place: c.place()}
	repo := gitlog.Repository{Dir: c.Repo}
	commits, err := repo.Commits(ctx, c.Range)
	if err != nil {
		return in, err
	}
	if in.Head, err = repo.Head(ctx, c.Range); err != nil {
		return in, err
	}
	told := map[string]bool{}
	for _, k := range commits {
		told[k.SHA] = true
	}
	known, err := server.Fixes(ctx, c.Programme, c.Team, false)
	if headway.KindOf(err) == headway.Forbidden && err != nil {
		known, err = client.FixList{}, nil // a token that may report need not be one that may look
	}
	if err != nil {
		return in, err
	}
	held, err := repo.Holds(ctx, in.Head, knownCommits(known))
	if err != nil {
		return in, err
	}
	for _, sha := range slices.Backward(held) { // git lists the newest first
		if !told[sha] && len(in.Commits)+len(commits) < gitlog.MaxCommits {
			told[sha] = true
			in.Commits = append(in.Commits, client.ToldCommit{SHA: sha})
		}
	}
	for _, k := range commits {
		in.Commits = append(in.Commits, client.ToldCommit{SHA: k.SHA, PatchID: k.PatchID, Message: k.Message})
	}
	return in, nil
}

// knownCommits lists the commits that carry fixes, and those they were picked from.
func knownCommits(list client.FixList) []string {
	var out []string
	for _, m := range list.Teams {
		for _, f := range m.Fixes {
			for _, p := range f.Places {
				for _, k := range p.Commits {
					out = append(out, k.SHA)
					if k.PickedFrom != "" {
						out = append(out, k.PickedFrom)
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type fixNoteCmd struct {
	programmeFlag
	Team   string `required:"" help:"Key of the team." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Defect string `help:"Defect that it mends, as D-12." placeholder:"D-N"`
	Title  string `help:"What it mends; the defect's title when left out." placeholder:"TEXT"`
	In     string `help:"Version of a release that holds it, or trunk." placeholder:"PLACE"`
}

// Run notes the fix.
func (c fixNoteCmd) Run(ctx context.Context, e *env) error {
	in := client.NewFix{Team: c.Team, Title: c.Title, Place: c.In}
	if c.Defect != "" {
		n, err := defectNumber("--defect", c.Defect)
		if err != nil {
			return err
		}
		in.Defect = n
	}
	return ask(e, func(server *client.Client) (client.Fix, error) { return server.NoteFix(ctx, c.Programme, in) },
		func(w io.Writer, f client.Fix) { fmt.Fprintf(w, "noted %s: %s\n", f.Name, oneLine(f.Title)) })
}

type fixMarkCmd struct {
	programmeFlag
	Fix    string `arg:"" help:"Number, as F-3." placeholder:"F-N"`
	Place  string `arg:"" help:"Version of a release, or trunk." placeholder:"PLACE"`
	State  string `arg:"" help:"in, missing or not-needed." enum:"in,missing,not-needed" placeholder:"STATE"`
	Reason string `help:"Why; needed for not-needed." placeholder:"TEXT"`
}

// Run marks the fix.
func (c fixMarkCmd) Run(ctx context.Context, e *env) error {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(c.Fix), "F-"))
	if err != nil || n < 1 {
		return headway.Invalidf("fix", "%q is no fix", c.Fix).WithHint("write it as F-3")
	}
	return ask(e, func(server *client.Client) (client.FixCell, error) {
		return server.MarkFix(ctx, c.Programme, n, client.FixMark{Place: c.Place, State: c.State, Reason: c.Reason})
	}, func(w io.Writer, cell client.FixCell) { fmt.Fprintf(w, "F-%d in %s: %s\n", n, cell.Place, cell.State) })
}

// printFixes prints one team's matrix, and why fixes are missing.
func printFixes(w io.Writer, m client.FixMatrix) {
	if len(m.Fixes) == 0 {
		fmt.Fprintf(w, "%s: no fix is on record\n", m.Team)
		return
	}
	t := table{head: []string{m.Team}}
	for _, p := range m.Places {
		t.head = append(t.head, p.Name)
	}
	t.head = append(t.head, "what it mends")
	for _, f := range m.Fixes {
		row := []string{f.Name}
		for _, c := range f.Places {
			row = append(row, fixWord(c))
		}
		t.add(append(row, oneLine(f.Title))...)
	}
	t.print(w)
	if m.More > 0 {
		fmt.Fprintf(w, "and %d more\n", m.More)
	}
}

func fixWord(c client.FixCell) string {
	switch headway.FixState(c.State) {
	case headway.FixMissing:
		if !c.Asked {
			return "missing?"
		}
		return "MISSING"
	case headway.FixNotNeeded:
		return "not needed"
	case headway.FixEarlier:
		return "-"
	}
	return c.State
}
