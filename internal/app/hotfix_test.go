package app

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// hotfixRule sets the programme's rule about hot fixes.
func (s *shelf) hotfixRule(t *testing.T, rule headway.HotfixRule) {
	t.Helper()
	file := s.setup(t)
	file.Programme.Hotfix = &rule
	s.apply(t, s.user(t, "ruler", headway.ReleaseManager), headway.ProgrammeFile{Programme: file.Programme})
	if got := s.setup(t).Programme.Hotfix; got == nil || got.Environment != rule.Environment || got.Rebase != rule.Rebase {
		t.Fatalf("the rule reads back as %+v", got)
	}
}

func (s *shelf) fix(t *testing.T, preview bool) Shelved {
	t.Helper()
	in := s.candidate(t, "hot")
	in.Version, in.Hotfix, in.Preview = "1.9.1", true, preview
	return s.shelve(t, in)
}

func TestCandidatesUnderTestTakeOverAHotFix(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.hotfixRule(t, headway.HotfixRule{Rebase: true, Rerun: []string{"regression"}, Environment: "test"})
		r := read(t, s, func(q store.Q) (headway.Release, error) {
			_, r, err := teamRelease(s.ctx, q, s.p, "web", "2.0.0")
			return r, err
		})
		for _, key := range []string{"install", "migrate", "regression"} {
			s.finish(t, s.items(t, r.ID)[key], headway.Pass)
		}
		s.report(t, AddEvidence{FileName: "r.xml"}, junit(3))
		preview := s.fix(t, true)
		if len(preview.Owed) != 1 || preview.Owed[0].Candidate.Name != "2.0.0-rc.1" || preview.Owed[0].Duty.Words() != "rebase onto 1.9.1; do again: regression" || preview.Impact == nil {
			t.Fatalf("the preview says %+v", preview.Owed)
		}
		fix := s.fix(t, false)
		web, hot := s.approvedOf(t, "web", "2.0.0"), s.approvedOf(t, "web", "1.9.1")
		if web.State != headway.DecisionGo || hot.State != headway.DecisionGo || !fix.Release.Hotfix {
			t.Fatalf("web %s, hot fix %s", web.State, hot.State)
		}
		s.clock.Set(inWindow)
		s.toLive(t, s.start(t, hot))
		if got := s.decision(t, web.ID); got.State != headway.DecisionVoid || !strings.Contains(got.Reason, "hot-fix:1.9.1") {
			t.Errorf("after the hot fix the go/no-go is %s: %s", got.State, got.Reason)
		}
		s.storyHas(t, r.ID, "Web 2.0.0 has to rebase onto 1.9.1; do again: regression")
		if i := s.items(t, r.ID)["regression"]; i.State != headway.ItemTodo || i.ID == "" {
			t.Errorf("regression is %s", i.State)
		}
		if i := s.items(t, r.ID)["install"]; i.State != headway.ItemDone {
			t.Errorf("install is %s", i.State)
		}
		verdict := func(key string) headway.Verdict {
			t.Helper()
			v, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", r.ID)
			k := slices.IndexFunc(v.Verdicts, func(v headway.Verdict) bool { return v.Criterion == key })
			if err != nil || k < 0 {
				t.Fatalf("no verdict on %s: %+v, %v", key, v.Verdicts, err)
			}
			return v.Verdicts[k]
		}
		if v := verdict("hot-fix:1.9.1"); v.Outcome != headway.Fail || !strings.Contains(v.Reason, "rebase onto 1.9.1") {
			t.Errorf("%+v", v)
		}
		lineage := read(t, s, func(q store.Q) (headway.Standing, error) {
			book, err := q.NewestPlaybook(s.ctx, s.p.ID)
			if err != nil {
				return headway.Standing{}, err
			}
			l, err := lineageOf(s.ctx, q, s.p, r, book)
			if err != nil {
				return headway.Standing{}, err
			}
			proofs, err := q.EvidenceOfRelease(s.ctx, s.p.ID, r.ID)
			return l.Standing(proofs, l.Candidates[0], headway.RegressionRun), err
		})
		if lineage.Evidence != nil || !strings.Contains(lineage.Reason, "before the hot fix 1.9.1 went live") {
			t.Errorf("the regression of before counts: %+v", lineage)
		}
		next := s.candidate(t, "rebased")
		next.Facts["touches"] = "cart"
		s.shelve(t, next)
		if v := verdict("hot-fix:1.9.1"); v.Outcome != headway.Waiting || !strings.Contains(v.Reason, "regression") && !strings.Contains(v.Reason, "Full regression") {
			t.Errorf("rebased, not proved again: %+v", v)
		}
		s.finish(t, s.items(t, r.ID)["install"], headway.Pass)
		s.finish(t, s.items(t, r.ID)["regression"], headway.Pass)
		if v := verdict("hot-fix:1.9.1"); v.Outcome != headway.Pass || !strings.Contains(v.Reason, "2.0.0-rc.2 was shelved after it") {
			t.Errorf("rebased and proved again: %+v", v)
		}
	})
}

// A person with the role may say that nothing has to be done.
func TestADutyToAHotFixIsLiftedWithAReason(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.hotfixRule(t, headway.HotfixRule{Rebase: true})
		s.fix(t, false)
		hot := s.approvedOf(t, "web", "1.9.1")
		s.clock.Set(inWindow)
		s.toLive(t, s.start(t, hot))
		lift := WaiveCriterion{Team: "web", Version: "2.0.0", Criterion: "hot-fix:1.9.1", Reason: "merged by hand", Expires: s.clock.Now().Add(72 * time.Hour)}
		_, err := s.WaiveCriterion(s.ctx, s.ops, "shop", lift)
		wantKind(t, "operations lifts it", err, headway.Forbidden)
		if _, err := s.WaiveCriterion(s.ctx, s.po, "shop", lift); err != nil {
			t.Fatal(err)
		}
		boss := s.user(t, "second", headway.ProductOwner)
		d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0", From: s.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []headway.Actor{boss, s.ops} {
			if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionGo {
			v, err := s.DecisionView(s.ctx, s.po, "shop", d.ID)
			t.Errorf("it is %s and lacks %v, %v", got.State, v.Lacks, err)
		}
	})
}

func TestARuleAboutHotFixesThatNamesNothingIsRefused(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		file := s.setup(t)
		for _, c := range []struct {
			rule headway.HotfixRule
			says string
		}{
			{headway.HotfixRule{Rerun: []string{"dance"}}, "no activity"},
			{headway.HotfixRule{Environment: "production"}, "not production"},
			{headway.HotfixRule{Yields: "all"}, "environment or everything"},
		} {
			file.Programme.Hotfix = &c.rule
			_, err := s.ApplyProgramme(s.ctx, s.manager, ApplyProgramme{Programme: "shop", File: headway.ProgrammeFile{Programme: file.Programme}})
			if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v: %v", c.rule, err)
			}
		}
	})
}

// The plan foresees what candidates under test do again, after the hot fix, and
// their way to production waits for it.
func TestThePlanShowsWhatAHotFixCosts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 1, 1)
		ctx := context.Background()
		w.write(func(tx *store.Tx) error {
			p, err := tx.Programme(ctx, w.p.ID)
			if err != nil {
				return err
			}
			p.Hotfix = headway.HotfixRule{Rerun: []string{"regress"}}
			if err := tx.PutProgramme(ctx, p); err != nil {
				return err
			}
			r, err := tx.Release(ctx, w.p.ID, "r-0-1")
			if err != nil {
				return err
			}
			r.State, r.ShelvedAt, r.SprintEnd = headway.ReleaseProving, monday, monday.AddDate(0, 0, -7)
			if _, err := tx.SaveRelease(ctx, r, headway.ReleasePlanned); err != nil {
				return err
			}
			for _, i := range []headway.BacklogItem{
				{ID: "i-regress", Activity: "regress", Title: "Regression", Kind: headway.KindRegression, Skill: headway.SkillQA, State: headway.ItemDone, DoneAt: monday, StartedAt: monday.Add(-4 * time.Hour)},
				{ID: "i-decide", Activity: "decide", Title: "Go/no-go", Kind: headway.KindGoNoGo, Skill: headway.SkillReleaseManager, State: headway.ItemTodo, Estimate: time.Hour},
				{ID: "i-deploy", Activity: "deploy", Title: "Deployment", Kind: headway.KindDeployment, Skill: headway.SkillAppServer, State: headway.ItemTodo, Estimate: 2 * time.Hour, InWindow: true, After: []string{"i-decide"}},
			} {
				i.ProgrammeID, i.ReleaseID, i.People, i.CreatedAt, i.Version = w.p.ID, r.ID, 1, monday, 1
				if err := tx.AddBacklogItem(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
		before := placed(t, w.replan(), "r-0-1/deploy")
		w.write(func(tx *store.Tx) error {
			return tx.AddRelease(ctx, headway.Release{
				ID: "hot", ProgrammeID: w.p.ID, TeamID: "t-0", Version: "1.9.1", State: headway.ReleasePlanned, SprintEnd: monday, Hotfix: true, CreatedAt: monday,
			})
		})
		plan := w.replan()
		hot, again, deploy := placed(t, plan, "hot/deploy"), placed(t, plan, "r-0-1/regress@hot"), placed(t, plan, "r-0-1/deploy")
		if again.Start.Before(hot.End) || deploy.Start.Before(again.End) || !deploy.Start.After(before.Start) {
			t.Errorf("hot fix until %s, regression again %s to %s, deployment %s, before %s", hot.End, again.Start, again.End, deploy.Start, before.Start)
		}
		if !slices.ContainsFunc(plan.Findings, func(f headway.Finding) bool { return f.Rule == "hot-fix" && f.Release == "r-0-1" }) {
			t.Errorf("no finding says so: %+v", plan.Findings)
		}
	})
}

// What candidates under test owed to a hot fix is off them once it is taken
// back: production is again what they were proved against.
func TestAHotFixTakenBackReleasesWhatWasOwed(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.hotfixRule(t, headway.HotfixRule{Rebase: true, Rerun: []string{"regression"}, Environment: "test"})
		r := read(t, s, func(q store.Q) (headway.Release, error) {
			_, r, err := teamRelease(s.ctx, q, s.p, "web", "2.0.0")
			return r, err
		})
		for _, key := range []string{"install", "migrate", "regression"} {
			s.finish(t, s.items(t, r.ID)[key], headway.Pass)
		}
		s.report(t, AddEvidence{FileName: "r.xml"}, junit(3))
		done := s.items(t, r.ID)["regression"]
		s.fix(t, false)
		hot := s.approvedOf(t, "web", "1.9.1")
		s.clock.Set(inWindow)
		dep := s.start(t, hot)
		s.toLive(t, dep)
		if i := s.items(t, r.ID)["regression"]; i.State != headway.ItemTodo {
			t.Fatalf("with the hot fix live, regression is %s", i.State)
		}
		if v := s.verdict(t, r.ID, "hot-fix:1.9.1"); v.Outcome != headway.Fail {
			t.Fatalf("with the hot fix live: %+v", v)
		}
		s.clock.Advance(time.Hour)
		back, err := s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "orders are lost")
		if err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, back, &ledger{})
		if v, _ := s.view(t, back.ID); v.Deployment.State != headway.DeploymentRolledBack {
			t.Fatalf("it is %s", v.Deployment.State)
		}
		s.storyHas(t, r.ID, "The hot fix 1.9.1 was taken back, so Web 2.0.0 no longer has to rebase onto 1.9.1; do again: regression")
		if i := s.items(t, r.ID)["regression"]; i.ID != done.ID || i.State != headway.ItemDone {
			t.Errorf("regression is %s, opened again: %v", i.State, i.ID != done.ID)
		}
		story, err := s.ReleaseStoryView(s.ctx, s.viewer, "shop", r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range story.Verdicts {
			if v.Criterion == "hot-fix:1.9.1" || v.Criterion == "regression" && v.Outcome != headway.Pass {
				t.Errorf("%+v", v)
			}
		}
	})
}
