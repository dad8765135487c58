package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// release adds a planned release of the team web whose sprint has ended, and shelves a candidate.
func (s *shelf) release(t *testing.T, version string) {
	t.Helper()
	s.write(t, func(tx *store.Tx) error {
		team, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
		if err != nil {
			return err
		}
		return tx.AddRelease(s.ctx, headway.Release{
			ID: s.newID(), ProgrammeID: s.p.ID, TeamID: team.ID, Version: version, State: headway.ReleasePlanned,
			SprintEnd: testkit.Date("2026-11-13T16:00:00Z"), CreatedAt: s.clock.Now(),
		})
	})
	s.shelveVersion(t, version, "first")
}

func (s *shelf) shelveVersion(t *testing.T, version, content string) {
	t.Helper()
	in := s.candidate(t, version+content)
	in.Version = version
	s.shelve(t, in)
}

// voters makes two product owners and two people of operations.
func (s *shelf) voters(t *testing.T) []headway.Actor {
	t.Helper()
	var out []headway.Actor
	for _, v := range []struct {
		name string
		role headway.Role
	}{{"Paula", headway.ProductOwner}, {"Pete", headway.ProductOwner}, {"Olga", headway.Operations}, {"Otto", headway.Operations}} {
		out = append(out, s.user(t, v.name, v.role))
	}
	both := s.as(t, s.manager, headway.ReleaseManager, headway.ProductOwner) // opens, and would be product owner too
	shelver := s.as(t, s.dev, headway.Developer, headway.Operations)         // shelved, and would be of operations too
	return append(out, both, shelver)
}

// model is what a go/no-go must do, written apart from it and as simply as can be.
type model struct {
	state    headway.DecisionState // empty: none is open
	digest   string
	said     map[string]headway.Role // who approved, for which role
	rc       int
	deployed bool
}

func (m *model) approve(who headway.Actor, digest string, programme string) bool {
	if m.state != headway.DecisionOpen || digest != m.digest || who.UserID == "excluded" {
		return false
	}
	role := who.Roles[programme][len(who.Roles[programme])-1]
	if _, twice := m.said[who.UserID]; twice {
		return false
	}
	for _, r := range m.said {
		if r == role {
			return false // one of each role is asked for
		}
	}
	m.said[who.UserID] = role
	if len(m.said) == 2 {
		m.state = headway.DecisionGo
	}
	return true
}

// TestApprovalHistories does random things to many go/no-gos, one after the
// other, and compares each answer and state with the model.
func TestApprovalHistories(t *testing.T) {
	const seed, histories = 20261123, 150
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		n := histories
		if db.URL != "" {
			n = histories * 2 / 5
		}
		s := newDeployable(t, db, manualStep("go", headway.PhaseDeploy), manualStep("back", headway.PhaseRollback))
		s.clock.Set(inWindow)
		voters := s.voters(t)
		steps, goes, deployed, refused := 0, 0, 0, 0
		for h := range n {
			rng := rand.New(rand.NewPCG(seed, uint64(h)))
			run := &history{s: s, t: t, rng: rng, version: fmt.Sprintf("3.%d.0", h), voters: voters, model: model{rc: 1}}
			s.release(t, run.version)
			for range 4 + rng.IntN(12) {
				run.step()
				steps++
				if t.Failed() {
					t.Fatalf("seed %d, history %d: %v", seed, h, run.log)
				}
			}
			goes += run.goes
			refused += run.refused
			if run.model.deployed {
				deployed++
			}
			run.leave()
		}
		t.Logf("seed %d: %d histories, %d steps, %d refused, %d went to go, %d were deployed", seed, n, steps, refused, goes, deployed)
		if goes == 0 || deployed == 0 || refused == 0 {
			t.Error("the histories do not reach everything")
		}
	})
}

// history drives one release.
type history struct {
	s             *shelf
	t             *testing.T
	rng           *rand.Rand
	version       string
	voters        []headway.Actor
	model         model
	decision      headway.Decision
	old           string // digest of an earlier go/no-go
	log           []string
	goes, refused int
	edits         int
	dep           headway.Deployment
}

func (h *history) step() {
	if h.model.deployed {
		return
	}
	what := []string{"open", "approve", "approve", "approve", "approve", "approve", "reject", "shelve", "edit", "void", "deploy", "deploy"}[h.rng.IntN(12)]
	if len(h.log) == 0 {
		what = "open"
	}
	var err error
	var want bool
	before := h.model.state
	switch what {
	case "open":
		want = h.model.state == "" || h.model.state.Terminal()
		err = h.open(want)
	case "approve", "reject":
		want, err = h.say(what)
	case "shelve":
		want, h.model.rc = true, h.model.rc+1
		h.s.shelveVersion(h.t, h.version, fmt.Sprint("again ", h.model.rc))
		h.voided()
	case "edit":
		want = true
		h.edits++
		h.s.runbook(h.t, manualStep("go", headway.PhaseDeploy), manualStep(fmt.Sprintf("back-%s-%d", h.version, h.edits), headway.PhaseRollback))
		if err = h.s.SettleDecisions(h.s.ctx); err == nil && !h.model.state.Terminal() && h.model.state != "" {
			_, err = h.s.VoidDecision(h.s.ctx, h.s.manager, "shop", h.decision.ID, "the runbook changed")
		}
		h.voided()
	case "void":
		want = h.model.state == headway.DecisionOpen || h.model.state == headway.DecisionGo
		_, err = h.s.VoidDecision(h.s.ctx, h.s.manager, "shop", h.decision.ID, "for a reason")
		h.voided()
	case "deploy":
		want = h.model.state == headway.DecisionGo
		h.dep, err = h.s.StartDeployment(h.s.ctx, h.s.ops, "shop", StartDeployment{Decision: h.decision.ID})
		h.model.deployed = want
	}
	h.log = append(h.log, fmt.Sprintf("%s: %v", what, err))
	if (err == nil) != want {
		h.t.Errorf("%s was answered %v, the model says %v", what, err, want)
	}
	if err != nil {
		h.refused++
	}
	if before != headway.DecisionGo && h.model.state == headway.DecisionGo {
		h.goes++
	}
	if h.model.state != "" {
		if got := h.s.decision(h.t, h.decision.ID).State; got != h.model.state {
			h.t.Errorf("after %s the go/no-go is %s, the model says %s", what, got, h.model.state)
		}
	}
}

func (h *history) open(want bool) error {
	d, err := h.s.OpenDecision(h.s.ctx, h.s.manager, "shop", OpenDecision{Team: "web", Version: h.version, From: h.s.clock.Now().Add(time.Duration(len(h.log)) * time.Millisecond)})
	if want {
		h.old, h.decision = h.decision.Digest, d
		h.model.state, h.model.digest, h.model.said = headway.DecisionOpen, d.Digest, map[string]headway.Role{}
		h.s.clock.Advance(time.Second)
	}
	return err
}

func (h *history) say(what string) (want bool, err error) {
	who := h.voters[h.rng.IntN(len(h.voters))]
	digest := h.decision.Digest
	if h.rng.IntN(6) == 0 {
		digest = h.old
	}
	in := GiveVerdict{Decision: h.decision.ID, Digest: digest, Note: "because"}
	as := who
	if who.UserID == h.s.manager.UserID || who.UserID == h.s.dev.UserID {
		as.UserID = "excluded"
	}
	if what == "approve" {
		want = h.model.approve(as, digest, h.s.p.ID)
		_, err = h.s.ApproveDecision(h.s.ctx, who, "shop", in)
		return want, err
	}
	_, twice := h.model.said[as.UserID]
	want = h.model.state == headway.DecisionOpen && digest == h.model.digest && as.UserID != "excluded" && !twice
	if want {
		h.model.state = headway.DecisionNoGo
	}
	_, err = h.s.RejectDecision(h.s.ctx, who, "shop", in)
	return want, err
}

func (h *history) voided() {
	if h.model.state == headway.DecisionOpen || h.model.state == headway.DecisionGo {
		h.model.state = headway.DecisionVoid
	}
}

// leave ends what would be in the way of the next history.
func (h *history) leave() {
	h.t.Helper()
	if h.model.deployed {
		if _, err := h.s.StopDeployment(h.s.ctx, h.s.ops, "shop", h.dep.ID, "enough"); err != nil {
			h.t.Fatal(err)
		}
		if _, err := h.s.AbandonDeployment(h.s.ctx, h.s.ops, "shop", h.dep.ID, "enough"); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestParallelApprovalHistories lets many do everything at once, then reads
// the audit log, which is in the order of the commits, through the rules: no
// verdict after the end, go only with both roles and no excluded person,
// a deployment only of a go that stands, and at most one.
func TestParallelApprovalHistories(t *testing.T) {
	const seed, histories = 5, 20
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := newDeployable(t, db, manualStep("go", headway.PhaseDeploy), manualStep("back", headway.PhaseRollback))
		s.clock.Set(inWindow)
		voters := s.voters(t)
		started := 0
		for h := range histories {
			version := fmt.Sprintf("4.%d.0", h)
			s.release(t, version)
			d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: version, From: s.clock.Now()})
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Advance(time.Second)
			rng := rand.New(rand.NewPCG(seed, uint64(h)))
			acts := parallelActs(t, s, d, version, voters)
			rng.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
			var wg sync.WaitGroup
			for _, act := range acts {
				wg.Go(act)
			}
			wg.Wait()
			started += replay(t, s, d)
			s.endDeployments(t)
			if t.Failed() {
				t.Fatalf("seed %d, history %d", seed, h)
			}
		}
		t.Logf("seed %d: %d parallel histories, %d deployed", seed, histories, started)
		if started == 0 {
			t.Error("no history reached a deployment")
		}
	})
}

func parallelActs(t *testing.T, s *shelf, d headway.Decision, version string, voters []headway.Actor) []func() {
	t.Helper()
	var acts []func()
	for _, who := range voters {
		acts = append(acts, func() {
			_, _ = s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}) // judged by the log
		})
	}
	for range 12 {
		acts = append(acts, func() {
			_, _ = s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: d.ID}) // judged by the log
		})
	}
	if strings.HasSuffix(version, "3.0") {
		again := s.candidate(t, version+"again")
		again.Version = version
		acts = append(acts, func() { _, _ = s.ShelveCandidate(s.ctx, s.ci, "shop", again) })
	}
	return acts
}

// replay reads a release's events through the rules and gives the number of deployments.
func replay(t *testing.T, s *shelf, d headway.Decision) (started int) {
	t.Helper()
	var events []headway.Event
	s.read(t, func(q store.Q) (err error) {
		events, err = q.EventsOf(s.ctx, s.p.ID, d.ReleaseID)
		return err
	})
	state, said := headway.DecisionOpen, []string{}
	for _, e := range events {
		switch e.Kind {
		case DecisionApproval:
			if state != headway.DecisionOpen || slices.Contains(said, e.ActorID) || slices.Contains(d.Excluded, e.ActorID) {
				t.Errorf("%s: approval in %s, after %v", e.ActorName, state, said)
			}
			said = append(said, e.ActorID)
		case DecisionGo:
			if state != headway.DecisionOpen || len(said) != 2 {
				t.Errorf("go in %s with %v", state, said)
			}
			state = headway.DecisionGo
		case DecisionVoided:
			if state.Terminal() {
				t.Errorf("voided in %s", state)
			}
			state = headway.DecisionVoid
		case DeploymentStarted:
			if started++; state != headway.DecisionGo || started > 1 {
				t.Errorf("deployment %d started in %s", started, state)
			}
		}
	}
	return started
}

func (s *shelf) endDeployments(t *testing.T) {
	t.Helper()
	var active []headway.Deployment
	s.read(t, func(q store.Q) (err error) {
		active, err = q.ActiveDeployments(s.ctx, s.p.ID)
		return err
	})
	for _, dep := range active {
		if dep.State != headway.DeploymentStopped {
			if _, err := s.StopDeployment(s.ctx, s.ops, "shop", dep.ID, "enough"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.AbandonDeployment(s.ctx, s.ops, "shop", dep.ID, "enough"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSelfApprovalAndDigestMismatchAreRefused(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.open(t)
		for _, who := range s.voters(t)[4:] {
			_, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
			wants(t, err, headway.Forbidden, "wrote, shelved, opened or last changed")
		}
		_, err := s.ApproveDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: "sha256:0"})
		wants(t, err, headway.Conflict, "no longer what you saw")
		_, err = s.RejectDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest, Note: " "})
		wants(t, err, headway.Invalid, "needs a reason")
		_, err = s.ApproveDecision(s.ctx, s.viewer, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
		wants(t, err, headway.Forbidden, "decision.approve")
		_, err = s.ApproveDecision(s.ctx, s.other, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
		wants(t, err, headway.NotFound, "shop")
		s.runbook(t, append(deployRunbook(), manualStep("more", headway.PhaseSmoke))...)
		_, err = s.ApproveDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
		wants(t, err, headway.Conflict, "runbook has changed")
		if got := s.decision(t, d.ID); got.State != headway.DecisionVoid {
			t.Errorf("what was approved has changed, and it is %s", got.State)
		}
	})
}

func TestApplyingANewRunbookVoidsInTheSameTransaction(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		view, err := s.SetupView(s.ctx, s.manager, "shop")
		if err != nil {
			t.Fatal(err)
		}
		file := headway.ProgrammeFile{Programme: view.File.Programme, Runbook: view.File.Runbook}
		if _, err := s.ApplyProgramme(s.ctx, s.manager, ApplyProgramme{Programme: "shop", File: file}); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionGo {
			t.Fatalf("the same setup again made it %s", got.State)
		}
		file.Runbook.Steps = append(file.Runbook.Steps, manualStep("more", headway.PhaseSmoke))
		if _, err := s.ApplyProgramme(s.ctx, s.manager, ApplyProgramme{Programme: "shop", File: file}); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionVoid {
			t.Errorf("the runbook has changed, and it is %s", got.State)
		}
		s.storyHas(t, d.ReleaseID, "to be asked again: po (Product Owner), ops (Operations)")
	})
}
