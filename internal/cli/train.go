package cli

import (
	"context"
	"fmt"
	"io"

	"headway"
	"headway/client"
)

type trainCmd struct {
	List   trainListCmd   `cmd:"" help:"List the trains, and who rides where."`
	Show   trainShowCmd   `cmd:"" help:"Show a train: its order, and what each member lacks."`
	Add    trainAddCmd    `cmd:"" help:"Form a train."`
	Change trainChangeCmd `cmd:"" help:"Change name, day or criteria of a train."`
	Join   trainJoinCmd   `cmd:"" help:"Put a release on a train, or at another place in it."`
	Miss   trainMissCmd   `cmd:"" help:"Let a release miss its train: it takes the next."`
	Cancel trainCancelCmd `cmd:"" help:"End a train: its members go by themselves."`
}

type trainListCmd struct{ programmeFlag }

// Run lists trains.
func (c trainListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.Train, error) {
		return server.Trains(ctx, c.Programme)
	}, func(w io.Writer, all []client.Train) {
		if len(all) == 0 {
			fmt.Fprintln(w, "no train; form one with: headway train add")
			return
		}
		t := table{head: []string{"train", "name", "state", "departs", "members"}}
		for _, v := range all {
			riding, live := 0, 0
			for _, m := range v.Members {
				if m.State == string(headway.MemberRiding) {
					riding++
				}
				if m.State == string(headway.MemberRiding) && headway.ReleaseState(m.Release).InProduction() {
					live++
				}
			}
			t.add(v.Key, printable(v.Name), v.State, dayOrNone(v.Departs), fmt.Sprintf("%d, %d in production", riding, live))
		}
		t.print(w)
	})
}

func dayOrNone(d headway.Date) string {
	if d.IsZero() {
		return "when ready"
	}
	return d.String()
}

type trainShowCmd struct {
	programmeFlag
	Train string `arg:"" help:"Key of the train." placeholder:"KEY"`
}

// Run shows the train.
func (c trainShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Train, error) {
		return server.Train(ctx, c.Programme, c.Train)
	}, printTrain)
}

func printTrain(w io.Writer, v client.Train) {
	fmt.Fprintf(w, "%s (%s) is %s, departs %s\n", printable(v.Name), v.Key, v.State, dayOrNone(v.Departs))
	if v.Reason != "" {
		fmt.Fprintf(w, "because: %s\n", printable(v.Reason))
	}
	t := table{head: []string{"place", "release", "candidate", "is", "go/no-go", "planned", ""}}
	for _, m := range v.Members {
		name := m.Team + " " + m.Version
		if m.State == string(headway.MemberMissed) {
			next := "goes by itself"
			if m.Next != "" {
				next = "takes " + m.Next
			}
			t.add("missed", name, "", m.Release, "", "", next+": "+oneLine(m.Reason))
			continue
		}
		planned, note := "", ""
		if !m.Production.IsZero() {
			planned = m.Production.UTC().Format(instantLayout)
		}
		if m.Behind != "" {
			note = "waits for " + m.Behind
		}
		t.add(fmt.Sprint(m.Position), name, m.Candidate, m.Release, m.Decision, planned, note)
	}
	if len(t.rows) > 0 {
		t.print(w)
	}
	for _, m := range v.Members {
		for _, k := range m.Verdicts {
			fmt.Fprintf(w, "%s %s: %s %s: %s\n", m.Team, m.Version, k.Outcome, printable(k.Title), printable(k.Reason))
		}
	}
}

type trainAddCmd struct {
	programmeFlag
	Train    string `arg:"" help:"Key of the train, as 2026-12." placeholder:"KEY"`
	Name     string `help:"Name; without it the key." placeholder:"TEXT"`
	Departs  string `help:"Not before this day; without it as soon as its members are ready." placeholder:"DAY"`
	Criteria string `help:"YAML file with a list of criteria, as under gate.criteria of the setup, judged for each member beside the gate; - reads standard input." placeholder:"FILE"`
}

// Help gives an example.
func (trainAddCmd) Help() string {
	return `The members of a train share a change window and are deployed in its order: a later one cannot start before the earlier
ones are in production, or have missed the train.

Example: headway train add 2026-12 --programme atlas --name December --departs 2026-12-08 && headway train join 2026-12 --team payments --version 2.4.0`
}

// Run forms the train.
func (c trainAddCmd) Run(ctx context.Context, e *env) error {
	in := client.NewTrain{Key: c.Train, Name: c.Name}
	if in.Name == "" {
		in.Name = c.Train
	}
	var err error
	if in.Departs, err = dayFlag("--departs", c.Departs); err != nil {
		return err
	}
	if in.Criteria, err = criteriaFlag(e, c.Criteria); err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.Train, error) {
		return server.AddTrain(ctx, c.Programme, in)
	}, printTrain)
}

func dayFlag(flag, day string) (headway.Date, error) {
	if day == "" {
		return headway.Date{}, nil
	}
	d, err := headway.ParseDate(day)
	if err != nil {
		return d, headway.Invalidf(flag, "%q is no day", day).WithHint("write it as 2026-12-01")
	}
	return d, nil
}

func criteriaFlag(e *env, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	raw, err := e.read("--criteria", file, 64<<10)
	return string(raw), err
}

type trainChangeCmd struct {
	programmeFlag
	Train    string  `arg:"" help:"Key of the train." placeholder:"KEY"`
	Name     *string `help:"Another name." placeholder:"TEXT"`
	Departs  *string `help:"Another day; none: as soon as its members are ready." placeholder:"DAY"`
	Criteria *string `help:"YAML file with all its criteria from now on; an empty file: none." placeholder:"FILE"`
}

// Run changes what the flags name.
func (c trainChangeCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	now, err := server.Train(ctx, c.Programme, c.Train)
	if err != nil {
		return err
	}
	in := client.NewTrain{Name: now.Name, Departs: now.Departs, Criteria: now.Criteria}
	if c.Name != nil {
		in.Name = *c.Name
	}
	if c.Departs != nil {
		day := *c.Departs
		if day == "none" {
			day = ""
		}
		if in.Departs, err = dayFlag("--departs", day); err != nil {
			return err
		}
	}
	if c.Criteria != nil {
		if in.Criteria, err = criteriaFlag(e, *c.Criteria); err != nil {
			return err
		}
	}
	v, err := server.ChangeTrain(ctx, c.Programme, c.Train, in)
	if err != nil {
		return err
	}
	e.print(v, func(w io.Writer) { printTrain(w, v) })
	return nil
}

type trainJoinCmd struct {
	releaseFlags
	Train    string `arg:"" help:"Key of the train." placeholder:"KEY"`
	Position int    `help:"Its place: lower ones are in production before; without it behind all others." placeholder:"N"`
}

// Run puts the release on the train.
func (c trainJoinCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Train, error) {
		return server.JoinTrain(ctx, c.Programme, c.Train, client.JoinTrain{Team: c.Team, Version: c.Version, Position: c.Position})
	}, printTrain)
}

type trainMissCmd struct {
	releaseFlags
	Reason string `required:"" help:"Why it misses the train." placeholder:"TEXT"`
	Next   string `help:"Key of the train that it takes; without it the next to depart, if there is one; none: it goes by itself." placeholder:"KEY"`
}

// Run lets the release miss its train.
func (c trainMissCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.MissedTrain, error) {
		return server.MissTrain(ctx, c.Programme, client.MissTrain{Team: c.Team, Version: c.Version, Reason: c.Reason, Next: c.Next})
	}, func(w io.Writer, m client.MissedTrain) {
		if m.Next == "" {
			fmt.Fprintf(w, "%s %s misses %s and goes by itself\n", c.Team, c.Version, m.Train)
			return
		}
		fmt.Fprintf(w, "%s %s misses %s and takes %s\n", c.Team, c.Version, m.Train, m.Next)
	})
}

type trainCancelCmd struct {
	programmeFlag
	Train  string `arg:"" help:"Key of the train." placeholder:"KEY"`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run cancels the train.
func (c trainCancelCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Train, error) {
		return server.CancelTrain(ctx, c.Programme, c.Train, c.Reason)
	}, printTrain)
}
