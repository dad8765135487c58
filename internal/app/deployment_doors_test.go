package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// What was taken back between the claim and the call holds the call, on the
// way to production; the way back goes on.
func TestAGoTakenBackHoldsACallThatIsClaimedButNotSent(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		dep := s.start(t, d)
		_, steps := s.view(t, dep.ID)
		got := s.crashAfterClaim(t, steps["switch"].ID)
		if _, err := s.VoidDecision(s.ctx, s.manager, "shop", d.ID, "not today"); err != nil {
			t.Fatal(err)
		}
		wants(t, s.maySend(s.ctx, *got), headway.Conflict, "not today")
		s.clock.Advance(callLease)
		if _, err := s.SweepSteps(s.ctx, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "back"); err != nil {
			t.Fatal(err)
		}
		_, steps = s.view(t, dep.ID)
		if err := s.maySend(s.ctx, *s.crashAfterClaim(t, steps["back"].ID)); err != nil {
			t.Errorf("the way back is held: %v", err)
		}
	})
}

// TestNothingGoesOutAfterTheBrake lets somebody stop, in each way there is,
// while a step is being dispatched. By the audit log, which is in the order of
// the commits, nothing is claimed after that; and what was called was claimed.
func TestNothingGoesOutAfterTheBrake(t *testing.T) {
	const seed, rounds = 20261127, 12
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := newDeployable(t, db)
		s.clock.Set(inWindow)
		before, held := 0, 0
		for i := range rounds {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			version := fmt.Sprintf("7.%d.0", i)
			s.release(t, version)
			d := s.goFor(t, version)
			dep := s.start(t, d)
			_, steps := s.view(t, dep.ID)
			brake := map[int]func() error{
				0: func() error { _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); return err },
				1: func() error {
					_, err := s.VoidDecision(s.ctx, s.manager, "shop", d.ID, "not today")
					return err
				},
				2: func() error { _, err := s.StopDeployment(s.ctx, s.po, "shop", dep.ID, "wait"); return err },
			}[i%3]
			ci := &ledger{}
			var wg sync.WaitGroup
			var errs [3]error
			acts := []func() error{
				brake,
				func() error { return s.DispatchStep(s.ctx, steps["switch"].ID, "one", ci) },
				func() error { return s.DispatchStep(s.ctx, steps["switch"].ID, "two", ci) },
			}
			rng.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
			for n, act := range acts {
				wg.Go(func() { errs[n] = act() })
			}
			wg.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				t.Fatal(err)
			}
			if err := s.DispatchStep(s.ctx, steps["switch"].ID, "late", ci); err != nil {
				t.Fatal(err)
			}
			braked, out := s.brakeAndClaim(t, d.ReleaseID)
			n := ci.check(t)
			if braked == 0 || out > braked || n > 1 || (n > 0) != (out > 0) {
				t.Errorf("round %d: the brake at %d, a claim at %d, %d calls", i, braked, out, n)
			}
			if out > 0 {
				before++
			} else {
				held++
			}
			if i%3 == 0 {
				if err := s.LiftStop(s.ctx, s.manager, "shop"); err != nil {
					t.Fatal(err)
				}
			}
			s.endDeployments(t)
		}
		t.Logf("seed %d: %d rounds, %d calls before the brake, %d held by it", seed, rounds, before, held)
	})
}

// brakeAndClaim finds in the log when something was taken back or stopped by
// hand, and when a step went out.
func (s *shelf) brakeAndClaim(t *testing.T, releaseID string) (braked, out int64) {
	t.Helper()
	s.read(t, func(q store.Q) error {
		events, err := q.EventsOf(s.ctx, s.p.ID, releaseID)
		for _, e := range events {
			switch {
			case e.Kind == DecisionVoided, e.Kind == DeploymentStopped && braked == 0:
				braked = e.Seq
			case e.Kind == DeploymentStep && strings.Contains(e.Data, `"running"`):
				out = e.Seq
			}
		}
		return err
	})
	return braked, out
}

func TestARetryPressedTwiceAtOnceIsOneAttempt(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		ci := &ledger{answer: always(headway.StepFailed)}
		s.dispatchAll(t, dep, ci)
		var wg sync.WaitGroup
		var errs [6]error
		for n := range errs {
			wg.Go(func() {
				_, errs[n] = s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Attempt: 1, Reason: "again"})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				wants(t, err, headway.Conflict, "")
			}
		}
		ci.answer = nil
		s.dispatchAll(t, dep, ci)
		_, steps := s.view(t, dep.ID)
		if done != 1 || steps["switch"].Attempt != 2 || ci.check(t) != 2 {
			t.Errorf("%d retries taken, attempt %d, calls %v", done, steps["switch"].Attempt, ci.calls)
		}
		// The page that was open since the first failure presses once more.
		_, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "switch", Attempt: 1, Reason: "again"})
		wants(t, err, headway.Conflict, "not the newest")
	})
}

func TestTheCallbackOfAnAttemptThatIsOverMovesNothing(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, callbackStep("build", ""), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		token := func() string {
			t.Helper()
			_, steps := s.view(t, dep.ID)
			ci := &later{}
			if err := s.DispatchStep(s.ctx, steps["build"].ID, "node", ci); err != nil {
				t.Fatal(err)
			}
			return strings.TrimPrefix(ci.callback, "https://headway.example/api/v1/callbacks/")
		}
		first := token()
		if err := s.answer(first, `{"state":"failed"}`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.RetryStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: "build", Reason: "again"}); err != nil {
			t.Fatal(err)
		}
		second := token()
		if first == second {
			t.Fatal("two attempts have one token")
		}
		if err := s.answer(first, `{"state":"succeeded"}`); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["build"].State != headway.StepRunning || steps["build"].Earlier[0].State != headway.StepFailed {
			t.Errorf("attempt 2 is %s, attempt 1 is %s", steps["build"].State, steps["build"].Earlier[0].State)
		}
		s.storyHas(t, dep.ReleaseID, "a late answer came, it would have been succeeded")
		_, err := s.RollbackDeployment(s.ctx, s.ops, "shop", dep.ID, "back while it is out")
		wants(t, err, headway.Conflict, "is out")
		if _, err := s.StopDeployment(s.ctx, s.ops, "shop", dep.ID, "wait"); err != nil {
			t.Fatal(err)
		}
		_, err = s.AbandonDeployment(s.ctx, s.ops, "shop", dep.ID, "enough")
		wants(t, err, headway.Conflict, "is out")
		if err := s.answer(second, `{"state":"succeeded"}`); err != nil {
			t.Fatal(err)
		}
		if v, steps := s.view(t, dep.ID); steps["build"].State != headway.StepSucceeded || v.Deployment.State != headway.DeploymentStopped {
			t.Errorf("the answer of what was out made it %s, the deployment %s", steps["build"].State, v.Deployment.State)
		}
	})
}

func TestAnAgentThatReportsTwiceOrForAnotherMovesNothing(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		command := func(key string) headway.RunbookStep {
			return headway.RunbookStep{Key: key, Title: key, Phase: headway.PhaseDeploy, Kind: headway.StepCommand, Command: []string{"deploy.sh"}, Minutes: 5}
		}
		second := command("second")
		second.Parallel = true
		s.runbook(t, command("first"), second, manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		claim := func(agent string) ClaimedCommand {
			t.Helper()
			cmd, ok, err := s.ClaimCommand(s.ctx, s.ops, "shop", agent)
			if err != nil || !ok {
				t.Fatalf("%v %v", ok, err)
			}
			return cmd
		}
		one, two := claim("one"), claim("two")
		report := func(step, token string, code int) error {
			return s.FinishCommand(s.ctx, s.ops, "shop", CommandResult{StepID: step, Token: token, Started: true, ExitCode: code})
		}
		wants(t, report(two.StepID, one.Token, 0), headway.Conflict, "not the token")
		wants(t, report(two.StepID, "", 0), headway.Invalid, "token")
		for range 2 { // the answer to the first was lost
			if err := report(one.StepID, one.Token, 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := report(one.StepID, one.Token, 1); err != nil { // and changes its mind
			t.Fatal(err)
		}
		s.storyHas(t, dep.ReleaseID, "a late answer came, it would have been failed")
		v, steps := s.view(t, dep.ID)
		if steps["first"].State != headway.StepSucceeded || steps["second"].State != headway.StepRunning || v.Deployment.State != headway.DeploymentRunning {
			t.Errorf("first %s, second %s, %s", steps["first"].State, steps["second"].State, v.Deployment.State)
		}
	})
}

// While a clock is ahead a step goes out; then it is set right. What waits for
// another system is asked about, and ends at its deadline, as if nothing had been.
func TestAClockSetBackHidesNoFollowedStep(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"claimed while ahead": 24 * time.Hour, "polled while ahead": 0} {
		t.Run(name, func(t *testing.T) {
			deployOnBoth(t, func(t *testing.T, s *shelf) {
				dep := s.start(t, s.approved(t))
				_, steps := s.view(t, dep.ID)
				running := headway.CallOutcome{State: headway.StepRunning, Remote: "run 7", Every: 5 * time.Second}
				ci := &later{every: 5 * time.Second, says: running}
				if err := s.DispatchStep(s.ctx, steps["switch"].ID, "node", ci); err != nil {
					t.Fatal(err)
				}
				if ahead > 0 {
					s.clock.Advance(-ahead)
				} else { // asked once in the hours that were not, within its deadline
					s.forgeDeadline(t, steps["switch"].ID, s.clock.Now().Add(48*time.Hour))
					s.clock.Advance(6 * time.Hour)
					s.pollOnce(t, ci)
					s.clock.Advance(-6 * time.Hour)
				}
				if _, err := s.SweepSteps(s.ctx, ci); err != nil {
					t.Fatal(err)
				}
				s.clock.Advance(5 * time.Second)
				s.pollOnce(t, ci)
				if ahead == 0 {
					return
				}
				s.clock.Advance(callTimeout)
				if n, err := s.SweepSteps(s.ctx, ci); n != 1 || err != nil {
					t.Errorf("after its deadline %d steps are unknown: %v", n, err)
				}
			})
		})
	}
}

func (s *shelf) forgeDeadline(t *testing.T, stepID string, until time.Time) {
	t.Helper()
	s.write(t, func(tx *store.Tx) error {
		row, _, err := tx.DeploymentStep(s.ctx, stepID)
		if err != nil {
			return err
		}
		row.LeaseUntil = until
		_, err = tx.FollowStep(s.ctx, row)
		return err
	})
}

func (s *shelf) pollOnce(t *testing.T, ci Caller) {
	t.Helper()
	due, err := s.DuePolls(s.ctx)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d steps to ask about: %v", len(due), err)
	}
	if err := s.PollStep(context.Background(), due[0], ci); err != nil {
		t.Fatal(err)
	}
}

// A call that is due and whose process died is asked for again, also when the
// clock was set back since.
func TestAClockSetBackHidesNoDueCall(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.start(t, s.approved(t))
		var asked []string
		s.due = func(id string) { asked = append(asked, id) }
		s.clock.Advance(-24 * time.Hour)
		if _, err := s.SweepSteps(s.ctx, nil); err != nil {
			t.Fatal(err)
		}
		if len(asked) != 1 {
			t.Errorf("%d calls are asked for", len(asked))
		}
	})
}
