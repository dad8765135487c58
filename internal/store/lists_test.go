package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
)

// releaseOf makes a release of a team with one candidate, both by its id.
func releaseOf(ctx context.Context, tx *Tx, id, programme, team string, state headway.ReleaseState, live time.Time) error {
	r := headway.Release{ID: id, ProgrammeID: programme, TeamID: team, Version: id, State: state, LiveAt: live, CreatedAt: noon}
	c := headway.Candidate{ID: "c-" + id, ProgrammeID: programme, ReleaseID: id, RC: 1, Name: id + "-rc.1", State: headway.CandidateReleased, ShelvedAt: noon}
	return errors.Join(tx.AddRelease(ctx, r), tx.AddCandidate(ctx, c))
}

func hour(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

func TestListsByIDsTakeAnyNumber(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		for _, n := range []int{0, 1, 3, idsAtOnce, idsAtOnce + 1, 2*idsAtOnce + 5} {
			var ids []string
			for k := range n {
				ids = append(ids, fmt.Sprint("none-", k))
			}
			got, err := read(t, s, func(ctx context.Context, q Q) ([]headway.Release, error) {
				return q.ReleasesOf(ctx, "p", append(ids, "r"))
			})
			if err != nil || len(got) != 1 || got[0].ID != "r" {
				t.Errorf("among %d: %d, %v", n+1, len(got), err)
			}
		}
		foreign, err := read(t, s, func(ctx context.Context, q Q) ([]headway.Release, error) {
			return q.ReleasesOf(ctx, "other", []string{"r"})
		})
		if err != nil || len(foreign) != 0 {
			t.Errorf("another programme sees %v, %v", foreign, err)
		}
	})
}

// What a gate compares with is of the same team and component, released, and
// of the release that went live last.
func TestReleasedCasesAndLoads(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			if err := tx.exec(ctx, `INSERT INTO teams VALUES ('u', 'p', 'u', 'U', 'development', '2026-01-01', 14, '1.0.0', 5)`); err != nil {
				return err
			}
			for _, r := range []struct {
				id, team string
				state    headway.ReleaseState
				live     int
			}{{"old", "t", headway.ReleaseClosed, 1}, {"new", "t", headway.ReleaseLive, 5}, {"theirs", "u", headway.ReleaseLive, 9}, {"open", "t", headway.ReleaseProving, 9}} {
				if err := releaseOf(ctx, tx, r.id, "p", r.team, r.state, hour(r.live)); err != nil {
					return err
				}
			}
			for k, e := range []headway.Evidence{
				{CandidateID: "c-old", Kind: headway.RegressionRun, Normal: "old"},
				{CandidateID: "c-new", Kind: headway.RegressionRun, Normal: "first"},
				{CandidateID: "c-new", Kind: headway.RegressionRun, Normal: "second"},
				{CandidateID: "c-new", Kind: headway.RegressionRun}, // its cases are not kept
				{CandidateID: "c-theirs", Kind: headway.RegressionRun, Normal: "theirs"},
				{CandidateID: "c-open", Kind: headway.RegressionRun, Normal: "open"},
				{CandidateID: "c-old", Kind: headway.LoadRun, FileName: "old"},
				{CandidateID: "c-new", Kind: headway.LoadRun, FileName: "new"},
			} {
				e.ID, e.ProgrammeID, e.SHA256, e.AddedAt = fmt.Sprint("e", k), "p", fmt.Sprint(k), hour(k)
				e.Detail, e.Conditions = &headway.EvidenceDetail{Load: &headway.LoadDetail{Seconds: 60}}, headway.RunConditions{Profile: "peak"}
				if err := tx.AddEvidence(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		for except, want := range map[string]string{"": "second", "c-old": "second", "c-new": "old"} {
			got, err := read(t, s, func(ctx context.Context, q Q) (string, error) { return q.ReleasedCases(ctx, "p", "t", "", except) })
			if err != nil || got != want {
				t.Errorf("except %q: %q, %v", except, got, err)
			}
		}
		for _, scope := range [][3]string{{"other", "t", ""}, {"p", "t", "part"}, {"p", "none", ""}} {
			got, err := read(t, s, func(ctx context.Context, q Q) (string, error) {
				return q.ReleasedCases(ctx, scope[0], scope[1], scope[2], "")
			})
			if err != nil || got != "" {
				t.Errorf("%v: %q, %v", scope, got, err)
			}
		}
		loads, err := read(t, s, func(ctx context.Context, q Q) ([]headway.Evidence, error) {
			return q.ReleasedLoads(ctx, "p", "t", "", 8)
		})
		if err != nil || len(loads) != 2 || loads[0].FileName != "new" || loads[1].FileName != "old" {
			t.Fatalf("%+v, %v", loads, err)
		}
		if loads[0].Detail != nil || loads[0].Conditions.Profile != "peak" {
			t.Errorf("curves %v, conditions %+v", loads[0].Detail, loads[0].Conditions)
		}
		listed, err := read(t, s, func(ctx context.Context, q Q) ([]headway.Evidence, error) {
			return q.EvidenceOfRelease(ctx, "p", "new")
		})
		if err != nil || len(listed) != 4 || listed[0].Detail != nil || listed[1].Detail == nil {
			t.Errorf("a list has the details of all but load runs: %+v, %v", listed, err)
		}
	})
}

func TestWaysOfReleases(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			err := errors.Join(releaseOf(ctx, tx, "a", "p", "t", headway.ReleaseLive, hour(9)), releaseOf(ctx, tx, "b", "p", "t", headway.ReleaseLive, hour(9)))
			for k, d := range []headway.Defect{
				{ReleaseID: "a", Severity: headway.Blocker, State: headway.DefectFixed, FixedIn: "c-a", ClosedAt: hour(7)},
				{ReleaseID: "a", Severity: headway.Blocker, State: headway.DefectOpen},
				{ReleaseID: "a", Severity: headway.Blocker, State: headway.DefectFixed, FixedIn: "c-b", ClosedAt: hour(8)},
				{ReleaseID: "a", Severity: headway.Blocker, State: headway.DefectInvalid},
				{ReleaseID: "a", Severity: headway.Major, State: headway.DefectOpen},
				{ReleaseID: "b", Severity: headway.Blocker, State: headway.DefectAccepted, ClosedAt: hour(6)},
			} {
				d.ID, d.ProgrammeID, d.Number, d.CandidateID, d.TeamID, d.FoundAt = fmt.Sprint("d", k), "p", k+1, "c-"+d.ReleaseID, "t", hour(-1)
				err = errors.Join(err, tx.AddDefect(ctx, d))
			}
			for k, of := range []struct {
				release string
				state   headway.DecisionState
				verdict headway.ApprovalVerdict
				at      int
				run     headway.DeploymentState
			}{
				{"a", headway.DecisionDeployed, headway.Approve, 1, headway.DeploymentSucceeded},
				{"a", headway.DecisionDeployed, headway.Approve, 2, headway.DeploymentRolledBack},
				{"a", headway.DecisionGo, headway.Reject, 3, ""},
				{"a", headway.DecisionVoid, headway.Approve, 4, ""},
				{"b", headway.DecisionDeployed, headway.Approve, 5, headway.DeploymentRunning},
			} {
				d := sampleDecision(fmt.Sprint("g", k), of.state)
				d.ReleaseID, d.CandidateID = of.release, "c-"+of.release
				err = errors.Join(err, tx.AddDecision(ctx, d), tx.AddApproval(ctx, headway.Approval{ID: "v" + d.ID, DecisionID: d.ID, UserID: "u", Verdict: of.verdict, At: hour(of.at)}))
				if of.run != "" {
					run := sampleDeployment("x"+d.ID, d.ID, of.run)
					run.ReleaseID, run.CandidateID, run.StartedAt = d.ReleaseID, d.CandidateID, hour(of.at)
					err = errors.Join(err, tx.AddDeployment(ctx, run))
				}
			}
			for k, release := range []string{"b", "a", "a"} {
				err = errors.Join(err, tx.AddBacklogItem(ctx, headway.BacklogItem{ID: fmt.Sprint("i", k), ProgrammeID: "p", ReleaseID: release, Rank: int64(9 - k), State: headway.ItemTodo, Version: 1, CreatedAt: noon}))
			}
			return err
		})
		type ways struct {
			Items         map[string][]string
			Blocked       map[string][]headway.Interval
			Gone, Started map[string]time.Time
		}
		of := func(programme string) ways {
			w, err := read(t, s, func(ctx context.Context, q Q) (w ways, err error) {
				items, err := q.ItemsOfReleases(ctx, programme, []string{"a", "b"})
				w.Items = map[string][]string{}
				for release, all := range items {
					for _, i := range all {
						w.Items[release] = append(w.Items[release], i.ID)
					}
				}
				if err == nil {
					w.Blocked, err = q.BlockedSpans(ctx, programme, []string{"a", "b"})
				}
				if err == nil {
					w.Gone, err = q.LastGoes(ctx, programme, []string{"a", "b"})
				}
				if err == nil {
					w.Started, err = q.LastDeployed(ctx, programme, []string{"a", "b"})
				}
				return w, err
			})
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		found := hour(-1)
		want := ways{
			Items: map[string][]string{"a": {"i2", "i1"}, "b": {"i0"}},
			Blocked: map[string][]headway.Interval{
				"a": {{From: found, To: hour(8)}, {From: found}, {From: found, To: noon}}, // the newest first; fixed by its own candidate only
				"b": {{From: found, To: hour(6)}},
			},
			Gone:    map[string]time.Time{"a": hour(2), "b": hour(5)},
			Started: map[string]time.Time{"a": hour(1), "b": hour(5)},
		}
		if diff := cmp.Diff(want, of("p")); diff != "" {
			t.Error(diff)
		}
		if other := of("other"); len(other.Items)+len(other.Blocked)+len(other.Gone)+len(other.Started) != 0 {
			t.Errorf("another programme sees %+v", other)
		}
	})
}

func TestNextReleasesAndTextsInThem(t *testing.T) {
	withRelease(t, func(t *testing.T, s *Store) {
		write(t, s, func(ctx context.Context, tx *Tx) error {
			var err error
			for k, r := range []headway.Release{
				{ID: "late", State: headway.ReleaseProving, SprintEnd: hour(9), Component: "Core"},
				{ID: "soon", State: headway.ReleasePlanned, SprintEnd: hour(2), Version: "2.0-RC"},
				{ID: "soon-too", State: headway.ReleasePlanned, SprintEnd: hour(2), LiveAt: hour(-5)},
				{ID: "gone", State: headway.ReleaseClosed, SprintEnd: hour(1), LiveAt: hour(3)},
			} {
				if r.Version == "" {
					r.Version = fmt.Sprintf("9.%d", k)
				}
				r.ProgrammeID, r.TeamID, r.CreatedAt = "p", "t", noon
				err = errors.Join(err, tx.AddRelease(ctx, r))
			}
			return err
		})
		ids := func(f func(context.Context, Q) ([]headway.Release, error)) (out []string) {
			t.Helper()
			got, err := read(t, s, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range got {
				out = append(out, r.ID)
			}
			return out
		}
		open := []headway.ReleaseState{headway.ReleasePlanned, headway.ReleaseProving}
		filtered := func(f ReleaseFilter) []string {
			return ids(func(ctx context.Context, q Q) ([]headway.Release, error) { return q.Releases(ctx, "p", f) })
		}
		for name, c := range map[string]struct{ got, want []string }{
			"the next": {ids(func(ctx context.Context, q Q) ([]headway.Release, error) { return q.NextReleases(ctx, "p", open, 2) }), []string{"soon-too", "soon"}},
			"of another programme": {ids(func(ctx context.Context, q Q) ([]headway.Release, error) {
				return q.NextReleases(ctx, "other", open, 9)
			}), nil},
			"by version":           {filtered(ReleaseFilter{Named: "2.0-rc"}), []string{"soon"}},
			"not by component":     {filtered(ReleaseFilter{Named: "core"}), nil},
			"by component":         {filtered(ReleaseFilter{Holds: "core"}), []string{"late"}},
			"by version or either": {filtered(ReleaseFilter{Holds: "2.0-rc"}), []string{"soon"}},
			"live in a span":       {filtered(ReleaseFilter{LiveSince: hour(3), LiveUntil: hour(4)}), []string{"gone"}},
			"live before a span":   {filtered(ReleaseFilter{LiveUntil: hour(3)}), []string{"soon-too"}},
			"of sprints that exist": {ids(func(ctx context.Context, q Q) ([]headway.Release, error) {
				return q.ReleasesOfSprints(ctx, "p", []string{"none"})
			}), nil},
		} {
			if diff := cmp.Diff(c.want, c.got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

// read runs a query over one snapshot.
func read[T any](t *testing.T, s *Store, f func(context.Context, Q) (T, error)) (out T, err error) {
	t.Helper()
	err = s.Read(t.Context(), func(q Q) (err error) {
		out, err = f(t.Context(), q)
		return err
	})
	return out, err
}
