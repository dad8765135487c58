package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// user adds an account with roles and gives its actor.
func (s *shelf) user(t *testing.T, name string, roles ...headway.Role) headway.Actor {
	t.Helper()
	u := headway.User{ID: s.newID(), Email: name + "@example.org", Name: name, CreatedAt: s.clock.Now()}
	s.write(t, func(tx *store.Tx) error {
		if err := tx.AddUser(s.ctx, u, ""); err != nil {
			return err
		}
		return tx.SetRoles(s.ctx, s.p.ID, u.ID, roles)
	})
	return headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: name, Roles: map[string][]headway.Role{s.p.ID: roles}}
}

// as gives an account other roles, and its actor with them.
func (s *shelf) as(t *testing.T, who headway.Actor, roles ...headway.Role) headway.Actor {
	t.Helper()
	s.write(t, func(tx *store.Tx) error { return tx.SetRoles(s.ctx, s.p.ID, who.UserID, roles) })
	who.Roles = map[string][]headway.Role{s.p.ID: roles}
	return who
}

func (s *shelf) setup(t *testing.T) headway.ProgrammeFile {
	t.Helper()
	v, err := s.SetupView(s.ctx, s.manager, "shop")
	if err != nil {
		t.Fatal(err)
	}
	return v.File
}

func (s *shelf) apply(t *testing.T, by headway.Actor, file headway.ProgrammeFile) {
	t.Helper()
	if _, err := s.ApplyProgramme(s.ctx, by, ApplyProgramme{Programme: "shop", File: file}); err != nil {
		t.Fatal(err)
	}
}

func TestWhoLastChangedTheRulesDoesNotApprove(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		gate := s.user(t, "gatekeeper", headway.ReleaseManager, headway.ProductOwner)
		book := s.user(t, "bookkeeper", headway.ReleaseManager, headway.Operations)
		author := s.user(t, "author", headway.Operations)
		file := s.setup(t)
		file.Gate.Criteria[0].Title = "No blocking defect at all"
		s.apply(t, gate, headway.ProgrammeFile{Programme: file.Programme, Gate: file.Gate})
		file.Runbook.Steps[1].Title = "Warm up twice"
		s.apply(t, book, headway.ProgrammeFile{Programme: file.Programme, Runbook: file.Runbook})
		in := s.candidate(t, "second")
		in.Facts["author"] = "Author@example.org, nobody@example.org"
		s.shelve(t, in)
		d := s.open(t)
		for _, who := range []headway.Actor{gate, book, author} {
			_, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
			wants(t, err, headway.Forbidden, "wrote, shelved, opened or last changed")
		}
		// The same setup again, by another, makes nobody its editor.
		s.apply(t, s.user(t, "second", headway.ReleaseManager), s.setup(t))
		for _, who := range []headway.Actor{s.po, s.ops} {
			if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	})
}

// A go/no-go is judged by the version of the gate that was taken when it
// opened; another version voids it, and judges what is opened after.
func TestAGoNoGoIsJudgedByTheGateThatWasTaken(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		before := s.open(t)
		file := s.setup(t)
		file.Gate.Criteria = append(file.Gate.Criteria, headway.Criterion{Key: "coverage", Title: "Coverage", Kind: headway.CriterionCoverage, Expr: []string{"coverage >= 70%"}})
		s.apply(t, s.user(t, "gatekeeper", headway.ReleaseManager), headway.ProgrammeFile{Programme: file.Programme, Gate: file.Gate})
		wants := func(id string, state headway.DecisionState, criteria int) {
			t.Helper()
			v, err := s.DecisionView(s.ctx, s.po, "shop", id)
			if err != nil {
				t.Fatal(err)
			}
			verdicts := read(t, s, func(q store.Q) ([]headway.Verdict, error) {
				return judgeDecision(s.ctx, q, s.p, v.Decision, s.clock.Now())
			})
			own := slices.DeleteFunc(verdicts, func(x headway.Verdict) bool { return x.Criterion == "approved-window" })
			if v.Decision.State != state || len(own) != criteria {
				t.Errorf("the go/no-go is %s, judged by %d criteria: %+v", v.Decision.State, len(own), own)
			}
		}
		wants(before.ID, headway.DecisionVoid, len(file.Gate.Criteria)-1)
		wants(s.open(t).ID, headway.DecisionOpen, len(file.Gate.Criteria))
	})
}

func TestALowerMinimumGapVoids(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.approved(t)
		file := s.setup(t)
		gap := *file.Programme.Gap
		gap.Minimum = 0
		file.Programme.Gap = &gap
		s.apply(t, s.manager, headway.ProgrammeFile{Programme: file.Programme})
		got := s.decision(t, d.ID)
		if got.State != headway.DecisionVoid || !strings.Contains(got.Reason, "the minimum gap was 3 working days, is 0 working days") {
			t.Errorf("%s because %q", got.State, got.Reason)
		}
		if want := "po (product-owner), ops (ops)"; strings.Join(got.AskAgain, ", ") != want {
			t.Errorf("to be asked again: %v", got.AskAgain)
		}
	})
}

func TestAnApprovalEndsWithTheRoleItWasGivenIn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		admin := s.user(t, "admin", headway.Admin)
		d := s.approved(t)
		roles := func(r ...headway.Role) {
			if _, err := s.SetMember(s.ctx, admin, SetMember{Programme: "shop", Email: "po@example.org", Roles: r}); err != nil {
				t.Fatal(err)
			}
		}
		roles(headway.ProductOwner, headway.ScrumMaster)
		if got := s.decision(t, d.ID); got.State != headway.DecisionGo {
			t.Fatalf("with the role it is %s", got.State)
		}
		roles(headway.ScrumMaster)
		if got := s.decision(t, d.ID); got.State != headway.DecisionVoid || !strings.Contains(got.Reason, "no longer holds that role") {
			t.Errorf("without the role it is %s: %s", got.State, got.Reason)
		}
	})
}

func TestAPersonOfSeveralRolesChoosesWhichCounts(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		both := s.user(t, "both", headway.ProductOwner, headway.Operations)
		d := s.open(t)
		_, err := s.ApproveDecision(s.ctx, both, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest, As: headway.ReleaseManager})
		wants(t, err, headway.Forbidden, "cannot count for the role release-manager")
		if _, err := s.ApproveDecision(s.ctx, both, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest, As: headway.Operations}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ApproveDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID).State; got != headway.DecisionGo {
			t.Errorf("it is %s", got)
		}
	})
}

func TestALookTellsWhatHasChangedSince(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		d := s.open(t)
		look := func(id string) DecisionView {
			t.Helper()
			v, err := s.LookAtDecision(s.ctx, s.po, "shop", id)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if v := look(d.ID); !v.Since.At.IsZero() || len(v.Since.Changes) > 0 {
			t.Errorf("the first look tells %+v", v.Since)
		}
		s.clock.Advance(10 * time.Minute)
		if _, err := s.ApproveDecision(s.ctx, s.ops, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatal(err)
		}
		for range 3 { // it stays for a while
			if v := look(d.ID); strings.Join(v.Since.Changes, "; ") != "ops said approve as Operations" {
				t.Errorf("after an approval: %v", v.Since.Changes)
			}
			s.clock.Advance(time.Minute)
		}
		s.clock.Advance(10 * time.Minute)
		if v := look(d.ID); len(v.Since.Changes) != 0 {
			t.Errorf("seen already: %v", v.Since.Changes)
		}
		s.clock.Advance(10 * time.Minute)
		s.shelveVersion(t, "2.0.0", "second")
		v := look(d.ID)
		if v.Decision.Reason != "2.0.0-rc.2 was shelved" || len(v.Changed) == 0 || v.Changed[0].Was != "2.0.0-rc.1" || v.Changed[0].Is != "2.0.0-rc.2" {
			t.Errorf("void because %q, changed %v", v.Decision.Reason, v.Changed)
		}
		next := s.open(t)
		if v := look(d.ID); v.Successor != next.ID {
			t.Errorf("its successor is %q", v.Successor)
		}
		if v := look(next.ID); len(v.Since.Differs) == 0 || v.Since.Differs[0].Is != "2.0.0-rc.2" || len(v.Earlier) != 1 || v.Earlier[0].State != headway.DecisionVoid {
			t.Errorf("the next one: %+v, %+v", v.Since, v.Earlier)
		}
	})
}

func TestDifferencesAreFoundInEveryPart(t *testing.T) {
	one := Snapshot{
		Candidate: SnapshotCandidate{Name: "1", Digest: "sha256:aaaaaaaaaaaaaaaa"}, Environment: SnapshotEnvironment{"e", "prod", headway.EnvProduction},
		Gate:    SnapshotGate{1, []headway.Criterion{{Key: "load", Expr: []string{"p95 < 300ms"}}}, []headway.ApprovalRule{{Role: headway.Operations, Count: 2}}},
		Runbook: SnapshotRunbook{Version: 1, Steps: []headway.RunbookStep{{Key: "a", Minutes: 5}}, Values: map[string]string{"host": "a"}, Connections: []SnapshotConnection{{Key: "ci", URL: "http://a"}}},
		Policy:  SnapshotPolicy{3, "Europe/Berlin"}, Window: SnapshotWindow{inWindow, inWindow.Add(time.Hour)},
	}
	for part, edit := range map[string]func(*Snapshot){
		"the candidate": func(s *Snapshot) { s.Candidate.Digest = "sha256:b" },
		"the runbook":   func(s *Snapshot) { s.Runbook.Values = map[string]string{"host": "b"} },
		"the gate":      func(s *Snapshot) { s.Gate.Criteria = []headway.Criterion{{Key: "load", Expr: []string{"p95 < 900ms"}}} },
		"the target":    func(s *Snapshot) { s.Environment.Key = "other" },
		"the policy":    func(s *Snapshot) { s.Policy.MinimumGap = 0 },
		"the window":    func(s *Snapshot) { s.Window.To = testkit.Date("2026-11-25T00:00:00Z") },
	} {
		other := one
		edit(&other)
		if d := differences(one, other); len(d) != 1 || d[0].Part != part || d[0].Was == d[0].Is {
			t.Errorf("%s: %v", part, d)
		}
	}
	if d := differences(one, one); len(d) != 0 {
		t.Errorf("of the same: %v", d)
	}
}
