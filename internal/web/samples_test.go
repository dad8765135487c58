package web

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// The words that stand in the samples: ordinary ones, or what an attacker and
// a careless person would type.
type words struct{ name, text string }

func ordinary() words { return words{"", ""} }

func hostile() words {
	return words{
		name: `<script>alert("name")</script>'"><img src=x onerror=alert(1)>` + strings.Repeat("overlong", 30),
		text: "</pre></textarea><style>*{display:none}</style>\u202e javascript:alert(2) " + strings.Repeat("x", 300),
	}
}

func (w words) or(s string) string {
	if w.name != "" {
		return w.name
	}
	return s
}

func (w words) say(s string) string {
	if w.text != "" {
		return w.text
	}
	return s
}

func sampleCast(w words) app.Cast {
	c := fixtureCast()
	if w.name != "" {
		c.Programme.Name = w.name
		for i := range c.Teams {
			c.Teams[i].Name = w.name
		}
		for i := range c.People {
			c.People[i].Name = w.name
		}
	}
	return c
}

func sampleCandidate(w words, r headway.Release) headway.Candidate {
	return headway.Candidate{
		ID: "c-" + r.ID, ReleaseID: r.ID, RC: 2, Name: headway.CandidateName(r.Version, 2), Commit: "4f1c2ab", Notes: w.say("Faster settlement, new ledger export."), Reason: w.say("fixes D-12"),
		Facts: headway.Facts{"schema-migration": "true", "data-gb": "120"}, Digest: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", State: headway.CandidateShelved,
		Artifacts: []headway.Artifact{{Name: w.or("payments-2.7.0.tar.gz"), SHA256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", Size: 48_211_901}},
		ShelvedAt: r.ShelvedAt, ShelvedByName: w.or("CI"),
	}
}

func sampleVerdicts(w words) []headway.Verdict {
	v := styleSample(fixtureNow).Verdicts
	for i := range v {
		v[i].Criterion, v[i].Title, v[i].Reason = fmt.Sprintf("k%d", i), w.or(v[i].Title), w.say(v[i].Reason)
	}
	return v
}

func sampleEvents(w words) []headway.Event {
	e := styleSample(fixtureNow).Events
	for i := range e {
		e[i].Text, e[i].ActorName, e[i].Kind, e[i].Seq, e[i].Hash = w.say(e[i].Text), w.or(e[i].ActorName), "candidate.shelved", int64(9-i), "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	}
	return e
}

func sampleShelf(w words) app.Shelf {
	v := app.Shelf{Cast: sampleCast(w)}
	for team := range 4 {
		r := fixtureRelease(v.Cast, team, 7)
		r.LiveAt, r.State, r.ShelvedAt = time.Time{}, headway.ReleaseProving, at(-4-2*team, 9)
		row := app.ShelfRow{Release: r, Candidate: sampleCandidate(w, r), Done: 3 + team, All: 8, AgeDays: 3 + 2*team, GapSoFar: 4 + 4*team}
		row.Planned = headway.PlannedRelease{ReleaseID: r.ID, Production: at(7+team, 20), GapDays: 9 + 3*team, Band: v.Programme.Gap.Band(9 + 3*team)}
		row.Evidence = []headway.Evidence{{Kind: headway.RegressionRun, Outcome: headway.Pass}, {Kind: headway.LoadRun, Outcome: headway.Pass}}
		if team == 2 {
			row.Blockers, row.Defects, row.Evidence[0].Outcome = 1, 3, headway.Fail
			row.Blocked = []headway.BacklogItem{{Title: w.or("Load test"), BlockedReason: w.say("the load lab has no licence")}}
			row.Lineage = []headway.Candidate{{ID: "c0", RC: 1, Name: headway.CandidateName(r.Version, 1)}, row.Candidate}
			row.Doing = []headway.BacklogItem{{Title: w.or("Full regression"), Skill: headway.SkillQA}}
			row.Expected = app.ReleaseForecast{Gap: app.Forecast{P50: 9, P85: 12, Basis: "own history", Own: 12}, P50: day(5), P85: day(8)}
		}
		v.Rows = append(v.Rows, row)
	}
	for n := range 91 {
		v.Depth = append(v.Depth, headway.ShelfDay{Day: day(n - 90), Depth: n % 5, Oldest: n % 9})
	}
	return v
}

func sampleBoard(w words) boardView {
	v := boardView{Board: app.Board{Cast: sampleCast(w), Releases: map[string]headway.Release{}, Planned: map[string]headway.Placement{}, Names: map[string]string{}, Waits: map[string][]string{}}, Me: headway.Person{ID: "u0", Key: "person-0"}, Back: "/p/atlas/board"}
	plan := fixturePlan()
	v.Releases = plan.Releases
	titles := []string{"Full regression", "Restore and migrate data", "Load test", "Install on staging", "Review release notes", "Deployment"}
	for c, state := range headway.ItemStates() {
		col := app.BoardColumn{State: state, Limit: plan.Programme.WIPLimits[state]}
		for i := range 5 - c {
			item := headway.BacklogItem{
				ID: fmt.Sprintf("i%d-%d", c, i), ReleaseID: fmt.Sprintf("r-%d-7", (i+c)%4), CandidateID: "c", Title: w.or(titles[(i+2*c)%len(titles)]), Skill: headway.SkillQA,
				Estimate: 8 * time.Hour, State: state, Assignees: []string{fmt.Sprintf("u%d", (i+c)%6)}, Version: 1, BlockedReason: w.say("waits for a restore of the ledger"),
			}
			if state == headway.ItemDoing {
				item.StartedAt = at(-1, 9)
			}
			if i == 1 && state == headway.ItemTodo {
				v.Waits[item.ID] = []string{w.or("Install on staging")}
			}
			v.Planned[item.ID] = headway.Placement{Start: at(i, 9), End: at(i, 17)}
			col.Items = append(col.Items, item)
		}
		col.Count = len(col.Items)
		v.Columns = append(v.Columns, col)
	}
	sampleTeamWork(w, &v)
	return v
}

// sampleTeamWork adds the sprint, the people and their production support.
func sampleTeamWork(w words, v *boardView) {
	for i, p := range v.People {
		v.Weeks = append(v.Weeks, app.PersonWeek{Person: p, Has: 32 * time.Hour, Planned: time.Duration(6+5*i) * time.Hour, Doing: i % 3})
		v.Support.Loads = append(v.Support.Loads, app.PersonLoad{Person: p, SupportLoad: headway.MeasureSupport(p, time.Duration(i)*4*time.Hour, 160*time.Hour)})
	}
	v.Support.Cast, v.Support.Span = v.Cast, headway.SupportSpan(v.Calendar, fixtureNow)
	v.Support.Interrupts = []headway.Interrupt{{ID: "x1", PersonID: "u5", Title: w.say("Orders are stuck"), EndedAt: at(-1, 11), Spent: 90 * time.Minute, LoggedByName: w.or("Samuel Okoro")}}
	s := headway.Sprint{ID: "s", TeamID: "ops", Number: 8, Start: day(-6), End: day(7)}
	v.Sprint = app.OpsSprint{Team: v.Teams[4], Sprint: s, Done: 30 * time.Hour, Scope: 84 * time.Hour, DaysLeft: 6, Items: 12, Finished: 5, Support: 5 * time.Hour}
	var burn []headway.BurnItem
	for i := range 12 {
		b := headway.BurnItem{Estimate: 7 * time.Hour, Since: at(-9+i/4, 9)}
		if i < 5 {
			b.DoneAt = at(-5+i, 15)
		}
		burn = append(burn, b)
	}
	v.Sprint.Points = headway.Burndown(s, burn, v.Calendar, fixtureNow)
}

func sampleRelease(w words) app.ReleaseStory {
	c := sampleCast(w)
	r := fixtureRelease(c, 0, 7)
	r.State, r.LiveAt = headway.ReleaseProving, time.Time{}
	v := app.ReleaseStory{Cast: c, Release: r, Sprint: headway.Sprint{ID: "s", Number: 7}, Verdicts: sampleVerdicts(w), GapDays: 6, Slices: styleSample(fixtureNow).Slices, Events: sampleEvents(w)}
	first := sampleCandidate(w, r)
	first.ID, first.RC, first.Name, first.State = "c1", 1, headway.CandidateName(r.Version, 1), headway.CandidateSuperseded
	v.Candidates = []headway.Candidate{first, sampleCandidate(w, r)}
	v.Planned = headway.PlannedRelease{ReleaseID: r.ID, Production: at(6, 20), GapDays: 10, Band: headway.WithinTarget}
	v.Items = sampleBoard(w).Columns[1].Items
	v.Evidence = []headway.Evidence{
		{ID: "e1", Kind: headway.RegressionRun, Format: "junit", Outcome: headway.Pass, AddedAt: at(-1, 12), Tests: &headway.TestSummary{Tests: 2481, Passed: 2478, Flaky: 3}},
		{ID: "e2", Kind: headway.LoadRun, Format: "jtl", Outcome: headway.Fail, AddedAt: at(-1, 15), Load: &headway.LoadSummary{Total: headway.LoadFigure{Count: 120_000, P95MS: 412, ErrorRate: 0.002}}, Reasons: []string{w.say("p95 of checkout is above 300 ms")}},
	}
	v.Defects = []headway.Defect{{Number: 12, Title: w.say("Totals differ after restore"), Severity: headway.Blocker, State: headway.DefectFixed}, {Number: 14, Title: w.say("Slow export"), Severity: headway.Major, State: headway.DefectOpen}}
	v.Decisions = []headway.Decision{{ID: "d1", State: headway.DecisionOpen, OpenedAt: at(0, 9), OpenedByName: w.or("Mei Tanaka"), Reason: w.say("the plan moved")}}
	v.Approvals = map[string][]headway.Approval{"d1": {{Name: w.or("Priya Nair"), Role: headway.Operations, Verdict: headway.Reject, Note: w.say("the load run is old")}}}
	v.Promise = app.Promise{Plan: headway.Plan{Number: 3, At: at(-12, 9)}, Release: v.Planned, Placements: []headway.Placement{{ReleaseID: r.ID, Title: w.or("Full regression"), Start: at(-3, 9), End: at(-2, 17)}}}
	v.Runbook, v.Needs = headway.Runbook{Steps: []headway.RunbookStep{{Title: w.say("Migrate the schema"), Phase: headway.PhaseDeploy, NoReturn: true}}}, headway.DurationEstimate{P50: time.Hour, P85: 2 * time.Hour, Source: "as declared"}
	v.Bookings, v.Places = []headway.Booking{{EnvironmentID: "e", Span: headway.Interval{From: at(1, 9), To: at(2, 9)}, Purpose: w.say("load test")}}, map[string]string{"e": w.or("Staging")}
	return v
}

func sampleDecision(w words) app.DecisionView {
	r := sampleRelease(w)
	v := app.DecisionView{Team: r.Teams[0], Release: r.Release, Candidate: r.Newest(), Environment: headway.Environment{Name: w.or("Production")}, Verdicts: r.Verdicts, Outcome: headway.Fail, Needs: 95 * time.Minute, OpensIn: 9 * time.Hour}
	v.Decision = headway.Decision{ID: "d1", State: headway.DecisionOpen, Digest: "sha256:1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014", Span: headway.Interval{From: at(0, 20), To: at(0, 23)}, OpenedAt: at(0, 9), OpenedByName: w.or("Mei Tanaka"), Rules: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: 1}}}
	v.Approvals = []headway.Approval{{Name: w.or("Priya Nair"), Role: headway.Operations, Verdict: headway.Approve, At: at(0, 10), Note: w.say("regression is clean")}}
	v.Missing = []app.MissingApproval{{Role: headway.ProductOwner, Count: 1, People: []string{w.or("Olga Petrova"), w.or("Ben Carter")}}}
	v.VerdictAs, v.Lacks = headway.ProductOwner, []app.Lack{{Role: headway.ProductOwner, Count: 1}, {Reason: w.say("Load: p95 of 412 ms is above 300 ms")}}
	v.Guards = []app.Guard{{Rule: "k1", Reason: w.say("the gate does not pass"), LiftedBy: []headway.Role{headway.ReleaseManager}}, {Rule: "window", Holds: true, Reason: "the evening window opens at 20:00"}}
	return v
}

func sampleDeployment(w words) app.DeploymentView {
	d := sampleDecision(w)
	v := app.DeploymentView{Team: d.Team, Release: d.Release, Candidate: d.Candidate, Environment: d.Environment, Decision: d.Decision, Expected: 95 * time.Minute, Took: 31 * time.Minute, MayRun: true, MayStop: true, Now: fixtureNow}
	v.Deployment = headway.Deployment{ID: "x1", State: headway.DeploymentRunning, Digest: d.Decision.Digest, StartedAt: fixtureNow.Add(-31 * time.Minute), StartedByName: w.or("Tomasz Lis")}
	states := []headway.StepState{headway.StepSucceeded, headway.StepSucceeded, headway.StepUnknown, headway.StepWaiting, headway.StepFailed, headway.StepRunning, headway.StepPending}
	for i, title := range []string{"Announce maintenance", "Back up the database", "Migrate the schema", "Check the ledger by hand", "Warm the caches", "Roll the servers", "Smoke check"} {
		s := app.StepView{DeploymentStep: headway.DeploymentStep{ID: fmt.Sprintf("st%d", i), Position: i, Attempt: 1, State: states[i], StartedAt: fixtureNow.Add(time.Duration(i*4-31) * time.Minute)}, Took: 4 * time.Minute}
		s.Step = headway.RunbookStep{Key: fmt.Sprintf("s%d", i), Title: w.or(title), Phase: headway.PhaseDeploy, Kind: headway.StepHTTP, Minutes: 5, Instructions: w.say("Compare yesterday's totals."), NoReturn: i == 5}
		if i == 3 {
			s.Step.Kind = headway.StepManual
		}
		if i == 6 {
			s.Step.Phase, s.StartedAt = headway.PhaseSmoke, time.Time{}
		}
		if i == 4 || i == 2 {
			s.Output = w.say("HTTP 504 from the gateway after 30 s")
		}
		v.Steps = append(v.Steps, s)
	}
	return v
}

func sampleGap(w words) app.GapView {
	v := app.GapView{Cast: sampleCast(w), Policy: headway.GapPolicy{Minimum: 3, Target: 10, Maximum: 15}, Finished: 40}
	for i := range 18 {
		c := fixtureCast()
		r := fixtureRelease(c, i%4, 6-i/4)
		days := 5 + (i*7)%12
		g := app.ReleaseGap{Release: r, Name: w.or(fmt.Sprintf("%s %s", c.Teams[i%4].Name, r.Version)), From: r.SprintEnd, To: r.LiveAt, Days: days, Band: v.Policy.Band(days)}
		for _, s := range styleSample(fixtureNow).Slices {
			g.Slices = append(g.Slices, app.GapPart{GapSlice: s, Days: 1})
		}
		v.Releases = append(v.Releases, g)
	}
	v.Headway = app.Rhythm{Releases: 40, Median: 84 * time.Hour, Last: 50 * time.Hour, LastLive: at(-5, 20)}
	for i, s := range ui.SharesOf(styleSample(fixtureNow).Slices) {
		v.Causes = append(v.Causes, app.CauseShare{Cause: s.Cause, Who: []string{"", "qa", "dba"}[i%3], Days: float64(s.Percent) / 3, Share: float64(s.Percent) / 100})
	}
	for i := range 4 {
		v.ByTeam = append(v.ByTeam, app.TeamGap{Team: v.Teams[i], Releases: 10, Median: 8, P85Days: 12, Last: 7 + 4*i, Headway: v.Headway, WithinTargetRate: 0.7 - float64(i)/10})
		v.Forecasts = append(v.Forecasts, app.ReleaseForecast{ReleaseID: "r", Name: w.or("Payments 2.8.0"), Planned: at(9, 20), P50: day(8 + i), P85: day(12 + i)})
	}
	return v
}

func sampleDefects(w words) defectsView {
	r := sampleRelease(w)
	v := defectsView{DefectList: app.DefectList{Cast: r.Cast, Defects: r.Defects, Releases: map[string]headway.Release{}, Candidates: map[string]headway.Candidate{}}}
	for i := range v.Defects {
		v.Defects[i].TeamID, v.Defects[i].FoundAt, v.Defects[i].FoundByName, v.Defects[i].Detail, v.Defects[i].CaseID = "t0", at(-2, 11), w.or("Priya Nair"), w.say("Restore, then compare."), w.or("ledger.TotalsTest")
	}
	return v
}

func sampleFixes(w words) fixesView {
	c := sampleCast(w)
	team := c.Teams[0]
	commit := headway.FixCommit{FixID: "f1", Place: "r1", SHA: "4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0", Subject: w.say("Round prices"), Sign: headway.SignTrailer, ToldAt: at(-1, 9)}
	facts := headway.FixFacts{
		FixBook:  headway.FixBook{Fixes: []headway.Fix{{ID: "f1", Number: 1, Defect: 12, Title: w.say("Prices are wrong"), NotedAt: at(-1, 9)}, {ID: "f2", Number: 2, Title: w.say("Tokens never expire"), NotedAt: at(-3, 9)}}, Commits: []headway.FixCommit{commit}},
		Marks:    []headway.FixMark{{FixID: "f1", Place: "r2", State: headway.FixNotNeeded, Sign: headway.SignHand, Reason: w.say("the page is gone"), ByName: w.or("Mei"), At: at(-1, 10)}},
		Told:     []headway.FixTold{{Place: headway.Trunk, At: at(-1, 11)}},
		Releases: []headway.Release{{ID: "r1", Version: "2.4.0", State: headway.ReleaseProving}, {ID: "r2", Version: "2.5.0", State: headway.ReleaseShelved}},
		Newest:   map[string]string{"r1": "2.4.0-rc.2", "r2": "2.5.0-rc.1"},
	}
	return fixesView{FixList: app.FixList{Cast: c, Matrices: []app.TeamFixes{{Team: team, FixMatrix: facts.Matrix(), Missing: 2, More: 3}}}, Err: headway.Conflictf("%s", w.say("known already"))}
}

func sampleSettings(w words) settingsView {
	v := settingsView{Settings: app.Settings{Cast: sampleCast(w), Absences: []headway.Absence{{ID: "a", PersonID: "u1", From: day(6), To: day(10), Reason: w.say("holiday")}}}}
	v.Playbook = headway.Playbook{Version: 2, Activities: []headway.PlaybookActivity{{Key: "regression", Title: w.or("Full regression"), Kind: headway.KindRegression, Skill: headway.SkillQA, People: 2, Estimate: headway.Estimate{Hours: 16, PerFact: map[string]float64{"data-gb": 0.05}}, When: "data-gb >= 50", After: []string{"install"}}}}
	v.Gate = headway.Gate{Version: 3, Criteria: []headway.Criterion{{Key: "load", Title: w.or("Load"), Kind: headway.CriterionLoad, Expr: []string{w.say("p95 < 300ms")}, WaivedBy: []headway.Role{headway.ReleaseManager}}}, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}}}
	v.Runbook = headway.Runbook{Version: 1, Steps: []headway.RunbookStep{{Title: w.or("Back up"), Phase: headway.PhaseDeploy, Kind: headway.StepHTTP, Minutes: 20}}}
	v.Members = []app.MemberRow{{User: headway.User{Name: w.or("Mei Tanaka"), Email: w.or("mei@example.com")}, Roles: []headway.Role{headway.ReleaseManager}}}
	v.Environments, v.Windows, v.Freezes = fixturePlan().Environments, fixturePlan().Windows, fixturePlan().Freezes
	return v
}

func sampleWork(w words) app.MyWork {
	c := sampleCast(w)
	v := app.MyWork{Programme: c.Programme, Person: c.People[0], Releases: map[string]string{}, Defects: sampleRelease(w).Defects, Notifications: []headway.Notification{{Text: w.say("Payments 2.7.0-rc.2 was shelved"), At: at(0, 8)}}}
	for i, item := range sampleBoard(w).Columns[0].Items {
		v.Items = append(v.Items, app.WorkItem{BacklogItem: item, Mine: i < 2, Start: at(i, 9), End: at(i, 17)})
		v.Releases[item.ReleaseID] = w.or("Payments 2.7.0")
	}
	v.Decisions = []app.WorkDecision{{Decision: sampleDecision(w).Decision, Role: headway.ProductOwner}}
	return v
}

func sampleCalendar(w words) app.ProgrammeCalendar {
	v := app.ProgrammeCalendar{Cast: sampleCast(w), First: day(-30), Last: day(30)}
	for n, k := range []app.CalendarKind{app.CalendarHoliday, app.CalendarSprint, app.CalendarWindow, app.CalendarFreeze, app.CalendarBooking, app.CalendarAbsence, app.CalendarDeployment, app.CalendarLive, app.CalendarPlanned} {
		v.Entries = append(v.Entries, app.CalendarEntry{Kind: k, Text: w.or("Portal 3.7"), Span: headway.Interval{From: at(n-3, 20), To: at(n-2, 2)}, TeamID: "t1", ReleaseID: "r", ID: "x"})
	}
	return v
}

func sampleCalendarQuery(week string) calendarQuery {
	q, err := readCalendarQuery(url.Values{"week": []string{week}}, fixtureClock())
	if err != nil {
		panic(err)
	}
	return q
}
