package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type reworkCmd struct {
	Show   reworkShowCmd   `cmd:"" help:"Show the rework that teams must expect, what they set aside for it, and what came."`
	Budget reworkBudgetCmd `cmd:"" help:"Set working time aside for rework in a sprint."`
	Trade  reworkTradeCmd  `cmd:"" help:"Show what can give when rework goes beyond the budget."`
	Choose reworkChooseCmd `cmd:"" help:"Choose what gives, as the Product Owner."`
	Back   reworkBackCmd   `cmd:"" help:"Take back what was chosen, with what it did."`
	Log    reworkLogCmd    `cmd:"" help:"Say what repairing a defect took so far."`
}

type reworkShowCmd struct {
	programmeFlag
	Team string `help:"Only of this team." placeholder:"KEY"`
}

// Run shows rework.
func (c reworkShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.ReworkList, error) { return server.Rework(ctx, c.Programme, c.Team) }, func(w io.Writer, list client.ReworkList) {
		t := table{head: []string{"team", "expect", "P85", "offered", "learned from", "sprint", "budget", "spent", "ahead", "over"}}
		for _, r := range list.Teams {
			row := []string{
				r.Team, fmt.Sprintf("%.1f h", r.Expect.MeanHours), fmt.Sprintf("%.1f h", r.Expect.P85Hours), fmt.Sprintf("%.0f h", r.Offered),
				fmt.Sprintf("%d repairs in %d sprints", r.Expect.Repairs, r.Expect.Sprints),
			}
			if r.Expect.Few {
				row[4] += " (few)"
			}
			if b := r.Current; b != nil {
				budget := "none"
				if b.BudgetHours != nil {
					budget = fmt.Sprintf("%.1f h", *b.BudgetHours)
				}
				row = append(row, fmt.Sprint(b.Sprint), budget, fmt.Sprintf("%.1f h", b.SpentHours), fmt.Sprintf("%.1f h", b.AheadHours), fmt.Sprintf("%.1f h", b.OverHours))
			}
			t.add(row...)
		}
		t.print(w)
	})
}

type reworkTeamFlag struct {
	Team string `required:"" help:"Key of the team." env:"HEADWAY_TEAM" placeholder:"KEY"`
}

type reworkBudgetCmd struct {
	programmeFlag
	reworkTeamFlag
	Hours  float64 `arg:"" help:"Working hours." placeholder:"HOURS"`
	Sprint int     `help:"Number of the sprint; left out: the next one." placeholder:"N"`
}

// Run sets the budget.
func (c reworkBudgetCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.ReworkBudget, error) {
		return server.SetReworkBudget(ctx, c.Programme, c.Team, client.NewReworkBudget{Hours: c.Hours, Sprint: c.Sprint})
	}, func(w io.Writer, b client.ReworkBudget) {
		fmt.Fprintf(w, "%.1f h set aside for rework in sprint %d of %s\n", b.Hours, b.Sprint, b.Team)
	})
}

type reworkTradeCmd struct {
	programmeFlag
	reworkTeamFlag
}

// Run shows the trade.
func (c reworkTradeCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.ReworkTrade, error) {
		return server.ReworkTrade(ctx, c.Programme, c.Team)
	}, func(w io.Writer, v client.ReworkTrade) {
		if v.OverHours == 0 {
			fmt.Fprintf(w, "%s: rework is within its budget, or none is set\n", c.Team)
			return
		}
		fmt.Fprintf(w, "%s, sprint %d: %.1f h beyond the budget\n", v.Team, v.Sprint, v.OverHours)
		t := table{head: []string{"choice", "effect"}}
		scope := fmt.Sprintf("%.1f h of planned work leave the sprint", v.OverHours)
		if v.Share > 0 {
			scope += fmt.Sprintf(", %d %% of it", v.Share)
		}
		t.add("scope", scope)
		if len(v.Defer) > 0 {
			t.add("defer", fmt.Sprintf("%s wait for the next release: %.1f h", strings.Join(v.Defer, ", "), v.SparedHours))
		} else {
			t.add("defer", "no open defect could wait")
		}
		if v.Release == "" {
			t.add("date", "no release of this sprint is planned")
		} else {
			t.add("date", fmt.Sprintf("%s comes %d working days later; %d other moves in the plan", v.Release, v.Days, len(v.Moves)))
		}
		t.print(w)
		for _, m := range v.Moves {
			fmt.Fprintf(w, "  %s\n", printable(m))
		}
	})
}

type reworkChooseCmd struct {
	programmeFlag
	reworkTeamFlag
	Choice string `arg:"" enum:"scope,defer,date" help:"scope, defer or date." placeholder:"CHOICE"`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run records the choice.
func (c reworkChooseCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.ReworkBudget, error) {
		return server.ChooseRework(ctx, c.Programme, c.Team, client.ReworkChoice{Choice: c.Choice, Reason: c.Reason})
	}, func(w io.Writer, b client.ReworkBudget) {
		fmt.Fprintf(w, "sprint %d of %s: %s\n", b.Sprint, b.Team, b.Choice)
	})
}

type reworkBackCmd struct {
	programmeFlag
	reworkTeamFlag
}

// Run opens the choice again.
func (c reworkBackCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.ReworkBudget, error) {
		return server.TakeReworkChoiceBack(ctx, c.Programme, c.Team)
	}, func(w io.Writer, b client.ReworkBudget) {
		fmt.Fprintf(w, "sprint %d of %s: the choice is open again\n", b.Sprint, b.Team)
	})
}

type reworkLogCmd struct {
	programmeFlag
	Defect string  `arg:"" help:"Number, as D-12." placeholder:"D-N"`
	Hours  float64 `arg:"" help:"Working hours so far, all in all." placeholder:"HOURS"`
}

// Run tells the effort.
func (c reworkLogCmd) Run(ctx context.Context, e *env) error {
	n, err := defectNumber("defect", c.Defect)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.Defect, error) {
		return server.TellEffort(ctx, c.Programme, n, client.Effort{Hours: c.Hours})
	}, func(w io.Writer, d client.Defect) { fmt.Fprintf(w, "%s: %.1f h\n", d.Name, d.EffortHours) })
}
