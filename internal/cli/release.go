package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"headway/client"
)

type releaseShowCmd struct {
	Release   string `arg:"" help:"Team/version, as web/2.4.0, or the release's id."`
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
}

// Run shows the release.
func (c releaseShowCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	out, err := server.Release(ctx, c.Programme, c.Release)
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) { printStory(w, out) })
	return nil
}

func printStory(w io.Writer, s client.ReleaseStory) {
	fmt.Fprintf(w, "%s %s is %s, gap %d working days\n", s.Release.Team, s.Release.Version, s.Release.State, s.GapDays)
	if s.Planned != nil {
		fmt.Fprintf(w, "planned for production on %s, gap %d working days (%s)\n", s.Planned.Production.Format(time.DateOnly), s.Planned.GapDays, s.Planned.Band)
	}
	if p := s.Promise; p != nil {
		fmt.Fprintf(w, "plan %d of %s promised %s\n", p.Plan, p.PublishedAt.Format(time.DateOnly), p.Production.Format(time.DateOnly))
	}
	if x := s.Expected; x != nil {
		fmt.Fprintf(w, "expected by %s (P50), %s (P85), from %s\n", x.P50, x.P85, x.Basis)
	}
	if n := s.Needs; n != nil {
		fmt.Fprintf(w, "the runbook takes %.0f minutes, P85 %.0f: %s\n", n.P50Minutes, n.P85Minutes, n.Source)
	}
	t := table{}
	for _, c := range s.Candidates {
		t.add("candidate", c.Name, c.State, c.ShelvedAt.Format("2006-01-02 15:04"), c.ShelvedBy)
	}
	for _, v := range s.Verdicts {
		t.add("gate", v.Title, v.Outcome, v.Reason)
	}
	for _, d := range s.Decisions {
		t.add("go/no-go", d.Candidate, d.State, d.OpenedAt.Format("2006-01-02 15:04"), d.OpenedBy)
		for _, x := range d.Approvals {
			t.add("", x.Name, x.Verdict+" as "+x.Role, x.At.Format("2006-01-02 15:04"), oneLine(x.Note))
		}
	}
	for _, d := range s.Defects {
		t.add("defect", d.Name, d.State, d.Severity, oneLine(d.Title))
	}
	for _, p := range s.Evidence {
		t.add("evidence", p.FileName, p.Outcome, p.AddedAt.Format("2006-01-02 15:04"), strings.Join(p.Reasons, "; "))
	}
	t.print(w)
	fmt.Fprintln(w, "work")
	printItems(w, s.Items)
	gap := table{}
	for _, g := range s.Gap {
		gap.add("gap", g.From.Format("2006-01-02 15:04"), g.To.Format("2006-01-02 15:04"), g.Cause, g.Who)
	}
	gap.print(w)
}

type releaseListCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Team      string `placeholder:"KEY" help:"Only those of a team."`
	Series    string `placeholder:"NAME" help:"Only those of a cycle of imported history."`
	State     string `placeholder:"STATE" help:"Only those in a state."`
	Order     string `enum:"newest,nearest" default:"newest" placeholder:"ORDER" help:"newest: newest sprint first; nearest: what is not over first, nearest first."`
	After     string `placeholder:"ID" help:"Go on after a release."`
}

// Run lists the releases.
func (c releaseListCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	out, err := server.Releases(ctx, c.Programme, client.ReleaseFilter{Team: c.Team, Series: c.Series, State: c.State, Order: c.Order, After: c.After})
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) {
		t := table{head: []string{"team", "version", "component", "state", "sprint end", "live"}}
		for _, r := range out.Releases {
			t.add(r.Team, r.Version, r.Component, r.State, day(r.SprintEnd), day(r.LiveAt))
		}
		t.print(w)
		if out.Next != "" {
			fmt.Fprintf(w, "%d in all; more with --after %s\n", out.Total, out.Next)
		}
	})
	return nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
