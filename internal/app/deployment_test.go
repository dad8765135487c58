package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestFromShelfToProductionAndClosed(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		if d.State != headway.DecisionGo {
			t.Fatalf("two approvals and a passing gate left it %s", d.State)
		}
		dep := s.start(t, d)
		pace := func() DeploymentPace {
			t.Helper()
			v, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", "web/2.0.0")
			if err != nil {
				t.Fatal(err)
			}
			return v.Underway
		}
		if p := pace(); p.ID != dep.ID || p.Done != 0 || p.Steps != 3 {
			t.Errorf("at the start %d of %d steps are done", p.Done, p.Steps)
		}
		ci := &ledger{}
		s.dispatchAll(t, dep, ci)
		if p := pace(); p.Done != 1 || p.Steps != 3 {
			t.Errorf("after the switch %d of %d steps are done", p.Done, p.Steps)
		}
		s.clock.Advance(3 * time.Minute)
		s.byHand(t, dep, "warm", headway.Pass, "")
		s.byHand(t, dep, "smoke", headway.Pass, "all green")
		if p := pace(); p.ID != "" {
			t.Errorf("a deployment that has ended is under way: %+v", p)
		}
		v, steps := s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentSucceeded || v.Release.State != headway.ReleaseLive || v.Candidate.State != headway.CandidateReleased || v.Decision.State != headway.DecisionDeployed {
			t.Errorf("deployment %s, release %s, candidate %s, decision %s", v.Deployment.State, v.Release.State, v.Candidate.State, v.Decision.State)
		}
		if !v.Release.LiveAt.Equal(s.clock.Now()) || v.Environment.CandidateID != v.Candidate.ID {
			t.Errorf("live at %s, environment holds %s", v.Release.LiveAt, v.Environment.CandidateID)
		}
		if steps["smoke"].ByName != "ops" || steps["smoke"].Reason != "all green" || steps["warm"].Took != 3*time.Minute {
			t.Errorf("smoke by %q: %q; warm took %s", steps["smoke"].ByName, steps["smoke"].Reason, steps["warm"].Took)
		}
		if ci.check(t) != 1 || ci.bodies[dep.ID+":switch:1"] != `{"candidate":"2.0.0-rc.1"}` {
			t.Errorf("calls %v", ci.bodies)
		}
		_, err := s.CloseRelease(s.ctx, s.manager, "shop", "web", "2.0.0")
		wants(t, err, headway.Conflict, "Watch the log")
		s.finishSupport(t)
		r, err := s.CloseRelease(s.ctx, s.manager, "shop", "web", "2.0.0")
		if err != nil || r.State != headway.ReleaseClosed {
			t.Errorf("close: %s %v", r.State, err)
		}
		s.storyHas(t, r.ID, "gap of 7 working days")
		_, err = s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
		wants(t, err, headway.Conflict, "has been used")
	})
}

func (s *shelf) finishSupport(t *testing.T) {
	t.Helper()
	s.write(t, func(tx *store.Tx) error {
		items, err := tx.OpenItems(s.ctx, s.p.ID)
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.Kind == headway.KindSupport {
				i.State, i.DoneAt = headway.ItemDone, s.clock.Now()
				if err := tx.PutBacklogItem(s.ctx, i); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *shelf) storyHas(t *testing.T, releaseID, says string) {
	t.Helper()
	s.read(t, func(q store.Q) error {
		events, err := q.EventsOf(s.ctx, s.p.ID, releaseID)
		for _, e := range events {
			if strings.Contains(e.Text, says) {
				return err
			}
		}
		t.Errorf("no event says %q", says)
		return err
	})
}

func TestEveryGuardRefusesWithRuleAndWayOut(t *testing.T) {
	tests := map[string]struct {
		spoil func(t *testing.T, s *shelf, d headway.Decision)
		says  []string
	}{
		"before the window": {func(_ *testing.T, s *shelf, _ headway.Decision) { s.clock.Set(inWindow.Add(-time.Hour)) }, []string{"approved-window", "CET"}},
		"after the window":  {func(_ *testing.T, s *shelf, _ headway.Decision) { s.clock.Set(inWindow.Add(5 * time.Hour)) }, []string{"approved-window"}},
		"too little window left": {
			func(_ *testing.T, s *shelf, _ headway.Decision) {
				s.clock.Set(inWindow.Add(3*time.Hour + 45*time.Minute))
			},
			[]string{"window", "Release manager"},
		},
		"a freeze": {func(t *testing.T, s *shelf, _ headway.Decision) {
			s.write(t, func(tx *store.Tx) error {
				return tx.PutFreeze(s.ctx, headway.Freeze{ID: s.newID(), ProgrammeID: s.p.ID, Key: "xmas", Name: "Christmas", Span: headway.Interval{From: inWindow.Add(-time.Hour), To: inWindow.Add(time.Hour)}})
			})
		}, []string{"freeze", "Christmas", "Release manager"}},
		"a blocking defect": {func(t *testing.T, s *shelf, d headway.Decision) {
			s.write(t, func(tx *store.Tx) error {
				r, err := tx.Release(s.ctx, s.p.ID, d.ReleaseID)
				if err != nil {
					return err
				}
				return tx.AddDefect(s.ctx, headway.Defect{ID: s.newID(), ProgrammeID: s.p.ID, Number: 9, ReleaseID: d.ReleaseID, CandidateID: d.CandidateID, TeamID: r.TeamID, Title: "Loses orders", Severity: headway.Blocker, State: headway.DefectOpen, FoundAt: s.clock.Now()})
			})
		}, []string{"defects", "Loses orders", "nobody can lift"}},
		"the runbook has changed": {func(t *testing.T, s *shelf, _ headway.Decision) {
			s.runbook(t, append(deployRunbook(), manualStep("more", headway.PhaseSmoke))...)
		}, []string{"digest", "runbook has changed"}},
		"emergency stop": {func(t *testing.T, s *shelf, _ headway.Decision) {
			if _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); err != nil {
				t.Fatal(err)
			}
		}, []string{"emergency-stop", "fire"}},
		"emergency stop of the instance": {func(t *testing.T, s *shelf, _ headway.Decision) {
			if _, err := s.SetInstanceStop(s.ctx, headway.Actor{Kind: headway.ActorPerson, UserID: "root", Name: "Root", Admin: true}, "flood"); err != nil {
				t.Fatal(err)
			}
		}, []string{"emergency-stop", "flood"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			deployOnBoth(t, func(t *testing.T, s *shelf) {
				d := s.approved(t)
				c.spoil(t, s, d)
				_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
				for _, says := range c.says {
					wants(t, err, headway.Conflict, says)
				}
				s.read(t, func(q store.Q) error {
					all, err := q.Deployments(s.ctx, s.p.ID, 10)
					if len(all) != 0 {
						t.Errorf("%d deployments were stored", len(all))
					}
					return err
				})
			})
		})
	}
}

func TestMinimumGapHoldsGoUntilItIsReachedOrWaived(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.write(t, func(tx *store.Tx) error {
			s.p.Gap = headway.GapPolicy{Minimum: 20, Target: 25, Maximum: 30}
			return tx.PutProgramme(s.ctx, s.p)
		})
		d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0", From: inWindow})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []headway.Actor{s.po, s.ops} {
			v, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
			if err != nil || v.Decision.State != headway.DecisionOpen || !strings.Contains(fmt.Sprint(v.Lacks), "Minimum gap") {
				t.Fatalf("%s: %s, lacks %v: %v", who.Name, v.Decision.State, v.Lacks, err)
			}
		}
		waive(t, s, "gap", headway.ProductOwner)
		if err := s.SettleDecisions(s.ctx); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionGo || !strings.Contains(string(got.Record), "Wanda") {
			t.Errorf("after the waiver: %s, record %s", got.State, got.Record)
		}
	})
}

func TestAFailedStepStopsAndRollbackRunsItsOwnSteps(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		ci := &ledger{}
		s.dispatchAll(t, dep, ci)
		s.byHand(t, dep, "warm", headway.Fail, "cache does not fill")
		v, steps := s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentStopped || steps["smoke"].State != headway.StepPending {
			t.Fatalf("%s, smoke %s", v.Deployment.State, steps["smoke"].State)
		}
		_, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "go on")
		wants(t, err, headway.Conflict, "retry or decide")
		if _, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "cache is broken"); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		v, steps = s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentRolledBack || v.Release.State != headway.ReleaseRolledBack || steps["smoke"].State != headway.StepSkipped || steps["back"].State != headway.StepSucceeded {
			t.Errorf("%s, release %s, smoke %s, back %s", v.Deployment.State, v.Release.State, steps["smoke"].State, steps["back"].State)
		}
		if ci.check(t) != 2 || v.Environment.CandidateID != "" {
			t.Errorf("calls %v; production holds %q", ci.calls, v.Environment.CandidateID)
		}
		again := s.open(t)
		if again.Digest == v.Decision.Digest {
			t.Error("a new go/no-go has the digest of the old one")
		}
	})
}

func TestNoWayBackBeyondThePointOfNoReturn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		steps := deployRunbook()
		steps[0].NoReturn = true
		s.runbook(t, steps...)
		dep := s.start(t, s.approved(t))
		s.dispatchAll(t, dep, &ledger{})
		_, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "no")
		wants(t, err, headway.Conflict, "roll forward")
		if v, _ := s.view(t, dep.ID); v.Beyond != "switch" {
			t.Errorf("the view notes %q", v.Beyond)
		}
	})
}

func TestAChangeWhileDeployingStopsBeforeTheNextStep(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		s.runbook(t, append(deployRunbook(), manualStep("more", headway.PhaseSmoke))...)
		ci := &ledger{}
		s.dispatchAll(t, dep, ci)
		v, _ := s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentStopped || !strings.Contains(v.Deployment.Reason, "runbook has changed") || ci.check(t) != 0 {
			t.Errorf("%s because %q, %d calls", v.Deployment.State, v.Deployment.Reason, ci.check(t))
		}
	})
}

func TestEmergencyStopHoldsRunningDeployments(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		if _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); err != nil {
			t.Fatal(err)
		}
		ci := &ledger{}
		if err := s.DispatchStep(s.ctx, steps["switch"].ID, "node", ci); err != nil || ci.check(t) != 0 {
			t.Errorf("%d calls under an emergency stop: %v", ci.check(t), err)
		}
		_, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "now")
		wants(t, err, headway.Conflict, "emergency-stop")
		wants(t, s.LiftStop(s.ctx, s.ops, "shop"), headway.Forbidden, "Release manager")
		if err := s.LiftStop(s.ctx, s.manager, "shop"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "fire is out"); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		if ci.check(t) != 1 {
			t.Error("the resumed deployment did not call")
		}
	})
}

func TestRolesAndOtherProgrammes(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		_, err := s.StartDeployment(s.ctx, s.po, "shop", StartDeployment{Decision: d.ID})
		wants(t, err, headway.Forbidden, "deployment.run")
		_, err = s.StartDeployment(s.ctx, s.other, "shop", StartDeployment{Decision: d.ID})
		wants(t, err, headway.NotFound, "not yours")
		_, err = s.DecisionView(s.ctx, s.other, "bank", d.ID)
		wants(t, err, headway.NotFound, "no such go/no-go")
		dep := s.start(t, d)
		_, err = s.DeploymentView(s.ctx, s.other, "bank", dep.ID)
		wants(t, err, headway.NotFound, "no such deployment")
		_, err = s.StopDeployment(s.ctx, s.other, "bank", dep.ID, "mine")
		wants(t, err, headway.NotFound, "no such deployment")
	})
}

func TestDamagedArtifactIsNotDeployed(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		var sha string
		s.read(t, func(q store.Q) error {
			c, err := q.Candidate(context.Background(), s.p.ID, d.CandidateID)
			sha = c.Artifacts[0].SHA256
			return err
		})
		s.damage(t, sha)
		_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
		wants(t, err, headway.Conflict, "artifacts: the artifact web.war is missing or damaged")
	})
}
