package pages

import (
	"fmt"

	"headway"
)

// work is the playbook of the large programme, in hours: eight activities behind
// each sprint, like those that the planning engine is measured with.
func work() []headway.PlaybookActivity {
	act := func(key, title string, kind headway.ActivityKind, skill headway.Skill, people int, hours float64, after ...string) headway.PlaybookActivity {
		return headway.PlaybookActivity{Key: key, Title: title, Kind: kind, Skill: skill, People: people, Estimate: headway.Estimate{Hours: hours}, After: after}
	}
	return []headway.PlaybookActivity{
		act("restore", "Restore the copy of production", headway.KindData, headway.SkillDBA, 1, 8),
		act("install", "Install on the proving environment", headway.KindInstall, headway.SkillAppServer, 1, 4, "restore"),
		act("regression", "Full regression", headway.KindRegression, headway.SkillQA, 2, 32, "install"),
		act("load-test", "Load test", headway.KindLoadTest, headway.SkillQA, 1, 16, "install"),
		act("verify-fixes", "Verify fixes", headway.KindRework, headway.SkillQA, 1, 8, "regression", "load-test"),
		act("go-no-go", "Prepare the go/no-go", headway.KindGoNoGo, headway.SkillReleaseManager, 1, 4, "verify-fixes"),
		act("deploy", "Deploy to production", headway.KindDeployment, headway.SkillAppServer, 1, 4, "go-no-go"),
		act("watch", "Watch production", headway.KindSupport, headway.SkillSupport, 1, 16, "deploy"),
	}
}

// crew is how many people of each skill keep up with so many teams at about
// 85 % of their time.
func crew(teams int) map[headway.Skill]int {
	hours := map[headway.Skill]int{}
	for _, a := range work() {
		hours[a.Skill] += int(a.Estimate.Hours) * a.People
	}
	out := map[headway.Skill]int{}
	for skill, h := range hours {
		out[skill] = (teams*h + 67) / 68 // of the 80 hours of a sprint
	}
	return out
}

// document is the setup of a programme of so many teams and sprints ahead: the
// sprints of a team begin on one of ten working days.
func document(key string, today headway.Date, teams, sprints int) headway.ProgrammeFile {
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	f := headway.ProgrammeFile{
		Programme: headway.ProgrammePart{Key: key, Name: fmt.Sprintf("%d teams, %d sprints", teams, sprints), Zone: "Europe/Berlin", Horizon: sprints - 1, SlotMinutes: 240},
		Teams:     []headway.TeamPart{{Key: "ops", Name: "Operations", Kind: headway.OperationsTeam}},
		Playbook:  work(),
		Environments: []headway.EnvironmentPart{
			{Key: "test", Name: "Test", Kind: headway.EnvTest, Shared: true},
			{Key: "staging", Name: "Staging", Kind: headway.EnvStaging, Shared: true},
			{Key: "production", Name: "Production", Kind: headway.EnvProduction},
		},
		Windows: []headway.WindowPart{{Key: "evening", Name: "Tuesday and Thursday evening", Days: []headway.Weekday{2, 4}, Start: 19 * 60, Minutes: 240}},
	}
	for k := range teams {
		f.Teams = append(f.Teams, headway.TeamPart{
			Key: fmt.Sprintf("team-%02d", k+1), Name: fmt.Sprintf("Team %02d", k+1), Kind: headway.DevelopmentTeam,
			Cadence: headway.CadencePart{First: monday.AddDays(-(k * 3 % 10)), Days: 14, Version: "1.0.0"},
		})
	}
	for _, skill := range []headway.Skill{headway.SkillDBA, headway.SkillAppServer, headway.SkillQA, headway.SkillReleaseManager, headway.SkillSupport} {
		for k := range crew(teams)[skill] {
			f.People = append(f.People, headway.PersonPart{Key: fmt.Sprintf("%s-%02d", skill, k+1), Name: fmt.Sprintf("%s %02d", skill, k+1), Team: "ops", Skills: []headway.Skill{skill}})
		}
	}
	return f
}
