package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/client"
)

type planCmd struct {
	Show    planShowCmd    `cmd:"" help:"Show the draft, or a published plan."`
	Compare planCompareCmd `cmd:"" help:"Show how two plans differ, and who is hit."`
	Preview planPreviewCmd `cmd:"" help:"Try changes without storing them."`
	Take    planTakeCmd    `cmd:"" help:"Make pins, promises, priorities and splits of trains facts."`
	Repairs planRepairsCmd `cmd:"" help:"Look for ways out of a finding of the draft."`
	Publish planPublishCmd `cmd:"" help:"Publish the draft as the plan that holds."`
	Pin     planPinCmd     `cmd:"" help:"Fix when a backlog item starts, or free it."`
	Export  planExportCmd  `cmd:"" help:"Write the plan as iCalendar or CSV."`
	Solve   solveCmd       `cmd:"" help:"Plan a scheduling instance from a file, without a server."`
	Check   checkCmd       `cmd:"" help:"Check a schedule against its instance, without a server."`
}

type planShowCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Plan      string `placeholder:"N" help:"draft, or the number of a published plan."`
	Person    string `placeholder:"KEY" help:"Only the work of one person."`
}

// Run prints the plan.
func (c planShowCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	plan, err := c.plan(ctx, s)
	if err != nil {
		return err
	}
	e.print(plan, func(w io.Writer) { printPlan(w, plan, c.Person) })
	return nil
}

// plan asks for the plan. The first draft of a programme is computed right
// after its setup: it is waited for a while.
func (c planShowCmd) plan(ctx context.Context, s *client.Client) (client.Plan, error) {
	const every, atMost = 250 * time.Millisecond, 40
	for asked := 1; ; asked++ {
		plan, err := s.Plan(ctx, c.Programme, c.Plan)
		var e *headway.Error
		if err == nil || asked == atMost || !errors.As(err, &e) || e.Kind != headway.NotFound || e.Where != "plan" {
			return plan, err
		}
		select {
		case <-ctx.Done():
			return plan, err
		case <-time.After(every):
		}
	}
}

func printPlan(w io.Writer, p client.Plan, person string) {
	name := p.Kind
	if p.Number > 0 {
		name = fmt.Sprintf("plan %d", p.Number)
	}
	fmt.Fprintf(w, "%s of %s, %s, revision %d\n", printable(name), clock(p.At), printable(p.Status), p.Revision)
	t := table{head: []string{"production", "release", "gap", "band"}}
	for _, r := range p.Releases {
		t.add(clock(r.Production), r.Release, fmt.Sprintf("%d days", r.GapDays), r.Band)
	}
	t.print(w)
	work := table{head: []string{"start", "end", "work", "release", "people", "why"}}
	for _, q := range p.Placements {
		if !q.Done && (person == "" || slices.Contains(q.People, person)) {
			work.add(clock(q.Start), clock(q.End), q.Title, q.Release, strings.Join(q.People, ", "), q.Why)
		}
	}
	fmt.Fprintln(w)
	work.print(w)
	for _, f := range p.Findings {
		fmt.Fprintf(w, "%s: %s\n", printable(f.Severity), printable(f.Text))
		for _, r := range f.Repairs {
			fmt.Fprintf(w, "  %s: %s\n", printable(r.Text), printable(r.Effect))
		}
	}
}

// clock writes an instant in the zone of this machine; a missing one is a dash.
func clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Local().Format("Mon 2006-01-02 15:04")
}

type planCompareCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	From      string `arg:"" optional:"" placeholder:"FROM" help:"Number of a published plan, or draft; the newest published one when absent."`
	To        string `arg:"" optional:"" placeholder:"TO" help:"The same; the draft when absent."`
}

// Run prints the differences.
func (c planCompareCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	v, err := s.ComparePlans(ctx, c.Programme, c.From, c.To)
	if err != nil {
		return err
	}
	e.print(v, func(w io.Writer) { printComparison(w, v) })
	return nil
}

func printComparison(w io.Writer, v client.PlanComparison) {
	if len(v.Changes)+len(v.Releases) == 0 {
		fmt.Fprintln(w, "the plans do not differ")
		return
	}
	for _, r := range v.Releases {
		fmt.Fprintf(w, "%s: production %s instead of %s (%+.1f days)\n", printable(r.Release), clock(r.After), clock(r.Before), r.Days)
	}
	for _, h := range v.Teams {
		fmt.Fprintf(w, "%s: %d releases later, %d earlier, at worst %.1f days\n", printable(h.Name), h.Later, h.Earlier, h.WorstDays)
	}
	for _, h := range v.People {
		fmt.Fprintf(w, "%s: %d moved, %d more, %d less\n", printable(h.Name), h.Moved, h.Joined, h.Freed)
	}
	for _, c := range v.Changes {
		fmt.Fprintln(w, printable(c.Text))
	}
}

type planPublishCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Reason    string `required:"" placeholder:"TEXT" help:"Why the plan changes."`
	Revision  int64  `placeholder:"N" help:"Of the draft that was looked at; the present draft's when absent."`
}

// Run publishes the draft.
func (c planPublishCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	if c.Revision == 0 {
		draft, err := s.Plan(ctx, c.Programme, "")
		if err != nil {
			return err
		}
		c.Revision = draft.Revision
	}
	head, err := s.PublishPlan(ctx, c.Programme, client.PublishPlan{Revision: c.Revision, Reason: c.Reason})
	if err != nil {
		return err
	}
	e.print(head, func(w io.Writer) { fmt.Fprintf(w, "plan %d is published\n", head.Number) })
	return nil
}

type planPinCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Item      string `arg:"" placeholder:"ITEM" help:"Id of the backlog item."`
	Start     string `arg:"" optional:"" placeholder:"TIME" help:"As 2026-12-01T10:00:00Z; absent: the plan chooses again."`
}

// Run fixes or frees the item.
func (c planPinCmd) Run(ctx context.Context, e *env) error {
	var in client.PinItem
	if c.Start != "" {
		t, err := time.Parse(time.RFC3339, c.Start)
		if err != nil {
			return headway.Invalidf("TIME", "%q is no time", c.Start).WithHint("write it as 2026-12-01T10:00:00Z")
		}
		in.Start = t
	}
	s, err := e.server()
	if err != nil {
		return err
	}
	item, err := s.PinItem(ctx, c.Programme, c.Item, in)
	if err != nil {
		return err
	}
	e.print(item, func(w io.Writer) { fmt.Fprintf(w, "%s: start %s\n", printable(item.Title), clock(item.Start)) })
	return nil
}
