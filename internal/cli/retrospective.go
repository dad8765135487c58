package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type retrospectiveCmds struct {
	Show     retrospectiveCmd `cmd:"" default:"withargs" help:"What the last gaps were spent on, and what was tried against it."`
	Try      experimentCmd    `cmd:"" help:"Turn a cause of the gap into an experiment."`
	Conclude concludeCmd      `cmd:"" help:"Keep the change of an experiment, or take it back."`
}

type retrospectiveCmd struct {
	programmeFlag
	Last int `placeholder:"N" help:"How many releases to look back at; 10 when absent."`
}

// Run prints causes and experiments.
func (c retrospectiveCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Retrospective, error) { return s.Retrospective(ctx, c.Programme, c.Last) }, func(w io.Writer, v client.Retrospective) {
		fmt.Fprintf(w, "%d releases tell what their gaps were spent on\n", len(v.Releases))
		causes := table{head: []string{"cause", "share", "days a release"}}
		for _, x := range v.Causes {
			causes.add(strings.TrimSpace(x.Cause+" "+x.Who), fmt.Sprintf("%.0f %%", 100*x.Share), fmt.Sprintf("%.1f", x.Mean))
		}
		tried := table{head: []string{"", "against", "change", "owner", "aim", "before", "since", "effect"}}
		for _, x := range v.Experiments {
			since := "–"
			if x.Releases > 0 {
				since = fmt.Sprintf("%.1f (%d)", x.Days, x.Releases)
			}
			tried.add(fmt.Sprintf("E-%d", x.Number), strings.TrimSpace(x.Cause+" "+x.Who), oneLine(x.Change), x.Owner, fmt.Sprintf("−%.1f", x.Aim), fmt.Sprintf("%.1f", x.BaseDays), since, x.State+", "+x.Effect)
		}
		for _, t := range []*table{&causes, &tried} {
			if len(t.rows) > 0 {
				t.print(w)
			}
		}
	})
}

type experimentCmd struct {
	programmeFlag
	Cause  string  `arg:"" help:"Cause as the retrospective lists it." placeholder:"CAUSE"`
	Change string  `arg:"" help:"What is done otherwise." placeholder:"TEXT"`
	Aim    float64 `required:"" help:"Working days that it should save on each release." placeholder:"DAYS"`
	Owner  string  `required:"" help:"Who sees to it." placeholder:"NAME"`
	Who    string  `help:"Skill; left out: all of the cause." placeholder:"SKILL"`
}

// Run starts the experiment.
func (c experimentCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Experiment, error) {
		return s.StartExperiment(ctx, c.Programme, client.NewExperiment{Cause: c.Cause, Who: c.Who, Change: c.Change, Aim: c.Aim, Owner: c.Owner})
	}, func(w io.Writer, x client.Experiment) {
		fmt.Fprintf(w, "E-%d runs: the cause took %.1f working days of each of %d releases; it is judged after three more\n", x.Number, x.BaseDays, x.BaseReleases)
	})
}

type concludeCmd struct {
	programmeFlag
	Number     int    `arg:"" help:"Number of the experiment." placeholder:"N"`
	Conclusion string `arg:"" help:"What was learnt." placeholder:"TEXT"`
	Drop       bool   `help:"The change is taken back; left out: it stays."`
}

// Run concludes the experiment.
func (c concludeCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Experiment, error) {
		return s.ConcludeExperiment(ctx, c.Programme, c.Number, client.Conclusion{Keep: !c.Drop, Conclusion: c.Conclusion})
	}, func(w io.Writer, x client.Experiment) { fmt.Fprintf(w, "E-%d is %s\n", x.Number, x.State) })
}
