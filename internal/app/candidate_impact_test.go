package app

import (
	"slices"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// staffed adds the people without whom the playbook of the shelf cannot be planned.
func (s *shelf) staffed(t *testing.T) {
	t.Helper()
	err := s.store.Write(s.ctx, func(tx *store.Tx) error {
		ops, err := tx.TeamByKey(s.ctx, s.p.ID, "ops")
		if err != nil {
			return err
		}
		for key, skill := range map[string]headway.Skill{"asa": headway.SkillAppServer, "qasim": headway.SkillQA, "rita": headway.SkillReleaseManager} {
			person := headway.Person{ID: "p-" + key, ProgrammeID: s.p.ID, TeamID: ops.ID, Key: key, Name: key, Skills: []headway.Skill{skill}, Percent: 100}
			if err := tx.PutPerson(s.ctx, person); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestANextCandidateShowsItsImpactBeforeItIsBuilt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.staffed(t)
		first := s.shelve(t, s.candidate(t, "one"))
		for _, key := range []string{"install", "migrate", "regression"} {
			s.finish(t, s.items(t, first.Release.ID)[key], headway.Pass)
			s.clock.Advance(7 * time.Hour)
		}
		if _, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Blocker}); err != nil {
			t.Fatal(err)
		}
		next, err := s.NextCandidateView(s.ctx, s.dev, "shop", first.Release.ID, []string{"D-1"})
		if err != nil {
			t.Fatal(err)
		}
		if next.Candidate.Name != "2.0.0-rc.2" || next.Impact == nil || len(next.Fixed) != 1 || next.Candidate.Commit != notBuilt {
			t.Fatalf("%+v", next)
		}
		v := next.Impact
		if v.Status == planInfeasible {
			t.Fatalf("no plan: %+v", v.Findings)
		}
		if !v.Window.After.After(v.Window.Before) {
			t.Errorf("two days of regression again move nothing: %s, %s", v.Window.Before, v.Window.After)
		}
		if !slices.ContainsFunc(v.People, func(h PersonHit) bool { return h.Name == "qasim" }) {
			t.Errorf("testers are not hit: %+v", v.People)
		}
		if !slices.ContainsFunc(v.Bookings, func(b BookingMove) bool { return b.Environment == "Test" && b.Before.From.IsZero() }) {
			t.Errorf("the test environment is held for nothing new: %+v", v.Bookings)
		}
		n := read(t, s, func(q store.Q) ([]headway.Candidate, error) { return q.CandidatesOf(s.ctx, s.p.ID, first.Release.ID) })
		if len(n) != 1 {
			t.Error("looking has shelved a candidate")
		}
		_, err = s.NextCandidateView(s.ctx, s.viewer, "shop", first.Release.ID, nil)
		wantKind(t, "a viewer", err, headway.Forbidden)
		_, err = s.NextCandidateView(s.ctx, s.other, "shop", first.Release.ID, nil)
		wantKind(t, "of another programme", err, headway.NotFound)
		_, err = s.NextCandidateView(s.ctx, s.dev, "shop", first.Release.ID, []string{"D-9"})
		wantKind(t, "an unknown defect", err, headway.Invalid)
	})
}

func TestAPreviewNeedsNoUpload(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		in.Artifacts[0].SHA256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		_, err := s.ShelveCandidate(s.ctx, s.ci, "shop", in)
		wantKind(t, "a file that was not handed in", err, headway.Invalid)
		in.Preview = true
		if out, err := s.ShelveCandidate(s.ctx, s.ci, "shop", in); err != nil || out.Impact == nil || !out.Created {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

func TestBoardAndShelfCountWhatCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		s.finish(t, s.items(t, first.Release.ID)["install"], headway.Pass)
		s.clock.Advance(time.Hour)
		s.shelve(t, s.candidate(t, "two")) // installs again
		board, err := s.BoardView(s.ctx, s.ops, "shop", BoardQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, col := range board.Columns {
			if col.State == headway.ItemDone && (col.Count != 0 || len(col.Items) != 0) {
				t.Errorf("the board counts %d items as done that must be done again", col.Count)
			}
		}
		shelved, err := s.ShelfView(s.ctx, s.ops, "shop")
		if err != nil || len(shelved.Rows) != 1 {
			t.Fatal(err)
		}
		if row := shelved.Rows[0]; row.Done != 0 || row.All != len(shelfBook) {
			t.Errorf("the shelf says %d of %d", row.Done, row.All)
		}
	})
}
