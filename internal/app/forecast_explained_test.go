package app

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestAFixIsLearntFromTheFindingOfItsDefect has second candidates come twelve
// days after the first, two working hours after the tests found the defect: the
// tests and the waiting for them are simulated by themselves.
func TestAFixIsLearntFromTheFindingOfItsDefect(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 1)
		cal, err := w.p.Calendar(nil)
		if err != nil {
			t.Fatal(err)
		}
		fixes := func() float64 {
			t.Helper()
			var e experience
			if err := w.store.Read(ctx, func(q store.Q) (err error) {
				e, err = loadExperience(ctx, q, w.p.ID, cal)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return e.fix.At(0.5)
		}
		add := func(n int, told bool) {
			r := w.finish(0, n, 9)
			w.write(func(tx *store.Tx) error {
				mended := r.ShelvedAt.AddDate(0, 0, 12).Truncate(24 * time.Hour).Add(11 * time.Hour)
				for rc, at := range map[int]time.Time{1: r.ShelvedAt, 2: mended} {
					c := headway.Candidate{ID: fmt.Sprintf("%s-%d", r.ID, rc), ProgrammeID: w.p.ID, ReleaseID: r.ID, RC: rc, Name: "x", Digest: fmt.Sprint(rc), State: headway.CandidateReleased, ShelvedAt: at}
					if err := tx.AddCandidate(ctx, c); err != nil {
						return err
					}
				}
				if !told {
					return nil
				}
				return tx.AddDefect(ctx, headway.Defect{
					ID: "d-" + r.ID, ProgrammeID: w.p.ID, Number: n, ReleaseID: r.ID, CandidateID: r.ID + "-1", TeamID: r.TeamID, Title: "wrong", Severity: headway.Major,
					State: headway.DefectFixed, FixedIn: r.ID + "-2", FoundAt: mended.Add(-2 * time.Hour), ClosedAt: mended,
				})
			})
		}
		usual := fixes()
		for n := 1; n <= 8; n++ {
			add(n, false)
		}
		if got := fixes(); math.Abs(got-usual) > 0.05 {
			t.Errorf("candidates of which no defect tells teach nothing: %v, not %v", got, usual)
		}
		for n := 9; n <= 40; n++ {
			add(n, true)
		}
		if got := fixes(); got > 0.2 {
			t.Errorf("a fix of two hours takes %v of the two days it is reckoned with", got)
		}
	})
}

// TestTheForecastSaysWhyItDiffersFromHistory gives a team a past much slower than
// its plan.
func TestTheForecastSaysWhyItDiffersFromHistory(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 2)
		v, err := w.forecast(ForecastIf{})
		if err != nil || v.Explained == nil || v.Explained.Own != 0 || v.Differs() {
			t.Fatalf("without history: %+v, %v", v.Explained, err)
		}
		w.finishedBefore(w.teams[0], 30, 31, 30, 32, 30, 31, 30, 30)
		w.write(func(tx *store.Tx) error { _, err := tx.TouchProgramme(ctx, w.p.ID); return err })
		if v, err = w.forecast(ForecastIf{}); err != nil || !v.Differs() || v.Explained.History < 30 || v.Explained.Own != 8 {
			t.Fatalf("with a slow past: %+v, %v", v.Explained, err)
		}
		sum := 0.0
		for _, f := range v.Explained.Fills {
			sum += f.Days
		}
		if math.Abs(sum-v.Explained.MeanDays) > 1e-6 || v.Explained.MeanDays <= 0 {
			t.Errorf("the parts sum to %v of %v", sum, v.Explained.MeanDays)
		}
		tried, err := w.forecast(ForecastIf{SupportDays: 2})
		if err != nil || tried.Explained != nil {
			t.Errorf("a what-if explains: %+v, %v", tried.Explained, err)
		}
	})
}
