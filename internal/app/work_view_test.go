package app

import (
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// TestMyWorkTellsBookingsOfTheTeam books an environment for a release of the
// actor's team, for one of another team, and for long after.
func TestMyWorkTellsBookingsOfTheTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		now := s.clock.Now()
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			env, err := tx.EnvironmentByKey(s.ctx, s.p.ID, "test")
			if err != nil {
				return err
			}
			for key, id := range map[string]string{"web": "r-web", "mobile": "r-mobile"} {
				team, err := tx.TeamByKey(s.ctx, s.p.ID, key)
				if err != nil {
					return err
				}
				if err := tx.AddRelease(s.ctx, headway.Release{ID: id, ProgrammeID: s.p.ID, TeamID: team.ID, Version: "7.0.0", State: headway.ReleasePlanned, CreatedAt: now}); err != nil {
					return err
				}
				if key == "web" {
					if err := tx.PutPerson(s.ctx, headway.Person{ID: "p-dev", ProgrammeID: s.p.ID, TeamID: team.ID, Key: "dev", Name: "Dev", UserID: s.dev.UserID, Percent: 100}); err != nil {
						return err
					}
				}
			}
			for id, b := range map[string]headway.Booking{
				"b-ours": {ReleaseID: "r-web", Span: headway.Interval{From: now.Add(24 * time.Hour), To: now.Add(48 * time.Hour)}},
				"b-else": {ReleaseID: "r-mobile", Span: headway.Interval{From: now.Add(72 * time.Hour), To: now.Add(96 * time.Hour)}},
				"b-late": {ReleaseID: "r-web", Span: headway.Interval{From: now.AddDate(0, 3, 0), To: now.AddDate(0, 3, 1)}},
			} {
				b.ID, b.EnvironmentID = id, env.ID
				if err := tx.AddBooking(s.ctx, b); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.MyWorkView(s.ctx, s.dev, "shop")
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Bookings) != 1 || v.Bookings[0].ID != "b-ours" || v.Bookings[0].Environment != "Test" || v.Releases["r-web"] != "Web 7.0.0" {
			t.Errorf("bookings %+v of %v", v.Bookings, v.Releases)
		}
		if v, err = s.MyWorkView(s.ctx, s.po, "shop"); err != nil || len(v.Bookings) != 0 {
			t.Errorf("somebody who is not planned has bookings: %+v %v", v.Bookings, err)
		}
	})
}
