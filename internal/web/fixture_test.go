package web

import (
	"fmt"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// The fixture is a small programme around one Tuesday: four development teams
// with two-week sprints, an operations team, releases in every state.

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.UTC
	}
	return z
}()

var fixtureNow = time.Date(2026, 11, 24, 10, 40, 0, 0, berlin)

func day(n int) headway.Date { return headway.DateOf(fixtureNow).AddDays(n) }

// at gives an hour of a day relative to the fixture's today.
func at(n, hour int) time.Time { return day(n).At(headway.Clock(hour*60), berlin) }

func fixtureCast() app.Cast {
	p := headway.Programme{
		ID: "p1", Key: "atlas", Name: "Atlas", Zone: "Europe/Berlin", Gap: headway.GapPolicy{Minimum: 3, Target: 10, Maximum: 15},
		SlotMinutes: 30, WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 9 * 60, WorkTo: 17 * 60, Horizon: 6,
		WIPLimits: map[headway.ItemState]int{headway.ItemDoing: 6, headway.ItemBlocked: 3},
	}
	c := app.Cast{Programme: p}
	c.Calendar, _ = p.Calendar([]headway.Holiday{{Day: day(17), Name: "Founders' day"}})
	for i, name := range []string{"Payments", "Customer portal", "Logistics", "Reporting"} {
		c.Teams = append(c.Teams, headway.Team{
			ID: fmt.Sprintf("t%d", i), Key: fmt.Sprintf("team-%d", i), Name: name, Kind: headway.DevelopmentTeam,
			Cadence: headway.Cadence{First: day(-8*14 - 1 - 3*i), Days: 14, Version: fmt.Sprintf("%d.0.0", i+2)}, Priority: 5,
		})
	}
	c.Teams = append(c.Teams, headway.Team{ID: "ops", Key: "operations", Name: "Operations", Kind: headway.OperationsTeam, Cadence: headway.Cadence{First: day(-100), Days: 14}})
	people := []struct {
		name  string
		skill headway.Skill
	}{
		{"Priya Nair", headway.SkillQA},
		{"Jonas Weber", headway.SkillQA},
		{"Ana Duarte", headway.SkillDBA},
		{"Tomasz Lis", headway.SkillAppServer},
		{"Mei Tanaka", headway.SkillReleaseManager},
		{"Samuel Okoro", headway.SkillSupport},
		{"Lena Fischer", headway.SkillSupport},
	}
	for i, x := range people {
		c.People = append(c.People, headway.Person{ID: fmt.Sprintf("u%d", i), TeamID: "ops", Key: fmt.Sprintf("person-%d", i), Name: x.name, Skills: []headway.Skill{x.skill}, Percent: 100})
	}
	c.People[6].Percent = 60
	return c
}

func fixtureRelease(c app.Cast, team, n int) headway.Release {
	t := c.Teams[team]
	sp := t.Cadence.Sprint(n)
	r := headway.Release{ID: fmt.Sprintf("r-%d-%d", team, n), TeamID: t.ID, SprintID: fmt.Sprintf("s-%d-%d", team, n), Version: t.Cadence.ReleaseVersion(n), State: headway.ReleasePlanned, SprintEnd: sp.End.AddDays(1).In(berlin)}
	switch {
	case n <= 6:
		r.State, r.ShelvedAt = headway.ReleaseClosed, r.SprintEnd.Add(9*time.Hour)
		r.LiveAt = sp.End.AddDays(9+team*2+n%3).At(20*60, berlin)
	case n == 7:
		r.State, r.ShelvedAt = headway.ReleaseLive, r.SprintEnd.Add(9*time.Hour)
		r.LiveAt = sp.End.AddDays(11+team).At(20*60, berlin)
	case n == 8 && r.SprintEnd.Before(fixtureNow):
		r.State, r.ShelvedAt = headway.ReleaseProving, r.SprintEnd.Add(11*time.Hour)
	}
	if r.LiveAt.After(fixtureNow) {
		r.State, r.LiveAt = headway.ReleaseProving, time.Time{}
	}
	return r
}

func fixturePlan() app.PlanPicture {
	v := app.PlanPicture{Cast: fixtureCast(), Releases: map[string]headway.Release{}, Items: map[string]headway.BacklogItem{}}
	v.Draft = headway.Plan{ID: "d", Kind: headway.DraftPlan, Status: "feasible", At: fixtureNow.Add(-4 * time.Minute), Stats: headway.PlanStats{Activities: 96}}
	v.Baseline = headway.Plan{ID: "b", Kind: headway.PublishedPlan, Number: 3, At: at(-6, 15), ByName: "Mei Tanaka", Reason: "Portal 3.7 behind the freeze"}
	v.Published = []headway.Plan{v.Baseline, {Number: 2, At: at(-20, 11), ByName: "Mei Tanaka", Reason: "Second QA joins"}}
	for team := range 4 {
		for n := 4; n <= 12; n++ {
			r := fixtureRelease(v.Cast, team, n)
			v.Releases[r.ID] = r
			sp := v.Teams[team].Cadence.Sprint(n)
			sp.ID, sp.TeamID = r.SprintID, r.TeamID
			v.Sprints = append(v.Sprints, sp)
			if r.LiveAt.IsZero() {
				fixturePlace(&v, r, team)
			}
		}
	}
	v.Environments = []headway.Environment{{ID: "e1", Key: "staging", Name: "Staging", Kind: headway.EnvStaging, DataAsOf: at(-9, 3)}, {ID: "e2", Key: "load", Name: "Load lab", Kind: headway.EnvLoad}, {ID: "e3", Key: "prod", Name: "Production", Kind: headway.EnvProduction}}
	v.Absences = []headway.Absence{{PersonID: "u1", From: day(6), To: day(10), Reason: "holiday"}}
	v.Windows = []headway.Window{{Key: "evening", Name: "Evening window", Days: []time.Weekday{2, 4}, Start: 20 * 60, Minutes: 180}}
	v.Freezes = []headway.Freeze{{Name: "Year-end freeze", Span: headway.Interval{From: at(20, 0), To: at(40, 0)}}}
	v.Draft.Findings = []headway.Finding{
		{Rule: "gap.maximum", Severity: "clash", Release: "r-3-8", Text: "Reporting 5.7.0 reaches production on Thu 17 Dec, 17 working days after its sprint; at most 15 are allowed.", Repairs: []headway.Repair{{Text: "Let Lena Fischer take the smoke test", Effect: "production Thu 10 Dec, 5 days earlier"}, {Text: "Deploy with Logistics 4.7.0 in one window", Effect: "production Tue 8 Dec, one deployment less"}}},
		{Rule: "person.absence", Severity: "warning", Release: "r-1-8", Text: "Jonas Weber is away Mon 30 Nov – Fri 4 Dec while Customer portal 3.7.0 needs two in QA."},
	}
	return v
}

// fixturePlace lays the operations work of a release behind its sprint.
func fixturePlace(v *app.PlanPicture, r headway.Release, team int) {
	steps := []struct {
		title, kind, env string
		person           string
		from, days, off  int
	}{
		{"Install on staging", "install", "e1", "u3", 1, 1, 0},
		{"Restore and migrate data", "data", "e1", "u2", 2, 1, 0},
		{"Full regression", "regression", "e1", "u0", 3, 3, 0},
		{"Load test", "load-test", "e2", "u1", 6, 2, 0},
		{"Go/no-go", "go-no-go", "", "u4", 9, 1, 0},
		{"Deployment", "deployment", "", "u3", 10, 1, 0},
		{"Hypercare", "support", "", "u5", 11, 3, 0},
	}
	start := headway.DateOf(r.SprintEnd.In(berlin))
	for i, s := range steps {
		from := v.Calendar.AddWorkingDays(start, s.from-1)
		to := v.Calendar.AddWorkingDays(from, s.days-1)
		pl := headway.Placement{
			ItemID: fmt.Sprintf("%s-%d", r.ID, i), Activity: r.ID + "/" + s.kind, ReleaseID: r.ID, Title: s.title, Kind: s.kind, People: []string{s.person}, Environment: s.env,
			Start: from.At(9*60, berlin), End: to.At(17*60, berlin), Why: "right after the work before it; nobody of the skill is free earlier",
		}
		item := headway.BacklogItem{ID: pl.ItemID, State: headway.ItemTodo}
		if r.State == headway.ReleaseProving {
			item.CandidateID = "c"
			switch {
			case pl.End.Before(fixtureNow):
				item.State, pl.Done = headway.ItemDone, true
			case pl.Start.Before(fixtureNow):
				item.State = headway.ItemDoing
			case i == 3 && team == 2:
				item.State, item.BlockedReason = headway.ItemBlocked, "load lab has no licence"
			}
		}
		pl.Pinned = i == 4 && team == 0
		v.Items[item.ID] = item
		v.Draft.Placements = append(v.Draft.Placements, pl)
		ghost := pl
		ghost.Start, ghost.End = pl.Start.AddDate(0, 0, -team%2), pl.End.AddDate(0, 0, -team%2)
		v.Baseline.Placements = append(v.Baseline.Placements, ghost)
	}
	live := v.Calendar.AddWorkingDays(start, 10+team).At(20*60, berlin)
	days := v.Calendar.WorkingDays(r.SprintEnd, live)
	v.Draft.Releases = append(v.Draft.Releases, headway.PlannedRelease{ReleaseID: r.ID, Production: live, GapDays: days, Band: v.Programme.Gap.Band(days)})
	v.Baseline.Releases = append(v.Baseline.Releases, headway.PlannedRelease{ReleaseID: r.ID, Production: live.AddDate(0, 0, -team)})
	if r.State == headway.ReleaseProving {
		v.Candidates = append(v.Candidates, headway.Candidate{ID: "c-" + r.ID, ReleaseID: r.ID, RC: 1 + team%2, Name: headway.CandidateName(r.Version, 1+team%2), ShelvedAt: r.ShelvedAt, State: headway.CandidateShelved})
	}
}

func fixtureClock() ui.Clock {
	return ui.Clock{Now: fixtureNow, Calendar: fixtureCast().Calendar}
}

func fixturePage(nav, title string) ui.Page {
	return ui.Page{
		Title: title, Nav: nav, Viewer: ui.Viewer{Name: "Mei Tanaka", Email: "mei@example.com", Roles: []headway.Role{headway.ReleaseManager}},
		Programme: ui.Ref{Key: "atlas", Name: "Atlas"}, Programmes: []ui.Ref{{Key: "atlas", Name: "Atlas"}, {Key: "openstack", Name: "OpenStack history"}},
		Clock: fixtureClock(), Counts: map[string]ui.Badge{"shelf": {N: 4}, "decisions": {N: 1, Hot: true}, "defects": {N: 3}, "work": {N: 2}},
		Assets: ui.Assets{App: "/assets/app.js", Style: "/assets/style.css"},
	}
}
