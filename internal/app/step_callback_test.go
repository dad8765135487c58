package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"headway"
)

// later is a system that takes every call and tells its outcome later.
type later struct {
	ledger
	callback string
	every    time.Duration
	says     headway.CallOutcome
	asked    int
	found    headway.CallOutcome
}

func (l *later) Call(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	l.ledger.Call(ctx, call)
	l.callback = call.Callback
	return headway.CallOutcome{State: headway.StepRunning, Remote: "run 7", Every: l.every, Output: "taken"}
}

func (l *later) Follow(context.Context, headway.StepCall, string) headway.CallOutcome {
	l.asked++
	return l.says
}

func (l *later) Find(context.Context, headway.StepCall) headway.CallOutcome { return l.found }

func callbackStep(key, connection string) headway.RunbookStep {
	return with(httpStep(key), func(r *headway.RunbookStep) {
		r.Answer, r.Timeout, r.Connection = headway.AnswerCallback, 30, connection
	})
}

func (s *shelf) answer(token, body string) error {
	return s.AnswerStep(s.ctx, Callback{Token: token, Body: []byte(body)})
}

func TestACallbackEndsItsStepOnce(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, callbackStep("build", ""), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &later{}
		if err := s.DispatchStep(s.ctx, steps["build"].ID, "node", ci); err != nil {
			t.Fatal(err)
		}
		token, ok := strings.CutPrefix(ci.callback, "https://headway.example/api/v1/callbacks/")
		if !ok || len(token) < 40 {
			t.Fatalf("the callback is %q", ci.callback)
		}
		s.clock.Advance(20 * time.Minute) // far beyond a lease: nobody keeps one
		if n, err := s.SweepSteps(s.ctx, ci); n != 0 || err != nil {
			t.Fatalf("%d unknown: %v", n, err)
		}
		wants(t, s.answer("guess", `{"state":"succeeded"}`), headway.NotFound, "")
		wants(t, s.answer(token, `{"state":"maybe"}`), headway.Invalid, "no answer")
		wants(t, s.answer(token, `{"state":"succeeded","state":"failed"}`), headway.Invalid, "")
		if err := s.answer(token, `{"state":"running","output":"40 %"}`); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["build"].State != headway.StepRunning || !strings.Contains(steps["build"].Output, "40 %") {
			t.Errorf("%s: %s", steps["build"].State, steps["build"].Output)
		}
		if err := s.answer(token, `{"state":"succeeded","output":"all done"}`); err != nil {
			t.Fatal(err)
		}
		if err := s.answer(token, `{"state":"failed"}`); err != nil {
			t.Fatal(err)
		}
		v, steps := s.view(t, dep.ID)
		if steps["build"].State != headway.StepSucceeded || v.Deployment.State != headway.DeploymentSucceeded {
			t.Errorf("%s, %s", steps["build"].State, v.Deployment.State)
		}
		s.storyHas(t, dep.ReleaseID, "a late answer came, it would have been failed")
		if ci.check(t) != 1 {
			t.Error("called again")
		}
	})
}

func TestWithoutACallbackTheStepIsUnknownAtItsDeadline(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.runbook(t, callbackStep("build", ""), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &later{}
		if err := s.DispatchStep(s.ctx, steps["build"].ID, "node", ci); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(30 * time.Minute)
		if n, err := s.SweepSteps(s.ctx, ci); n != 1 || err != nil {
			t.Fatalf("%d unknown: %v", n, err)
		}
		if err := s.answer(strings.TrimPrefix(ci.callback, "https://headway.example/api/v1/callbacks/"), `{"state":"succeeded"}`); err != nil {
			t.Fatal(err)
		}
		v, steps := s.view(t, dep.ID)
		if steps["build"].State != headway.StepUnknown || v.Deployment.State != headway.DeploymentStopped || !strings.Contains(steps["build"].Reason, "told no outcome in time") {
			t.Errorf("%s (%s), %s", steps["build"].State, steps["build"].Reason, v.Deployment.State)
		}
	})
}

func TestSignedCallbacks(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		key := []byte("0123456789abcdef0123456789abcdef")
		secret := "whsec_" + base64.StdEncoding.EncodeToString(key)
		if _, err := s.SetConnection(s.ctx, s.manager, "shop", SetConnection{Key: "ci", Kind: headway.StepHTTP, URL: "http://ci.example", Signing: headway.NewSecret(secret)}); err != nil {
			t.Fatal(err)
		}
		s.runbook(t, callbackStep("build", "ci"), manualStep("back", headway.PhaseRollback))
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &later{}
		if err := s.DispatchStep(s.ctx, steps["build"].ID, "node", ci); err != nil {
			t.Fatal(err)
		}
		token := strings.TrimPrefix(ci.callback, "https://headway.example/api/v1/callbacks/")
		signed := func(id string, at time.Time, body string) Callback {
			stamp := fmt.Sprint(at.Unix())
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(id + "." + stamp + "." + body))
			return Callback{Token: token, ID: id, At: stamp, Signatures: "v1,AAAA v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), Body: []byte(body)}
		}
		good := signed("msg_1", s.clock.Now(), `{"state":"running","output":"once"}`)
		changed := good
		changed.Body = []byte(`{"state":"succeeded"}`)
		old := signed("msg_2", s.clock.Now().Add(-6*time.Minute), `{"state":"succeeded"}`)
		bare := Callback{Token: token, Body: []byte(`{"state":"succeeded"}`)}
		for name, bad := range map[string]Callback{"changed": changed, "old": old, "not signed": bare} {
			if err := s.AnswerStep(s.ctx, bad); headway.KindOf(err) != headway.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range 3 {
			if err := s.AnswerStep(s.ctx, good); err != nil {
				t.Fatal(err)
			}
		}
		if _, steps := s.view(t, dep.ID); strings.Count(steps["build"].Output, "once") != 1 {
			t.Errorf("one message counted more than once: %q", steps["build"].Output)
		}
		if err := s.AnswerStep(s.ctx, signed("msg_3", s.clock.Now(), `{"state":"failed","output":"no"}`)); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["build"].State != headway.StepFailed {
			t.Error(steps["build"].State)
		}
	})
}

func TestFollowedStepsAreAskedAboutByOneNode(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		ci := &later{every: 5 * time.Second, says: headway.CallOutcome{State: headway.StepRunning, Remote: "run 7", Output: "half", Every: 5 * time.Second}}
		if err := s.DispatchStep(s.ctx, steps["switch"].ID, "node", ci); err != nil {
			t.Fatal(err)
		}
		poll := func(want int) {
			t.Helper()
			due, err := s.DuePolls(s.ctx)
			if err != nil || len(due) != want {
				t.Fatalf("%d due, want %d: %v", len(due), want, err)
			}
			for _, d := range due {
				for range 3 { // of three nodes that have seen it due, one asks
					if err := s.PollStep(s.ctx, d, ci); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		poll(0)
		s.clock.Advance(5 * time.Second)
		poll(1)
		if _, steps := s.view(t, dep.ID); ci.asked != 1 || steps["switch"].Output != "half" {
			t.Errorf("asked %d times: %q", ci.asked, steps["switch"].Output)
		}
		ci.says = headway.CallOutcome{State: headway.StepUnknown, Output: "502"} // to ask again changes nothing there
		s.clock.Advance(5 * time.Second)
		poll(1)
		ci.says = headway.CallOutcome{State: headway.StepSucceeded, Output: "green"}
		s.clock.Advance(5 * time.Second)
		poll(1)
		if _, steps := s.view(t, dep.ID); steps["switch"].State != headway.StepSucceeded || steps["warm"].State != headway.StepWaiting || ci.asked != 3 {
			t.Errorf("%s after %d questions", steps["switch"].State, ci.asked)
		}
		poll(0)
	})
}

func TestALostServersCallIsFoundByItsKey(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		s.crashAfterClaim(t, steps["switch"].ID)
		s.clock.Advance(callLease)
		ci := &later{found: headway.CallOutcome{State: headway.StepRunning, Remote: "run 9", Every: time.Second}, says: headway.CallOutcome{State: headway.StepSucceeded}}
		if n, err := s.SweepSteps(s.ctx, ci); n != 0 || err != nil {
			t.Fatalf("%d unknown: %v", n, err)
		}
		s.clock.Advance(5 * time.Second)
		due, err := s.DuePolls(s.ctx)
		if err != nil || len(due) != 1 || due[0].Remote != "run 9" {
			t.Fatalf("%v %v", due, err)
		}
		if err := s.PollStep(s.ctx, due[0], ci); err != nil {
			t.Fatal(err)
		}
		if _, steps := s.view(t, dep.ID); steps["switch"].State != headway.StepSucceeded || ci.check(t) != 0 {
			t.Errorf("%s, called %d times", steps["switch"].State, ci.check(t))
		}
	})
}

func TestAClockSetBackHidesNoLostStep(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		s.crashAfterClaim(t, steps["switch"].ID)
		s.clock.Advance(-24 * time.Hour)
		if _, err := s.SweepSteps(s.ctx, nil); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Minute)
		if n, err := s.SweepSteps(s.ctx, nil); n != 1 || err != nil {
			t.Errorf("a minute after the clock was set back %d steps are unknown: %v", n, err)
		}
	})
}

func TestTheBrakeHoldsACallThatIsClaimedButNotSent(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep := s.start(t, s.approved(t))
		_, steps := s.view(t, dep.ID)
		got := s.crashAfterClaim(t, steps["switch"].ID)
		if err := s.maySend(s.ctx, *got); err != nil {
			t.Fatalf("a call that may leave is held: %v", err)
		}
		if _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); err != nil {
			t.Fatal(err)
		}
		wants(t, s.maySend(s.ctx, *got), headway.Conflict, "fire")
		s.clock.Advance(callLease)
		wants(t, s.maySend(s.ctx, *got), headway.Conflict, "lease had passed")
	})
}
