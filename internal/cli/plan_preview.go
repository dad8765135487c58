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
	Programme string   `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Pin       []string `placeholder:"ACTIVITY=TIME" help:"Fix the start of an activity, as RELEASE/KEY=2026-12-01T10:00:00Z."`
	Absent    []string `placeholder:"PERSON=DAY..DAY" help:"Send a person away, both days included."`
	Shift     []string `placeholder:"RELEASE=DAYS" help:"A release comes to operations later by days, or earlier."`
	People    []string `placeholder:"SKILL=N" help:"Add people of a skill."`
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

func (c planPreviewCmd) whatIf() (client.WhatIf, error) {
	var in client.WhatIf
	for _, text := range c.Pin {
		activity, at := cutLast(text)
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return in, headway.Invalidf("--pin", "%q names no activity and time", text).WithHint("write RELEASE/KEY=2026-12-01T10:00:00Z")
		}
		in.Pins = append(in.Pins, client.WhatIfPin{Activity: activity, Start: t})
	}
	for _, text := range c.Absent {
		person, days := cutLast(text)
		from, to, span := strings.Cut(days, "..")
		if !span {
			to = from
		}
		if _, err := headway.ParseDate(from); err != nil {
			return in, headway.Invalidf("--absent", "%q names no person and days", text).WithHint("write PERSON=2026-12-01..2026-12-04")
		}
		in.Absences = append(in.Absences, client.WhatIfAbsence{Person: person, From: from, To: to})
	}
	for _, text := range c.Shift {
		release, n, err := count(text)
		if err != nil {
			return in, headway.Invalidf("--shift", "%q names no release and days", text).WithHint("write RELEASE=5")
		}
		in.Shifts = append(in.Shifts, client.WhatIfShift{ReleaseID: release, Days: n})
	}
	for _, text := range c.People {
		skill, n, err := count(text)
		if err != nil {
			return in, headway.Invalidf("--people", "%q names no skill and number", text).WithHint("write qa=1")
		}
		in.People = append(in.People, client.WhatIfPerson{Skills: []string{skill}, Count: n})
	}
	return in, nil
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
