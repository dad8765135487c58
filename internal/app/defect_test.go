package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
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
		open := func(want int) {
			t.Helper()
			if f, err := s.FrameView(s.ctx, s.viewer, "shop"); err != nil || f.OpenDefects != want {
				t.Errorf("the frame counts %d open defects, not %d: %v", f.OpenDefects, want, err)
			}
		}
		open(4)
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
		open(1)
		_, err = s.TriageDefect(s.ctx, s.dev, "shop", TriageDefect{Number: 2, Decision: headway.TriageAccept, Reason: "mine"})
		wantKind(t, "a developer", err, headway.Forbidden)
	})
}

func TestDefectsComeFromEverySource(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		slow := "timeStamp,elapsed,label,responseCode,success,bytes\n"
		for i := range 60 {
			slow += fmt.Sprintf("%d,900,search,200,true,100\n", 1700000000000+1000*i)
		}
		judged := s.report(t, AddEvidence{FileName: "load.jtl"}, slow)
		if len(judged.Opened) != 1 || judged.Opened[0].Source != headway.FoundByLoad || !judged.Opened[0].Blocks() || judged.Opened[0].SourceRef != "load" {
			t.Fatalf("a load regression opened %+v", judged.Opened)
		}
		if again := s.report(t, AddEvidence{FileName: "load2.jtl"}, slow+"1700000099000,950,search,200,true,100\n"); len(again.Opened) != 0 || len(again.Joined) != 1 {
			t.Errorf("the second run did not join: %+v", again.Opened)
		}
		report := ReportDefect{Team: "web", Version: "2.0.0", Title: "Orders are lost", Severity: headway.Minor, Incident: "I-7", Cause: "mobile", Component: "checkout"}
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", report)
		if err != nil || d.Source != headway.FoundByIncident || d.SourceRef != "I-7" || d.Component != "checkout" {
			t.Fatalf("%+v, %v", d, err)
		}
		mobile := read(t, s, func(q store.Q) (headway.Team, error) { return q.TeamByKey(s.ctx, s.p.ID, "mobile") })
		stored := read(t, s, func(q store.Q) (headway.Defect, error) { return q.DefectByNumber(s.ctx, s.p.ID, d.Number) })
		if stored.TeamID != mobile.ID || stored.Component != "checkout" || stored.Source != headway.FoundByIncident {
			t.Errorf("attributed to %+v", stored)
		}
		joins := report
		joins.Joins, joins.Severity, joins.Incident, joins.Cause = d.Number, headway.Major, "I-8", ""
		if j, err := s.ReportDefect(s.ctx, s.ops, "shop", joins); err != nil || j.ID != d.ID || j.Severity != headway.Major {
			t.Errorf("%+v, %v", j, err)
		}
		joins.Joins = 99
		_, err = s.ReportDefect(s.ctx, s.ops, "shop", joins)
		wantKind(t, "joins nothing", err, headway.NotFound)
		fix, err := s.TriageDefect(s.ctx, s.po, "shop", TriageDefect{Number: d.Number, Decision: headway.TriageFixNow, Effort: 90 * time.Minute, Cause: "web"})
		if err != nil || !fix.Blocks() || fix.Severity != headway.Major || fix.Effort != 90*time.Minute {
			t.Errorf("a major defect to be fixed in this release holds the gate: %+v, %v", fix, err)
		}
		stored = read(t, s, func(q store.Q) (headway.Defect, error) { return q.DefectByNumber(s.ctx, s.p.ID, d.Number) })
		if !stored.FixHere || stored.Effort != 90*time.Minute || stored.TeamID == mobile.ID {
			t.Errorf("stored %+v", stored)
		}
	})
}

// TestTheCausingTeamSeesADefectTheDayItIsFound attributes a defect of one team's
// candidate to another team: who works there sees it at once, and is told.
func TestTheCausingTeamSeesADefectTheDayItIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		mia := s.user(t, "mia", headway.Developer)
		s.write(t, func(tx *store.Tx) error {
			mobile, err := tx.TeamByKey(s.ctx, s.p.ID, "mobile")
			if err != nil {
				return err
			}
			return tx.PutPerson(s.ctx, headway.Person{ID: "p-mia", ProgrammeID: s.p.ID, TeamID: mobile.ID, Key: "mia", Name: "Mia", UserID: mia.UserID, Percent: 100})
		})
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "The app's tokens are refused", Severity: headway.Major, Cause: "mobile"})
		if err != nil {
			t.Fatal(err)
		}
		events := read(t, s, func(q store.Q) ([]headway.Event, error) { return q.Events(s.ctx, s.p.ID, 0, 10) })
		if events[0].Kind != DefectFound || !strings.Contains(events[0].Text, "of Mobile") {
			t.Fatalf("the newest event is %+v", events[0])
		}
		if err := s.NotifyMembers(s.ctx, NotifyJob{EventSeq: events[0].Seq, Roles: reactions(DefectFound).notify}); err != nil {
			t.Fatal(err)
		}
		v, err := s.MyWorkView(s.ctx, mia, "shop")
		if err != nil || len(v.Defects) != 1 || v.Defects[0].Number != d.Number {
			t.Fatalf("Mia's defects are %+v, %v", v.Defects, err)
		}
		if len(v.Notifications) != 1 || v.Notifications[0].Link != "/p/shop/defects" || !v.Notifications[0].At.Equal(s.clock.Now()) {
			t.Errorf("Mia was told %+v", v.Notifications)
		}
		if theirs, err := s.MyWorkView(s.ctx, s.dev, "shop"); err != nil || len(theirs.Defects) != 0 {
			t.Errorf("nobody of the team has it too: %+v, %v", theirs.Defects, err)
		}
	})
}
