package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type gapCmds struct {
	Show   gapCmd       `cmd:"" default:"withargs" help:"What lies between sprint and production, and what to expect."`
	Advice gapAdviceCmd `cmd:"" help:"The shortest gap that holds, what fills it, and on what it depends."`
}

type gapCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Release   string `placeholder:"ID" help:"Take the gap of one release apart, up to now while it is on its way."`
	Details   int    `placeholder:"N" help:"Releases whose gaps are taken apart."`
}

// Run prints the gaps of a programme, or of one release.
func (c gapCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	if c.Release != "" {
		g, err := s.ReleaseGap(ctx, c.Programme, c.Release)
		if err != nil {
			return err
		}
		e.print(g, func(w io.Writer) { printReleaseGap(w, g) })
		return nil
	}
	g, err := s.Gaps(ctx, c.Programme, c.Details)
	if err != nil {
		return err
	}
	e.print(g, func(w io.Writer) { printGaps(w, g) })
	return nil
}

func printReleaseGap(w io.Writer, g client.ReleaseGap) {
	fmt.Fprintf(w, "%s: %d working days from %s to %s (%s)\n", printable(g.Release), g.Days, clock(g.From), clock(g.To), printable(g.Band))
	t := table{head: []string{"from", "to", "days", "cause"}}
	for _, s := range g.Slices {
		t.add(clock(s.From), clock(s.To), fmt.Sprintf("%.1f", s.Days), strings.TrimSpace(s.Cause+" "+s.Who))
	}
	t.print(w)
}

func printGaps(w io.Writer, g client.Gaps) {
	fmt.Fprintf(w, "%d releases with a gap; headway %.1f days (median of %d releases in production), last %.1f days\n",
		g.Finished, g.Headway.MedianDays, g.Headway.Releases, g.Headway.LastDays)
	teams := table{head: []string{"team", "releases", "median", "P85", "last", "within target", "headway", "next P50", "next P85", "basis"}}
	for _, t := range g.Teams {
		row := []string{
			t.Name, fmt.Sprint(t.Releases), fmt.Sprintf("%.0f", t.MedianDays), fmt.Sprintf("%.0f", t.P85Days), fmt.Sprint(t.LastDays),
			fmt.Sprintf("%.0f %%", 100*t.WithinTarget), fmt.Sprintf("%.1f days", t.Headway.MedianDays),
		}
		if n := t.Next; n != nil {
			row = append(row, fmt.Sprintf("%.1f", n.P50), fmt.Sprintf("%.1f", n.P85), n.Basis)
		}
		teams.add(row...)
	}
	teams.print(w)
	causes := table{head: []string{"", "days", "share of the newest gaps"}}
	for _, c := range g.Causes {
		causes.add(strings.TrimSpace(c.Cause+" "+c.Who), fmt.Sprintf("%.1f", c.Days), fmt.Sprintf("%.0f %%", 100*c.Share))
	}
	next := table{head: []string{"release", "planned", "P50", "P85", "P95", "basis"}}
	for _, f := range g.Forecasts {
		next.add(f.Release, clock(f.Planned), f.P50, f.P85, f.P95, f.Gap.Basis)
	}
	for _, t := range []*table{&causes, &next} {
		if len(t.rows) > 0 {
			fmt.Fprintln(w)
			t.print(w)
		}
	}
}

type statusCmd struct {
	Programme string `env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"One programme; all when absent."`
}

// Run prints where programmes stand.
func (c statusCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	all, err := s.Status(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(all, func(w io.Writer) {
		for _, p := range all {
			printStatus(w, p)
		}
	})
	return nil
}

func printStatus(w io.Writer, p client.Status) {
	fmt.Fprintf(w, "%s (%s)\n", printable(p.Name), printable(p.Programme))
	for _, reason := range p.Stopped {
		fmt.Fprintf(w, "EMERGENCY STOP: %s\n", printable(reason))
	}
	if n := p.Next; n != nil {
		fmt.Fprintf(w, "next in production: %s, %s\n", printable(n.Release), clock(n.Planned))
	}
	t := table{head: []string{"state", "release", "candidate", "since", "gap so far", "planned"}}
	for _, column := range []struct {
		name string
		list []client.StatusRelease
	}{{"on the shelf", p.Shelf}, {"under test", p.UnderTest}, {"decided", p.Decided}, {"deploying", p.Deploying}, {"live", p.Live}} {
		for _, r := range column.list {
			t.add(column.name, r.Release, r.Candidate, clock(r.Since), fmt.Sprintf("%d days", r.GapDays), clock(r.Planned))
		}
	}
	if len(t.rows) > 0 {
		t.print(w)
	}
	if p.OpenDefects > 0 {
		fmt.Fprintf(w, "%d open defects\n", p.OpenDefects)
	}
	for _, f := range p.Findings {
		fmt.Fprintf(w, "%s: %s\n", printable(f.Severity), printable(f.Text))
	}
}

type workCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Read      bool   `help:"Mark all notifications as read."`
}

// Run prints what waits for the owner of the token.
func (c workCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	v, err := s.Work(ctx, c.Programme)
	if err != nil {
		return err
	}
	if c.Read {
		if err := s.MarkRead(ctx, ""); err != nil {
			return err
		}
	}
	e.print(v, func(w io.Writer) { printWork(w, v) })
	return nil
}

func printWork(w io.Writer, v client.Work) {
	for _, d := range v.Decisions {
		fmt.Fprintf(w, "go/no-go of %s waits for your verdict as %s (%s)\n", printable(d.Release), printable(d.Role), printable(d.ID))
	}
	for _, r := range v.Reworks {
		fmt.Fprintf(w, "%s is beyond the %.1f h set aside for rework in sprint %d: choose what gives (headway rework trade)\n", printable(r.Team), r.BudgetHours, r.Sprint)
	}
	for _, x := range v.Experiments {
		fmt.Fprintf(w, "E-%d %s: %s\n", x.Number, printable(x.Effect), printable(x.Change))
	}
	items := table{head: []string{"", "start", "state", "work", "release", "id"}}
	for _, i := range v.Items {
		whose := "could take"
		if i.Mine {
			whose = "mine"
		}
		items.add(whose, clock(i.Start), i.State, i.Title, i.Release, i.ID)
	}
	if len(items.rows) > 0 {
		items.print(w)
	}
	for _, d := range v.Defects {
		fmt.Fprintf(w, "D-%d %s: %s (%s)\n", d.Number, printable(d.Severity), printable(d.Title), printable(d.Release))
	}
	for _, b := range v.Bookings {
		fmt.Fprintf(w, "%s is booked for %s, %s to %s\n", printable(b.Environment), printable(b.Release), clock(b.From), clock(b.To))
	}
	for _, n := range v.Notifications {
		if !n.Read {
			fmt.Fprintf(w, "%s  %s\n", clock(n.At), printable(n.Text))
		}
	}
}
