package app

import (
	"context"
	"testing"

	"headway/internal/testkit"
)

func TestReplanPlacesEveryRelease(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 3)
		p := w.replan()
		if p.Status != planFeasible && p.Status != planOptimal {
			t.Fatalf("%s: %v", p.Status, p.Findings)
		}
		if len(p.Releases) != 6 {
			t.Fatalf("%d releases: %+v", len(p.Releases), p.Releases)
		}
		for _, r := range p.Releases {
			t.Log(r.ReleaseID, r.Production, r.GapDays, r.Band)
			if r.GapDays < w.p.Gap.Minimum {
				t.Errorf("%s: gap of %d days", r.ReleaseID, r.GapDays)
			}
		}
		for _, q := range p.Placements {
			t.Log(q.Activity, q.Start, q.End, q.People, q.Why)
		}
	})
}

func BenchmarkPlan5x6(b *testing.B) {
	w := newPlanWorld(b, testkit.Database{Dir: b.TempDir()}, monday, 5, 6)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		facts, err := w.app.planFactsOf(ctx, w.p.ID)
		if err != nil {
			b.Fatal(err)
		}
		p, err := facts.solve(ctx)
		if err != nil || len(p.Releases) != 30 {
			b.Fatal(err, p.Status, p.Findings)
		}
	}
}
