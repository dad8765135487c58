package app

import (
	"testing"
	"time"

	"headway"
)

// TestARefusedStartNamesWhoLiftsIt asks to deploy what may not be deployed now,
// and wants the rule and the roles of those who can change that.
func TestARefusedStartNamesWhoLiftsIt(t *testing.T) {
	root := headway.Actor{Kind: headway.ActorPerson, UserID: "root", Name: "Root", Admin: true}
	for name, c := range map[string]struct {
		spoil func(s *shelf, d headway.Decision) error
		says  []string
	}{
		"stopped": {func(s *shelf, _ headway.Decision) error { _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); return err }, []string{"emergency-stop", "headway stop --lift (Release manager or Administrator)"}},
		"stopped for all": {func(s *shelf, _ headway.Decision) error {
			_, err := s.SetInstanceStop(s.ctx, root, "flood")
			return err
		}, []string{"emergency-stop", "an administrator of the instance"}},
		"void": {func(s *shelf, d headway.Decision) error {
			_, err := s.VoidDecision(s.ctx, s.manager, "shop", d.ID, "wait")
			return err
		}, []string{"decision", "void", "open a new go/no-go (Release manager or Administrator)"}},
		"too early": {func(s *shelf, d headway.Decision) error { s.clock.Set(d.Span.From.Add(-time.Second)); return nil }, []string{"approved-window", "Release manager or Administrator"}},
		"deployed already": {func(s *shelf, d headway.Decision) error {
			s.clock.Set(inWindow)
			_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
			return err
		}, []string{"this go has been used", "open a new go/no-go"}},
	} {
		t.Run(name, func(t *testing.T) {
			deployOnBoth(t, func(t *testing.T, s *shelf) {
				d := s.approved(t)
				if err := c.spoil(s, d); err != nil {
					t.Fatal(err)
				}
				_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
				for _, says := range c.says {
					wants(t, err, headway.Conflict, says)
				}
			})
		})
	}
}

// TestARefusedApprovalNamesTheRoles asks an author to approve.
func TestARefusedApprovalNamesTheRoles(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.open(t)
		_, err := s.ApproveDecision(s.ctx, s.manager, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
		wants(t, err, headway.Forbidden, "nobody approves what they wrote")
		wants(t, err, headway.Forbidden, "somebody else who is Product Owner or Operations")
		_, err = s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
		wants(t, err, headway.Conflict, "1 of Product Owner")
	})
}
