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
		other := w.finish(1, 7, 9)
		w.write(func(tx *store.Tx) error {
			for n, i := range []headway.Incident{
				{ReleaseID: last.ID, DefectID: "d", Severity: headway.Blocker, StartedAt: last.LiveAt.Add(time.Hour), MitigatedAt: last.LiveAt.Add(4 * time.Hour)},
				{ReleaseID: other.ID, Severity: headway.Major, StartedAt: other.LiveAt.Add(time.Hour), MitigatedAt: other.LiveAt.Add(2 * time.Hour)},
				{ReleaseID: other.ID, Severity: headway.Major, StartedAt: other.LiveAt.Add(90 * time.Minute), MitigatedAt: other.LiveAt.Add(6 * time.Hour)},
			} {
				i.ID, i.ProgrammeID, i.Number, i.Title, i.State, i.OpenedAt = fmt.Sprint("i", n), w.p.ID, n+1, "down", headway.IncidentMitigated, i.StartedAt
				if err := tx.AddIncident(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
		v, err := w.app.MeasuresView(ctx, w.rm, "shop", 365)
		if err != nil {
			t.Fatal(err)
		}
		why := map[string]bool{}
		for _, m := range v.Measures {
			for _, s := range m.Samples {
				why[s.Why] = true
			}
		}
		if len(why) != 3 || !why["I-1"] || !why["I-2, I-3"] {
			t.Errorf("a blocker that became of an incident counts by the incident; behind the figures: %v", why)
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
		for key, want := range map[string]float64{"failed-deployment-recovery-time": 4, "change-fail-rate": 200.0 / 13, "escaped-defects": 1.0 / 13, "candidates": 1, "deployment-rework-rate": 0} {
			if m := got[key]; !m.Now.Known || m.Now.Value < want-1e-9 || m.Now.Value > want+1e-9 {
				t.Errorf("%s: %+v, not %v", key, m.Now, want)
			}
		}
		if g := got["gap"].Now; g.N != 13 || g.Value < 6 || g.Value > 9 {
			t.Errorf("gap: %+v", g)
		}
		if e := got["flow-efficiency"].Now; !e.Known || e.Value <= 5 || e.Value >= 25 {
			t.Errorf("one day of work in six to nine: %+v", e)
		}
		csv, err := w.app.MeasuresCSV(ctx, w.rm, "shop", 365)
		if err != nil {
			t.Fatal(err)
		}
		if rows := strings.Count(string(csv), "\ngap,"); rows != 14 {
			t.Errorf("%d rows of the gap in the CSV, not itself and its 13 releases", rows)
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
		if due := w.reminded("E-1"); len(due) != 0 {
			t.Errorf("told before three releases: %v", due)
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
		if due := w.reminded("E-2"); len(due) != 1 || due[0].Subject != "earlier" || !strings.Contains(due[0].Text, "did nothing: from") {
			t.Errorf("an experiment that is due is told once: %v", due)
		}
		sara := headway.Actor{Kind: headway.ActorPerson, UserID: "u-sara", Name: "sara", Roles: map[string][]headway.Role{w.p.ID: {headway.Viewer}}}
		if mine, err := w.app.MyWorkView(ctx, sara, "shop"); err != nil || len(mine.Experiments) != 2 || !mine.Experiments[0].Due() || mine.Experiments[1].Due() {
			t.Errorf("the owner's work: %+v, %v", mine.Experiments, err)
		}
		if mine, err := w.app.MyWorkView(ctx, w.rm, "shop"); err != nil || len(mine.Experiments) != 0 {
			t.Errorf("another's work: %+v, %v", mine.Experiments, err)
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

// reminded lets the hourly job run twice, and gives the events of experiments
// that are due whose text begins with a name.
func (w *planWorld) reminded(name string) (due []headway.Event) {
	w.t.Helper()
	for range 2 {
		if err := w.app.RemindAll(context.Background()); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, e := range w.events() {
		if e.Kind == ExperimentDue && strings.HasPrefix(e.Text, name) {
			due = append(due, e)
		}
	}
	return due
}

// TestTheOwnerIsToldThatAnExperimentIsDue knows the owner by name, whatever the role.
func TestTheOwnerIsToldThatAnExperimentIsDue(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 2)
		for n := 1; n <= 4; n++ {
			w.finish(0, n, 9)
		}
		w.write(func(tx *store.Tx) error {
			for id, role := range map[string]headway.Role{"sara": headway.Viewer, "vera": headway.Viewer, "paul": headway.ProductOwner} {
				if err := tx.AddUser(ctx, headway.User{ID: id, Email: id + "@example.org", Name: strings.ToUpper(id[:1]) + id[1:], CreatedAt: monday}, ""); err != nil {
					return err
				}
				if err := tx.SetRoles(ctx, w.p.ID, id, []headway.Role{role}); err != nil {
					return err
				}
			}
			return tx.AddExperiment(ctx, headway.Experiment{
				ID: "e", ProgrammeID: w.p.ID, Number: 1, Cause: headway.GapWaitingGo, Change: "A second tester", Aim: 3, Owner: "sara", BaseDays: 9, BaseReleases: 4,
				State: headway.ExperimentRunning, StartedAt: monday.AddDate(-20, 0, 0),
			})
		})
		due := w.reminded("E-1")
		if len(due) != 1 {
			t.Fatalf("%v", due)
		}
		told := map[string]bool{}
		job := NotifyJob{EventSeq: due[0].Seq, Roles: reactions(ExperimentDue).notify}
		if err := w.app.change(ctx, headway.System(), func(c *change) (err error) {
			job.Users, err = c.membersNamed(ctx, w.p, " sara ")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := w.app.NotifyMembers(ctx, job); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"sara", "vera", "paul"} {
			err := w.store.Read(ctx, func(q store.Q) error {
				ns, err := q.Notifications(ctx, id, w.p.ID, 10)
				told[id] = len(ns) == 1 && ns[0].Link == "/p/shop/retrospective"
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if !told["sara"] || told["vera"] || !told["paul"] {
			t.Errorf("told: %v", told)
		}
	})
}
