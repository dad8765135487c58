package headway

import (
	"strings"
	"time"
)

// ExampleProgramme gives a small programme to start from: two development teams
// whose sprints end a week apart, an operations team of the model's people, three
// environments, a change window on Tuesday and Thursday evening, and the rules of
// the gallery. The first sprint of team web ended before today.
func ExampleProgramme(key string, today Date, playbook GalleryPlaybook) ProgrammeFile {
	gate, runbook := DefaultGate(), DefaultRunbook()
	f := ProgrammeFile{
		Programme: ProgrammePart{Key: key, Name: strings.ToUpper(key[:1]) + key[1:], Zone: "UTC", Gap: &GapPolicy{Minimum: 3, Target: 8, Maximum: 12}, Horizon: 6},
		Environments: []EnvironmentPart{
			{Key: "test", Name: "Test", Kind: EnvTest},
			{Key: "staging", Name: "Staging", Kind: EnvStaging, DataGB: 120},
			{Key: "production", Name: "Production", Kind: EnvProduction, DataGB: 120},
		},
		Windows: []WindowPart{{Key: "evening", Name: "Tuesday and Thursday evening", Days: []Weekday{Weekday(time.Tuesday), Weekday(time.Thursday)}, Start: 18 * 60, Minutes: 240}},
		Gate:    &GatePart{Criteria: gate.Criteria, Approvals: gate.Approvals},
		Runbook: &RunbookPart{Steps: runbook.Steps, Hypercare: runbook.Hypercare, HypercareDays: runbook.HypercareDays, Variables: runbook.Variables},
	}
	var nouns []Environment
	for _, e := range f.Environments {
		nouns = append(nouns, e.Noun())
	}
	f.Playbook = playbook.Playbook(nouns).Activities
	f.Teams, f.People = exampleTeams(today), examplePeople()
	return f
}

func exampleTeams(today Date) []TeamPart {
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	const sprint = 14
	return []TeamPart{
		{Key: "web", Name: "Web shop", Kind: DevelopmentTeam, Cadence: CadencePart{First: monday.AddDays(-sprint), Days: sprint, Version: "2.4.0"}},
		{Key: "orders", Name: "Orders", Kind: DevelopmentTeam, Cadence: CadencePart{First: monday.AddDays(-sprint / 2), Days: sprint, Version: "1.9.0"}},
		{Key: "ops", Name: "Operations", Kind: OperationsTeam, Cadence: CadencePart{First: monday, Days: sprint}},
	}
}

func examplePeople() []PersonPart {
	return []PersonPart{
		{Key: "dana", Name: "Dana", Team: "ops", Skills: []Skill{SkillDBA}},
		{Key: "sam", Name: "Sam", Team: "ops", Skills: []Skill{SkillAppServer}},
		{Key: "quinn", Name: "Quinn", Team: "ops", Skills: []Skill{SkillQA}},
		{Key: "robin", Name: "Robin", Team: "ops", Skills: []Skill{SkillQA}},
		{Key: "lee", Name: "Lee", Team: "ops", Skills: []Skill{SkillSupport}, Reserve: 30},
		{Key: "rae", Name: "Rae", Team: "ops", Skills: []Skill{SkillReleaseManager, SkillSupport}},
	}
}
