package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type boardCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Release   string `placeholder:"ID" help:"Only items of a release."`
	Person    string `placeholder:"ID" help:"Only items in the hands of a person."`
	Skill     string `placeholder:"KEY" help:"Only items that take a skill."`
}

// Run shows the operations board.
func (c boardCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	out, err := server.Board(ctx, c.Programme, client.BoardFilter{Release: c.Release, Person: c.Person, Skill: c.Skill})
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) {
		if s := out.Sprint; s != nil {
			fmt.Fprintf(w, "sprint %d of %s, %d working days left: %.0f of %.0f hours done, %.1f went to production support\n",
				s.Number, s.Team, s.DaysLeft, s.DoneHours, s.ScopeHours, s.SupportHours)
		}
		for _, col := range out.Columns {
			limit := ""
			if col.Limit > 0 {
				limit = fmt.Sprintf(" of at most %d", col.Limit)
			}
			fmt.Fprintf(w, "%s (%d%s)\n", strings.ToUpper(col.State), col.Count, limit)
			printItems(w, col.Items)
		}
	})
	return nil
}

func printItems(w io.Writer, items []client.Item) {
	t := table{}
	for _, i := range items {
		note := i.Blocked
		if note == "" && len(i.WaitsFor) > 0 {
			note = "waits for " + strings.Join(i.WaitsFor, ", ")
		}
		t.add("  "+i.ID, i.Team+" "+i.ReleaseName, i.Title, i.Skill, fmt.Sprintf("%g h", i.Hours), i.State, strings.Join(i.AssigneeNames, ", "), oneLine(note))
	}
	t.print(w)
}

type shelfCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
}

// Run shows what waits on the shelf.
func (c shelfCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	out, err := server.Shelf(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) {
		t := table{head: []string{"team", "candidate", "state", "shelved", "gap days", "work", "evidence", "blockers", "production", "P50", "P85"}}
		for _, r := range out.Rows {
			var proofs []string
			for _, p := range r.Evidence {
				proofs = append(proofs, p.Kind+" "+p.Outcome)
			}
			planned := "not planned"
			if r.Planned != nil {
				planned = r.Planned.Production.Format("2006-01-02 15:04")
			}
			p50, p85 := "", ""
			if r.Expected != nil {
				p50, p85 = r.Expected.P50, r.Expected.P85
			}
			t.add(r.Release.Team, r.Candidate.Name, r.Release.State, fmt.Sprintf("%d days", r.AgeDays), fmt.Sprint(r.GapSoFar),
				fmt.Sprintf("%d/%d", r.Done, r.Items), strings.Join(proofs, ", "), fmt.Sprint(r.Blockers), planned, p50, p85)
		}
		t.print(w)
		if n := len(out.Depth); n > 28 {
			fmt.Fprintf(w, "%d on the shelf now, %d four weeks ago\n", out.Depth[n-1].Depth, out.Depth[n-29].Depth)
		}
	})
	return nil
}
