package headway

import (
	"errors"
	"fmt"
	"strings"
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

// Check refuses a document that could not be applied to any programme. The
// error's place is the path in the document, as teams.web.cadence.days, where
// an element of a list goes by its key.
func (f ProgrammeFile) Check() error {
	if err := f.Programme.Noun().Check(); err != nil {
		return within("programme", "", err)
	}
	checks := []func() error{f.checkHolidays, f.checkTeams, f.checkPeople, f.checkEnvironments, f.checkTimes, f.checkRules}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkHolidays() error {
	seen := map[string]bool{}
	for i, h := range f.Holidays {
		where := fmt.Sprintf("holidays[%d]", i)
		if h.Day.IsZero() {
			return Invalidf(where+".day", "the day is missing").WithHint("write day: 2026-12-25")
		}
		if err := CheckName(where+".name", h.Name); err != nil {
			return err
		}
		if err := unique(seen, where, h.Day.String()); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkTeams() error {
	seen := map[string]bool{}
	for i, t := range f.Teams {
		if err := within(element("teams", i, t.Key), "team", t.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("teams[%d]", i), t.Key); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkPeople() error {
	teams, seen, emails := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range f.Teams {
		teams[t.Key] = true
	}
	for i, p := range f.People {
		where := element("people", i, p.Key)
		if err := within(where, "person", p.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("people[%d]", i), p.Key); err != nil {
			return err
		}
		if f.Teams != nil && !teams[p.Team] {
			return Invalidf(where+".team", "there is no team %q in this file", p.Team).WithHint("name the key of a team under teams")
		}
		if _, err := time.LoadLocation(p.Zone); err != nil {
			return Invalidf(where+".zone", "%q is no time zone", p.Zone).WithHint("use an IANA name such as Europe/Berlin")
		}
		if p.Email != "" {
			if err := unique(emails, where+".email", p.Email); err != nil {
				return err
			}
		}
		for j, a := range p.Absences {
			if err := (Absence{From: a.From, To: a.To}).Check(); err != nil {
				return within(fmt.Sprintf("%s.absences[%d]", where, j), "absence", err)
			}
		}
	}
	return nil
}

func (f ProgrammeFile) checkEnvironments() error {
	seen := map[string]bool{}
	for i, e := range f.Environments {
		where := element("environments", i, e.Key)
		if err := within(where, "environment", e.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("environments[%d]", i), e.Key); err != nil {
			return err
		}
		if !(e.DataGB >= 0 && e.DataGB <= 1e9) {
			return Invalidf(where+".data_gb", "%v GB is outside 0–1,000,000,000", e.DataGB)
		}
	}
	return nil
}

func (f ProgrammeFile) checkTimes() error {
	seen := map[string]bool{}
	for i, w := range f.Windows {
		if err := within(element("windows", i, w.Key), "window", w.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("windows[%d]", i), w.Key); err != nil {
			return err
		}
	}
	seen = map[string]bool{}
	for i, z := range f.Freezes {
		if err := within(element("freezes", i, z.Key), "freeze", z.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("freezes[%d]", i), z.Key); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkRules() error {
	if f.Playbook != nil {
		if err := (Playbook{Activities: f.Playbook}).Check(); err != nil {
			return err
		}
	}
	if f.Environments != nil {
		known := map[string]bool{}
		for _, e := range f.Environments {
			known[e.Key] = true
		}
		for _, a := range f.Playbook {
			if a.Environment != "" && !known[a.Environment] {
				return Invalidf("playbook."+a.Key+".environment", "there is no environment %q in this file", a.Environment).
					WithHint("name the key of an environment under environments")
			}
		}
	}
	if f.Gate != nil {
		if err := (Gate{Criteria: f.Gate.Criteria, Approvals: f.Gate.Approvals}).Check(); err != nil {
			return err
		}
	}
	if f.Runbook != nil {
		return f.Runbook.Noun().Check()
	}
	return nil
}

// element names an element of a list by its key, or by its index while it has none.
func element(section string, i int, key string) string {
	if CheckKey("", key) != nil {
		return fmt.Sprintf("%s[%d]", section, i)
	}
	return section + "." + key
}

// within moves an error of a noun's rule to where the noun stands in the document.
func within(where, noun string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	inner := strings.TrimPrefix(strings.TrimPrefix(e.Where, noun), ".")
	if inner == "" {
		return e.At(where)
	}
	return e.At(where + "." + inner)
}

func unique(seen map[string]bool, where, key string) error {
	if seen[key] {
		return Invalidf(where, "%q is there twice", key)
	}
	seen[key] = true
	return nil
}
