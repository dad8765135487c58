package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

const jtl = "timeStamp,elapsed,label,responseCode,success\n"

func load(ms, samples int) string {
	var b strings.Builder
	b.WriteString(jtl)
	for i := range samples {
		fmt.Fprintf(&b, "%d,%d,checkout,200,true\n", 1_700_000_000_000+i*100, ms)
	}
	return b.String()
}

func TestFailedRegressionOpensDefects(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		out := s.report(t, AddEvidence{FileName: "TEST-shop.xml", Environment: "test"}, junit(3, "adds", "removes"))
		if out.Evidence.Outcome != headway.Fail || len(out.Opened) != 2 || !out.Created {
			t.Fatalf("%s, %d defects", out.Evidence.Outcome, len(out.Opened))
		}
		d := out.Opened[0]
		if d.Number != 1 || d.TeamID != out.Team.ID || d.CandidateID != first.Candidate.ID || !d.Blocks() || d.EvidenceID != out.Evidence.ID || !strings.Contains(d.Detail, "expected 3") {
			t.Errorf("%+v", d)
		}
		if !strings.Contains(out.Verdicts[0].Reason, "2 of 5 tests failed") {
			t.Errorf("reason: %s", out.Verdicts[0].Reason)
		}
		if out.Release.State != headway.ReleaseProving {
			t.Errorf("the release is %s", out.Release.State)
		}

		same := s.report(t, AddEvidence{FileName: "again.xml"}, junit(3, "adds", "removes"))
		if same.Created || same.Evidence.ID != out.Evidence.ID || len(same.Opened) != 0 || same.Evidence.Outcome != headway.Fail {
			t.Errorf("the same file again: %+v", same)
		}
		next := s.report(t, AddEvidence{Candidate: "2.0.0-rc.1", FileName: "TEST-2.xml"}, junit(4, "adds"))
		if len(next.Opened) != 0 || len(next.Joined) != 1 || next.Joined[0].CaseID != d.CaseID {
			t.Errorf("a case that fails again: opened %d, joined %d", len(next.Opened), len(next.Joined))
		}

		in := s.candidate(t, "two")
		in.Fixes = []string{"D-1"}
		second := s.shelve(t, in)
		if len(second.Fixed) != 1 || second.Fixed[0].FixedIn != second.Candidate.ID || len(second.Open) != 1 {
			t.Errorf("fixed %d, open %d", len(second.Fixed), len(second.Open))
		}
		again := s.report(t, AddEvidence{FileName: "TEST-3.xml"}, junit(5))
		if again.Evidence.Outcome != headway.Pass || again.Candidate.RC != 2 {
			t.Errorf("%s about %s", again.Evidence.Outcome, again.Candidate.Name)
		}
		late := s.report(t, AddEvidence{Candidate: "2.0.0-rc.1", FileName: "late.xml"}, junit(1, "adds", "empties"))
		if len(late.Opened) != 0 {
			t.Error("a late report about a superseded candidate opened defects")
		}
	})
}

func TestManyFailuresMakeFewDefects(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		var failing []string
		for i := range 500 {
			failing = append(failing, fmt.Sprintf("case%d", i))
		}
		out := s.report(t, AddEvidence{FileName: "TEST-shop.xml"}, junit(0, failing...))
		if len(out.Opened) != maxOpened+1 || !strings.HasPrefix(out.Opened[maxOpened].Title, "480 further cases") {
			t.Errorf("%d defects, the last is %q", len(out.Opened), out.Opened[len(out.Opened)-1].Title)
		}
	})
}

func TestLoadRunIsJudgedByTheGate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		if out := s.report(t, AddEvidence{FileName: "load.jtl"}, load(120, 200)); out.Evidence.Outcome != headway.Pass || out.Evidence.Kind != headway.LoadRun {
			t.Errorf("%s: %v", out.Evidence.Outcome, out.Evidence.Reasons)
		}
		slow := s.report(t, AddEvidence{FileName: "slow.jtl"}, load(450, 200))
		if slow.Evidence.Outcome != headway.Fail || !strings.Contains(slow.Verdicts[0].Reason, "p95 is 450ms") {
			t.Errorf("%s: %v", slow.Evidence.Outcome, slow.Evidence.Reasons)
		}
		until := s.clock.Now().AddDate(0, 0, 7)
		waive := WaiveCriterion{Team: "web", Version: "2.0.0", Criterion: "load", Reason: "the environment was half the size", Expires: until}
		if _, err := s.WaiveCriterion(s.ctx, s.manager, "shop", waive); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("a role that the criterion does not name waived it: %v", err)
		}
		if _, err := s.WaiveCriterion(s.ctx, s.po, "shop", waive); err != nil {
			t.Fatal(err)
		}
		waived := s.report(t, AddEvidence{FileName: "slow.jtl"}, load(450, 200))
		if headway.GateOutcome(waived.Verdicts) != headway.Pass || !waived.Verdicts[0].Waived {
			t.Errorf("waived: %+v", waived.Verdicts)
		}
		s.clock.Set(until)
		if over := s.report(t, AddEvidence{FileName: "slow.jtl"}, load(450, 200)); headway.GateOutcome(over.Verdicts) != headway.Fail {
			t.Error("an expired waiver still holds")
		}
	})
}

func TestWaiverRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		good := WaiveCriterion{Team: "web", Version: "2.0.0", Criterion: "load", Reason: "it was agreed", Expires: s.clock.Now().Add(time.Hour)}
		for name, tt := range map[string]struct {
			by   headway.Actor
			kind headway.Kind
			edit func(*WaiveCriterion)
		}{
			"no reason":         {s.po, headway.Invalid, func(w *WaiveCriterion) { w.Reason = " " }},
			"no end":            {s.po, headway.Invalid, func(w *WaiveCriterion) { w.Expires = time.Time{} }},
			"a year":            {s.po, headway.Invalid, func(w *WaiveCriterion) { w.Expires = s.clock.Now().AddDate(1, 0, 0) }},
			"unknown criterion": {s.po, headway.NotFound, func(w *WaiveCriterion) { w.Criterion = "luck" }},
			"nobody may":        {s.po, headway.Forbidden, func(w *WaiveCriterion) { w.Criterion = "regression" }},
			"not their role":    {s.po, headway.Forbidden, func(w *WaiveCriterion) { w.Role = headway.ReleaseManager }},
			"a machine":         {s.ci, headway.Forbidden, func(*WaiveCriterion) {}},
			"operations":        {s.ops, headway.Forbidden, func(*WaiveCriterion) {}},
			"no candidate":      {s.po, headway.NotFound, func(w *WaiveCriterion) { w.Version = "9.0.0" }},
		} {
			in := good
			tt.edit(&in)
			_, err := s.WaiveCriterion(s.ctx, tt.by, "shop", in)
			wantKind(t, name, err, tt.kind)
		}
	})
}

func TestFixKeepsEvidenceThatStands(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		s.report(t, AddEvidence{FileName: "TEST.xml"}, junit(5))
		s.report(t, AddEvidence{FileName: "load.jtl"}, load(100, 100))
		second := s.shelve(t, s.candidate(t, "two"))
		if len(second.Rerun) != 1 || second.Rerun[0].Key != "regression" || len(second.Stands) != 1 || second.Stands[0].Key != "load" {
			t.Fatalf("again: %+v, stands: %+v", second.Rerun, second.Stands)
		}
		verdicts := read(t, s, func(q store.Q) ([]headway.Verdict, error) {
			v, err := judgeGate(s.ctx, q, s.p, second.Release, second.Candidate, aim{}, s.clock.Now())
			return v, err
		})
		got := map[string]headway.Outcome{}
		for _, v := range verdicts {
			got[v.Criterion] = v.Outcome
		}
		want := map[string]headway.Outcome{
			"regression": headway.Waiting, "load": headway.Pass, "defects": headway.Pass, "backlog": headway.Waiting,
			"gap": headway.Pass, "window": headway.Waiting, "freeze": headway.Pass,
		}
		for key, outcome := range want {
			if got[key] != outcome {
				t.Errorf("%s is %s, wanted %s", key, got[key], outcome)
			}
		}
	})
}

func TestReportRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		blobs := func() int {
			n := 0
			_ = filepath.WalkDir(filepath.Join(s.dir, "blobs"), func(_ string, d os.DirEntry, _ error) error {
				if d != nil && !d.IsDir() {
					n++
				}
				return nil
			})
			return n
		}
		before := blobs()
		lost := errors.New("connection lost")
		for name, tt := range map[string]struct {
			in   AddEvidence
			by   headway.Actor
			kind headway.Kind
		}{
			"no report":         {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader("hello")}, s.ci, headway.Invalid},
			"truncated":         {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader("<testsuite><testcase name='a'>")}, s.ci, headway.Invalid},
			"nothing":           {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader("")}, s.ci, headway.Invalid},
			"no test":           {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader("<testsuite/>")}, s.ci, headway.Invalid},
			"a failing second":  {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader(junit(2) + junit(0, "bad") + "<x")}, s.ci, headway.Invalid},
			"broken connection": {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: io.MultiReader(strings.NewReader(junit(2)[:60]), broken{lost})}, s.ci, headway.Unavailable},
			"a path as name":    {AddEvidence{Version: "2.0.0", FileName: "../a.xml", Content: strings.NewReader(junit(2))}, s.ci, headway.Invalid},
			"unknown version":   {AddEvidence{Version: "7.0.0", FileName: "a.xml", Content: strings.NewReader(junit(2))}, s.ci, headway.NotFound},
			"unknown candidate": {AddEvidence{Candidate: "2.0.0-rc.9", FileName: "a.xml", Content: strings.NewReader(junit(2))}, s.ci, headway.NotFound},
			"unknown place":     {AddEvidence{Version: "2.0.0", Environment: "moon", FileName: "a.xml", Content: strings.NewReader(junit(2))}, s.ci, headway.NotFound},
			"viewer":            {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader(junit(2))}, s.viewer, headway.Forbidden},
			"other programme":   {AddEvidence{Version: "2.0.0", FileName: "a.xml", Content: strings.NewReader(junit(2))}, s.other, headway.NotFound},
		} {
			tt.in.Team = "web"
			_, err := s.AddEvidence(s.ctx, tt.by, "shop", tt.in)
			wantKind(t, name, err, tt.kind)
		}
		if after := blobs(); after != before {
			t.Errorf("%d files were left by refused reports", after-before)
		}
	})
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// TestKilledBetweenFileAndRow shows that a file whose row was never written
// changes nothing that can be seen, and is swept after a day.
func TestKilledBetweenFileAndRow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		s.shelve(t, in)
		sha, _, err := s.blobs.Put(strings.NewReader("stored, then killed"), "", 100)
		if err != nil {
			t.Fatal(err)
		}
		bad := s.candidate(t, "two")
		bad.Artifacts = []headway.Artifact{{Name: "web.war", SHA256: sha}}
		_, err = s.ShelveCandidate(s.ctx, s.ci, "shop", bad)
		wantKind(t, "a file without a row", err, headway.Invalid)

		if n, err := s.SweepFiles(s.ctx); n != 0 || err != nil {
			t.Fatalf("swept %d at once, %v", n, err)
		}
		old := s.clock.Now().Add(-48 * time.Hour)
		err = filepath.WalkDir(filepath.Join(s.dir, "blobs"), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				err = os.Chtimes(path, old, old)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(25 * time.Hour)
		n, err := s.SweepFiles(s.ctx)
		if n != 2 || err != nil { // the killed one, and "two", which nothing refers to
			t.Errorf("swept %d, %v", n, err)
		}
		if _, ok := s.blobs.Has(in.Artifacts[0].SHA256); !ok {
			t.Error("the artifact of a candidate was swept")
		}
		if _, ok := s.blobs.Has(sha); ok {
			t.Error("the file without a row is still there")
		}
	})
}

func TestArtifactComesBackVerified(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		out := s.shelve(t, in)
		_, r, err := s.Artifact(s.ctx, s.viewer, "shop", out.Candidate.ID, "web.war")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); string(b) != "one" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
		_ = r.Close()
		sha := in.Artifacts[0].SHA256
		if err := os.WriteFile(filepath.Join(s.dir, "blobs", sha[:2], sha), []byte("two"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, r, err = s.Artifact(s.ctx, s.viewer, "shop", out.Candidate.ID, "web.war"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err == nil {
			t.Error("a damaged artifact was handed out")
		}
		_ = r.Close()
		_, _, err = s.Artifact(s.ctx, s.viewer, "shop", out.Candidate.ID, "other.war")
		wantKind(t, "unknown name", err, headway.NotFound)
		_, _, err = s.Artifact(s.ctx, s.other, "bank", out.Candidate.ID, "web.war")
		wantKind(t, "another programme's candidate", err, headway.NotFound)
	})
}
