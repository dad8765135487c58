package cli

import (
	"context"
	"io"
	"os"

	"headway"
)

type planExportCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Format    string `enum:"ics,csv" default:"ics" help:"ics or csv."`
	Person    string `placeholder:"KEY" help:"Only the work of one person (ics)."`
	Plan      string `placeholder:"N" help:"draft, or the number of a published plan (csv)."`
	Out       string `short:"o" placeholder:"FILE" help:"File to write; standard output when absent."`
}

// Run writes the file.
func (c planExportCmd) Run(ctx context.Context, e *env) (err error) {
	s, err := e.server()
	if err != nil {
		return err
	}
	body, err := func() (io.ReadCloser, error) {
		if c.Format == "csv" {
			return s.PlanCSV(ctx, c.Programme, c.Plan)
		}
		return s.PlanCalendar(ctx, c.Programme, c.Person)
	}()
	if err != nil {
		return err
	}
	defer body.Close()
	if c.Out == "" {
		_, err = io.Copy(e.Out, body)
		return err
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return headway.Invalidf("--out", "%s cannot be written", c.Out).Because(err)
	}
	_, err = io.Copy(f, body)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
