package app

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// guarded gives a shelf whose gate has every guard, with who may lift it.
func guarded(t *testing.T, db testkit.Database) *shelf {
	t.Helper()
	s := newDeployable(t, db)
	criteria := append([]headway.Criterion{}, deployGate...)
	criteria = append(criteria,
		headway.Criterion{Key: "days", Title: "Not on Tuesdays", Kind: headway.CriterionNoDeploy, NoDeploy: &headway.NoDeployRule{Days: []headway.Weekday{2}}, WaivedBy: []headway.Role{headway.ProductOwner}},
		headway.Criterion{Key: "soak", Title: "Soaked", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "test", Hours: 48}, WaivedBy: []headway.Role{headway.ReleaseManager}})
	s.write(t, func(tx *store.Tx) error {
		_, _, err := tx.AddGate(s.ctx, headway.Gate{ID: s.newID(), ProgrammeID: s.p.ID, Criteria: criteria, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: 1}}})
		return err
	})
	return s
}

func (s *shelf) override(by headway.Actor, rule string, freezes ...string) (headway.Override, error) {
	return s.OverrideGuard(s.ctx, by, "shop", OverrideGuard{Team: "web", Version: "2.0.0", Rule: rule, Reason: "the law asks for it", Freezes: freezes})
}

func (s *shelf) mustOverride(t *testing.T, by headway.Actor, rule string, freezes ...string) headway.Override {
	t.Helper()
	o, err := s.override(by, rule, freezes...)
	if err != nil {
		t.Fatalf("override %s: %v", rule, err)
	}
	return o
}

// openAt opens a go/no-go for a start and has it approved by both.
func (s *shelf) openAt(t *testing.T, from time.Time) headway.Decision {
	t.Helper()
	d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0", From: from})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []headway.Actor{s.po, s.ops} {
		if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatal(err)
		}
	}
	return s.decision(t, d.ID)
}

// TestEachGuardIsLiftedByItsRoleOnly wants a go/no-go held by two guards, each
// lifted only by the role that the gate names, without any approval being lost.
func TestEachGuardIsLiftedByItsRoleOnly(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := guarded(t, db)
		d := s.openAt(t, inWindow)
		if d.State != headway.DecisionOpen {
			t.Fatalf("a Tuesday without soak is %s", d.State)
		}
		_, err := s.override(s.manager, "days")
		wants(t, err, headway.Forbidden, "it takes Product Owner")
		_, err = s.override(s.ops, "days")
		wants(t, err, headway.Forbidden, "criterion.waive")
		_, err = s.override(s.po, "defects")
		wants(t, err, headway.Invalid, "no guard")
		_, err = s.override(s.po, "nonsense")
		wants(t, err, headway.NotFound, "nonsense")
		_, err = s.OverrideGuard(s.ctx, s.po, "shop", OverrideGuard{Team: "web", Version: "2.0.0", Rule: "days", Reason: "  "})
		wants(t, err, headway.Invalid, "text is needed")

		s.mustOverride(t, s.po, "days")
		s.mustOverride(t, s.manager, "soak")
		if err := s.SettleDecisions(s.ctx); err != nil {
			t.Fatal(err)
		}
		got := s.decision(t, d.ID)
		if got.State != headway.DecisionGo || got.Digest != d.Digest {
			t.Fatalf("after both overrides it is %s", got.State)
		}
		for _, says := range []string{`"overrides"`, `"rule":"days"`, `"rule":"soak"`, "the law asks for it"} {
			if !strings.Contains(string(got.Record), says) {
				t.Errorf("the record has no %s", says)
			}
		}
		v, err := s.DecisionView(s.ctx, s.po, "shop", d.ID)
		if err != nil || len(v.Overrides) != 2 {
			t.Errorf("the go/no-go shows %d overrides, %v", len(v.Overrides), err)
		}
		r, err := s.ReleaseStoryView(s.ctx, s.po, "shop", "web/2.0.0")
		if err != nil || len(r.Lifted) != 2 {
			t.Errorf("the release shows %d overrides, %v", len(r.Lifted), err)
		}
		s.clock.Set(inWindow)
		dep := s.start(t, d)
		dv, _ := s.view(t, dep.ID)
		if len(dv.Overrides) != 2 {
			t.Errorf("the deployment shows %d overrides", len(dv.Overrides))
		}
	})
}

// TestAnOverriddenFreezeIsTheOneNamed lifts one freeze; another that is declared
// afterwards holds.
func TestAnOverriddenFreezeIsTheOneNamed(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		freeze := func(key string) {
			s.write(t, func(tx *store.Tx) error {
				return tx.PutFreeze(s.ctx, headway.Freeze{ID: s.newID(), ProgrammeID: s.p.ID, Key: key, Name: key, Span: headway.Interval{From: inWindow.Add(-time.Hour), To: inWindow.Add(time.Hour)}})
			})
		}
		d := s.approved(t)
		freeze("sale")
		start := func() error {
			_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
			return err
		}
		wants(t, start(), headway.Conflict, "headway override freeze")
		_, err := s.override(s.manager, "freeze", "unknown")
		wants(t, err, headway.Invalid, "unknown")
		if o := s.mustOverride(t, s.manager, "freeze"); len(o.Freezes) != 1 || o.Freezes[0] != "sale" {
			t.Fatalf("it lifts %v", o.Freezes)
		}
		freeze("outage")
		wants(t, start(), headway.Conflict, "outage")
		s.mustOverride(t, s.manager, "freeze", "outage")
		if err := start(); err != nil {
			t.Error(err)
		}
	})
}

// TestAWaivedFreezeIsTheOneThatStoodInTheWay waives a freeze; another that is
// declared afterwards holds.
func TestAWaivedFreezeIsTheOneThatStoodInTheWay(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		freeze := func(key string) {
			s.write(t, func(tx *store.Tx) error {
				return tx.PutFreeze(s.ctx, headway.Freeze{ID: s.newID(), ProgrammeID: s.p.ID, Key: key, Name: key, Span: headway.Interval{From: inWindow.Add(-time.Hour), To: inWindow.Add(time.Hour)}})
			})
		}
		waive := func(freezes ...string) (headway.Waiver, error) {
			return s.WaiveCriterion(s.ctx, s.manager, "shop", WaiveCriterion{
				Team: "web", Version: "2.0.0", Criterion: "freeze", Reason: "the law asks for it", Expires: inWindow.AddDate(0, 0, 7), Freezes: freezes,
			})
		}
		start := func(d headway.Decision) error {
			_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID})
			return err
		}
		_, err := waive()
		wants(t, err, headway.Conflict, "no freeze stands in the way")
		d := s.approved(t)
		freeze("sale")
		wants(t, start(d), headway.Conflict, "sale")
		_, err = waive("unknown")
		wants(t, err, headway.Invalid, "unknown")
		if w, err := waive(); err != nil || len(w.Freezes) != 1 || w.Freezes[0] != "sale" {
			t.Fatalf("it lifts %v, %v", w.Freezes, err)
		}
		freeze("outage")
		wants(t, start(d), headway.Conflict, "outage")
		s.mustOverride(t, s.manager, "freeze", "outage") // the one waived, the other overridden
		if err := start(d); err != nil {
			t.Error(err)
		}
	})
}

// TestAWithdrawnOverrideStopsTheNextStep withdraws the override that a
// deployment went by before its next step is claimed.
func TestAWithdrawnOverrideStopsTheNextStep(t *testing.T) {
	for _, rule := range []string{"days", "soak"} {
		t.Run(rule, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, db testkit.Database) {
				s := guarded(t, db)
				given := map[string]headway.Override{"days": s.mustOverride(t, s.po, "days"), "soak": s.mustOverride(t, s.manager, "soak")}
				d := s.openAt(t, inWindow)
				s.clock.Set(inWindow)
				dep := s.start(t, d)
				_, err := s.WithdrawOverride(s.ctx, s.ops, "shop", given[rule].ID, "no")
				wants(t, err, headway.Forbidden, "criterion.waive")
				if _, err := s.WithdrawOverride(s.ctx, s.manager, "shop", given[rule].ID, "it was a mistake"); err != nil {
					t.Fatal(err)
				}
				_, err = s.WithdrawOverride(s.ctx, s.manager, "shop", given[rule].ID, "again")
				wants(t, err, headway.Conflict, "already")
				ci := &ledger{}
				s.dispatchAll(t, dep, ci)
				if n := ci.check(t); n != 0 {
					t.Errorf("%d calls went out", n)
				}
				if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentStopped || !strings.Contains(v.Deployment.Reason, rule) {
					t.Errorf("the deployment is %s: %s", v.Deployment.State, v.Deployment.Reason)
				}
			})
		})
	}
}

// TestWithdrawalAndClaimAtOnce runs a withdrawal beside the claim of a step: by
// the audit log, no call goes out after the withdrawal.
func TestWithdrawalAndClaimAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := guarded(t, db)
		s.mustOverride(t, s.manager, "soak")
		o := s.mustOverride(t, s.po, "days")
		d := s.openAt(t, inWindow)
		s.clock.Set(inWindow)
		dep := s.start(t, d)
		ci := &ledger{}
		var wg sync.WaitGroup
		var errs [2]error
		wg.Go(func() { _, errs[0] = s.WithdrawOverride(s.ctx, s.po, "shop", o.ID, "changed my mind") })
		wg.Go(func() {
			v, err := s.DeploymentView(s.ctx, s.ops, "shop", dep.ID)
			if err == nil {
				err = s.DispatchStep(s.ctx, v.Steps[0].ID, "node", ci)
			}
			errs[1] = err
		})
		wg.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		s.read(t, func(q store.Q) error {
			events, err := q.EventsOf(s.ctx, s.p.ID, d.ReleaseID)
			withdrawn, out := int64(0), int64(0)
			for _, e := range events {
				switch {
				case e.Kind == OverrideWithdrawn:
					withdrawn = e.Seq
				case e.Kind == DeploymentStep && strings.Contains(e.Data, `"running"`):
					out = e.Seq
				}
			}
			if n := ci.check(t); withdrawn == 0 || out > withdrawn || (n > 0) != (out > 0) || n > 1 {
				t.Errorf("withdrawn at %d, a call at %d, %d calls", withdrawn, out, n)
			}
			t.Logf("withdrawn at %d, call at %d", withdrawn, out)
			return err
		})
	})
}
