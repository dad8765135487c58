package app

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func hash(c string) string { return strings.Repeat(c, 40) }

// TestAFixIsFollowed follows one fix from the candidate that brings it to the
// gate of the release behind it.
func TestAFixIsFollowed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		s.write(t, func(tx *store.Tx) error {
			return addCriteria(s.ctx, tx, s.p.ID, headway.Criterion{Key: "fixes", Title: "Fixes", Kind: headway.CriterionFixes, WaivedBy: []headway.Role{headway.ReleaseManager}})
		})
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Blocker})
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Hour)
		behind := s.next(t, "2.1.0")
		fix := s.candidate(t, "two")
		fix.Fixes, fix.Preview = []string{"D-1"}, true
		if seen := s.shelve(t, fix); len(seen.Missing) != 1 || seen.Missing[0].Text() != "the fix of D-1 is missing from 2.1.0-rc.1 and trunk" {
			t.Errorf("the preview: %+v", seen.Missing)
		}
		fix.Preview = false
		s.shelve(t, fix)
		list := s.fixes(t)
		if len(list.Rows) != 1 || list.Rows[0].Defect != d.Number || list.Missing != 1 {
			t.Fatalf("%+v", list)
		}
		if got := s.verdict(t, first.Release.ID, "fixes"); got.Outcome != headway.Waiting || !strings.Contains(got.Reason, "F-1 (D-1) is missing from 2.1.0-rc.1 and trunk") {
			t.Errorf("%+v", got)
		}
		s.clock.Advance(time.Hour)
		out := s.tell(t, "trunk", ToldCommit{SHA: hash("a"), Message: "Mend prices\n\nFixes: D-1"}, ToldCommit{SHA: hash("b"), Message: "Fixes: D-77"})
		if out.Carried != 1 || len(out.Noted) != 0 || len(out.Unknown) != 1 {
			t.Errorf("%+v", out)
		}
		s.tell(t, "2.1.0", ToldCommit{SHA: hash("c"), Message: "Other work"})
		if got := s.verdict(t, behind.Release.ID, "fixes"); got.Outcome != headway.Fail || got.Reason != "F-1 (D-1) is missing from 2.1.0-rc.1" {
			t.Errorf("%+v", got)
		}
		s.clock.Advance(time.Hour)
		s.tell(t, "2.1.0", ToldCommit{SHA: hash("d"), Message: "Mend prices\n\n(cherry picked from commit " + hash("a") + ")"})
		for _, r := range []headway.Release{first.Release, behind.Release} {
			if got := s.verdict(t, r.ID, "fixes"); got.Outcome != headway.Pass {
				t.Errorf("%s: %+v", r.Version, got)
			}
		}
		s.clock.Advance(time.Hour)
		s.tell(t, "2.1.0", ToldCommit{SHA: hash("e"), Message: "Revert\n\nThis reverts commit " + hash("d") + "."})
		if got := s.verdict(t, behind.Release.ID, "fixes"); got.Outcome != headway.Fail {
			t.Errorf("after the revert: %+v", got)
		}
		s.clock.Advance(time.Hour)
		_, err = s.MarkFix(s.ctx, s.po, "shop", MarkFix{Number: 1, Place: "2.1.0", State: headway.FixNotNeeded})
		wantKind(t, "no reason", err, headway.Invalid)
		if _, err := s.MarkFix(s.ctx, s.po, "shop", MarkFix{Number: 1, Place: "2.1.0", State: headway.FixNotNeeded, Reason: "The page is gone"}); err != nil {
			t.Fatal(err)
		}
		if got := s.verdict(t, behind.Release.ID, "fixes"); got.Outcome != headway.Pass {
			t.Errorf("not needed: %+v", got)
		}
	})
}

func TestFixesAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		good := ReportFixes{Team: "web", Place: "2.0.0", Commits: []ToldCommit{{SHA: hash("a")}}}
		for name, tt := range map[string]struct {
			by   headway.Actor
			kind headway.Kind
			edit func(*ReportFixes)
		}{
			"a viewer":        {s.viewer, headway.Forbidden, func(*ReportFixes) {}},
			"another's":       {s.other, headway.NotFound, func(*ReportFixes) {}},
			"no team":         {s.ci, headway.NotFound, func(r *ReportFixes) { r.Team = "nobody" }},
			"operations":      {s.ci, headway.Invalid, func(r *ReportFixes) { r.Team = "ops" }},
			"no place":        {s.ci, headway.Invalid, func(r *ReportFixes) { r.Place = "" }},
			"unknown version": {s.ci, headway.NotFound, func(r *ReportFixes) { r.Place = "9.9.9" }},
			"short commit":    {s.ci, headway.Invalid, func(r *ReportFixes) { r.Commits[0].SHA = "abc" }},
			"odd head":        {s.ci, headway.Invalid, func(r *ReportFixes) { r.Head = "main" }},
			"too many":        {s.ci, headway.TooLarge, func(r *ReportFixes) { r.Commits = make([]ToldCommit, maxFixCommits+1) }},
		} {
			in := good
			in.Commits = []ToldCommit{{SHA: hash("a")}}
			tt.edit(&in)
			_, err := s.ReportFixes(s.ctx, tt.by, "shop", in)
			wantKind(t, name, err, tt.kind)
		}
		note := func(by headway.Actor, in NoteFix) error { _, err := s.NoteFix(s.ctx, by, "shop", in); return err }
		wantKind(t, "a developer notes", note(s.dev, NoteFix{Team: "web", Title: "x"}), headway.Forbidden)
		wantKind(t, "no title", note(s.po, NoteFix{Team: "web"}), headway.Invalid)
		wantKind(t, "no such defect", note(s.po, NoteFix{Team: "web", Defect: 5}), headway.NotFound)
		if err := note(s.po, NoteFix{Team: "web", Title: "A hole", Place: "2.0.0"}); err != nil {
			t.Fatal(err)
		}
		if list := s.fixes(t); len(list.Rows) != 1 || list.Rows[0].Cells[0].State != headway.FixIn || list.Rows[0].Cells[0].ByName != "po" {
			t.Errorf("%+v", list)
		}
		_, err := s.MarkFix(s.ctx, s.po, "shop", MarkFix{Number: 9, Place: "trunk", State: headway.FixIn})
		wantKind(t, "no such fix", err, headway.NotFound)
		_, err = s.FixListView(s.ctx, s.po, "shop", FixQuery{Team: "nobody"})
		wantKind(t, "list of no team", err, headway.NotFound)
	})
}

func (s *shelf) tell(t *testing.T, place string, commits ...ToldCommit) FixesReported {
	t.Helper()
	out, err := s.ReportFixes(s.ctx, s.ci, "shop", ReportFixes{Team: "web", Place: place, Commits: commits})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *shelf) fixes(t *testing.T) TeamFixes {
	t.Helper()
	v, err := s.FixListView(s.ctx, s.viewer, "shop", FixQuery{Team: "web"})
	if err != nil || len(v.Matrices) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	return v.Matrices[0]
}

// verdict judges one criterion of the newest candidate of a release.
func (s *shelf) verdict(t *testing.T, releaseID, criterion string) headway.Verdict {
	t.Helper()
	verdicts := read(t, s, func(q store.Q) ([]headway.Verdict, error) {
		r, err := q.Release(s.ctx, s.p.ID, releaseID)
		if err != nil {
			return nil, err
		}
		c, err := q.NewestCandidate(s.ctx, s.p.ID, releaseID)
		if err != nil {
			return nil, err
		}
		return judgeGate(s.ctx, q, s.p, r, c, aim{}, s.clock.Now())
	})
	for _, v := range verdicts {
		if v.Criterion == criterion {
			return v
		}
	}
	t.Fatalf("no criterion %s in %+v", criterion, verdicts)
	return headway.Verdict{}
}
