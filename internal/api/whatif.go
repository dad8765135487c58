package api

import (
	"fmt"

	"headway"
	"headway/client"
)

// dayReader reads dates and keeps the first error.
type dayReader struct{ err error }

func (r *dayReader) read(where, s string) headway.Date {
	if s == "" {
		return headway.Date{}
	}
	d, err := headway.ParseDate(s)
	if err != nil && r.err == nil {
		r.err = headway.Invalidf(where, "%q is not a date", s).WithHint("write it as YYYY-MM-DD")
	}
	return d
}

func skillsOf(in []string) []headway.Skill {
	return mapped(in, func(s string) headway.Skill { return headway.Skill(s) })
}

func whatIf(in client.WhatIf) (headway.WhatIf, error) {
	var out headway.WhatIf
	var days dayReader
	for _, p := range in.Pins {
		out.Pins = append(out.Pins, headway.WhatIfPin(p))
	}
	for k, d := range in.Dues {
		out.Dues = append(out.Dues, headway.WhatIfDue{ReleaseID: d.ReleaseID, Due: days.read(fmt.Sprintf("dues[%d].due", k), d.Due)})
	}
	for _, p := range in.Priorities {
		out.Priorities = append(out.Priorities, headway.WhatIfPriority(p))
	}
	for k, a := range in.Absences {
		where := fmt.Sprintf("absences[%d]", k)
		out.Absences = append(out.Absences, headway.WhatIfAbsence{Person: a.Person, From: days.read(where+".from", a.From), To: days.read(where+".to", a.To)})
	}
	for _, s := range in.Shifts {
		out.Shifts = append(out.Shifts, headway.WhatIfShift(s))
	}
	for k, p := range in.People {
		where := fmt.Sprintf("people[%d]", k)
		out.People = append(out.People, headway.WhatIfPerson{Skills: skillsOf(p.Skills), Count: p.Count, From: days.read(where+".from", p.From), To: days.read(where+".to", p.To)})
	}
	for k, o := range in.Overtime {
		where := fmt.Sprintf("overtime[%d]", k)
		out.Overtime = append(out.Overtime, headway.WhatIfOvertime{People: o.People, From: days.read(where+".from", o.From), To: days.read(where+".to", o.To)})
	}
	for _, w := range in.Windows {
		out.Windows = append(out.Windows, headway.WhatIfWindow(w))
	}
	for _, l := range in.Lifts {
		out.Lifts = append(out.Lifts, headway.WhatIfLift(l))
	}
	for _, s := range in.Splits {
		out.Splits = append(out.Splits, headway.WhatIfSplit(s))
	}
	out.Doubles = in.Doubles
	return out, days.err
}

func whatIfOut(in headway.WhatIf) client.WhatIf {
	out := client.WhatIf{Doubles: in.Doubles}
	for _, p := range in.Pins {
		out.Pins = append(out.Pins, client.WhatIfPin(p))
	}
	for _, d := range in.Dues {
		out.Dues = append(out.Dues, client.WhatIfDue{ReleaseID: d.ReleaseID, Due: d.Due.String()})
	}
	for _, p := range in.Priorities {
		out.Priorities = append(out.Priorities, client.WhatIfPriority(p))
	}
	for _, a := range in.Absences {
		out.Absences = append(out.Absences, client.WhatIfAbsence{Person: a.Person, From: a.From.String(), To: a.To.String()})
	}
	for _, s := range in.Shifts {
		out.Shifts = append(out.Shifts, client.WhatIfShift(s))
	}
	for _, p := range in.People {
		out.People = append(out.People, client.WhatIfPerson{
			Skills: mapped(p.Skills, func(s headway.Skill) string { return string(s) }), Count: p.Count, From: p.From.String(), To: p.To.String(),
		})
	}
	for _, o := range in.Overtime {
		out.Overtime = append(out.Overtime, client.WhatIfOvertime{People: o.People, From: o.From.String(), To: o.To.String()})
	}
	for _, w := range in.Windows {
		out.Windows = append(out.Windows, client.WhatIfWindow(w))
	}
	for _, l := range in.Lifts {
		out.Lifts = append(out.Lifts, client.WhatIfLift(l))
	}
	for _, s := range in.Splits {
		out.Splits = append(out.Splits, client.WhatIfSplit(s))
	}
	return out
}
