package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type planTakeCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Revision  int64  `placeholder:"N" help:"Of the draft that was looked at; any when absent."`
	changeFlags
}

// Help says what can be taken.
func (planTakeCmd) Help() string {
	return `Pins, promises and priorities become facts and the plan follows. Other changes are tried with preview, or kept with scenario keep.`
}

// Run takes the changes.
func (c planTakeCmd) Run(ctx context.Context, e *env) error {
	in, err := c.whatIf()
	if err != nil {
		return err
	}
	s, err := e.server()
	if err != nil {
		return err
	}
	if err := s.TakeChanges(ctx, c.Programme, client.TakeChanges{Changes: in, Revision: c.Revision}); err != nil {
		return err
	}
	e.print(struct{}{}, func(w io.Writer) { fmt.Fprintln(w, "taken: the plan follows") })
	return nil
}

type planRepairsCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Finding   int    `arg:"" placeholder:"N" help:"Place in the draft's list of findings, from 1."`
}

// Run prints the ways out of a finding.
func (c planRepairsCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	found, err := s.FindingRepairs(ctx, c.Programme, c.Finding)
	if err != nil {
		return err
	}
	e.print(found, func(w io.Writer) {
		if len(found) == 0 {
			fmt.Fprintln(w, "no way out was found that helps")
		}
		for _, r := range found {
			fmt.Fprintf(w, "%s: %s\n", printable(r.Text), printable(r.Effect))
		}
	})
	return nil
}
