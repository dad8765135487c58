package app

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestCalendarGathersWhatLiesInTheDays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		d := func(n int) headway.Date { return headway.Date{Year: 2026, Month: 11, Day: n} }
		err = s.store.Write(s.ctx, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			env, err := tx.EnvironmentByKey(s.ctx, s.p.ID, "test")
			if err != nil {
				return err
			}
			r := headway.Release{ID: "r-live", ProgrammeID: s.p.ID, TeamID: web.ID, Version: "1.9.0", State: headway.ReleaseLive, ShelvedAt: d(2).In(berlin), LiveAt: d(24).At(21*60, berlin), CreatedAt: s.clock.Now()}
			return errors.Join(
				tx.AddRelease(s.ctx, r),
				tx.AddBooking(s.ctx, headway.Booking{ID: "b1", EnvironmentID: env.ID, ReleaseID: r.ID, Span: headway.Interval{From: d(23).At(9*60, berlin), To: d(25).At(17*60, berlin)}, Purpose: "load"}),
				tx.AddAbsence(s.ctx, headway.Absence{ID: "a1", PersonID: s.people["quinn"].ID, From: d(20), To: d(23)}),
				tx.AddAbsence(s.ctx, headway.Absence{ID: "a2", PersonID: s.people["dana"].ID, From: d(30), To: d(30)}), // outside
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.CalendarView(s.ctx, s.viewer, "shop", d(23), d(29))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range v.Entries {
			got = append(got, fmt.Sprintf("%s %s %s", e.Span.From.In(berlin).Format("2 Jan 15:04"), e.Kind, e.Text))
		}
		for _, want := range []string{
			"16 Nov 00:00 sprint Web, sprint 2", "20 Nov 00:00 absence Quinn", "23 Nov 09:00 booking Test for Web 1.9.0: load",
			"24 Nov 20:00 window Tuesday night", "24 Nov 21:00 production Web 1.9.0",
		} {
			if !slices.Contains(got, want) {
				t.Errorf("%q is not in %q", want, got)
			}
		}
		if len(got) != 5 {
			t.Errorf("%d entries: %q", len(got), got)
		}
		for _, bad := range [][2]headway.Date{{d(2), d(1)}, {d(1), {Year: 2028, Month: 1, Day: 1}}} {
			if _, err := s.CalendarView(s.ctx, s.viewer, "shop", bad[0], bad[1]); headway.KindOf(err) != headway.Invalid {
				t.Errorf("%v: %v", bad, err)
			}
		}
		if _, err := s.CalendarView(s.ctx, s.other, "shop", d(1), d(2)); headway.KindOf(err) != headway.NotFound {
			t.Errorf("somebody of another programme: %v", err)
		}
	})
}

// Whatever ties a release to the days brings it into the calendar, and nothing else does.
func TestCalendarNamesTheReleasesOfItsDays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
		s.write(t, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			env, err := tx.EnvironmentByKey(s.ctx, s.p.ID, "test")
			if err != nil {
				return err
			}
			second, err := tx.SprintsOf(s.ctx, s.p.ID, web.ID)
			if err != nil {
				return err
			}
			for _, r := range []headway.Release{
				{ID: "sprint", State: headway.ReleasePlanned, SprintID: second[1].ID},
				{ID: "booked", State: headway.ReleaseProving},
				{ID: "planned", State: headway.ReleaseProving},
				{ID: "dropped", State: headway.ReleaseClosed},
				{ID: "run", State: headway.ReleaseRolledBack},
				{ID: "live", State: headway.ReleaseClosed, LiveAt: day(24)},
				{ID: "later", State: headway.ReleaseProving},
				{ID: "before", State: headway.ReleaseLive, LiveAt: day(1)},
			} {
				r.ProgrammeID, r.TeamID, r.Version, r.CreatedAt = s.p.ID, web.ID, r.ID, day(1)
				if err := tx.AddRelease(s.ctx, r); err != nil {
					return err
				}
			}
			span := headway.Interval{From: day(24), To: day(24).Add(time.Hour)}
			decided := headway.Decision{ID: "d", ProgrammeID: s.p.ID, ReleaseID: "run", CandidateID: "c", State: headway.DecisionDeployed, Snapshot: []byte("{}"), OpenedAt: day(23), Span: span}
			return errors.Join(
				tx.AddBooking(s.ctx, headway.Booking{ID: "b1", EnvironmentID: env.ID, ReleaseID: "booked", Span: span}),
				tx.AddBooking(s.ctx, headway.Booking{ID: "b2", EnvironmentID: env.ID, ReleaseID: "dropped", Span: span}),
				tx.AddCandidate(s.ctx, headway.Candidate{ID: "c", ProgrammeID: s.p.ID, ReleaseID: "run", RC: 1, Name: "c", State: headway.CandidateShelved, ShelvedAt: day(22)}),
				tx.AddDecision(s.ctx, decided),
				tx.AddDeployment(s.ctx, headway.Deployment{ID: "x", ProgrammeID: s.p.ID, ReleaseID: "run", CandidateID: "c", DecisionID: "d", EnvironmentID: env.ID, State: headway.DeploymentRolledBack, StartedAt: day(24), EndedAt: day(25)}),
				tx.PutDraftPlan(s.ctx, headway.Plan{ID: "plan", ProgrammeID: s.p.ID, Kind: headway.DraftPlan, At: day(20), Releases: []headway.PlannedRelease{
					{ReleaseID: "planned", Production: day(26)}, {ReleaseID: "later", Production: day(30)}, {ReleaseID: "before", Production: day(26)},
				}}),
			)
		})
		d := func(n int) headway.Date { return headway.Date{Year: 2026, Month: 11, Day: n} }
		v, err := s.CalendarView(s.ctx, s.viewer, "shop", d(23), d(27))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range v.Entries {
			if e.Kind != CalendarWindow {
				got = append(got, fmt.Sprintf("%s %s (%s)", e.Kind, e.Text, e.ReleaseID))
			}
		}
		slices.Sort(got)
		want := []string{
			"booking Test ()", "booking Test for Web booked (booked)", "deployment Web run rolled-back (run)", "planned Web planned (planned)",
			"production Web live (live)", "sprint Web, sprint 2 (sprint)",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
