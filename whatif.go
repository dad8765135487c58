package headway

import (
	"fmt"
	"time"
)

// WhatIf lists changes to the facts of a programme that are tried on its plan.
// Nothing of it is stored until it is taken, or kept as a scenario.
type WhatIf struct {
	Pins       []WhatIfPin      `json:"pins,omitempty"`
	Dues       []WhatIfDue      `json:"dues,omitempty"`
	Priorities []WhatIfPriority `json:"priorities,omitempty"`
	Absences   []WhatIfAbsence  `json:"absences,omitempty"`
	Shifts     []WhatIfShift    `json:"shifts,omitempty"`
	People     []WhatIfPerson   `json:"people,omitempty"`
	Overtime   []WhatIfOvertime `json:"overtime,omitempty"`
	Windows    []WhatIfWindow   `json:"windows,omitempty"`
	Lifts      []WhatIfLift     `json:"lifts,omitempty"`
	Splits     []WhatIfSplit    `json:"splits,omitempty"`
	Doubles    []string         `json:"doubles,omitempty"` // keys of environments of which there is one more
}

// WhatIfPin fixes the start of an activity, or frees it.
type WhatIfPin struct {
	Activity string    `json:"activity"`       // of a placement, or the id of a backlog item
	Start    time.Time `json:"start,omitzero"` // zero: the plan chooses again
}

// WhatIfDue promises a release for another day.
type WhatIfDue struct {
	ReleaseID string `json:"release"`
	Due       Date   `json:"due"`
}

// WhatIfPriority lets a release go before others, or after them.
type WhatIfPriority struct {
	ReleaseID string `json:"release"`
	Priority  int    `json:"priority"` // 1–9
}

// WhatIfAbsence sends a person away.
type WhatIfAbsence struct {
	Person string `json:"person"` // key
	From   Date   `json:"from"`
	To     Date   `json:"to"` // last day
}

// WhatIfShift makes a release come to operations later or earlier.
type WhatIfShift struct {
	ReleaseID string `json:"release"`
	Days      int    `json:"days"` // calendar days; later is positive
}

// WhatIfPerson adds people to the operations team, for good or for some days.
type WhatIfPerson struct {
	Skills []Skill `json:"skills"`
	Count  int     `json:"count"`
	From   Date    `json:"from,omitzero"`
	To     Date    `json:"to,omitzero"` // last day
}

// WhatIfOvertime lets people work on their days off.
type WhatIfOvertime struct {
	People   []string `json:"people"` // keys
	From, To Date     // both included
}

// WhatIfWindow opens production for change once more.
type WhatIfWindow struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// WhatIfLift lifts a freeze for one release.
type WhatIfLift struct {
	Freeze    string `json:"freeze"` // key
	ReleaseID string `json:"release"`
}

// WhatIfSplit lets a release go without its train.
type WhatIfSplit struct {
	ReleaseID string `json:"release"`
}

// WhatIfLimit is how many changes a what-if may have.
const WhatIfLimit = 100

// Count is the number of changes.
func (w WhatIf) Count() int {
	return len(w.Pins) + len(w.Dues) + len(w.Priorities) + len(w.Splits) + w.beyond()
}

// beyond counts the changes that planning alone cannot make true.
func (w WhatIf) beyond() int {
	return len(w.Absences) + len(w.Shifts) + len(w.People) + len(w.Overtime) + len(w.Windows) + len(w.Lifts) + len(w.Doubles)
}

// Takable tells whether the plan's own means can make all of it true: pins,
// promises, priorities and the splitting of trains. People, windows, freezes and environments are
// decided elsewhere; until then such a what-if is a scenario.
func (w WhatIf) Takable() bool { return w.Count() > 0 && w.beyond() == 0 }

// And gives both lists of changes in one; a pin of the same activity replaces the one before.
func (w WhatIf) And(o WhatIf) WhatIf {
	pins := make([]WhatIfPin, 0, len(w.Pins)+len(o.Pins))
	for _, p := range w.Pins {
		again := false
		for _, q := range o.Pins {
			again = again || q.Activity == p.Activity
		}
		if !again {
			pins = append(pins, p)
		}
	}
	w.Pins = joined(pins, o.Pins)
	w.Dues, w.Priorities = joined(w.Dues, o.Dues), joined(w.Priorities, o.Priorities)
	w.Absences, w.Shifts, w.People = joined(w.Absences, o.Absences), joined(w.Shifts, o.Shifts), joined(w.People, o.People)
	w.Overtime, w.Windows = joined(w.Overtime, o.Overtime), joined(w.Windows, o.Windows)
	w.Splits = joined(w.Splits, o.Splits)
	w.Lifts, w.Doubles = joined(w.Lifts, o.Lifts), joined(w.Doubles, o.Doubles)
	return w
}

func joined[T any](a, b []T) []T { return append(append([]T{}, a...), b...) }

// Check refuses changes that say nothing, or too much.
func (w WhatIf) Check() error {
	if w.Count() > WhatIfLimit {
		return Errorf(TooLarge, "a what-if has at most %d changes", WhatIfLimit)
	}
	for k, p := range w.Pins {
		if p.Start.IsZero() {
			continue
		}
		if err := CheckTime(p.Start); err != nil {
			return Invalidf(fmt.Sprintf("pins[%d].start", k), "%s is no start", p.Start)
		}
	}
	for k, p := range w.Priorities {
		if p.Priority < 1 || p.Priority > 9 {
			return Invalidf(fmt.Sprintf("priorities[%d]", k), "%d is no priority", p.Priority).WithHint("use 1–9")
		}
	}
	for k, p := range w.People {
		if p.Count < 1 || p.Count > 20 || len(p.Skills) == 0 {
			return Invalidf(fmt.Sprintf("people[%d]", k), "%d people with %d skills cannot be added", p.Count, len(p.Skills)).
				WithHint("add 1–20 people with at least one skill")
		}
		if !p.To.IsZero() && p.To.Before(p.From) {
			return Invalidf(fmt.Sprintf("people[%d]", k), "they leave before they come")
		}
	}
	for k, s := range w.Shifts {
		if s.Days < -365 || s.Days > 365 {
			return Invalidf(fmt.Sprintf("shifts[%d]", k), "a release cannot be moved by %d days", s.Days).WithHint("move it by at most 365 days")
		}
	}
	for k, o := range w.Overtime {
		if len(o.People) == 0 || o.From.IsZero() || o.To.Before(o.From) || o.From.AddDays(366).Before(o.To) {
			return Invalidf(fmt.Sprintf("overtime[%d]", k), "it names no people, or no days").WithHint("name people and at most a year")
		}
	}
	for k, o := range w.Windows {
		if CheckTime(o.From) != nil || CheckTime(o.To) != nil || !o.From.Before(o.To) || o.To.Sub(o.From) > 7*24*time.Hour {
			return Invalidf(fmt.Sprintf("windows[%d]", k), "it is no window").WithHint("give a start and an end within a week")
		}
	}
	return nil
}
