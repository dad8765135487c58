package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/client"
)

type planPreviewCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	changeFlags
}

// changeFlags name changes to try, keep or take.
type changeFlags struct {
	Pin      []string `placeholder:"ACTIVITY=TIME" help:"Fix the start of an activity, as RELEASE/KEY=2026-12-01T10:00:00Z; without a time: free it."`
	Due      []string `placeholder:"RELEASE=DAY" help:"Promise a release for another day."`
	Priority []string `placeholder:"RELEASE=1..9" help:"Let a release go before others, or after them."`
	Absent   []string `placeholder:"PERSON=DAY..DAY" help:"Send a person away, both days included."`
	Shift    []string `placeholder:"RELEASE=DAYS" help:"A release comes to operations later by days, or earlier."`
	People   []string `placeholder:"SKILL=N" help:"Add people of a skill."`
	Overtime []string `placeholder:"PERSON=DAY..DAY" help:"Let a person work on days off."`
	Window   []string `placeholder:"TIME..TIME" help:"Open a change window more."`
	Lift     []string `placeholder:"FREEZE=RELEASE" help:"Lift a freeze for a release."`
	Split    []string `placeholder:"RELEASE" help:"Let a release go without its train."`
	Double   []string `placeholder:"ENVIRONMENT" help:"Have a second environment."`
}

// Help gives an example.
func (planPreviewCmd) Help() string {
	return `Nothing is stored; the answer tells what would move, and who is hit.

Example: headway plan preview --programme shop --absent dora=2026-12-01..2026-12-04 --people qa=1`
}

// Run prints what would change.
func (c planPreviewCmd) Run(ctx context.Context, e *env) error {
	in, err := c.whatIf()
	if err != nil {
		return err
	}
	s, err := e.server()
	if err != nil {
		return err
	}
	v, err := s.PreviewPlan(ctx, c.Programme, in)
	if err != nil {
		return err
	}
	e.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "the plan would be %s\n", printable(v.Plan.Status))
		printComparison(w, v.Comparison)
		for _, f := range v.Plan.Findings {
			fmt.Fprintf(w, "%s: %s\n", printable(f.Severity), printable(f.Text))
		}
	})
	return nil
}

func (c changeFlags) whatIf() (client.WhatIf, error) {
	in := client.WhatIf{Doubles: c.Double}
	for _, release := range c.Split {
		in.Splits = append(in.Splits, client.WhatIfSplit{ReleaseID: release})
	}
	for _, step := range []func(*client.WhatIf) error{c.releases, c.absences, c.more} {
		if err := step(&in); err != nil {
			return in, err
		}
	}
	return in, nil
}

func (c changeFlags) releases(in *client.WhatIf) error {
	for _, text := range c.Pin {
		activity, at := cutLast(text)
		var t time.Time
		if at != "" {
			var err error
			if t, err = time.Parse(time.RFC3339, at); err != nil {
				return headway.Invalidf("--pin", "%q names no activity and time", text).WithHint("write RELEASE/KEY=2026-12-01T10:00:00Z")
			}
		}
		in.Pins = append(in.Pins, client.WhatIfPin{Activity: activity, Start: t})
	}
	for _, text := range c.Due {
		release, day := cutLast(text)
		if _, err := headway.ParseDate(day); err != nil {
			return headway.Invalidf("--due", "%q names no release and day", text).WithHint("write RELEASE=2026-12-18")
		}
		in.Dues = append(in.Dues, client.WhatIfDue{ReleaseID: release, Due: day})
	}
	for _, text := range c.Priority {
		release, n, err := count(text)
		if err != nil {
			return headway.Invalidf("--priority", "%q names no release and priority", text).WithHint("write RELEASE=9")
		}
		in.Priorities = append(in.Priorities, client.WhatIfPriority{ReleaseID: release, Priority: n})
	}
	for _, text := range c.Shift {
		release, n, err := count(text)
		if err != nil {
			return headway.Invalidf("--shift", "%q names no release and days", text).WithHint("write RELEASE=5")
		}
		in.Shifts = append(in.Shifts, client.WhatIfShift{ReleaseID: release, Days: n})
	}
	return nil
}

func (c changeFlags) absences(in *client.WhatIf) error {
	for _, text := range c.Absent {
		person, from, to, err := personDays("--absent", text)
		if err != nil {
			return err
		}
		in.Absences = append(in.Absences, client.WhatIfAbsence{Person: person, From: from, To: to})
	}
	for _, text := range c.Overtime {
		person, from, to, err := personDays("--overtime", text)
		if err != nil {
			return err
		}
		in.Overtime = append(in.Overtime, client.WhatIfOvertime{People: []string{person}, From: from, To: to})
	}
	for _, text := range c.People {
		skill, n, err := count(text)
		if err != nil {
			return headway.Invalidf("--people", "%q names no skill and number", text).WithHint("write qa=1")
		}
		in.People = append(in.People, client.WhatIfPerson{Skills: []string{skill}, Count: n})
	}
	return nil
}

func (c changeFlags) more(in *client.WhatIf) error {
	for _, text := range c.Window {
		from, to, _ := strings.Cut(text, "..")
		a, err := time.Parse(time.RFC3339, from)
		b, errTo := time.Parse(time.RFC3339, to)
		if err != nil || errTo != nil {
			return headway.Invalidf("--window", "%q names no start and end", text).WithHint("write 2026-12-01T20:00:00Z..2026-12-01T23:00:00Z")
		}
		in.Windows = append(in.Windows, client.WhatIfWindow{From: a, To: b})
	}
	for _, text := range c.Lift {
		freeze, release := cutLast(text)
		if release == "" {
			return headway.Invalidf("--lift", "%q names no freeze and release", text).WithHint("write FREEZE=RELEASE")
		}
		in.Lifts = append(in.Lifts, client.WhatIfLift{Freeze: freeze, ReleaseID: release})
	}
	return nil
}

// personDays reads PERSON=DAY..DAY; one day stands for both.
func personDays(flag, text string) (person, from, to string, err error) {
	person, days := cutLast(text)
	from, to, span := strings.Cut(days, "..")
	if !span {
		to = from
	}
	for _, day := range []string{from, to} {
		if _, err := headway.ParseDate(day); err != nil {
			return "", "", "", headway.Invalidf(flag, "%q names no person and days", text).WithHint("write PERSON=2026-12-01..2026-12-04")
		}
	}
	return person, from, to, nil
}

// cutLast cuts at the last equals sign.
func cutLast(s string) (name, value string) {
	i := strings.LastIndex(s, "=")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

func count(s string) (name string, n int, err error) {
	name, value := cutLast(s)
	n, err = strconv.Atoi(value)
	return name, n, err
}
