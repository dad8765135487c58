package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// A deployment that is started in its window and left to lie does not change
// production at another time, unless whoever may lift windows does.
func TestNoStepGoesOutAfterTheApprovedWindow(t *testing.T) {
	tomorrow := inWindow.Add(15 * time.Hour) // in working hours
	nextWindow := inWindow.AddDate(0, 0, 1)
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, manualStep("first", headway.PhaseDeploy), httpStep("switch"), manualStep("smoke", headway.PhaseSmoke), manualStep("back", headway.PhaseRollback))
		d := s.approved(t)
		dep := s.start(t, d)
		ci := &ledger{}
		s.clock.Set(tomorrow)
		s.byHand(t, dep, "first", headway.Pass, "")
		s.dispatchAll(t, dep, ci)
		v, steps := s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentStopped || ci.check(t) != 0 || steps["switch"].State != headway.StepPending {
			t.Fatalf("%s, %d calls, switch is %s", v.Deployment.State, ci.check(t), steps["switch"].State)
		}
		s.clock.Set(nextWindow)
		if dep, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "the window is open again"); err != nil || dep.State != headway.DeploymentStopped {
			t.Errorf("it went on in a window that nobody approved: %s %v", dep.State, err)
		}
		v, _ = s.view(t, dep.ID)
		for _, want := range []string{"approved-window", "headway override window", "Release manager"} {
			if !strings.Contains(v.Deployment.Reason, want) {
				t.Errorf("the way out does not name %q: %s", want, v.Deployment.Reason)
			}
		}
		if _, err := s.OverrideGuard(s.ctx, s.manager, "shop", OverrideGuard{Team: "web", Version: "2.0.0", Rule: "window", Reason: "the rest is safe by day"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "lifted"); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		s.byHand(t, dep, "smoke", headway.Pass, "")
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentSucceeded || ci.check(t) != 1 {
			t.Errorf("%s, %d calls: %s", v.Deployment.State, ci.check(t), v.Deployment.Reason)
		}
	})
}

// Beyond the point of no return a deployment is not left half done by the clock;
// and looking whether all is well needs no window.
func TestBeyondThePointOfNoReturnTheWindowDoesNotHold(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, with(manualStep("cut", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.NoReturn = true }), httpStep("switch"), manualStep("smoke", headway.PhaseSmoke), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		ci := &ledger{}
		s.clock.Set(inWindow.Add(15 * time.Hour))
		s.byHand(t, dep, "cut", headway.Pass, "")
		s.dispatchAll(t, dep, ci)
		s.byHand(t, dep, "smoke", headway.Pass, "")
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentSucceeded || ci.check(t) != 1 {
			t.Errorf("%s, %d calls: %s", v.Deployment.State, ci.check(t), v.Deployment.Reason)
		}
	})
}

// Windows without a pause between them are one: a deployment goes on over the
// midnight at which the approved one ends.
func TestADeploymentGoesOnInTheWindowThatFollows(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		dep := s.start(t, d)
		end := d.Span.To
		s.write(t, func(tx *store.Tx) error {
			return tx.PutWindow(s.ctx, headway.Window{ID: s.newID(), ProgrammeID: s.p.ID, Key: "late", Name: "Late", Days: []time.Weekday{end.Weekday()}, Start: headway.Clock(end.Hour()*60 + end.Minute()), Minutes: 300, Zone: "UTC"})
		})
		ci := &ledger{}
		s.clock.Set(end.Add(2 * time.Hour))
		s.dispatchAll(t, dep, ci)
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentRunning || ci.check(t) != 1 {
			t.Errorf("%s, %d calls: %s", v.Deployment.State, ci.check(t), v.Deployment.Reason)
		}
	})
}

// Where no change windows are kept, production may change at any time.
func TestWithoutChangeWindowsADeploymentGoesOn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.write(t, func(tx *store.Tx) error {
			windows, err := tx.Windows(s.ctx, s.p.ID)
			for _, w := range windows {
				err = errors.Join(err, tx.RemoveWindow(s.ctx, s.p.ID, w.ID))
			}
			return err
		})
		d := s.approved(t)
		dep := s.start(t, d)
		ci := &ledger{}
		s.clock.Set(d.Span.To.Add(time.Hour))
		s.dispatchAll(t, dep, ci)
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentRunning || ci.check(t) != 1 {
			t.Errorf("%s, %d calls: %s", v.Deployment.State, ci.check(t), v.Deployment.Reason)
		}
	})
}

// The way back is open whatever the time is.
func TestTheWayBackNeedsNoWindow(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		ci := &ledger{answer: always(headway.StepFailed)}
		s.dispatchAll(t, dep, ci)
		s.clock.Set(inWindow.Add(15 * time.Hour))
		if _, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "it failed"); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, &ledger{})
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentRolledBack {
			t.Errorf("%s: %s", v.Deployment.State, v.Deployment.Reason)
		}
	})
}

// The first of two people whose account was closed since is not one of the two.
func TestAStepForTwoPeopleTakesTwoWhoStillMay(t *testing.T) {
	leaves := map[string]func(s *shelf, who headway.Actor) error{
		"the account": func(s *shelf, who headway.Actor) error {
			return s.DisableUser(s.ctx, headway.Actor{Kind: headway.ActorPerson, UserID: "root", Name: "Root", Admin: true}, who.Name+"@example.org")
		},
		"the role": func(s *shelf, who headway.Actor) error {
			return s.store.Write(s.ctx, func(tx *store.Tx) error {
				return tx.SetRoles(s.ctx, s.p.ID, who.UserID, []headway.Role{headway.Viewer})
			})
		},
	}
	for what, leave := range leaves {
		t.Run(what, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, db testkit.Database) {
				s := newDeployable(t, db, with(manualStep("cut", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.TwoPeople = true }), manualStep("back", headway.PhaseRollback))
				first := s.user(t, "first", headway.Operations)
				dep := s.start(t, s.approved(t))
				for n, who := range []headway.Actor{first, s.ops, s.manager} {
					_, err := s.FinishManualStep(s.ctx, who, "shop", StepResult{Deployment: dep.ID, Step: "cut", Outcome: headway.Pass, Reason: who.Name + " looked"})
					if err != nil {
						t.Fatal(err)
					}
					if n == 0 {
						if err := leave(s, first); err != nil {
							t.Fatal(err)
						}
					}
					_, steps := s.view(t, dep.ID)
					if got, done := steps["cut"].State, n == 2; (got == headway.StepSucceeded) != done {
						t.Errorf("after %s the step is %s", who.Name, got)
					}
				}
				if _, steps := s.view(t, dep.ID); steps["cut"].FirstByName != s.ops.Name {
					t.Errorf("the first was %q", steps["cut"].FirstByName)
				}
			})
		})
	}
}
