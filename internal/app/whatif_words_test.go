package app

import (
	"slices"
	"testing"
	"time"

	"headway"
)

// TestAWhatIfIsToldWithNamesAndDays: people read names and days, not keys.
func TestAWhatIfIsToldWithNamesAndDays(t *testing.T) {
	f := &planFacts{
		now: monday, calendar: headway.Calendar{Zone: time.UTC},
		people:       []headway.Person{{Key: "olga", Name: "Olga Marsh"}},
		environments: []headway.Environment{{Key: "lab", Name: "Load lab"}},
		freezes:      []headway.Freeze{{Key: "month-end", Name: "Month end"}},
		releases:     []headway.Release{{ID: "r", Version: "2.0.0", TeamID: "t"}},
		teams:        map[string]headway.Team{"t": {ID: "t", Name: "Web"}},
	}
	from := headway.Date{Year: 2026, Month: time.November, Day: 30}
	got := f.wordsOf(headway.WhatIf{
		Dues:     []headway.WhatIfDue{{ReleaseID: "r", Due: headway.Date{Year: 2027, Month: time.January, Day: 4}}},
		Absences: []headway.WhatIfAbsence{{Person: "olga", From: from, To: from.AddDays(4)}},
		People:   []headway.WhatIfPerson{{Skills: []headway.Skill{headway.SkillQA}, Count: 2, From: from, To: from.AddDays(25)}},
		Overtime: []headway.WhatIfOvertime{{People: []string{"olga", "nobody"}, From: from, To: from}},
		Lifts:    []headway.WhatIfLift{{Freeze: "month-end", ReleaseID: "r"}},
		Doubles:  []string{"lab"},
	})
	want := []string{
		"Web 2.0.0 is wanted by Mon 4 Jan 2027",
		"Olga Marsh is away from Mon 30 Nov to Fri 4 Dec",
		"2 more for QA from Mon 30 Nov to Fri 25 Dec",
		"Olga Marsh, nobody: work on days off from Mon 30 Nov to Mon 30 Nov",
		"the freeze Month end is lifted for Web 2.0.0",
		"a second Load lab",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestPlansGetStepsByTheirSize: what can be searched well is, and what a page waits for is bounded.
func TestPlansGetStepsByTheirSize(t *testing.T) {
	for activities, want := range map[int]int{0: mostSteps, 100: mostSteps, 640: 500, 10_400: 30, 100_000: leastSteps} {
		if got := planSteps(activities); got != want {
			t.Errorf("%d activities get %d steps, not %d", activities, got, want)
		}
	}
}
