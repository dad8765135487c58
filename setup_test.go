package headway

import (
	"errors"
	"testing"
	"time"
)

func sampleFile() ProgrammeFile {
	day := Date{2026, 11, 2}
	return ProgrammeFile{
		Programme:    ProgrammePart{Key: "atlas", Name: "Atlas"},
		Teams:        []TeamPart{{Key: "web", Name: "Web", Kind: DevelopmentTeam, Cadence: CadencePart{First: day, Days: 14, Version: "1.0.0"}}},
		People:       []PersonPart{{Key: "ada", Name: "Ada", Team: "web", Absences: []AbsencePart{{From: day, To: day}}}},
		Environments: []EnvironmentPart{{Key: "stage", Name: "Staging", Kind: EnvStaging}},
		Windows:      []WindowPart{{Key: "thu", Name: "Thursday", Days: []Weekday{4}, Minutes: 60}},
		Freezes:      []FreezePart{{Key: "xmas", Name: "Christmas", From: day.In(time.UTC), To: day.AddDays(9).In(time.UTC)}},
		Holidays:     []HolidayPart{{Day: day, Name: "All Souls"}},
	}
}

func TestProgrammeFileIsRefusedWithItsPlace(t *testing.T) {
	if err := sampleFile().Check(); err != nil {
		t.Fatal(err)
	}
	for where, spoil := range map[string]func(*ProgrammeFile){
		"programme.key":              func(f *ProgrammeFile) { f.Programme.Key = "Atlas" },
		"programme.gap":              func(f *ProgrammeFile) { f.Programme.Gap = &GapPolicy{Minimum: 5, Target: 3, Maximum: 9} },
		"programme.horizon":          func(f *ProgrammeFile) { f.Programme.Horizon = 99 },
		"programme.work_days":        func(f *ProgrammeFile) { f.Programme.WorkDays = []Weekday{} },
		"programme.zone":             func(f *ProgrammeFile) { f.Programme.Zone = "Mars/Base" },
		"teams.web.kind":             func(f *ProgrammeFile) { f.Teams[0].Kind = "devops" },
		"teams.web.cadence.days":     func(f *ProgrammeFile) { f.Teams[0].Cadence.Days = 0 },
		"teams[0].key":               func(f *ProgrammeFile) { f.Teams[0].Key = "" },
		"teams[1]":                   func(f *ProgrammeFile) { f.Teams = append(f.Teams, f.Teams[0]) },
		"people.ada.team":            func(f *ProgrammeFile) { f.People[0].Team = "api" },
		"people.ada.percent":         func(f *ProgrammeFile) { f.People[0].Percent = 120 },
		"people.ada.zone":            func(f *ProgrammeFile) { f.People[0].Zone = "here" },
		"people.ada.absences[0]":     func(f *ProgrammeFile) { f.People[0].Absences[0].To = Date{2026, 11, 1} },
		"environments.stage.kind":    func(f *ProgrammeFile) { f.Environments[0].Kind = "prod" },
		"environments.stage.data_gb": func(f *ProgrammeFile) { f.Environments[0].DataGB = -1 },
		"windows.thu":                func(f *ProgrammeFile) { f.Windows[0].Minutes = 0 },
		"freezes.xmas":               func(f *ProgrammeFile) { f.Freezes[0].To = f.Freezes[0].From },
		"holidays[1]":                func(f *ProgrammeFile) { f.Holidays = append(f.Holidays, f.Holidays[0]) },
		"playbook.restore-data.environment": func(f *ProgrammeFile) {
			f.Playbook = DefaultPlaybook([]Environment{{Key: "lab", Kind: EnvTest}}).Activities
		},
		"gate.approvals": func(f *ProgrammeFile) { f.Gate = &GatePart{Criteria: DefaultGate().Criteria} },
		"runbook.steps":  func(f *ProgrammeFile) { f.Runbook = &RunbookPart{} },
	} {
		f := sampleFile()
		spoil(&f)
		var e *Error
		if err := f.Check(); !errors.As(err, &e) || e.Kind != Invalid || e.Where != where {
			t.Errorf("%s: %v", where, err)
		}
	}
}

func TestGalleryHolds(t *testing.T) {
	envs := []Environment{{Key: "lab", Kind: EnvTest}, {Key: "stage", Kind: EnvStaging}}
	for _, e := range [][]Environment{nil, envs} {
		if err := DefaultPlaybook(e).Check(); err != nil {
			t.Error(err)
		}
	}
	if err := DefaultGate().Check(); err != nil {
		t.Error(err)
	}
	if err := DefaultRunbook().Check(); err != nil {
		t.Error(err)
	}
	for _, a := range DefaultPlaybook(envs).Activities {
		if want := map[string]string{"regression": "lab", "load-test": "stage", "install": "stage", "deploy": ""}; a.Environment != want[a.Key] && want[a.Key] != "" {
			t.Errorf("%s occupies %q", a.Key, a.Environment)
		}
	}
}

func TestWeekdaysAreWrittenShortAndReadBoth(t *testing.T) {
	var d Weekday
	for _, s := range []string{"thu", "thursday"} {
		if err := d.UnmarshalText([]byte(s)); err != nil || d.String() != "thu" {
			t.Errorf("%s: %v, %v", s, d, err)
		}
	}
	if err := d.UnmarshalText([]byte("Do")); err == nil {
		t.Error("Do was read")
	}
	if got := Weekdays([]Weekday{0, 1, 1, 3}); len(got) != 3 || got[0] != time.Monday || got[2] != time.Sunday {
		t.Errorf("%v", got)
	}
}
