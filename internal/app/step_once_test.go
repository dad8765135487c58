package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestTwoDispatchersOneCall lets many workers have the job of one step at once.
func TestTwoDispatchersOneCall(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &ledger{}
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				if err := s.DispatchStep(s.ctx, steps["switch"].ID, fmt.Sprint("node-", n), ci); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := ci.check(t); n != 1 {
			t.Errorf("%d calls", n)
		}
		if err := s.DispatchStep(s.ctx, steps["switch"].ID, "late", ci); err != nil || ci.check(t) != 1 {
			t.Errorf("a job that runs again called again: %v", err)
		}
	})
}

func TestLostLeaseBecomesUnknownAndALateAnswerMovesNothing(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &ledger{answer: func(context.Context, headway.StepCall) headway.CallOutcome {
			s.clock.Advance(callLease - time.Millisecond)
			if n, err := s.SweepSteps(s.ctx, nil); n != 0 || err != nil {
				t.Errorf("lost before the lease had passed: %d %v", n, err)
			}
			s.clock.Advance(time.Millisecond) // this node was frozen: no heartbeat
			if n, err := s.SweepSteps(s.ctx, nil); n != 1 || err != nil {
				t.Errorf("%d steps unknown: %v", n, err)
			}
			return headway.CallOutcome{State: headway.StepSucceeded, Output: "done after all"}
		}}
		if err := s.DispatchStep(s.ctx, steps["switch"].ID, "node", ci); err != nil {
			t.Fatal(err)
		}
		v, steps := s.view(t, dep.ID)
		if steps["switch"].State != headway.StepUnknown || v.Deployment.State != headway.DeploymentStopped {
			t.Errorf("step %s, deployment %s", steps["switch"].State, v.Deployment.State)
		}
		s.storyHas(t, dep.ReleaseID, "a late answer came, it would have been succeeded")
		_, err := s.DecideStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Outcome: headway.Pass})
		wants(t, err, headway.Invalid, "how you found out")
		if _, err := s.DecideStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Outcome: headway.Pass, Reason: "seen on the host"}); err != nil {
			t.Fatal(err)
		}
		v, steps = s.view(t, dep.ID)
		if steps["switch"].State != headway.StepSucceeded || v.Deployment.State != headway.DeploymentRunning || steps["warm"].State != headway.StepWaiting {
			t.Errorf("after the decision: %s, %s, warm %s", steps["switch"].State, v.Deployment.State, steps["warm"].State)
		}
		if ci.check(t) != 1 {
			t.Error("called again")
		}
	})
}

func TestCrashBetweenClaimAndCall(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		s.crashAfterClaim(t, steps["switch"].ID)
		ci := &ledger{}
		s.clock.Advance(callLease)
		if _, err := s.SweepSteps(s.ctx, nil); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		if _, steps = s.view(t, dep.ID); steps["switch"].State != headway.StepUnknown || ci.check(t) != 0 {
			t.Fatalf("%s, %d calls: the machine must not retry", steps["switch"].State, ci.check(t))
		}
		if _, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Reason: "nothing in the log of the CI"}); err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, dep, ci)
		_, steps = s.view(t, dep.ID)
		if steps["switch"].Attempt != 2 || steps["switch"].State != headway.StepSucceeded || ci.calls[dep.ID+":switch:2"] != 1 || len(ci.calls) != 1 {
			t.Errorf("attempt %d is %s, calls %v", steps["switch"].Attempt, steps["switch"].State, ci.calls)
		}
	})
}

// crashAfterClaim claims a step as a dispatcher does that dies before its call.
func (s *shelf) crashAfterClaim(t *testing.T, stepID string) *claim {
	t.Helper()
	var got *claim
	err := s.change(s.ctx, headway.System(), func(c *change) (err error) {
		got, err = c.claimStep(s.ctx, stepID, "doomed", callLease)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestOnceThroughEverything drives deployments through random faults: nodes
// that die before or after the call, lost and late answers, several dispatchers,
// refusals, people who retry and decide. No key is ever called twice, and no
// terminal step moves.
func TestOnceThroughEverything(t *testing.T) {
	const seed, deployments = 20261124, 60
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		n := deployments
		if db.URL != "" {
			n = deployments / 3
		}
		var steps []headway.RunbookStep
		for i := range 3 {
			steps = append(steps, httpStep(fmt.Sprint("call-", i)))
		}
		back := httpStep("back")
		back.Phase = headway.PhaseRollback
		s := newDeployable(t, db, append(steps, back)...)
		s.clock.Set(inWindow)
		ci := &ledger{}
		ended := map[headway.DeploymentState]int{}
		unknown := 0
		for i := range n {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			s.clock.Set(inWindow)
			version := fmt.Sprintf("5.%d.0", i)
			s.release(t, version)
			dep := s.start(t, s.goFor(t, version))
			state, lost := chaos(t, s, rng, dep, ci)
			ended[state]++
			unknown += lost
			if t.Failed() {
				t.Fatalf("seed %d, deployment %d", seed, i)
			}
		}
		calls := ci.check(t)
		t.Logf("seed %d: %d deployments, %d calls, %d unknown outcomes, ended %v; no key called twice", seed, n, calls, unknown, ended)
		if unknown == 0 || ended[headway.DeploymentSucceeded] == 0 || ended[headway.DeploymentRolledBack] == 0 {
			t.Error("the faults do not reach everything")
		}
	})
}

func (s *shelf) goFor(t *testing.T, version string) headway.Decision {
	t.Helper()
	d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: version, From: s.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []headway.Actor{s.po, s.ops} {
		if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// chaos drives one deployment until it ends.
func chaos(t *testing.T, s *shelf, rng *rand.Rand, dep headway.Deployment, ci *ledger) (headway.DeploymentState, int) {
	t.Helper()
	terminal, lost := map[string]headway.DeploymentStep{}, 0
	for range 200 {
		v, _ := s.view(t, dep.ID)
		for _, st := range allAttempts(v) {
			if was, ok := terminal[st.ID]; ok && (was.State != st.State || was.Output != st.Output) {
				t.Errorf("%s moved from %s to %s", st.ID, was.State, st.State)
			}
			if st.State.Terminal() {
				terminal[st.ID] = st
			}
		}
		if v.Deployment.State.Terminal() || t.Failed() {
			return v.Deployment.State, lost
		}
		if v.Deployment.State == headway.DeploymentStopped {
			lost += person(t, s, rng, v)
			continue
		}
		for _, st := range v.Steps {
			if st.State == headway.StepWaiting {
				fault(t, s, rng, st.ID, ci)
				break
			}
		}
	}
	t.Error("the deployment never ended")
	return "", lost
}

func allAttempts(v DeploymentView) (out []headway.DeploymentStep) {
	for _, s := range v.Steps {
		out = append(append(out, s.Earlier...), s.DeploymentStep)
	}
	return out
}

// fault lets a step be dispatched with something going wrong, or nothing.
func fault(t *testing.T, s *shelf, rng *rand.Rand, stepID string, ci *ledger) {
	t.Helper()
	answer := map[int]func(context.Context, headway.StepCall) headway.CallOutcome{
		0: always(headway.StepFailed), 1: always(headway.StepUnknown), 2: always("nonsense"),
		3: func(context.Context, headway.StepCall) headway.CallOutcome { // frozen beyond its lease
			s.clock.Advance(callLease + time.Second)
			if _, err := s.SweepSteps(s.ctx, nil); err != nil {
				t.Error(err)
			}
			return headway.CallOutcome{State: headway.StepSucceeded}
		},
	}
	ci.mu.Lock()
	ci.answer = answer[rng.IntN(12)]
	ci.mu.Unlock()
	switch rng.IntN(6) {
	case 0: // dies before the call
		s.crashAfterClaim(t, stepID)
		s.clock.Advance(callLease)
	case 1: // dies after the call
		if got := s.crashAfterClaim(t, stepID); got != nil {
			ci.Call(s.ctx, headway.StepCall{Key: got.vars["key"], Step: got.step.Step})
			s.clock.Advance(callLease)
		}
	case 2: // several have the job
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { _ = s.DispatchStep(s.ctx, stepID, "node", ci) })
		}
		wg.Wait()
	default:
		if err := s.DispatchStep(s.ctx, stepID, "node", ci); err != nil {
			t.Error(err)
		}
		_ = s.DispatchStep(s.ctx, stepID, "again", ci) // the job runs a second time
	}
	if _, err := s.SweepSteps(s.ctx, nil); err != nil {
		t.Error(err)
	}
}

// person does what somebody would about a stopped deployment, and gives how
// many steps were found unknown.
func person(t *testing.T, s *shelf, rng *rand.Rand, v DeploymentView) (unknown int) {
	t.Helper()
	for _, st := range v.Steps {
		if st.State != headway.StepFailed && st.State != headway.StepUnknown {
			continue
		}
		if isRollback(st.DeploymentStep) != anyRollback(v) {
			continue
		}
		in := StepResult{Deployment: v.Deployment.ID, Step: st.Step.Key, Attempt: st.Attempt, Outcome: headway.Pass, Reason: "looked"}
		var err error
		switch {
		case st.State == headway.StepUnknown && rng.IntN(2) == 0:
			unknown++
			_, err = s.DecideStep(s.ctx, s.ops, "shop", in)
		case rng.IntN(4) == 0 && !anyRollback(v):
			_, err = s.RollbackDeployment(s.ctx, s.ops, "shop", v.Deployment.ID, "enough")
		default:
			_, err = s.RetryStep(s.ctx, s.ops, "shop", in)
		}
		if err != nil {
			t.Errorf("person: %v", err)
		}
		return unknown
	}
	t.Errorf("stopped without a reason in its steps: %s", v.Deployment.Reason)
	return unknown
}

func anyRollback(v DeploymentView) bool {
	for _, s := range v.Steps {
		if isRollback(s.DeploymentStep) {
			return true
		}
	}
	return false
}

func TestAgentsClaimEachCommandOnce(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		command := headway.RunbookStep{Key: "install", Title: "Install", Phase: headway.PhaseDeploy, Kind: headway.StepCommand, Command: []string{"deploy.sh", "${version}"}, Minutes: 5}
		s.runbook(t, command, manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		var mu sync.Mutex
		var got []ClaimedCommand
		var wg sync.WaitGroup
		for n := range 6 {
			wg.Go(func() {
				cmd, ok, err := s.ClaimCommand(s.ctx, s.ops, "shop", fmt.Sprint("agent-", n))
				if err != nil {
					t.Error(err)
				}
				if ok {
					mu.Lock()
					got = append(got, cmd)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(got) != 1 {
			t.Fatalf("%d agents have the command", len(got))
		}
		cmd := got[0]
		if fmt.Sprint(cmd.Command) != "[deploy.sh 2.0.0]" || cmd.Env["HEADWAY_CANDIDATE"] != "2.0.0-rc.1" || cmd.Env["HEADWAY_IDEMPOTENCY_KEY"] != dep.ID+":install:1" {
			t.Errorf("%v %v", cmd.Command, cmd.Env)
		}
		s.clock.Advance(commandLease - time.Second)
		if _, err := s.BeatCommand(s.ctx, s.ops, "shop", cmd.StepID, cmd.Token); err != nil {
			t.Fatal(err)
		}
		_, err := s.BeatCommand(s.ctx, s.ops, "shop", cmd.StepID, "another token")
		wants(t, err, headway.Conflict, "lease of this command is lost")
		_, err = s.BeatCommand(s.ctx, s.other, "bank", cmd.StepID, cmd.Token)
		if k := headway.KindOf(err); k != headway.Forbidden && k != headway.NotFound {
			t.Errorf("another programme beats: %v", err)
		}
		s.clock.Advance(commandLease)
		if n, err := s.SweepSteps(s.ctx, nil); n != 1 || err != nil {
			t.Errorf("%d unknown: %v", n, err)
		}
		if err := s.FinishCommand(s.ctx, s.ops, "shop", CommandResult{StepID: cmd.StepID, Token: cmd.Token, Started: true}); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["install"].State != headway.StepUnknown {
			t.Errorf("a late outcome made it %s", steps["install"].State)
		}
		if _, ok, err := s.ClaimCommand(s.ctx, s.ops, "shop", "another"); ok || err != nil {
			t.Errorf("the machine gave an unknown command out again: %v", err)
		}
	})
}

func TestALostJobIsAskedForAgain(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.start(t, s.approved(t))
		s.clock.Advance(wakeAgain + time.Second)
		s.read(t, func(q store.Q) error {
			due, err := q.PendingCalls(s.ctx, s.clock.Now().Add(-wakeAgain), s.clock.Now(), 10)
			if len(due) != 1 {
				t.Errorf("%d due calls", len(due))
			}
			return err
		})
		if _, err := s.SweepSteps(s.ctx, nil); err != nil {
			t.Fatal(err)
		}
	})
}
