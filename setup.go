package headway

import (
	"time"
)

// ProgrammeFile is the whole setup of a programme as one document, which teams
// keep beside their code. A section that is left out (nil) is left as it is; a
// section that is there is the whole truth: what it does not list is removed.
type ProgrammeFile struct {
	Programme    ProgrammePart      `json:"programme" yaml:"programme"`
	Holidays     []HolidayPart      `json:"holidays,omitempty" yaml:"holidays,omitempty"`
	Teams        []TeamPart         `json:"teams,omitempty" yaml:"teams,omitempty"`
	People       []PersonPart       `json:"people,omitempty" yaml:"people,omitempty"`
	Environments []EnvironmentPart  `json:"environments,omitempty" yaml:"environments,omitempty"`
	Windows      []WindowPart       `json:"windows,omitempty" yaml:"windows,omitempty"`
	Freezes      []FreezePart       `json:"freezes,omitempty" yaml:"freezes,omitempty"`
	Playbook     []PlaybookActivity `json:"playbook,omitempty" yaml:"playbook,omitempty"`
	Gate         *GatePart          `json:"gate,omitempty" yaml:"gate,omitempty"`
	Runbook      *RunbookPart       `json:"runbook,omitempty" yaml:"runbook,omitempty"`
}

// ProgrammePart is the programme itself. Zero fields but key and name mean the
// defaults of WithDefaults.
type ProgrammePart struct {
	Key         string            `json:"key" yaml:"key"`
	Name        string            `json:"name" yaml:"name"`
	Zone        string            `json:"zone,omitempty" yaml:"zone,omitempty"`
	Gap         *GapPolicy        `json:"gap,omitempty" yaml:"gap,omitempty"`
	SlotMinutes int               `json:"slot_minutes,omitempty" yaml:"slot_minutes,omitempty"`
	WorkDays    []Weekday         `json:"work_days,omitempty" yaml:"work_days,omitempty"`
	WorkFrom    *Clock            `json:"work_from,omitempty" yaml:"work_from,omitempty"`
	WorkTo      *Clock            `json:"work_to,omitempty" yaml:"work_to,omitempty"`
	WIPLimits   map[ItemState]int `json:"wip_limits,omitempty" yaml:"wip_limits,omitempty"`
	Horizon     int               `json:"horizon,omitempty" yaml:"horizon,omitempty"`
	Hotfix      *HotfixRule       `json:"hotfix,omitempty" yaml:"hotfix,omitempty"`
}

// HolidayPart is a day on which nobody works.
type HolidayPart struct {
	Day  Date   `json:"day" yaml:"day"`
	Name string `json:"name" yaml:"name"`
}

// TeamPart is a team with its cadence.
type TeamPart struct {
	Key      string      `json:"key" yaml:"key"`
	Name     string      `json:"name" yaml:"name"`
	Kind     TeamKind    `json:"kind" yaml:"kind"`
	Priority int         `json:"priority,omitempty" yaml:"priority,omitempty"` // default 5
	Cadence  CadencePart `json:"cadence,omitzero" yaml:"cadence,omitempty"`    // left out: no sprints
}

// CadencePart is the rhythm of a team's sprints.
type CadencePart struct {
	First   Date   `json:"first" yaml:"first"`
	Days    int    `json:"days" yaml:"days"`
	Version string `json:"version,omitempty" yaml:"version,omitempty"`
}

// PersonPart is a person with team, skills and absences. Absences that are left
// out are left as they are.
type PersonPart struct {
	Key      string        `json:"key" yaml:"key"`
	Name     string        `json:"name" yaml:"name"`
	Team     string        `json:"team" yaml:"team"`
	Skills   []Skill       `json:"skills,omitempty" yaml:"skills,omitempty"`
	Email    string        `json:"email,omitempty" yaml:"email,omitempty"` // of their account
	Zone     string        `json:"zone,omitempty" yaml:"zone,omitempty"`
	Percent  int           `json:"percent,omitempty" yaml:"percent,omitempty"` // default 100
	Reserve  int           `json:"reserve,omitempty" yaml:"reserve,omitempty"`
	Absences []AbsencePart `json:"absences,omitempty" yaml:"absences,omitempty"`
}

// AbsencePart is a span of days, both included.
type AbsencePart struct {
	From   Date   `json:"from" yaml:"from"`
	To     Date   `json:"to" yaml:"to"`
	Reason string `json:"reason,omitempty" yaml:"reason,omitempty"`
}

// EnvironmentPart is an environment. What is installed on it is no setup; size
// and age of its data are left as they are when they are left out.
type EnvironmentPart struct {
	Key      string          `json:"key" yaml:"key"`
	Name     string          `json:"name" yaml:"name"`
	Kind     EnvironmentKind `json:"kind" yaml:"kind"`
	Shared   bool            `json:"shared,omitempty" yaml:"shared,omitempty"`
	DataGB   float64         `json:"data_gb,omitempty" yaml:"data_gb,omitempty"`
	DataAsOf time.Time       `json:"data_as_of,omitzero" yaml:"data_as_of,omitempty"`
}

// WindowPart is a recurring change window.
type WindowPart struct {
	Key     string    `json:"key" yaml:"key"`
	Name    string    `json:"name" yaml:"name"`
	Days    []Weekday `json:"days" yaml:"days"`
	Start   Clock     `json:"start" yaml:"start"`
	Minutes int       `json:"minutes" yaml:"minutes"`
	Zone    string    `json:"zone,omitempty" yaml:"zone,omitempty"`
}

// FreezePart is a span in which production must not change.
type FreezePart struct {
	Key    string    `json:"key" yaml:"key"`
	Name   string    `json:"name" yaml:"name"`
	From   time.Time `json:"from" yaml:"from"`
	To     time.Time `json:"to" yaml:"to"`
	Reason string    `json:"reason,omitempty" yaml:"reason,omitempty"`

	Repeat       string   `json:"repeat,omitempty" yaml:"repeat,omitempty"`             // recurrence rule of RFC 5545
	Except       []Date   `json:"except,omitempty" yaml:"except,omitempty"`             // days on which it does not begin
	Zone         string   `json:"zone,omitempty" yaml:"zone,omitempty"`                 // whose wall clock it recurs by
	Teams        []string `json:"teams,omitempty" yaml:"teams,omitempty"`               // keys; left out: all
	Environments []string `json:"environments,omitempty" yaml:"environments,omitempty"` // keys; left out: production
}

// GatePart is the rules between shelf and production.
type GatePart struct {
	Criteria  []Criterion    `json:"criteria" yaml:"criteria"`
	Approvals []ApprovalRule `json:"approvals" yaml:"approvals"`
}

// RunbookPart is the way to production and back, and what follows.
type RunbookPart struct {
	Steps     []RunbookStep   `json:"steps" yaml:"steps"`
	Hypercare []HypercareTask `json:"hypercare,omitempty" yaml:"hypercare,omitempty"`
	// Working days for which a release is watched after it went live, and the typed blanks of the steps.
	HypercareDays int               `json:"hypercare_days,omitempty" yaml:"hypercare_days,omitempty"`
	Variables     []RunbookVariable `json:"variables,omitempty" yaml:"variables,omitempty"`
}

// Noun gives the runbook without ids.
func (b RunbookPart) Noun() Runbook {
	return Runbook{Steps: b.Steps, Hypercare: b.Hypercare, HypercareDays: b.HypercareDays, Variables: b.Variables}
}

// Noun gives the programme with defaults in place of what is left out: half-hour
// slots, Monday to Friday from 09:00 to 17:00, UTC, a gap of 3, 8, 12 working
// days and six sprints ahead.
func (p ProgrammePart) Noun() Programme {
	n := Programme{
		Key: p.Key, Name: p.Name, Zone: p.Zone, Gap: GapPolicy{Minimum: 3, Target: 8, Maximum: 12}, SlotMinutes: p.SlotMinutes,
		WorkDays: Weekdays(p.WorkDays), WorkFrom: 9 * 60, WorkTo: 17 * 60, WIPLimits: p.WIPLimits, Horizon: p.Horizon,
	}
	if n.Zone == "" {
		n.Zone = "UTC"
	}
	if p.Gap != nil {
		n.Gap = *p.Gap
	}
	if p.Hotfix != nil {
		n.Hotfix = *p.Hotfix
	}
	if n.SlotMinutes == 0 {
		n.SlotMinutes = 30
	}
	if p.WorkDays == nil {
		n.WorkDays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	}
	if p.WorkFrom != nil {
		n.WorkFrom = *p.WorkFrom
	}
	if p.WorkTo != nil {
		n.WorkTo = *p.WorkTo
	}
	if n.Horizon == 0 {
		n.Horizon = 6
	}
	return n
}

// Noun gives the team without ids.
func (t TeamPart) Noun() Team {
	if t.Priority == 0 {
		t.Priority = 5
	}
	return Team{Key: t.Key, Name: t.Name, Kind: t.Kind, Priority: t.Priority, Cadence: Cadence(t.Cadence)}
}

// Noun gives the person without ids.
func (p PersonPart) Noun() Person {
	if p.Percent == 0 {
		p.Percent = 100
	}
	return Person{Key: p.Key, Name: p.Name, Skills: p.Skills, Zone: p.Zone, Percent: p.Percent, Reserve: p.Reserve}
}

// Noun gives the environment without ids.
func (e EnvironmentPart) Noun() Environment {
	return Environment{Key: e.Key, Name: e.Name, Kind: e.Kind, Shared: e.Shared, DataGB: e.DataGB, DataAsOf: e.DataAsOf.UTC()}
}

// Noun gives the window without ids.
func (w WindowPart) Noun() Window {
	return Window{Key: w.Key, Name: w.Name, Days: Weekdays(w.Days), Start: w.Start, Minutes: w.Minutes, Zone: w.Zone}
}

// Noun gives the freeze without ids.
func (f FreezePart) Noun() Freeze {
	return Freeze{
		Key: f.Key, Name: f.Name, Span: Interval{f.From.UTC(), f.To.UTC()}, Reason: f.Reason,
		Repeat: f.Repeat, Except: f.Except, Zone: f.Zone, Teams: f.Teams, Environments: f.Environments,
	}
}

// Part gives the freeze as it stands in a document.
func (f Freeze) Part() FreezePart {
	return FreezePart{
		Key: f.Key, Name: f.Name, From: f.Span.From, To: f.Span.To, Reason: f.Reason,
		Repeat: f.Repeat, Except: f.Except, Zone: f.Zone, Teams: f.Teams, Environments: f.Environments,
	}
}
