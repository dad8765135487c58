package app

import (
	"strings"
	"testing"

	"headway"
	"headway/internal/attest"
)

func TestADecisionIsSignedWhenItIsTaken(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.open(t)
		_, err := s.DecisionBundle(s.ctx, s.viewer, "shop", d.ID)
		wants(t, err, headway.NotFound, "has no record")
		if _, err := s.RejectDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest, Note: "the shop closes early"}); err != nil {
			t.Fatal(err)
		}
		no := s.attested(t, d.ID)
		if r := no.Statement.Predicate.Record; r.Outcome != "no-go" || len(r.Dissent) != 1 || r.Dissent[0].Note != "the shop closes early" {
			t.Errorf("no-go states %+v", r)
		}
		s.shelveVersion(t, "2.0.0", "second")
		waive(t, s, "gap", headway.ProductOwner)
		d = s.approved(t)
		yes := s.attested(t, d.ID)
		p := yes.Statement.Predicate
		if p.Record.Outcome != "go" || len(p.Record.Approvals) != 2 || len(p.Record.Earlier) != 1 || len(p.Record.Waivers) != 1 || p.Head.Candidate != "2.0.0-rc.2" || p.Snapshot != string(d.Snapshot) {
			t.Errorf("go states %+v", p)
		}
		if key := s.SigningKey(); key.ID != yes.KeyID || key.Text != yes.PublicKey || !strings.HasPrefix(key.Text, "ed25519:") {
			t.Errorf("the instance shows %v, signed was by %s", key, yes.KeyID)
		}
		_, err = s.DecisionBundle(s.ctx, s.other, "shop", d.ID)
		wants(t, err, headway.NotFound, "shop")
	})
}

// attested gives what a bundle states, once it is found to hold.
func (s *shelf) attested(t *testing.T, id string) attest.Report {
	t.Helper()
	b, err := s.DecisionBundle(s.ctx, s.viewer, "shop", id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := attest.Verify(b, s.SigningKey().Text)
	if err != nil || len(r.Findings) > 0 || !r.Pinned {
		t.Fatalf("%v, %v", err, r.Findings)
	}
	return r
}

func TestOverridesAreShownWithTheRelease(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		waive(t, s, "gap", headway.ProductOwner)
		s.shelveVersion(t, "2.0.0", "second") // of the candidate before, and still shown
		v, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", "web/2.0.0")
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Overrides) != 1 || v.Overrides[0].Criterion != "gap" || v.Overrides[0].Reason != "known" {
			t.Errorf("overrides %+v", v.Overrides)
		}
	})
}
