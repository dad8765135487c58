package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/engine"
	"headway/internal/engine/instance"
)

type solveCmd struct {
	File    string  `arg:"" help:"Instance: .sm, .rcp, .sch, .rcmp or release-programme/1 JSON." placeholder:"FILE"`
	Seconds float64 `help:"Search that long; the answer then depends on the machine." placeholder:"S"`
	Steps   int     `help:"Search that many schedules: the same answer everywhere." placeholder:"N"`
	Seed    uint64  `help:"Seed of the search." default:"1" placeholder:"N"`
}

// Help tells exit codes and an example.
func (solveCmd) Help() string {
	return `Without --seconds or --steps the search takes a budget that suits the size. Exit code 0 with a plan, 1 when it is proved that there is none, 2 when neither was found.

Example: headway plan solve j3010_1.sm --seconds 10 --json`
}

// Run plans and prints the plan.
func (c solveCmd) Run(ctx context.Context, e *env) error {
	if c.Seconds < 0 || c.Seconds > 86400 || c.Steps < 0 {
		return usageError{"--seconds lies within 0–86400 and --steps is not negative", "see headway plan solve --help"}
	}
	data, err := e.read("FILE", c.File, instance.MaxBytes)
	if err != nil {
		return err
	}
	start := time.Now()
	if c.Seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.Seconds*float64(time.Second)))
		defer cancel()
	}
	answer, err := instance.Solve(ctx, filepath.Base(c.File), data, engine.Options{Steps: c.Steps, Seed: c.Seed})
	if err != nil {
		return err
	}
	answer.Stats.Seconds = time.Since(start).Seconds()
	e.print(answer, func(w io.Writer) { printAnswer(w, answer) })
	switch answer.Status {
	case engine.Infeasible:
		return judge(headway.Fail)
	case engine.Unknown:
		return judge(headway.Waiting)
	}
	return nil
}

func printAnswer(w io.Writer, a instance.Answer) {
	if len(a.Schedule) == 0 {
		fmt.Fprintf(w, "%s: %.2f s, %d schedules\n", a.Status, a.Stats.Seconds, a.Stats.Schedules)
	} else {
		fmt.Fprintf(w, "%s: makespan %d, lower bound %d, %.2f s, %d schedules\n", a.Status, a.Makespan, a.LowerBound, a.Stats.Seconds, a.Stats.Schedules)
	}
	if a.Cost != a.Makespan {
		fmt.Fprintf(w, "cost %d, at least %d in any plan: %s\n", a.Cost, a.CostBound, terms(a.Objective))
	}
	for _, f := range a.Findings {
		fmt.Fprintln(w, " ", f)
	}
	t := table{head: []string{"task", "start", "people"}}
	for _, row := range a.Schedule {
		t.add(row.Task, fmt.Sprint(row.Start), strings.Join(row.People, ", "))
	}
	if len(t.rows) > 0 {
		t.print(w)
	}
}

// terms lists the amounts of the objective by name.
func terms(amounts map[string]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(amounts)) {
		out = append(out, fmt.Sprintf("%s %d", name, amounts[name]))
	}
	return strings.Join(out, ", ")
}
