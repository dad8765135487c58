package app

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"headway"
	"headway/internal/testkit"
)

// act is one thing that somebody does to a go/no-go.
type act struct {
	what string // approve, reject, shelve, edit, void, deploy
	who  int    // of the voters
	role headway.Role
	out  bool // may not speak
}

// standing is a go/no-go as simply as can be: who spoke for which role, and what became of it.
type standing struct {
	state string // open, go, no-go, void, deployed
	said  map[int]headway.Role
}

// decisionModel says which answers are right, given an order of the acts.
func decisionModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return standing{"open", map[int]headway.Role{}} },
		Step: func(state, input, output any) (bool, any) {
			return state.(standing).step(input.(act), output.(bool))
		},
		Equal: func(a, b any) bool {
			x, y := a.(standing), b.(standing)
			return x.state == y.state && maps.Equal(x.said, y.said)
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %v", input, output) },
	}
}

func (s standing) step(a act, done bool) (bool, standing) {
	next := standing{s.state, maps.Clone(s.said)}
	switch a.what {
	case "approve", "reject":
		_, twice := s.said[a.who]
		filled := false
		for _, r := range s.said {
			filled = filled || r == a.role
		}
		may := s.state == "open" && !a.out && !twice && (!filled || a.what == "reject")
		if done {
			next.said[a.who] = a.role
			if a.what == "reject" {
				next.state = "no-go"
			} else if len(next.said) == 2 {
				next.state = "go"
			}
		}
		return done == may, next
	case "deploy":
		if done {
			next.state = "deployed"
		}
		return done == (s.state == "go"), next
	case "void":
		if done && s.state != "deployed" {
			next.state = "void"
		}
		// What is being deployed may be taken back too: it stops before its next step.
		return s.state == "deployed" || done == (s.state == "open" || s.state == "go"), next
	default: // a shelving or an edit voids what is open; while a release is deployed a shelving is refused
		if done && s.state != "deployed" && s.state != "no-go" {
			next.state = "void"
		}
		return done || s.state == "deployed" && a.what == "shelve", next
	}
}

// clients is how many act at once, each on one thing after the other.
const clients = 3

// TestParallelHistoriesAreLinearizable lets several act on one go/no-go at
// once, in random order, and looks for an order of their acts, within the time
// that each took, in which every answer was right. Ten go/no-gos are opened for
// each release, one after the other: a history costs few writes beside its own.
func TestParallelHistoriesAreLinearizable(t *testing.T) {
	const seed, each = 20261126, 10
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		histories := 700
		if db.URL != "" {
			histories = 350
		}
		s := newDeployable(t, db, manualStep("go", headway.PhaseDeploy), manualStep("back", headway.PhaseRollback))
		s.clock.Set(inWindow)
		voters, programme := s.voters(t), s.setup(t).Programme
		ends, done, version := map[string]int{}, map[string]int{}, ""
		for h := range histories {
			rng := rand.New(rand.NewPCG(seed, uint64(h)))
			if h%each == 0 {
				version = fmt.Sprintf("5.%d.0", h/each)
				s.release(t, version)
			}
			d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: version, From: s.clock.Now()})
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Advance(time.Second)
			ops := s.actAtOnce(t, rng, d, version, voters, programme, h)
			if !porcupine.CheckOperations(decisionModel(), ops) {
				t.Fatalf("seed %d, history %d has no order in which its answers are right: %v", seed, h, ops)
			}
			d = s.decision(t, d.ID)
			ends[string(d.State)]++
			for _, op := range ops {
				if did, ok := op.Input.(act); ok && op.Output == true {
					done[did.what]++
				}
			}
			s.endDeployments(t)
			s.takeBack(t, d.ID)
		}
		t.Logf("seed %d: %d parallel histories, all linearizable; they came to %v by %v", seed, histories, ends, done)
		for _, what := range []string{"approve", "reject", "deploy", "void", "shelve", "edit"} {
			if done[what] == 0 {
				t.Errorf("in no history anybody got to %s", what)
			}
		}
	})
}

// takeBack voids a go/no-go that has not ended, so that another can be opened.
func (s *shelf) takeBack(t *testing.T, id string) {
	t.Helper()
	if s.decision(t, id).State.Terminal() {
		return
	}
	if _, err := s.VoidDecision(s.ctx, s.manager, "shop", id, "the next one"); err != nil {
		t.Fatal(err)
	}
}

// TestTheModelRefusesWrongHistories shows that the checker can say no: each
// history is one that an instance with a fault could give.
func TestTheModelRefusesWrongHistories(t *testing.T) {
	po, ops := act{"approve", 0, headway.ProductOwner, false}, act{"approve", 2, headway.Operations, false}
	deploy, void, reject := act{what: "deploy"}, act{what: "void"}, act{"reject", 1, headway.ProductOwner, false}
	type did struct {
		act
		done bool
	}
	for name, c := range map[string]struct {
		acts []did
		want bool
	}{
		"approved and deployed":              {[]did{{po, true}, {ops, true}, {deploy, true}}, true},
		"deployed twice":                     {[]did{{po, true}, {ops, true}, {deploy, true}, {deploy, true}}, false},
		"deployed by one approval":           {[]did{{po, true}, {deploy, true}}, false},
		"one person counted twice":           {[]did{{po, true}, {po, true}}, false},
		"two product owners made it go":      {[]did{{po, true}, {act{"approve", 1, headway.ProductOwner, false}, true}, {deploy, true}}, false},
		"an author's approval counted":       {[]did{{po, true}, {act{"approve", 4, headway.Operations, true}, true}}, false},
		"deployed though void":               {[]did{{po, true}, {ops, true}, {void, true}, {deploy, true}}, false},
		"approved though rejected":           {[]did{{reject, true}, {ops, true}}, false},
		"refused though everything is there": {[]did{{po, true}, {ops, true}, {deploy, false}}, false},
		"void though another shelved":        {[]did{{act{what: "shelve"}, true}, {void, true}}, false},
	} {
		var history []porcupine.Operation
		for i, d := range c.acts {
			at := int64(2 * i)
			history = append(history, porcupine.Operation{ClientId: i, Input: d.act, Call: at, Output: d.done, Return: at + 1})
		}
		if got := porcupine.CheckOperations(decisionModel(), history); got != c.want {
			t.Errorf("%s: linearizable %v", name, got)
		}
	}
}

// actAtOnce lets the clients do some acts and gives what was answered when.
func (s *shelf) actAtOnce(t *testing.T, rng *rand.Rand, d headway.Decision, version string, voters []headway.Actor, programme headway.ProgrammePart, h int) []porcupine.Operation {
	t.Helper()
	var acts []act
	for i, v := range voters {
		roles := v.Roles[s.p.ID]
		acts = append(acts, act{"approve", i, roles[len(roles)-1], i >= 4})
	}
	rng.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	acts = append(acts[:3+rng.IntN(3)], act{what: "deploy"}, act{what: "deploy"})
	for _, rare := range []act{{"reject", 1, headway.ProductOwner, false}, {what: "shelve"}, {what: "edit"}, {what: "void"}} {
		if rng.IntN(5) == 0 {
			acts = append(acts, rare)
		}
	}
	rng.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	w := doer{s: s, d: d, voters: voters, again: s.candidate(t, fmt.Sprint(version, " again ", h)), file: otherRunbook(programme, h)}
	w.again.Version = version
	ops := make([]porcupine.Operation, len(acts))
	begin := time.Now()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for i := client; i < len(acts); i += clients {
				call := time.Since(begin)
				err := w.do(acts[i])
				ops[i] = porcupine.Operation{ClientId: client, Input: acts[i], Call: int64(call), Output: err == nil, Return: int64(time.Since(begin))}
				if kind := headway.KindOf(err); err != nil && kind != headway.Conflict && kind != headway.Forbidden {
					t.Errorf("%+v: %v", acts[i], err)
				}
			}
		})
	}
	wg.Wait()
	return ops
}

// otherRunbook is a setup whose runbook is not that of the history before.
func otherRunbook(p headway.ProgrammePart, h int) headway.ProgrammeFile {
	steps := []headway.RunbookStep{manualStep("go", headway.PhaseDeploy), manualStep(fmt.Sprint("back-", h), headway.PhaseRollback)}
	return headway.ProgrammeFile{Programme: p, Runbook: &headway.RunbookPart{Steps: steps}}
}

// doer does acts to one go/no-go.
type doer struct {
	s      *shelf
	d      headway.Decision
	voters []headway.Actor
	again  ShelveCandidate
	file   headway.ProgrammeFile
}

func (w doer) do(a act) (err error) {
	s, in := w.s, GiveVerdict{Decision: w.d.ID, Digest: w.d.Digest, Note: "because"}
	switch a.what {
	case "approve":
		_, err = s.ApproveDecision(s.ctx, w.voters[a.who], "shop", in)
	case "reject":
		_, err = s.RejectDecision(s.ctx, w.voters[a.who], "shop", in)
	case "deploy":
		_, err = s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: w.d.ID})
	case "void":
		_, err = s.VoidDecision(s.ctx, s.manager, "shop", w.d.ID, "for a reason")
	case "shelve":
		_, err = s.ShelveCandidate(s.ctx, s.ci, "shop", w.again)
	case "edit":
		_, err = s.ApplyProgramme(s.ctx, s.manager, ApplyProgramme{Programme: "shop", File: w.file})
	}
	return err
}
