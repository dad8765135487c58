package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"headway"
	"headway/internal/engine/instance"
)

type checkCmd struct {
	File     string `arg:"" help:"Instance, as for plan solve." placeholder:"FILE"`
	Schedule string `arg:"" help:"Schedule in JSON, as plan solve --json prints it." placeholder:"SCHEDULE.json"`
}

// Help tells exit codes and an example.
func (checkCmd) Help() string {
	return `Exit code 0 when the schedule keeps every rule, 1 with the rules it breaks.

Example: headway plan check j3010_1.sm schedule.json`
}

// Run checks and prints what is broken.
func (c checkCmd) Run(e *env) error {
	data, err := e.read("FILE", c.File, instance.MaxBytes)
	if err != nil {
		return err
	}
	schedule, err := e.read("SCHEDULE", c.Schedule, instance.MaxBytes)
	if err != nil {
		return err
	}
	verdict, err := instance.Check(filepath.Base(c.File), data, schedule)
	if err != nil {
		return err
	}
	e.print(verdict, func(w io.Writer) {
		if verdict.Feasible {
			fmt.Fprintf(w, "feasible, makespan %d\n", verdict.Makespan)
		}
		for _, v := range verdict.Violations {
			fmt.Fprintln(w, v)
		}
	})
	if !verdict.Feasible {
		return judge(headway.Fail)
	}
	return nil
}
