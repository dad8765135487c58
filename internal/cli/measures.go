package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type measuresCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Days      int    `placeholder:"N" help:"Over how many days, compared with as many before; 90 when absent."`
	Figure    string `placeholder:"KEY" help:"Only this one, with the releases behind it."`
	CSV       bool   `name:"csv" help:"Comma-separated values, with every release behind each figure."`
}

// Help gives examples.
func (measuresCmd) Help() string {
	return `DORA's five metrics by their present definitions, and what Headway measures of the way from sprint to production.

Example: headway measures --programme atlas --days 180
         headway measures --programme atlas --figure gap`
}

// Run prints the figures.
func (c measuresCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	if c.CSV {
		body, err := s.MeasuresCSV(ctx, c.Programme, c.Days)
		if err != nil {
			return err
		}
		defer body.Close()
		_, err = io.Copy(e.Out, body)
		return err
	}
	v, err := s.Measures(ctx, c.Programme, c.Days)
	if err != nil {
		return err
	}
	if c.Figure == "" {
		e.print(v, func(w io.Writer) { printMeasures(w, v) })
		return nil
	}
	for _, m := range v.Measures {
		if m.Key == c.Figure {
			e.print(m, func(w io.Writer) { printMeasure(w, m) })
			return nil
		}
	}
	return usageError{message: fmt.Sprintf("there is no figure %q", c.Figure), hint: "headway measures lists their keys"}
}

func printMeasures(w io.Writer, v client.Measures) {
	fmt.Fprintf(w, "%d days to %s, and as many before\n", v.Days, clock(v.To))
	t := table{head: []string{"figure", "now", "before", "", "of"}}
	for _, m := range v.Measures {
		t.add(m.Key, measured(m.Value), measured(m.Before), m.Unit, fmt.Sprint(m.Count))
	}
	t.print(w)
}

func printMeasure(w io.Writer, m client.Measure) {
	fmt.Fprintf(w, "%s: %s %s (before: %s)\n%s\n", m.Name, measured(m.Value), m.Unit, measured(m.Before), m.Means)
	t := table{head: []string{"release", "in production", m.Unit, ""}}
	for _, s := range m.Samples {
		t.add(s.Release, clock(s.At), measured(&s.Value), s.Why)
	}
	if len(t.rows) > 0 {
		t.print(w)
	}
}

func measured(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f", *x)
}
