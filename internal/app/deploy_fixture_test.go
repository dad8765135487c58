package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// inWindow is a Tuesday evening in Berlin at which the window is open.
var inWindow = testkit.Date("2026-11-24T19:10:00Z")

var deployGate = []headway.Criterion{
	{Key: "defects", Title: "No blocking defect", Kind: headway.CriterionDefects},
	{Key: "gap", Title: "Minimum gap", Kind: headway.CriterionGap, WaivedBy: []headway.Role{headway.ProductOwner}},
	{Key: "window", Title: "Change window", Kind: headway.CriterionWindow, WaivedBy: []headway.Role{headway.ReleaseManager}},
	{Key: "freeze", Title: "No freeze", Kind: headway.CriterionFreeze, WaivedBy: []headway.Role{headway.ReleaseManager}},
}

func httpStep(key string) headway.RunbookStep {
	return headway.RunbookStep{Key: key, Title: key, Phase: headway.PhaseDeploy, Kind: headway.StepHTTP, URL: "http://ci.example/" + key, Body: `{"candidate":"${candidate}"}`, Minutes: 10}
}

func manualStep(key string, phase headway.Phase) headway.RunbookStep {
	return headway.RunbookStep{Key: key, Title: key, Phase: phase, Kind: headway.StepManual, Instructions: "do it", Minutes: 5}
}

// deployRunbook has an automatic step, a manual one, a smoke check and a way back.
func deployRunbook() []headway.RunbookStep {
	back := httpStep("back")
	back.Phase = headway.PhaseRollback
	return []headway.RunbookStep{httpStep("switch"), manualStep("warm", headway.PhaseDeploy), manualStep("smoke", headway.PhaseSmoke), back}
}

// newDeployable gives a shelf whose candidate 2.0.0-rc.1 can go to production.
func newDeployable(t *testing.T, db testkit.Database, steps ...headway.RunbookStep) *shelf {
	t.Helper()
	s := newShelf(t, db)
	id := s.newID
	s.write(t, func(tx *store.Tx) error {
		if err := tx.PutEnvironment(s.ctx, headway.Environment{ID: id(), ProgrammeID: s.p.ID, Key: "production", Name: "Production", Kind: headway.EnvProduction}); err != nil {
			return err
		}
		_, _, err := tx.AddGate(s.ctx, headway.Gate{
			ID: id(), ProgrammeID: s.p.ID, Criteria: deployGate,
			Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: 1}},
		})
		return err
	})
	s.runbook(t, steps...)
	s.shelve(t, s.candidate(t, "first"))
	return s
}

func (s *shelf) write(t *testing.T, f func(*store.Tx) error) {
	t.Helper()
	if err := s.store.Write(s.ctx, f); err != nil {
		t.Fatal(err)
	}
}

func (s *shelf) read(t *testing.T, f func(store.Q) error) {
	t.Helper()
	if err := s.store.Read(s.ctx, f); err != nil {
		t.Fatal(err)
	}
}

// runbook stores a new version of the runbook.
func (s *shelf) runbook(t *testing.T, steps ...headway.RunbookStep) {
	t.Helper()
	if len(steps) == 0 {
		steps = deployRunbook()
	}
	b := headway.Runbook{ID: s.newID(), ProgrammeID: s.p.ID, Steps: steps, Hypercare: []headway.HypercareTask{{Title: "Watch the log", Skill: headway.SkillSupport, Hours: 4}}}
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	s.write(t, func(tx *store.Tx) error {
		_, _, err := tx.AddRunbook(s.ctx, b)
		return err
	})
}

func (s *shelf) open(t *testing.T) headway.Decision {
	t.Helper()
	d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0"})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return d
}

// approved opens a go/no-go, has it approved by both and moves the clock into its window.
func (s *shelf) approved(t *testing.T) headway.Decision {
	t.Helper()
	d := s.open(t)
	for _, who := range []headway.Actor{s.po, s.ops} {
		if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatalf("approve as %s: %v", who.Name, err)
		}
	}
	s.clock.Set(inWindow)
	return s.decision(t, d.ID)
}

func (s *shelf) decision(t *testing.T, id string) (d headway.Decision) {
	t.Helper()
	s.read(t, func(q store.Q) (err error) {
		d, err = q.Decision(s.ctx, s.p.ID, id)
		return err
	})
	return d
}

func (s *shelf) start(t *testing.T, d headway.Decision) headway.Deployment {
	t.Helper()
	dep, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID, Digest: d.Digest})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return dep
}

// view gives a deployment and its newest steps by key.
func (s *shelf) view(t *testing.T, id string) (DeploymentView, map[string]StepView) {
	t.Helper()
	v, err := s.DeploymentView(s.ctx, s.ops, "shop", id)
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]StepView{}
	for _, st := range v.Steps {
		steps[st.Step.Key] = st
	}
	return v, steps
}

// wants fails the test unless an error is of a kind and says something.
func wants(t *testing.T, err error, kind headway.Kind, says string) {
	t.Helper()
	if err == nil || headway.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v; want %s with %q", err, kind, says)
	}
}

// ledger is a fake CI system: it notes every call by its key and answers as told.
type ledger struct {
	mu     sync.Mutex
	calls  map[string]int
	bodies map[string]string
	answer func(ctx context.Context, call headway.StepCall) headway.CallOutcome // nil: succeeded
}

// Call notes the call, then answers.
func (l *ledger) Call(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	l.mu.Lock()
	if l.calls == nil {
		l.calls, l.bodies = map[string]int{}, map[string]string{}
	}
	l.calls[call.Key]++
	l.bodies[call.Key] = call.Step.Body
	answer := l.answer
	l.mu.Unlock()
	if answer != nil {
		return answer(ctx, call)
	}
	return headway.CallOutcome{State: headway.StepSucceeded, Output: "done"}
}

// Follow knows nothing.
func (l *ledger) Follow(context.Context, headway.StepCall, string) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepUnknown}
}

// Find knows nothing.
func (l *ledger) Find(context.Context, headway.StepCall) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepUnknown}
}

// check fails the test when a key was called more than once, and gives the number of calls.
func (l *ledger) check(t *testing.T) int {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for key, times := range l.calls {
		n += times
		if times > 1 {
			t.Errorf("%s was called %d times", key, times)
		}
	}
	return n
}

func always(state headway.StepState) func(context.Context, headway.StepCall) headway.CallOutcome {
	return func(context.Context, headway.StepCall) headway.CallOutcome {
		return headway.CallOutcome{State: state, Output: fmt.Sprint(state)}
	}
}

// dispatchAll works the due calls of a deployment until none is left.
func (s *shelf) dispatchAll(t *testing.T, dep headway.Deployment, ci Caller) {
	t.Helper()
	for range 20 {
		v, _ := s.view(t, dep.ID)
		called := false
		for _, st := range v.Steps {
			if st.State == headway.StepWaiting && st.Step.Kind == headway.StepHTTP && v.Deployment.State != headway.DeploymentStopped {
				called = true
				if err := s.DispatchStep(s.ctx, st.ID, "node", ci); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !called {
			return
		}
	}
}

// byHand records the result of a manual step.
func (s *shelf) byHand(t *testing.T, dep headway.Deployment, key string, outcome headway.Outcome, reason string) {
	t.Helper()
	if _, err := s.FinishManualStep(s.ctx, s.ops, "shop", StepResult{Deployment: dep.ID, Step: key, Outcome: outcome, Reason: reason}); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
}

func deployOnBoth(t *testing.T, run func(t *testing.T, s *shelf)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) { run(t, newDeployable(t, db)) })
}

func waive(t *testing.T, s *shelf, key string, role headway.Role) {
	t.Helper()
	s.read(t, func(q store.Q) error {
		r, err := q.Releases(s.ctx, s.p.ID, store.ReleaseFilter{States: []headway.ReleaseState{headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved}})
		if err != nil {
			return err
		}
		c, err := q.NewestCandidate(s.ctx, s.p.ID, r[0].ID)
		if err != nil {
			return err
		}
		return s.store.Write(s.ctx, func(tx *store.Tx) error {
			return tx.AddWaiver(s.ctx, headway.Waiver{ID: s.newID(), CandidateID: c.ID, Criterion: key, Role: role, By: "x", ByName: "Wanda", Reason: "known", At: s.clock.Now(), ExpiresAt: s.clock.Now().Add(24 * time.Hour * 30)})
		})
	})
}

// damage changes one byte of a stored file.
func (s *shelf) damage(t *testing.T, sha string) {
	t.Helper()
	path := filepath.Join(s.dir, "blobs", sha[:2], sha)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
