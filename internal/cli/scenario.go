package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type scenarioCmd struct {
	List   scenarioListCmd   `cmd:"" help:"List the scenarios beside the draft."`
	Keep   scenarioKeepCmd   `cmd:"" help:"Plan changes and keep them under a name."`
	Solve  scenarioSolveCmd  `cmd:"" help:"Plan a scenario anew from the facts of today."`
	Take   scenarioTakeCmd   `cmd:"" help:"Make the changes of a scenario facts."`
	Remove scenarioRemoveCmd `cmd:"" help:"Forget a scenario."`
}

type scenarioListCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
}

// Run prints the scenarios.
func (c scenarioListCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	all, err := s.Scenarios(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(all, func(w io.Writer) {
		t := table{head: []string{"scenario", "name", "status", "mean gap", "findings", "changes"}}
		for _, x := range all {
			t.add(x.Key, x.Name, scenarioStatus(x), fmt.Sprintf("%.1f days", x.GapDays), fmt.Sprint(x.Findings), strings.Join(x.Words, "; "))
		}
		t.print(w)
	})
	return nil
}

func scenarioStatus(s client.Scenario) string {
	switch {
	case !s.TakenAt.IsZero():
		return "taken"
	case s.Stale:
		return "of older facts"
	}
	return s.Status
}

type scenarioKeepCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Name      string `arg:"" placeholder:"NAME" help:"Name of the scenario."`
	Note      string `placeholder:"TEXT" help:"What it is about."`
	changeFlags
}

// Run keeps the scenario.
func (c scenarioKeepCmd) Run(ctx context.Context, e *env) error {
	in, err := c.whatIf()
	if err != nil {
		return err
	}
	s, err := e.server()
	if err != nil {
		return err
	}
	kept, err := s.KeepScenario(ctx, c.Programme, client.KeepScenario{Name: c.Name, Note: c.Note, Changes: in})
	if err != nil {
		return err
	}
	e.print(kept, func(w io.Writer) { fmt.Fprintf(w, "%s is kept: %s\n", printable(kept.Key), printable(kept.Status)) })
	return nil
}

// scenarioArg names one scenario.
type scenarioArg struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Scenario  string `arg:"" placeholder:"SCENARIO" help:"Key of the scenario."`
}

type scenarioSolveCmd struct{ scenarioArg }

// Run plans the scenario anew.
func (c scenarioSolveCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	x, err := s.SolveScenario(ctx, c.Programme, c.Scenario)
	if err != nil {
		return err
	}
	e.print(x, func(w io.Writer) {
		fmt.Fprintf(w, "%s is planned anew: %s, %d findings\n", printable(x.Key), printable(x.Status), x.Findings)
	})
	return nil
}

type scenarioTakeCmd struct{ scenarioArg }

// Run takes the scenario.
func (c scenarioTakeCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	x, err := s.TakeScenario(ctx, c.Programme, c.Scenario)
	if err != nil {
		return err
	}
	e.print(x, func(w io.Writer) { fmt.Fprintf(w, "%s is taken: the plan follows\n", printable(x.Key)) })
	return nil
}

type scenarioRemoveCmd struct{ scenarioArg }

// Run removes the scenario.
func (c scenarioRemoveCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	if err := s.RemoveScenario(ctx, c.Programme, c.Scenario); err != nil {
		return err
	}
	e.print(struct{}{}, func(w io.Writer) { fmt.Fprintf(w, "%s is removed\n", printable(c.Scenario)) })
	return nil
}
