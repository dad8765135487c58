package app

import (
	"testing"
	"time"

	"headway"
)

// live brings the candidate to production.
func (s *shelf) live(t *testing.T) headway.Deployment {
	t.Helper()
	dep := s.start(t, s.approved(t))
	s.dispatchAll(t, dep, &ledger{})
	s.byHand(t, dep, "warm", headway.Pass, "")
	s.byHand(t, dep, "smoke", headway.Pass, "")
	return dep
}

func TestAnIncidentFromItsBeginningToItsDefect(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		open := func(by headway.Actor, edit func(*OpenIncident)) (headway.Incident, error) {
			in := OpenIncident{Release: "web/2.0.0", Title: "No payments\ngo through", Severity: headway.Blocker}
			edit(&in)
			return s.OpenIncident(s.ctx, by, "shop", in)
		}
		same := func(*OpenIncident) {}
		_, err := open(s.ops, same)
		wants(t, err, headway.Conflict, "was never in production")
		dep := s.live(t)
		s.clock.Advance(time.Hour)
		began := s.clock.Now().Add(-30 * time.Minute)
		for name, c := range map[string]struct {
			by   headway.Actor
			edit func(*OpenIncident)
			kind headway.Kind
		}{
			"viewer":          {s.viewer, same, headway.Forbidden},
			"other programme": {s.other, same, headway.NotFound},
			"unknown release": {s.ops, func(in *OpenIncident) { in.Release = "web/9.0.0" }, headway.NotFound},
			"no title":        {s.ops, func(in *OpenIncident) { in.Title = "" }, headway.Invalid},
			"before it":       {s.ops, func(in *OpenIncident) { in.StartedAt = s.clock.Now().Add(-2 * time.Hour) }, headway.Invalid},
		} {
			_, err := open(c.by, c.edit)
			wantKind(t, name, err, c.kind)
		}
		i, err := open(s.ops, func(in *OpenIncident) { in.StartedAt = began })
		if err != nil || i.Number != 1 || i.CandidateID != dep.CandidateID || i.Title != "No payments go through" || !i.StartedAt.Equal(began) {
			t.Fatalf("%+v, %v", i, err)
		}
		s.finishSupport(t)
		_, err = s.CloseRelease(s.ctx, s.manager, "shop", "web", "2.0.0")
		wants(t, err, headway.Conflict, "I-1")
		_, err = s.CloseIncident(s.ctx, s.ops, "shop", 1, "too early")
		wants(t, err, headway.Conflict, "I-1 is open")
		if i, err = s.MitigateIncident(s.ctx, s.ops, "shop", 1, "restarted the gateway", time.Time{}); err != nil || i.Lasted(s.clock.Now().Add(time.Hour)) != 30*time.Minute {
			t.Fatalf("%+v, %v", i, err)
		}
		s.blamed(t)
		if _, err = s.CloseIncident(s.ctx, s.ops, "shop", 1, "a pool was too small"); err != nil {
			t.Fatal(err)
		}
		_, err = s.MitigateIncident(s.ctx, s.ops, "shop", 1, "again", time.Time{})
		wants(t, err, headway.Conflict, "closed already")
		_, err = s.MitigateIncident(s.ctx, s.ops, "shop", 7, "which", time.Time{})
		wants(t, err, headway.NotFound, "I-7")
		if _, err := s.CloseRelease(s.ctx, s.manager, "shop", "web", "2.0.0"); err != nil {
			t.Error(err)
		}
		s.storyHas(t, i.ReleaseID, "I-1 is mitigated after 30 min")
	})
}

// blamed makes I-1 a defect, and another incident one more sign of it.
func (s *shelf) blamed(t *testing.T) {
	t.Helper()
	i, d, err := s.BlameIncident(s.ctx, s.ops, "shop", IncidentDefect{Number: 1, Component: "gateway"})
	if err != nil || d.Source != headway.FoundByIncident || d.SourceRef != "I-1" || d.Severity != headway.Blocker || d.CandidateID != i.CandidateID || i.DefectID != d.ID {
		t.Fatalf("%+v, %+v, %v", i, d, err)
	}
	_, _, err = s.BlameIncident(s.ctx, s.ops, "shop", IncidentDefect{Number: 1})
	wants(t, err, headway.Conflict, "has its defect already")
	if _, err := s.OpenIncident(s.ctx, s.ops, "shop", OpenIncident{Release: "web/2.0.0", Title: "Payments again", Severity: headway.Major}); err != nil {
		t.Fatal(err)
	}
	second, joined, err := s.BlameIncident(s.ctx, s.ops, "shop", IncidentDefect{Number: 2, Joins: d.Number})
	if err != nil || joined.ID != d.ID || second.DefectID != d.ID || joined.Severity != headway.Blocker {
		t.Errorf("%+v, %+v, %v", second, joined, err)
	}
	v, err := s.IncidentsView(s.ctx, s.viewer, "shop", IncidentQuery{State: headway.IncidentOpen, Release: "web/2.0.0"})
	if err != nil || len(v.Rows) != 1 || v.Rows[0].Number != 2 || v.Rows[0].Defect.Number != d.Number || len(v.Live) != 1 {
		t.Errorf("%+v, %v", v.Rows, err)
	}
	if _, err := s.MitigateIncident(s.ctx, s.ops, "shop", 2, "the same", time.Time{}); err != nil {
		t.Fatal(err)
	}
}
