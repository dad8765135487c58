package demo

import (
	"context"
	"fmt"
	"time"

	"headway"
	"headway/internal/app"
)

// historySprints is how many sprints of each team lie behind: two years.
const historySprints = 52

var teams = []struct {
	key, name string
	offset    int // days by which its sprints start before those of the first
	priority  int
}{{"web", "Web shop", 0, 6}, {"mobile", "Mobile app", 4, 5}, {"payments", "Payments", 7, 8}, {"platform", "Platform", 10, 5}}

func cadence(today headway.Date, offset int) headway.CadencePart {
	monday := today.AddDays(-(int(today.Weekday())+6)%7 - 7)
	return headway.CadencePart{First: monday.AddDays(-offset - historySprints*14), Days: 14, Version: "1.0.0"}
}

// monthEnd is a freeze of payments while the books are closed: the last Friday
// of each month, from the one before last.
func monthEnd(today headway.Date, zone *time.Location) headway.FreezePart {
	day := headway.Date{Year: today.Year, Month: today.Month, Day: 1}.AddDays(-1)
	for day.Weekday() != time.Friday {
		day = day.AddDays(-1)
	}
	return headway.FreezePart{
		Key: "month-end", Name: "Month end", From: day.At(12*60, zone), To: day.AddDays(1).At(6*60, zone), Reason: "Finance closes the books",
		Repeat: "FREQ=MONTHLY;BYDAY=-1FR", Teams: []string{"payments"},
	}
}

// document is the setup, with dates relative to today.
func document(today headway.Date, zone *time.Location) headway.ProgrammeFile {
	f := headway.ProgrammeFile{
		Programme: headway.ProgrammePart{
			Key: Key, Name: "Atlas", Zone: zone.String(), Gap: &headway.GapPolicy{Minimum: 3, Target: 8, Maximum: 12},
			WIPLimits: map[headway.ItemState]int{headway.ItemDoing: 8}, Horizon: 6,
			Hotfix: &headway.HotfixRule{Yields: headway.YieldEnvironment, Environment: "staging", Rerun: []string{"regression"}, Rebase: true},
		},
		Environments: []headway.EnvironmentPart{
			{Key: "test", Name: "Test", Kind: headway.EnvTest, Shared: true, DataGB: 20},
			{Key: "staging", Name: "Staging", Kind: headway.EnvStaging, DataGB: 120, DataAsOf: today.AddDays(-20).In(zone)},
			{Key: "load", Name: "Load lab", Kind: headway.EnvLoad, DataGB: 120},
			{Key: "production", Name: "Production", Kind: headway.EnvProduction, DataGB: 140},
		},
		Windows: []headway.WindowPart{
			{Key: "evening", Name: "Tuesday and Thursday evening", Days: []headway.Weekday{2, 4}, Start: 19 * 60, Minutes: 240},
			{Key: "sunday", Name: "Sunday morning", Days: []headway.Weekday{0}, Start: 6 * 60, Minutes: 300},
		},
		Freezes: []headway.FreezePart{
			{Key: "stocktaking", Name: "Stocktaking", From: today.AddDays(33).In(zone), To: today.AddDays(36).In(zone), Reason: "The shop counts its stock"},
			monthEnd(today, zone),
		},
	}
	for _, t := range teams {
		f.Teams = append(f.Teams, headway.TeamPart{Key: t.key, Name: t.name, Kind: headway.DevelopmentTeam, Priority: t.priority, Cadence: cadence(today, t.offset)})
		f.People = append(f.People, headway.PersonPart{Key: t.key + "-lead", Name: t.name + " lead", Team: t.key})
	}
	rhythm := cadence(today, 2)
	rhythm.Version = ""
	f.Teams = append(f.Teams, headway.TeamPart{Key: "ops", Name: "Operations", Kind: headway.OperationsTeam, Cadence: rhythm})
	for _, p := range []struct {
		key, name string
		skill     headway.Skill
		reserve   int
	}{
		{"olga", "Olga Marsh", headway.SkillDBA, 10},
		{"omar", "Omar Haddad", headway.SkillAppServer, 10},
		{"quinn", "Quinn Baker", headway.SkillQA, 0},
		{"qadir", "Qadir Rahman", headway.SkillQA, 0},
		{"qiu", "Qiu Lan", headway.SkillQA, 0},
		{"quentin", "Quentin Abel", headway.SkillQA, 0},
		{"sven", "Sven Holm", headway.SkillSupport, 40},
		{"sofia", "Sofia Reyes", headway.SkillSupport, 40},
		{"rita", "Rita Ruiz", headway.SkillReleaseManager, 0},
	} {
		f.People = append(f.People, headway.PersonPart{Key: p.key, Name: p.name, Team: "ops", Skills: []headway.Skill{p.skill}, Reserve: p.reserve})
	}
	for i := range f.People {
		for _, c := range cast {
			if c.person == f.People[i].Key {
				f.People[i].Email = fmt.Sprintf("%s@atlas.example", c.role)
			}
		}
	}
	for year := today.Year - 2; year <= today.Year+1; year++ {
		f.Holidays = append(f.Holidays, []headway.HolidayPart{
			{Day: headway.Date{Year: year, Month: 1, Day: 1}, Name: "New Year"},
			{Day: headway.Date{Year: year, Month: 5, Day: 1}, Name: "May Day"},
			{Day: headway.Date{Year: year, Month: 10, Day: 3}, Name: "Day of Unity"},
			{Day: headway.Date{Year: year, Month: 12, Day: 25}, Name: "Christmas"},
			{Day: headway.Date{Year: year, Month: 12, Day: 26}, Name: "Boxing Day"},
		}...)
	}
	gate := headway.DefaultGate()
	for i := range gate.Criteria {
		switch c := &gate.Criteria[i]; c.Kind {
		case headway.CriterionRegression:
			c.Expr = []string{"new-failures = 0", "missing <= 5"}
		case headway.CriterionLoad:
			c.Expr = append(c.Expr, "*: p95 < 400ms", "p95 <= baseline * 1.15")
		}
	}
	f.Gate = &headway.GatePart{Criteria: append(gate.Criteria, soaked()), Approvals: gate.Approvals}
	return f
}

// setup applies the document two years ago and lets the sprints follow the clock.
func (f *filler) setup(ctx context.Context) error {
	zone, err := time.LoadLocation(f.p.Zone)
	if err != nil {
		return err
	}
	today := headway.DateOf(f.now.In(zone))
	f.at(f.now.AddDate(0, 0, -historySprints*14))
	if _, err := f.app.ApplyProgramme(ctx, f.actors[headway.ReleaseManager], app.ApplyProgramme{Programme: Key, File: document(today, zone)}); err != nil {
		return err
	}
	for f.clock.Before(f.now) {
		f.at(f.clock.AddDate(0, 0, 5*14))
		if _, err := f.app.ExtendSprints(ctx, headway.System(), Key); err != nil {
			return err
		}
	}
	for _, a := range []app.AddAbsence{
		{Person: "olga", From: today.AddDays(12), To: today.AddDays(16), Reason: "Leave"},
		{Person: "quinn", From: today.AddDays(5), To: today.AddDays(5), Reason: "Training"},
		{Person: "sven", From: today.AddDays(19), To: today.AddDays(30), Reason: "Leave"},
	} {
		a.Programme = Key
		if _, err := f.app.AddAbsence(ctx, f.actors[headway.ScrumMaster], a); err != nil {
			return err
		}
	}
	return nil
}
