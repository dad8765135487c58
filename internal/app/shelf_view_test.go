package app

import (
	"slices"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestShelfTellsLineageWorkAndDepth(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		if _, err := s.ShelveCandidate(s.ctx, s.ci, "shop", s.candidate(t, "one")); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(24 * time.Hour)
		again := s.candidate(t, "two")
		again.Reason = "the login is mended"
		if _, err := s.ShelveCandidate(s.ctx, s.ci, "shop", again); err != nil {
			t.Fatal(err)
		}
		v, err := s.ShelfView(s.ctx, s.viewer, "shop")
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Rows) != 1 {
			t.Fatalf("%d rows", len(v.Rows))
		}
		row := v.Rows[0]
		var line []string
		for _, c := range row.Lineage {
			line = append(line, c.Name+" "+c.Reason)
		}
		if want := []string{"2.0.0-rc.1 ", "2.0.0-rc.2 the login is mended"}; !slices.Equal(line, want) {
			t.Errorf("lineage %q, want %q", line, want)
		}
		if len(row.Doing) != 0 || len(row.Next) != 1 || row.Next[0].Title != "Install on test" {
			t.Errorf("doing %v, next %v: only the installation waits for nothing", row.Doing, row.Next)
		}
		if row.Expected.Gap.Basis != "" {
			t.Errorf("expected %+v without a plan and without history", row.Expected)
		}
		today := v.Depth[len(v.Depth)-1]
		if len(v.Depth) != shelfDays || today.Depth != 1 || today.Oldest != 1 || v.Depth[len(v.Depth)-3].Depth != 0 {
			t.Errorf("%d days, the last %+v, two days before %+v", len(v.Depth), today, v.Depth[len(v.Depth)-3])
		}
	})
}

func TestShelfExpectsByHistory(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		if _, err := s.ShelveCandidate(s.ctx, s.ci, "shop", s.candidate(t, "one")); err != nil {
			t.Fatal(err)
		}
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			for n, version := range []string{"1.6.0", "1.7.0", "1.8.0", "1.9.0"} { // each ten working days from sprint to production
				end := time.Date(2026, 8, 3+14*n, 16, 0, 0, 0, time.UTC)
				if err := tx.AddRelease(s.ctx, headway.Release{
					ID: "r-" + version, ProgrammeID: s.p.ID, TeamID: web.ID, Version: version, State: headway.ReleaseClosed,
					SprintEnd: end, ShelvedAt: end, LiveAt: end.AddDate(0, 0, 14), ClosedAt: end.AddDate(0, 0, 28), CreatedAt: end,
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.ShelfView(s.ctx, s.viewer, "shop")
		if err != nil {
			t.Fatal(err)
		}
		e, end := v.Rows[0].Expected, v.Rows[0].Release.SprintEnd
		if e.Gap.Own != 4 || v.Calendar.WorkingDays(end, e.P50.In(v.Calendar.Zone)) != 10 || e.P85.Before(e.P50) {
			t.Errorf("expected %+v after four gaps of ten working days from %s", e, end)
		}
		s.clock.Advance(28 * 24 * time.Hour)
		if v, err = s.ShelfView(s.ctx, s.viewer, "shop"); err != nil {
			t.Fatal(err)
		}
		if e := v.Rows[0].Expected; e.P50.Before(headway.DateOf(s.clock.Now().In(v.Calendar.Zone))) {
			t.Errorf("a release that is late already is expected in the past: %+v", e)
		}
	})
}
