package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestARefreshIsWorkThatHasItsEnvironmentForItself asks for a refresh of an
// exclusive and of a shared environment: the plan puts it where nothing else is
// there and nobody else has booked, its end is what is known of the data, and
// what it took is what the next is estimated by.
func TestARefreshIsWorkThatHasItsEnvironmentForItself(t *testing.T) {
	for _, place := range []string{"staging", "test"} {
		t.Run(place, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, db testkit.Database) { refreshes(t, db, place) })
		})
	}
}

func refreshes(t *testing.T, db testkit.Database, place string) {
	w := newPlanWorld(t, db, monday, 2, 1)
	ctx := t.Context()
	w.write(func(tx *store.Tx) error {
		for _, id := range []string{"r-0-1", "r-1-1"} {
			r, err := tx.Release(ctx, w.p.ID, id)
			if err != nil {
				return err
			}
			r.State = headway.ReleaseShelved
			if _, err := tx.SaveRelease(ctx, r, headway.ReleasePlanned); err != nil {
				return err
			}
			if err := tx.AddCandidate(ctx, headway.Candidate{ID: "c-" + id, ProgrammeID: w.p.ID, ReleaseID: id, RC: 1, Name: r.Version + "-rc.1", State: headway.CandidateShelved, ShelvedAt: monday}); err != nil {
				return err
			}
		}
		return tx.AddBacklogItem(ctx, headway.BacklogItem{
			ID: "probe", ProgrammeID: w.p.ID, ReleaseID: "r-1-1", CandidateID: "c-r-1-1", Title: "Probe", Kind: headway.KindTask, Skill: headway.SkillQA, People: 1,
			Estimate: 3 * time.Hour, Environment: "e-" + place, State: headway.ItemTodo, Version: 1, CreatedAt: monday,
		})
	})
	booked, err := w.app.BookEnvironment(ctx, w.rm, "shop", BookEnvironment{
		Environment: place, Team: "team-1", Version: "2.0.0", From: monday, To: monday.Add(26 * time.Hour), Purpose: "acceptance", Shared: place == "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	in := RefreshEnvironment{Environment: place, Team: "team-0", Version: "2.0.0", DataGB: 240}
	would := in
	would.Preview = true
	seen, err := w.app.RefreshEnvironment(ctx, w.rm, "shop", would)
	if err != nil || seen.Item.ID != "" || seen.Item.Estimate != 3*time.Hour+30*time.Minute { // half as much again as an hour, and 240 GB at 2 in a minute
		t.Fatalf("a preview: %s, %v", seen.Item.Estimate, err)
	}
	asked, err := w.app.RefreshEnvironment(ctx, w.rm, "shop", in)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.app.RefreshEnvironment(ctx, w.rm, "shop", in)
	wants(t, err, headway.Conflict, "on the board already")

	plan := w.replan()
	own := placed(t, plan, asked.ItemID)
	span := headway.Interval{From: own.Start, To: own.End}
	if own.Environment != place || span.Overlaps(booked.Span) {
		t.Errorf("the refresh lies at %v on %q, booked %v", span, own.Environment, booked.Span)
	}
	for _, q := range plan.Placements {
		if q.Environment == place && q.ItemID != asked.ItemID && span.Overlaps(headway.Interval{From: q.Start, To: q.End}) {
			t.Errorf("%s lies in the refresh: %v and %v", q.Title, q.Start, span)
		}
	}

	w.clock.Set(own.Start)
	w.move(ctx, asked.ItemID, headway.ItemDoing)
	w.clock.Set(own.Start.Add(2 * time.Hour))
	w.move(ctx, asked.ItemID, headway.ItemDone)
	v, err := w.app.environmentView(ctx, w.rm, "shop", place)
	if err != nil || v.Refresh != nil || v.Environment.DataGB != 240 || !v.Environment.DataAsOf.Equal(own.Start) {
		t.Errorf("after it: %+v, %v", v.Environment, err)
	}
	would.DataGB = 480
	if seen, err = w.app.RefreshEnvironment(ctx, w.rm, "shop", would); err != nil || seen.Item.Estimate != 5*time.Hour || !strings.Contains(seen.Source, "measured once") {
		t.Errorf("twice the data after 2 h, with the margin on one run: %s (%s), %v", seen.Item.Estimate, seen.Source, err)
	}
	w.move(ctx, asked.ItemID, headway.ItemDoing)
	if seen, err = w.app.RefreshEnvironment(ctx, w.rm, "shop", would); headway.KindOf(err) != headway.Conflict {
		t.Errorf("work that was taken back is under way again: %+v, %v", seen, err)
	}
}

func (w *planWorld) move(ctx context.Context, item string, to headway.ItemState) {
	w.t.Helper()
	if _, err := w.app.MoveItem(ctx, w.rm, "shop", MoveItem{ID: item, To: to}); err != nil {
		w.t.Fatal(err)
	}
}

// TestARefreshIsRefusedWhereItMakesNoSense names production, an unknown place,
// a release without work, nonsense.
func TestARefreshIsRefusedWhereItMakesNoSense(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		ask := func(by headway.Actor, in RefreshEnvironment) error {
			in.Team = "web"
			_, err := s.RefreshEnvironment(s.ctx, by, "shop", in)
			return err
		}
		wants(t, ask(s.ops, RefreshEnvironment{Environment: "production", Version: "2.0.0"}), headway.Conflict, "is production")
		wants(t, ask(s.ops, RefreshEnvironment{Environment: "nowhere", Version: "2.0.0"}), headway.NotFound, "nowhere")
		wants(t, ask(s.ops, RefreshEnvironment{Environment: "test", Version: "7.0.0"}), headway.NotFound, "7.0.0")
		wants(t, ask(s.ops, RefreshEnvironment{Environment: "test", Version: "2.0.0", DataGB: -1}), headway.Invalid, "outside")
		wants(t, ask(s.ops, RefreshEnvironment{Environment: "test", Version: "2.0.0", Hours: 5000}), headway.Invalid, "outside")
		wants(t, ask(s.viewer, RefreshEnvironment{Environment: "test", Version: "2.0.0"}), headway.Forbidden, "backlog")
	})
}

// TestARehearsalKeepsOffWhatOthersHaveBooked refuses it while another release
// has the environment, shared too, and says which stays replaced a candidate.
func TestARehearsalKeepsOffWhatOthersHaveBooked(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.write(t, func(tx *store.Tx) error {
			team, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			return tx.AddRelease(s.ctx, headway.Release{ID: "other", ProgrammeID: s.p.ID, TeamID: team.ID, Version: "9.0.0", State: headway.ReleasePlanned, CreatedAt: s.clock.Now()})
		})
		now := s.clock.Now()
		book := func(version string) BookingView {
			b, err := s.BookEnvironment(s.ctx, s.ops, "shop", BookEnvironment{Environment: "test", Team: "web", Version: version, From: now, To: now.Add(time.Hour), Purpose: "acceptance", Shared: true})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		rehearse := func() error {
			_, err := s.StartRehearsal(s.ctx, s.ops, "shop", StartRehearsal{Team: "web", Version: "2.0.0", Environment: "test"})
			return err
		}
		theirs := book("9.0.0")
		wants(t, rehearse(), headway.Conflict, "9.0.0 until")
		s.clock.Advance(time.Minute)
		if _, err := s.ReportEnvironment(s.ctx, s.ops, "shop", ReportEnvironment{Environment: "test", Team: "web", Version: "2.0.0"}); err != nil {
			t.Fatal(err)
		}
		v, err := s.environmentView(s.ctx, s.ops, "shop", "test")
		if err != nil || len(v.Bookings) != 1 || len(v.Bookings[0].Conflicts) != 1 || v.Bookings[0].Conflicts[0].Kind != headway.ConflictReplaced {
			t.Errorf("what was replaced meanwhile: %+v, %v", v.Bookings, err)
		}
		if err := s.CancelBooking(s.ctx, s.ops, "shop", theirs.ID); err != nil {
			t.Fatal(err)
		}
		book("2.0.0")
		if err := rehearse(); err != nil {
			t.Errorf("on the release's own booking: %v", err)
		}
	})
}
