package app

import (
	"testing"
	"time"

	"headway"
	"headway/internal/forecast"
)

// TestAHotFixIsNotExpectedLikeOrdinaryReleases: it does not wait in their
// queue, so that what they took is no forecast of it; its plan is.
func TestAHotFixIsNotExpectedLikeOrdinaryReleases(t *testing.T) {
	calendar, err := headway.Programme{Zone: "UTC", WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 9 * 60, WorkTo: 17 * 60}.Calendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) // a Tuesday
	var history []forecast.Finished
	for n := range 8 {
		shelved := now.AddDate(0, 0, -14*(n+2))
		history = append(history, forecast.Finished{Cycle: "2026", Component: "web", Shelved: shelved, Live: shelved.AddDate(0, 0, 14), Gap: 10})
	}
	var known learntModels
	x := expectation{calendar: calendar, now: now, model: known.of(history)}
	r := headway.Release{ID: "r", Version: "1.5.1", SprintEnd: now, ShelvedAt: now}
	planned := headway.PlannedRelease{ReleaseID: "r", Production: now.AddDate(0, 0, 1), GapDays: 1}
	for hotfix, want := range map[bool]string{false: "2026-12-08", true: "2026-11-25"} {
		r.Hotfix = hotfix
		if f := x.of(headway.Team{Key: "web"}, r, planned); f.P50.String() != want || f.Apart != hotfix {
			t.Errorf("hot fix %v: P50 %s (%s), want %s", hotfix, f.P50, f.Gap.Basis, want)
		}
	}
}
