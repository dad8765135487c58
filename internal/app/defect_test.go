package app

import (
	"strings"
	"testing"

	"headway"
)

func TestDefectByHand(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		good := ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices\nare wrong", Severity: headway.Blocker}
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", good)
		if err != nil || d.Number != 1 || d.Title != "Prices are wrong" || d.FoundByName != "ops" {
			t.Fatalf("%+v, %v", d, err)
		}
		for name, tt := range map[string]struct {
			by   headway.Actor
			kind headway.Kind
			edit func(*ReportDefect)
		}{
			"no title":        {s.ops, headway.Invalid, func(r *ReportDefect) { r.Title = "" }},
			"odd severity":    {s.ops, headway.Invalid, func(r *ReportDefect) { r.Severity = "awful" }},
			"escape sequence": {s.ops, headway.Invalid, func(r *ReportDefect) { r.Detail = "\x1b]0;owned\x07" }},
			"too long":        {s.ops, headway.Invalid, func(r *ReportDefect) { r.Detail = strings.Repeat("x", 64<<10+1) }},
			"unknown version": {s.ops, headway.NotFound, func(r *ReportDefect) { r.Version = "3.0.0" }},
			"viewer":          {s.viewer, headway.Forbidden, func(*ReportDefect) {}},
			"other programme": {s.other, headway.NotFound, func(*ReportDefect) {}},
		} {
			in := good
			tt.edit(&in)
			_, err := s.ReportDefect(s.ctx, tt.by, "shop", in)
			wantKind(t, name, err, tt.kind)
		}
	})
}

func TestTriage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		report := ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Blocker}
		for range 4 {
			if _, err := s.ReportDefect(s.ctx, s.ops, "shop", report); err != nil {
				t.Fatal(err)
			}
		}
		triage := func(n int, decision headway.Triage, reason string) (headway.Defect, error) {
			return s.TriageDefect(s.ctx, s.po, "shop", TriageDefect{Number: n, Decision: decision, Reason: reason})
		}
		for n, tt := range map[int]struct {
			decision headway.Triage
			state    headway.DefectState
		}{1: {headway.TriageAccept, headway.DefectAccepted}, 2: {headway.TriageNextRelease, headway.DefectDeferred}, 3: {headway.TriageInvalid, headway.DefectInvalid}} {
			_, err := triage(n, tt.decision, "")
			wantKind(t, string(tt.decision)+" without a reason", err, headway.Invalid)
			d, err := triage(n, tt.decision, "agreed with support")
			if err != nil || d.State != tt.state || d.Blocks() || d.ClosedAt.IsZero() {
				t.Errorf("%s: %+v, %v", tt.decision, d, err)
			}
		}
		if d, err := triage(1, headway.TriageFixNow, ""); err != nil || !d.Blocks() || !d.ClosedAt.IsZero() {
			t.Errorf("taken up again: %+v, %v", d, err)
		}
		_, err := triage(4, headway.TriageFixed, "it is gone")
		wantKind(t, "fixed by nothing", err, headway.Conflict)
		s.shelve(t, s.candidate(t, "two"))
		if d, err := triage(4, headway.TriageFixed, "it is gone"); err != nil || d.State != headway.DefectFixed || d.FixedIn == "" {
			t.Errorf("%+v, %v", d, err)
		}
		_, err = triage(4, headway.TriageAccept, "again")
		wantKind(t, "a fixed one", err, headway.Conflict)
		_, err = triage(99, headway.TriageAccept, "it")
		wantKind(t, "unknown", err, headway.NotFound)
		_, err = triage(2, "forget", "it")
		wantKind(t, "odd decision", err, headway.Invalid)
		_, err = s.TriageDefect(s.ctx, s.dev, "shop", TriageDefect{Number: 2, Decision: headway.TriageAccept, Reason: "mine"})
		wantKind(t, "a developer", err, headway.Forbidden)
	})
}
