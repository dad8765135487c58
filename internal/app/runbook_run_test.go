package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// states gives the newest attempts as "key:state …".
func states(v DeploymentView) string {
	var out []string
	for _, s := range v.Steps {
		out = append(out, s.Step.Key+":"+string(s.State))
	}
	return strings.Join(out, " ")
}

func with(s headway.RunbookStep, change func(*headway.RunbookStep)) headway.RunbookStep {
	change(&s)
	return s
}

func parallel(s *headway.RunbookStep) { s.Parallel = true }

func TestStepsRunTogetherAndTheNextWaitsForAll(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, manualStep("a", headway.PhaseDeploy), with(manualStep("b", headway.PhaseDeploy), parallel),
			with(httpStep("c"), parallel), manualStep("d", headway.PhaseDeploy), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		v, steps := s.view(t, dep.ID)
		if got := states(v); got != "a:waiting b:waiting c:waiting d:pending" {
			t.Fatal(got)
		}
		s.byHand(t, dep, "b", headway.Pass, "")
		if err := s.DispatchStep(s.ctx, steps["c"].ID, "node", &ledger{answer: always(headway.StepFailed)}); err != nil {
			t.Fatal(err)
		}
		if v, _ = s.view(t, dep.ID); v.Deployment.State != headway.DeploymentStopped {
			t.Fatalf("%s %s", v.Deployment.State, states(v))
		}
		_, err := s.ResumeDeployment(s.ctx, s.ops, "shop", dep.ID, "go on")
		wants(t, err, headway.Conflict, "c, is failed")
		if _, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "c", Reason: "it was full"}); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, &ledger{})
		if v, _ = s.view(t, dep.ID); states(v) != "a:waiting b:succeeded c:succeeded d:pending" {
			t.Error(states(v))
		}
		s.byHand(t, dep, "a", headway.Pass, "")
		if v, _ = s.view(t, dep.ID); states(v) != "a:succeeded b:succeeded c:succeeded d:waiting" {
			t.Error(states(v))
		}
	})
}

func TestADeploymentGoesOnOnlyWhenEveryBrokenStepWasSeenTo(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, httpStep("a"), with(httpStep("b"), parallel), manualStep("c", headway.PhaseDeploy), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		one, two := s.crashAfterClaim(t, steps["a"].ID), s.crashAfterClaim(t, steps["b"].ID)
		if one == nil || two == nil {
			t.Fatal("both should have been claimed")
		}
		s.clock.Advance(callLease)
		if n, err := s.SweepSteps(s.ctx, nil); n != 2 || err != nil {
			t.Fatalf("%d unknown: %v", n, err)
		}
		decide := func(key string) headway.Deployment {
			d, err := s.DecideStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: key, Outcome: headway.Pass, Reason: "seen"})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		if d := decide("a"); d.State != headway.DeploymentStopped {
			t.Errorf("it goes on (%s) while b is unknown", d.State)
		}
		if d := decide("b"); d.State != headway.DeploymentRunning {
			t.Errorf("it does not go on: %s", d.State)
		}
		if v, _ := s.view(t, dep.ID); states(v) != "a:succeeded b:succeeded c:waiting" {
			t.Error(states(v))
		}
	})
}

func TestWhatWasGivenUpIsNotTriedAgain(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		s.dispatchAll(t, dep, &ledger{answer: always(headway.StepUnknown)})
		if _, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "enough"); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, &ledger{answer: always(headway.StepFailed)})
		_, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Reason: "once more"})
		wants(t, err, headway.Conflict, "on its way back")
		d, err := s.DecideStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Outcome: headway.Pass, Reason: "it had switched"})
		if err != nil || d.State != headway.DeploymentStopped {
			t.Errorf("to know of a step that was given up set the deployment going: %s %v", d.State, err)
		}
		if _, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "back", Reason: "once more"}); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, &ledger{})
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentRolledBack {
			t.Errorf("%s: %s", v.Deployment.State, states(v))
		}
	})
}

func TestConditionsLeaveStepsOut(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, with(manualStep("never", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.When = "no-such-fact" }),
			with(manualStep("here", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.When = "target.production" }),
			with(manualStep("there", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.When = "target.test" }),
			manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		v, steps := s.view(t, dep.ID)
		if got := states(v); got != "never:skipped here:waiting there:skipped" || !strings.Contains(steps["never"].Reason, "no-such-fact does not hold") {
			t.Errorf("%s: %q", got, steps["never"].Reason)
		}
		s.byHand(t, dep, "here", headway.Pass, "")
		if v, _ = s.view(t, dep.ID); v.Deployment.State != headway.DeploymentSucceeded || v.Deployment.Smoke != headway.Waiting {
			t.Errorf("%s, smoke %q", v.Deployment.State, v.Deployment.Smoke)
		}
	})
}

func TestTwoPeopleAndEvidence(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, with(manualStep("cut", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.TwoPeople, r.Evidence = true, "the ticket of the change" }), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		in := StepResult{Deployment: dep.ID, Step: "cut", Outcome: headway.Pass}
		_, err := s.FinishManualStep(s.ctx, s.ops, "shop", in)
		wants(t, err, headway.Invalid, "the ticket of the change")
		in.Reason = "CHG-7"
		if _, err := s.FinishManualStep(s.ctx, s.ops, "shop", in); err != nil {
			t.Fatal(err)
		}
		_, err = s.FinishManualStep(s.ctx, s.ops, "shop", in)
		wants(t, err, headway.Forbidden, "you were the first")
		if _, steps := s.view(t, dep.ID); steps["cut"].State != headway.StepWaiting || steps["cut"].FirstByName != "ops" {
			t.Errorf("%s by %q", steps["cut"].State, steps["cut"].FirstByName)
		}
		if v, steps := s.view(t, dep.ID); !steps["cut"].Mine || !steps["cut"].Current || len(v.Log) == 0 || !strings.Contains(v.Log[0].Text, "a second person has to confirm") {
			t.Errorf("%+v, log %+v", steps["cut"], v.Log)
		}
		in.Reason = "looked too"
		if _, err := s.FinishManualStep(s.ctx, s.manager, "shop", in); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["cut"].State != headway.StepSucceeded || steps["cut"].Reason != "CHG-7 · looked too" || steps["cut"].FirstByName != "ops" || steps["cut"].ByName == "ops" {
			t.Errorf("%+v", steps["cut"].DeploymentStep)
		}
	})
}

func TestWhatIsAheadIsSummedUpAndToldInTheLog(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, manualStep("a", headway.PhaseDeploy), with(manualStep("b", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.Minutes, r.Parallel = 20, true }),
			manualStep("smoke", headway.PhaseSmoke), with(manualStep("back", headway.PhaseRollback), func(r *headway.RunbookStep) { r.Minutes = 40 }))
		dep := s.start(t, s.approved(t))
		s.clock.Advance(2 * time.Minute)
		v, steps := s.view(t, dep.ID)
		if v.Left.P50 != 23*time.Minute || v.Left.P85 <= v.Left.P50 || !steps["smoke"].Current {
			t.Errorf("left: %+v", v.Left)
		}
		s.byHand(t, dep, "b", headway.Fail, "disk full")
		if v, _ = s.view(t, dep.ID); v.Left.P50 != 25*time.Minute {
			t.Errorf("after a failure, which begins anew: %v", v.Left.P50)
		}
		if _, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "too late"); err != nil {
			t.Fatal(err)
		}
		v, steps = s.view(t, dep.ID)
		if v.Left.P50 != 40*time.Minute || steps["smoke"].Current || !steps["back"].Current {
			t.Errorf("on the way back: %v", v.Left.P50)
		}
		s.byHand(t, dep, "back", headway.Pass, "")
		v, steps = s.view(t, dep.ID)
		if v.Left.P50 != 0 || steps["back"].Current || !strings.Contains(v.Log[0].Text, "nothing of this team was there before") || !strings.Contains(v.Log[1].Text, "rolled back: too late") || !strings.Contains(v.Log[len(v.Log)-1].Text, "started the deployment") {
			t.Errorf("at its end: %v, %+v", v.Left, v.Log)
		}
	})
}

func TestARehearsalTeachesHowLongStepsTake(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, with(manualStep("move", headway.PhaseDeploy), func(r *headway.RunbookStep) {
			r.Minutes, r.Volume = 0, &headway.Volume{Fact: "data-gb", PerMinute: 2}
		}), manualStep("back", headway.PhaseRollback))
		_, err := s.StartRehearsal(s.ctx, s.ops, "shop", StartRehearsal{Team: "web", Version: "2.0.0", Environment: "production"})
		wants(t, err, headway.Conflict, "takes a go/no-go")
		s.write(t, func(tx *store.Tx) error {
			env, err := tx.EnvironmentByKey(s.ctx, s.p.ID, "test")
			if err != nil {
				return err
			}
			env.DataGB = 10
			return tx.PutEnvironment(s.ctx, env)
		})
		dep, err := s.StartRehearsal(s.ctx, s.ops, "shop", StartRehearsal{Team: "web", Version: "2.0.0", Environment: "test"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.StartRehearsal(s.ctx, s.ops, "shop", StartRehearsal{Team: "web", Version: "2.0.0", Environment: "test"})
		wants(t, err, headway.Conflict, "another deployment")
		s.clock.Advance(15 * time.Minute)
		s.byHand(t, dep, "move", headway.Pass, "")
		v, _ := s.view(t, dep.ID)
		if v.Deployment.State != headway.DeploymentSucceeded || v.Release.State == headway.ReleaseLive || !v.Release.LiveAt.IsZero() || v.Environment.CandidateID != v.Candidate.ID {
			t.Errorf("%s, release %s", v.Deployment.State, v.Release.State)
		}
		d := s.open(t) // the runbook's step took 15 min with 10 GB
		if d.State != headway.DecisionOpen {
			t.Errorf("a rehearsal counts as a go/no-go: %s", d.State)
		}
		s.read(t, func(q store.Q) error {
			c := headway.Candidate{Facts: headway.Facts{"data-gb": "120"}}
			snap, err := snapshotOf(d)
			if err != nil {
				return err
			}
			needs, err := runbookNeeds(s.ctx, q, s.p, snap, c)
			if needs.P50 != 180*time.Minute || needs.P85 <= needs.P50 || needs.Source != "every step was measured" {
				t.Errorf("120 GB take %+v after 10 GB took 15 min", needs)
			}
			return err
		})
	})
}

func TestARunbookTooLongForItsWindowIsAFinding(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.open(t)
		span := d.Span.To.Sub(d.Span.From)
		s.runbook(t, with(manualStep("long", headway.PhaseDeploy), func(r *headway.RunbookStep) { r.Minutes = int(span/time.Minute) - 10 }), manualStep("back", headway.PhaseRollback))
		if _, err := s.VoidDecision(s.ctx, s.manager, "shop", d.ID, "another runbook"); err != nil {
			t.Fatal(err)
		}
		d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0", From: d.Span.From})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.DecisionView(s.ctx, s.manager, "shop", d.ID)
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, verdict := range v.Verdicts {
			if verdict.Criterion == "approved-window" {
				found = verdict.Reason
			}
		}
		if !strings.Contains(found, "at P85") || !strings.Contains(found, "the window is "+headway.HoursMinutes(span)) {
			t.Errorf("found %q", found)
		}
	})
}

func TestVariablesArePartOfWhatIsApproved(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		b := headway.Runbook{ID: s.newID(), ProgrammeID: s.p.ID, Steps: []headway.RunbookStep{with(httpStep("switch"), func(r *headway.RunbookStep) {
			r.Body, r.URL = `{"pool":"${pool}"}`, "http://ci.example/${pool}"
		}), manualStep("back", headway.PhaseRollback)}, Variables: []headway.RunbookVariable{{Name: "pool", Kind: headway.VariableChoice, Options: []string{"blue", "green/1"}}}}
		if err := b.Check(); err != nil {
			t.Fatal(err)
		}
		s.write(t, func(tx *store.Tx) error { _, _, err := tx.AddRunbook(s.ctx, b); return err })
		open := func(value map[string]string) (headway.Decision, error) {
			return s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0", Variables: value})
		}
		_, err := open(nil)
		wants(t, err, headway.Invalid, "needs a value for pool")
		_, err = open(map[string]string{"pool": "red"})
		wants(t, err, headway.Invalid, "none of the options")
		_, err = open(map[string]string{"pool": "blue", "other": "x"})
		wants(t, err, headway.Invalid, "no variable")
		d, err := open(map[string]string{"pool": "green/1"})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []headway.Actor{s.po, s.ops} {
			if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.Set(inWindow)
		var sent headway.StepCall
		dep := s.start(t, d)
		s.dispatchAll(t, dep, &ledger{answer: func(_ context.Context, c headway.StepCall) headway.CallOutcome {
			sent = c
			return headway.CallOutcome{State: headway.StepSucceeded}
		}})
		if sent.Step.Body != `{"pool":"green/1"}` || sent.Step.URL != "http://ci.example/green%2F1" {
			t.Errorf("sent %s to %s", sent.Step.Body, sent.Step.URL)
		}
	})
}

func TestAConnectionIsPartOfWhatIsApproved(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		set := SetConnection{Key: "ci", Kind: headway.StepJenkins, URL: "https://ci.example/", Username: "bot", Secret: headway.NewSecret("s3cret")}
		_, err := s.SetConnection(s.ctx, s.ops, "shop", set)
		wants(t, err, headway.Forbidden, "Release manager")
		if _, err := s.SetConnection(s.ctx, s.manager, "shop", set); err != nil {
			t.Fatal(err)
		}
		s.runbook(t, headway.RunbookStep{Key: "build", Title: "Build", Phase: headway.PhaseDeploy, Kind: headway.StepJenkins, Connection: "ci", Workflow: "deploy", Minutes: 5}, manualStep("back", headway.PhaseRollback))
		d := s.approved(t)
		moved := set
		moved.Secret, moved.URL = headway.Secret{}, "https://evil.example"
		_, err = s.SetConnection(s.ctx, s.manager, "shop", moved)
		wants(t, err, headway.Conflict, "give the secret again")
		moved.Secret = headway.NewSecret("other")
		if _, err := s.SetConnection(s.ctx, s.manager, "shop", moved); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionVoid {
			t.Errorf("a connection was turned elsewhere, the go is %s", got.State)
		}
		wants(t, s.RemoveConnection(s.ctx, s.manager, "shop", "ci"), headway.Conflict, "uses the connection")
		all, err := s.Connections(s.ctx, s.manager, "shop")
		if err != nil || len(all) != 1 || !all[0].Secret.IsZero() || strings.Contains(fmt.Sprint(all), "other") {
			t.Errorf("%v %v", all, err)
		}
	})
}

func TestAStepIsForItsAgentOnly(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, headway.RunbookStep{Key: "install", Title: "Install", Phase: headway.PhaseDeploy, Kind: headway.StepCommand, Command: []string{"deploy"}, Agent: "db-host", Minutes: 5}, manualStep("back", headway.PhaseRollback))
		s.start(t, s.approved(t))
		if _, ok, err := s.ClaimCommand(s.ctx, s.ops, "shop", "web-host"); ok || err != nil {
			t.Errorf("another agent has it: %v", err)
		}
		cmd, ok, err := s.ClaimCommand(s.ctx, s.ops, "shop", "db-host")
		if !ok || err != nil {
			t.Fatal(err)
		}
		wants(t, s.FinishCommand(s.ctx, s.ops, "shop", CommandResult{StepID: cmd.StepID, Token: "guessed", Started: true}), headway.Conflict, "not the token")
	})
}

func TestHypercareLastsWorkingDays(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := newDeployable(t, db)
		b := headway.Runbook{ID: s.newID(), ProgrammeID: s.p.ID, HypercareDays: 5, Steps: []headway.RunbookStep{manualStep("go", headway.PhaseDeploy), manualStep("look", headway.PhaseSmoke), manualStep("back", headway.PhaseRollback)}}
		s.write(t, func(tx *store.Tx) error { _, _, err := tx.AddRunbook(s.ctx, b); return err })
		dep := s.start(t, s.approved(t))
		s.byHand(t, dep, "go", headway.Pass, "")
		s.byHand(t, dep, "look", headway.Pass, "")
		v, _ := s.view(t, dep.ID)
		if until := v.Deployment.HypercareUntil; v.Deployment.Smoke != headway.Pass || until.Before(inWindow.AddDate(0, 0, 7)) || until.After(inWindow.AddDate(0, 0, 9)) {
			t.Errorf("smoke %q, watched until %s", v.Deployment.Smoke, until)
		}
	})
}
