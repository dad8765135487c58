package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"headway/client"
)

type calendarCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	From      string `placeholder:"DAY" help:"First day, as 2026-12-01; today unless given."`
	To        string `placeholder:"DAY" help:"Last day; two weeks later unless given."`
	Kind      string `placeholder:"KIND" help:"Only sprint, window, freeze, booking, absence, deployment, production, planned or holiday."`
}

// Run prints what lies in the calendar, in the programme's zone.
func (c calendarCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	if c.From == "" {
		c.From = time.Now().Format(time.DateOnly)
	}
	if first, err := time.Parse(time.DateOnly, c.From); c.To == "" && err == nil {
		c.To = first.AddDate(0, 0, 13).Format(time.DateOnly)
	}
	v, err := s.Calendar(ctx, c.Programme, c.From, c.To)
	if err != nil {
		return err
	}
	if c.Kind != "" {
		some := v.Entries[:0]
		for _, x := range v.Entries {
			if x.Kind == c.Kind {
				some = append(some, x)
			}
		}
		v.Entries = some
	}
	e.print(v, func(w io.Writer) { printCalendar(w, v) })
	return nil
}

func printCalendar(w io.Writer, v client.Calendar) {
	zone, err := time.LoadLocation(v.Zone)
	if err != nil {
		zone = time.UTC
	}
	t := table{head: []string{"from", "to", "kind", "what"}}
	for _, x := range v.Entries {
		from, to := x.From.In(zone).Format("Mon 2006-01-02 15:04"), x.To.In(zone).Format("Mon 2006-01-02 15:04")
		if x.WholeDays {
			from, to = x.From.In(zone).Format("Mon 2006-01-02"), x.To.Add(-1).In(zone).Format("Mon 2006-01-02")
		}
		if from == to {
			to = ""
		}
		t.add(from, to, x.Kind, x.Text)
	}
	t.print(w)
	fmt.Fprintf(w, "times in %s\n", zone)
}
