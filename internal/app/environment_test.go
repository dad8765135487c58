package app

import (
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestAnEnvironmentIsReportedAndBooked installs, books and refuses on one environment.
func TestAnEnvironmentIsReportedAndBooked(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		now := s.clock.Now()
		report := func(by headway.Actor, in ReportEnvironment) (EnvironmentView, error) {
			return s.ReportEnvironment(s.ctx, by, "shop", in)
		}
		_, err := report(s.ops, ReportEnvironment{Environment: "production", Team: "web", Version: "2.0.0"})
		wants(t, err, headway.Conflict, "only its deployments")
		_, err = report(s.ops, ReportEnvironment{Environment: "test"})
		wants(t, err, headway.Invalid, "nothing was said")
		_, err = report(s.ops, ReportEnvironment{Environment: "test", DataAsOf: now.Add(time.Hour)})
		wants(t, err, headway.Invalid, "to come")
		_, err = report(s.po, ReportEnvironment{Environment: "test", DataGB: 3})
		wants(t, err, headway.Forbidden, "evidence.add")
		v, err := report(s.ops, ReportEnvironment{Environment: "test", Team: "web", Version: "2.0.0", DataAsOf: now.Add(-time.Hour), DataGB: 12})
		if err != nil || v.Candidate != "2.0.0-rc.1" || v.Environment.DataGB != 12 || !v.Environment.Since.Equal(now) || len(v.Stays) != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		s.clock.Set(now.Add(time.Hour))
		again, err := report(s.ops, ReportEnvironment{Environment: "test", Team: "web", Version: "2.0.0"})
		if err != nil || !again.Environment.Since.Equal(now) || len(again.Stays) != 1 {
			t.Errorf("the same again begins anew: %+v, %v", again, err)
		}

		book := func(in BookEnvironment) (BookingView, error) {
			in.Environment, in.Team, in.Purpose = "test", "web", "acceptance"
			return s.BookEnvironment(s.ctx, s.ops, "shop", in)
		}
		s.write(t, func(tx *store.Tx) error {
			team, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			return tx.AddRelease(s.ctx, headway.Release{ID: "other", ProgrammeID: s.p.ID, TeamID: team.ID, Version: "9.0.0", State: headway.ReleasePlanned, CreatedAt: now})
		})
		from, to := now.Add(24*time.Hour), now.Add(48*time.Hour)
		first, err := book(BookEnvironment{Version: "2.0.0", From: from, To: to})
		if err != nil || first.ID == "" {
			t.Fatal(err)
		}
		would, err := book(BookEnvironment{Version: "9.0.0", From: from, To: to, Preview: true, Shared: true})
		if err != nil || len(would.Conflicts) != 1 || would.Conflicts[0].Kind != headway.ConflictBooked || would.ID != "" {
			t.Errorf("a preview: %+v, %v", would, err)
		}
		_, err = book(BookEnvironment{Version: "9.0.0", From: from, To: to, Shared: true})
		wants(t, err, headway.Conflict, "acceptance")
		_, err = book(BookEnvironment{Version: "9.0.0", From: to, To: from})
		wants(t, err, headway.Invalid, "ends before")
		if _, err = book(BookEnvironment{Version: "9.0.0", From: to, To: to.Add(time.Hour)}); err != nil {
			t.Errorf("right after: %v", err)
		}
		if err := s.CancelBooking(s.ctx, s.ops, "shop", first.ID); err != nil {
			t.Fatal(err)
		}
		wants(t, s.CancelBooking(s.ctx, s.ops, "shop", first.ID), headway.NotFound, "no such booking")
		if _, err = book(BookEnvironment{Version: "9.0.0", From: from, To: to}); err != nil {
			t.Errorf("after it was given free: %v", err)
		}
	})
}

// TestABookingSaysWhatThePlanWouldDoThere looks for conflicts with the plan: an
// installation of another release would replace the candidate.
func TestABookingSaysWhatThePlanWouldDoThere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 1)
		var install headway.Placement
		for _, q := range w.replan().Placements {
			if q.Kind == string(headway.KindInstall) && q.ReleaseID == "r-1-1" {
				install = q
			}
		}
		got, err := w.app.BookEnvironment(t.Context(), w.rm, "shop", BookEnvironment{
			Environment: "staging", Team: "team-0", Version: "2.0.0", From: install.Start, To: install.End, Purpose: "a look", Preview: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		replaced := 0
		for _, k := range got.Conflicts {
			if k.Kind == headway.ConflictReplaced && k.ReleaseID == "r-1-1" {
				replaced++
			}
		}
		if replaced != 1 {
			t.Errorf("conflicts: %+v", got.Conflicts)
		}
	})
}
