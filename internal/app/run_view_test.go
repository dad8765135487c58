package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// goLive takes the newest candidate of a release to production, past the verbs.
func (s *shelf) goLive(t *testing.T, version string) {
	t.Helper()
	err := s.store.Write(s.ctx, func(tx *store.Tx) error {
		team, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
		if err != nil {
			return err
		}
		r, err := tx.ReleaseByVersion(s.ctx, s.p.ID, team.ID, "", version)
		if err != nil {
			return err
		}
		c, err := tx.NewestCandidate(s.ctx, s.p.ID, r.ID)
		if err != nil {
			return err
		}
		from := r.State
		r.State, r.LiveAt = headway.ReleaseLive, s.clock.Now()
		if _, err := tx.SaveRelease(s.ctx, r, from); err != nil {
			return err
		}
		return tx.SetCandidateState(s.ctx, s.p.ID, c.ID, headway.CandidateReleased)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// next shelves the first candidate of the next version.
func (s *shelf) next(t *testing.T, version string) Shelved {
	t.Helper()
	in := s.candidate(t, version)
	in.Version = version
	return s.shelve(t, in)
}

func TestARunIsComparedWithTheLastRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		first := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3, "adds"))
		story := func(e headway.Evidence, q RunQuery) RunStory {
			v, err := s.RunStoryView(s.ctx, s.viewer, "shop", e.ID, q)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if v := story(first.Evidence, RunQuery{}); !v.Kept || v.Against != nil || v.Found != 1 || v.Rows[0].Change != headway.Failing {
			t.Fatalf("nothing to compare with: %+v", v.Rows)
		}
		s.goLive(t, "2.0.0")
		s.clock.Advance(time.Hour)
		s.next(t, "2.1.0")
		second := s.report(t, AddEvidence{Version: "2.1.0", FileName: "two.xml"}, junit(2, "adds", "removes"))
		v := story(second.Evidence, RunQuery{})
		if v.Against == nil || v.Against.Candidate != "2.0.0-rc.1" || v.Chosen {
			t.Fatalf("against %+v", v.Against)
		}
		var got []string
		for _, r := range v.Rows {
			got = append(got, fmt.Sprintf("%s %s %s %d", r.Change, r.ID[strings.LastIndex(r.ID, " ")+1:], r.History, r.FailingFor))
		}
		want := []string{"new-failure removes f- 1", "still-failing adds ff 2", "missing okc -p 0"}
		if !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		if !strings.Contains(v.Rows[0].Message, "expected 3") {
			t.Errorf("message: %q", v.Rows[0].Message)
		}
		if all := story(second.Evidence, RunQuery{Change: "all", Search: "OKA"}); all.Found != 1 {
			t.Errorf("searched: %d", all.Found)
		}
		if same := story(second.Evidence, RunQuery{Against: "2.0.0-rc.1"}); !same.Chosen || same.Against.Evidence != first.Evidence.ID {
			t.Errorf("against a named one: %+v", same.Against)
		}
		if _, err := s.RunStoryView(s.ctx, s.viewer, "shop", second.Evidence.ID, RunQuery{Against: "9.9.9-rc.1"}); headway.KindOf(err) != headway.NotFound {
			t.Errorf("against an unknown one: %v", err)
		}
		if _, err := s.RunStoryView(s.ctx, s.other, "shop", second.Evidence.ID, RunQuery{}); headway.KindOf(err) != headway.NotFound {
			t.Errorf("by somebody of another programme: %v", err)
		}
	})
}

func TestMutesOnARun(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		mute := AddMute{Team: "web", Case: "shop :: shop.Cart :: adds", Owner: "quinn", Reason: "the stub is slow", Expires: s.clock.Now().AddDate(0, 0, 7)}
		for name, tt := range map[string]struct {
			by   headway.Actor
			kind headway.Kind
			edit func(*AddMute)
		}{
			"nobody":          {s.ops, headway.Invalid, func(m *AddMute) { m.Owner = "nobody" }},
			"no reason":       {s.ops, headway.Invalid, func(m *AddMute) { m.Reason = "" }},
			"no end":          {s.ops, headway.Invalid, func(m *AddMute) { m.Expires = time.Time{} }},
			"all":             {s.ops, headway.Invalid, func(m *AddMute) { m.Case = "*" }},
			"no team":         {s.ops, headway.NotFound, func(m *AddMute) { m.Team = "moon" }},
			"a machine":       {s.ci, headway.Forbidden, func(*AddMute) {}},
			"a viewer":        {s.viewer, headway.Forbidden, func(*AddMute) {}},
			"other programme": {s.other, headway.NotFound, func(*AddMute) {}},
		} {
			in := mute
			tt.edit(&in)
			_, err := s.AddMute(s.ctx, tt.by, "shop", in)
			wantKind(t, name, err, tt.kind)
		}
		m, err := s.AddMute(s.ctx, s.ops, "shop", mute)
		if err != nil {
			t.Fatal(err)
		}
		out := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3, "adds"))
		if out.Evidence.Outcome != headway.Pass || len(out.Opened) != 0 || !strings.Contains(out.Verdicts[0].Reason, "1 failed and muted") {
			t.Fatalf("muted: %s, %d defects, %s", out.Evidence.Outcome, len(out.Opened), out.Verdicts[0].Reason)
		}
		s.clock.Set(mute.Expires)
		expired := s.report(t, AddEvidence{FileName: "two.xml"}, junit(4, "adds"))
		if expired.Evidence.Outcome != headway.Fail || len(expired.Opened) != 1 || !strings.Contains(expired.Verdicts[0].Reason, "the mute of 1 of them has expired") {
			t.Errorf("expired: %s, %s", expired.Evidence.Outcome, expired.Verdicts[0].Reason)
		}
		if v, err := s.MutesView(s.ctx, s.viewer, "shop", "web"); err != nil || len(v.Mutes) != 1 {
			t.Errorf("%d mutes: %v", len(v.Mutes), err)
		}
		if _, err := s.LiftMute(s.ctx, s.ops, "shop", m.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.LiftMute(s.ctx, s.ops, "shop", m.ID)
		wantKind(t, "lifted twice", err, headway.Conflict)
		_, err = s.LiftMute(s.ctx, s.other, "shop", m.ID)
		wantKind(t, "lifted from elsewhere", err, headway.NotFound)

		mute.Case, mute.Expires = "shop :: shop.Cart :: ok*", s.clock.Now().AddDate(0, 0, 7)
		if _, err := s.AddMute(s.ctx, s.po, "shop", mute); err != nil {
			t.Fatal(err)
		}
		quiet := s.report(t, AddEvidence{FileName: "three.xml"}, junit(2))
		if !strings.Contains(quiet.Verdicts[0].Reason, "2 muted and passing") {
			t.Errorf("a muted test that passes is not told: %s", quiet.Verdicts[0].Reason)
		}
	})
}

func TestAFailingCaseGoesToItsTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		rules := SetOwners{Text: "shop/ @acme/web\nshop/Cart @acme/apps @nobody\n", Teams: map[string]string{"@acme/apps": "mobile"}}
		if _, err := s.SetOwners(s.ctx, s.dev, "shop", rules); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("set by a developer: %v", err)
		}
		for name, bad := range map[string]SetOwners{"no rules": {Text: "# none"}, "no team": {Text: "a @x/web", Teams: map[string]string{"@x/web": "ops"}}} {
			_, err := s.SetOwners(s.ctx, s.manager, "shop", bad)
			wantKind(t, name, err, headway.Invalid)
		}
		set, err := s.SetOwners(s.ctx, s.manager, "shop", rules)
		if err != nil || set.Rules != 2 || set.Teams["@acme/web"] != "web" || !slices.Equal(set.Teamless, []string{"@nobody"}) {
			t.Fatalf("%+v, %v", set, err)
		}
		out := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3, "adds"))
		mobile := read(t, s, func(q store.Q) (headway.Team, error) { return q.TeamByKey(s.ctx, s.p.ID, "mobile") })
		if len(out.Opened) != 1 || out.Opened[0].TeamID != mobile.ID || out.Evidence.Tests.NotPassed[0].Component != "shop/Cart" {
			t.Errorf("%+v", out.Opened)
		}
		if v, err := s.OwnersView(s.ctx, s.viewer, "shop"); err != nil || v.Rules != 2 || v.ByName != "manager" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

const cyclone = `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"zlib","version":"%s","purl":"pkg:generic/zlib@%s","licenses":[{"license":{"id":"%s"}}]}]}`

func TestOtherEvidenceIsKeptAndJudged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			return addCriteria(s.ctx, tx, s.p.ID,
				headway.Criterion{Key: "licences", Title: "Licences", Kind: headway.CriterionSBOM, Forbid: &headway.SBOMPolicy{Licences: []string{"GPL-*"}}},
				headway.Criterion{Key: "coverage", Title: "Coverage", Kind: headway.CriterionCoverage, Expr: []string{"coverage >= 50%"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.shelve(t, s.candidate(t, "one"))
		if out := s.report(t, AddEvidence{FileName: "bom.json"}, fmt.Sprintf(cyclone, "1.2", "1.2", "Zlib")); out.Evidence.Outcome != headway.Pass || out.Evidence.Kind != headway.BillOfMaterials {
			t.Fatalf("%s %v", out.Evidence.Outcome, out.Evidence.Reasons)
		}
		cover := s.report(t, AddEvidence{FileName: "c.out"}, "mode: set\nshop/cart.go:1.1,2.2 3 1\nshop/cart.go:3.1,4.2 4 0\n")
		if cover.Evidence.Outcome != headway.Fail || !strings.Contains(cover.Verdicts[0].Reason, "coverage is 42.86%") {
			t.Errorf("%s %v", cover.Evidence.Outcome, cover.Evidence.Reasons)
		}
		s.goLive(t, "2.0.0")
		s.clock.Advance(time.Hour)
		s.next(t, "2.1.0")
		bad := s.report(t, AddEvidence{Version: "2.1.0", FileName: "bom2.json"}, fmt.Sprintf(cyclone, "1.3", "1.3", "GPL-3.0-only"))
		if bad.Evidence.Outcome != headway.Fail || !strings.Contains(bad.Verdicts[0].Reason, "zlib 1.3") {
			t.Errorf("%s %v", bad.Evidence.Outcome, bad.Evidence.Reasons)
		}
		v, err := s.PartsStoryView(s.ctx, s.viewer, "shop", bad.Evidence.ID)
		if err != nil || len(v.Changes) != 1 || v.Changes[0].Change != headway.VersionChanged || v.Against.Name != "2.0.0-rc.1" {
			t.Errorf("%+v, %v", v.Changes, err)
		}
		if removed, err := s.SweepFiles(s.ctx); err != nil || removed != 0 {
			t.Errorf("%d files swept: %v", removed, err)
		}
		s.clock.Advance(48 * time.Hour)
		if _, err := s.SweepFiles(s.ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PartsStoryView(s.ctx, s.viewer, "shop", bad.Evidence.ID); err != nil {
			t.Errorf("after sweeping: %v", err)
		}
	})
}

func addCriteria(ctx context.Context, tx *store.Tx, programmeID string, more ...headway.Criterion) error {
	gate, err := tx.NewestGate(ctx, programmeID)
	if err != nil {
		return err
	}
	gate.ID += "x"
	gate.Criteria = append(gate.Criteria, more...)
	_, _, err = tx.AddGate(ctx, gate)
	return err
}

// A regression that failed does not stand for the fix, though its activity
// need not be done again.
func TestFailedEvidenceDoesNotStandForAFix(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		s.report(t, AddEvidence{FileName: "load.jtl"}, load(900, 50))
		second := s.shelve(t, s.candidate(t, "two"))
		if len(second.Stands) != 0 || len(second.Rerun) != 2 {
			t.Errorf("stands: %+v, again: %+v", second.Stands, second.Rerun)
		}
	})
}

func TestLoadStory(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		s.report(t, AddEvidence{FileName: "load.jtl"}, load(100, 50))
		s.goLive(t, "2.0.0")
		s.clock.Advance(time.Hour)
		s.next(t, "2.1.0")
		out := s.report(t, AddEvidence{Version: "2.1.0", FileName: "load2.jtl", Environment: "test"}, load(150, 60))
		v, err := s.LoadStoryView(s.ctx, s.viewer, "shop", out.Evidence.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Evidence.Environment != "test" || v.Baseline == nil || v.Baseline.Candidate.Name != "2.0.0-rc.1" || len(v.Trend) != 2 || v.Trend[1].Evidence.ID != out.Evidence.ID {
			t.Errorf("%+v", v.Trend)
		}
		d := v.Evidence.Detail.Load
		if len(d.Curves) != 2 || len(d.Curves[0].MS) != len(headway.LoadQuantiles()) || d.Curves[0].MS[5] != 150 {
			t.Errorf("curves %+v", d.Curves)
		}
		n := int64(0)
		for _, m := range d.Timeline {
			n += m.Count
		}
		if n != 60 || len(d.Timeline) != 6 {
			t.Errorf("%d samples over %d spans", n, len(d.Timeline))
		}
	})
}
