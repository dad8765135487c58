package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

func TestMeasuresComeWithTheReleasesBehindThem(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		var last headway.Release
		for n := 1; n <= 6; n++ {
			last = w.finish(0, n, 6)
			w.finish(1, n, 9)
		}
		w.write(func(tx *store.Tx) error {
			c := headway.Candidate{ID: "c", ProgrammeID: w.p.ID, ReleaseID: last.ID, RC: 1, Name: "x", Digest: "d", State: headway.CandidateReleased, ShelvedAt: last.ShelvedAt}
			if err := tx.AddCandidate(ctx, c); err != nil {
				return err
			}
			return tx.AddDefect(ctx, headway.Defect{
				ID: "d", ProgrammeID: w.p.ID, Number: 1, ReleaseID: last.ID, CandidateID: "c", TeamID: last.TeamID, Title: "down", Severity: headway.Blocker,
				Source: headway.FoundByIncident, State: headway.DefectFixed, FoundAt: last.LiveAt.Add(time.Hour), ClosedAt: last.LiveAt.Add(4 * time.Hour),
			})
		})
		v, err := w.app.MeasuresView(ctx, w.rm, "shop", 365)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Flow) != flowWeeks+1 || v.Days != 365 {
			t.Errorf("%d weeks of %d days", len(v.Flow), v.Days)
		}
		got := map[string]headway.Measure{}
		for _, m := range v.Measures {
			got[m.Key] = m
			for _, s := range m.Samples {
				if v.ReleaseName(s.ReleaseID) == "unknown team " {
					t.Errorf("%s rests on a release without a name", m.Key)
				}
			}
		}
		for key, want := range map[string]float64{"failed-deployment-recovery-time": 3, "change-fail-rate": 100.0 / 12, "escaped-defects": 1.0 / 12, "candidates": 1, "deployment-rework-rate": 0} {
			if m := got[key]; !m.Now.Known || m.Now.Value < want-1e-9 || m.Now.Value > want+1e-9 {
				t.Errorf("%s: %+v, not %v", key, m.Now, want)
			}
		}
		if g := got["gap"].Now; g.N != 12 || g.Value < 6 || g.Value > 9 {
			t.Errorf("gap: %+v", g)
		}
		if e := got["flow-efficiency"].Now; !e.Known || e.Value <= 5 || e.Value >= 25 {
			t.Errorf("one day of work in six to nine: %+v", e)
		}
		csv, err := w.app.MeasuresCSV(ctx, w.rm, "shop", 365)
		if err != nil {
			t.Fatal(err)
		}
		if rows := strings.Count(string(csv), "\ngap,"); rows != 13 {
			t.Errorf("%d rows of the gap in the CSV, not itself and its 12 releases", rows)
		}
		stranger := headway.Actor{Kind: headway.ActorPerson, UserID: "x", Name: "x"}
		if _, err := w.app.MeasuresView(ctx, stranger, "shop", 0); headway.KindOf(err) != headway.NotFound {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.app.MeasuresView(ctx, w.rm, "shop", 3); headway.KindOf(err) != headway.Invalid {
			t.Errorf("three days: %v", err)
		}
	})
}

func TestExperimentsAreComparedWithBefore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 2)
		in := StartExperiment{Cause: headway.GapWaitingGo, Change: "A second tester", Aim: 3, Owner: "Sara"}
		if _, err := w.app.StartExperiment(ctx, w.rm, "shop", in); headway.KindOf(err) != headway.Conflict {
			t.Fatalf("with nothing to compare with: %v", err)
		}
		for n := 1; n <= 4; n++ {
			w.finish(0, n, 9)
		}
		v, err := w.app.RetrospectiveView(ctx, w.rm, "shop", 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Releases) != 3 || len(v.Causes) == 0 || len(v.Causes[0].Of) != 3 || v.Causes[0].Days < v.Causes[len(v.Causes)-1].Days {
			t.Fatalf("%d releases, causes %+v", len(v.Releases), v.Causes)
		}
		e, err := w.app.StartExperiment(ctx, w.rm, "shop", in)
		if err != nil {
			t.Fatal(err)
		}
		if e.Number != 1 || e.BaseReleases != 4 || e.BaseDays <= 3 {
			t.Fatalf("%+v", e)
		}
		viewer := headway.Actor{Kind: headway.ActorPerson, UserID: "v", Name: "V", Roles: map[string][]headway.Role{w.p.ID: {headway.Viewer}}}
		if _, err := w.app.StartExperiment(ctx, viewer, "shop", in); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("a viewer starts one: %v", err)
		}
		// The experiment begins long before three shorter releases.
		w.write(func(tx *store.Tx) error {
			e.ID, e.Number, e.StartedAt = "earlier", 2, monday.AddDate(-20, 0, 0)
			return tx.AddExperiment(ctx, e)
		})
		if v, err = w.app.RetrospectiveView(ctx, w.rm, "shop", 0); err != nil {
			t.Fatal(err)
		}
		if first := v.Experiments[1]; first.Number != 1 || first.Result.Effect != headway.EffectWaiting || first.Result.Releases != 0 {
			t.Errorf("nothing came since: %+v", first.Result)
		}
		if second := v.Experiments[0]; second.Result.Releases != 3 || second.Result.Effect != headway.EffectNone {
			t.Errorf("three as long as before: %+v", second.Result)
		}
		if _, err := w.app.ConcludeExperiment(ctx, w.rm, "shop", 1, true, "It helped"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.ConcludeExperiment(ctx, w.rm, "shop", 1, false, "Again"); headway.KindOf(err) != headway.Conflict {
			t.Errorf("concluded twice: %v", err)
		}
		if _, err := w.app.ConcludeExperiment(ctx, w.rm, "shop", 99, true, "x"); headway.KindOf(err) != headway.NotFound {
			t.Errorf("unknown: %v", err)
		}
		kinds := ""
		for _, ev := range w.events() {
			kinds += fmt.Sprintln(ev.Kind)
		}
		if !strings.Contains(kinds, string(ExperimentStarted)) || !strings.Contains(kinds, string(ExperimentEnded)) {
			t.Errorf("the audit has %s", kinds)
		}
	})
}
