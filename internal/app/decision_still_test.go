package app

import (
	"testing"

	"headway"
)

// Whoever was let in at the door is judged again in the transaction of what
// they do: between the two anything may have been taken from them.
func TestWhatWasTakenAwayMeanwhileDoesNotApproveStartOrWaive(t *testing.T) {
	taken := map[string]struct {
		take func(s *shelf, admin, who headway.Actor, token string) error
		kind headway.Kind // of the refusal, for a person; empty: nothing is taken from them
	}{
		"the role": {func(s *shelf, admin, who headway.Actor, _ string) error {
			_, err := s.SetMember(s.ctx, admin, SetMember{Programme: "shop", Email: who.Name + "@example.org", Roles: []headway.Role{headway.ScrumMaster}})
			return err
		}, headway.Forbidden},
		"the membership": {func(s *shelf, admin, who headway.Actor, _ string) error {
			_, err := s.SetMember(s.ctx, admin, SetMember{Programme: "shop", Email: who.Name + "@example.org"})
			return err
		}, headway.NotFound},
		"the account": {func(s *shelf, _, who headway.Actor, _ string) error {
			return s.DisableUser(s.ctx, headway.Actor{Kind: headway.ActorPerson, UserID: "root", Name: "Root", Admin: true}, who.Name+"@example.org")
		}, headway.Unauthenticated},
		"the token": {func(s *shelf, _, who headway.Actor, token string) error { return s.RevokeToken(s.ctx, who, token) }, ""},
	}
	for what, c := range taken {
		t.Run(what, func(t *testing.T) {
			deployOnBoth(t, func(t *testing.T, s *shelf) {
				admin := s.user(t, "admin", headway.Admin)
				both := s.user(t, "both", headway.ProductOwner, headway.Operations)
				k, secret, err := s.AddToken(s.ctx, both, NewToken{Name: "cli", Days: 30, Scopes: []headway.Action{headway.ViewProgramme, headway.DecideRelease, headway.RunDeployment, headway.WaiveCriterion}})
				if err != nil {
					t.Fatal(err)
				}
				byToken, err := s.ActorByToken(s.ctx, secret)
				if err != nil {
					t.Fatal(err)
				}
				d := s.approved(t)
				if err := c.take(s, admin, both, k.ID); err != nil {
					t.Fatal(err)
				}
				refused := map[headway.Kind][]headway.Actor{c.kind: {both}}
				if c.kind == "" {
					refused = map[headway.Kind][]headway.Actor{headway.Unauthenticated: {byToken}}
				} else {
					refused[c.kind] = append(refused[c.kind], byToken)
				}
				for kind, actors := range refused {
					for _, who := range actors {
						_, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
						wants(t, err, kind, "")
						_, err = s.StartDeployment(s.ctx, who, "shop", StartDeployment{Decision: d.ID})
						wants(t, err, kind, "")
						_, err = s.WaiveCriterion(s.ctx, who, "shop", WaiveCriterion{Team: "web", Version: "2.0.0", Criterion: "gap", Reason: "late", Expires: inWindow.AddDate(0, 0, 1)})
						wants(t, err, kind, "")
					}
				}
				if c.kind == "" { // a person keeps what only a token lost
					s.start(t, d)
				}
			})
		})
	}
}

// An author need not have an account yet when the go/no-go opens.
func TestAnAuthorWhoGetsAnAccountLaterDoesNotApprove(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "second")
		in.Facts["author"] = "Late@example.org"
		s.shelve(t, in)
		d := s.open(t)
		late := s.user(t, "late", headway.ProductOwner)
		for _, verdict := range []func() error{
			func() error {
				_, err := s.ApproveDecision(s.ctx, late, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
				return err
			},
			func() error {
				_, err := s.RejectDecision(s.ctx, late, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest, Note: "no"})
				return err
			},
		} {
			wants(t, verdict(), headway.Forbidden, "wrote, shelved, opened or last changed")
		}
		v, err := s.DecisionView(s.ctx, late, "shop", d.ID)
		if err != nil || len(v.VerdictFor) > 0 || v.NoVerdict == "" {
			t.Errorf("they are offered a verdict: %v %q %v", v.VerdictFor, v.NoVerdict, err)
		}
		for _, m := range v.Missing {
			for _, name := range m.People {
				if name == "late" {
					t.Errorf("they are named as one who could approve: %v", m)
				}
			}
		}
	})
}
