package app

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// liveAfter brings the release to production, where an earlier version was.
func (s *shelf) liveAfter(t *testing.T) (dep headway.Deployment, before headway.Candidate) {
	t.Helper()
	s.write(t, func(tx *store.Tx) error {
		team, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
		if err != nil {
			return err
		}
		at := s.clock.Now().AddDate(0, 0, -30)
		r := headway.Release{ID: "earlier", ProgrammeID: s.p.ID, TeamID: team.ID, Version: "1.9.0", State: headway.ReleaseClosed, LiveAt: at, CreatedAt: at}
		before = headway.Candidate{ID: "c-earlier", ProgrammeID: s.p.ID, ReleaseID: r.ID, RC: 1, Name: "1.9.0-rc.1", State: headway.CandidateReleased, ShelvedAt: at}
		if err := tx.AddRelease(s.ctx, r); err != nil {
			return err
		}
		if err := tx.AddCandidate(s.ctx, before); err != nil {
			return err
		}
		env, err := tx.EnvironmentByKey(s.ctx, s.p.ID, "production")
		if err != nil {
			return err
		}
		return tx.AddStay(s.ctx, headway.Stay{ID: s.newID(), ProgrammeID: s.p.ID, EnvironmentID: env.ID, CandidateID: before.ID, From: at})
	})
	dep = s.live(t)
	if v, _ := s.view(t, dep.ID); v.Release.State != headway.ReleaseLive {
		t.Fatalf("the release is %s", v.Release.State)
	}
	return dep, before
}

// TestWhatIsLiveIsTakenBackByARunOfItsOwn takes a live release back: the
// rollback steps run once, and everybody can tell what is in production again.
func TestWhatIsLiveIsTakenBackByARunOfItsOwn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep, before := s.liveAfter(t)
		_, err := s.UndoDeployment(s.ctx, s.viewer, "shop", dep.ID, "no")
		wants(t, err, headway.Forbidden, "deployment.run")
		_, err = s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "  ")
		wants(t, err, headway.Invalid, "reason")
		s.clock.Advance(2 * time.Hour)
		back, err := s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "orders are lost")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "again")
		wants(t, err, headway.Conflict, "another deployment")
		ci := &ledger{}
		s.dispatchAll(t, back, ci)
		if ci.check(t) != 1 || ci.calls[back.ID+":back:1"] != 1 {
			t.Errorf("calls %v", ci.calls)
		}
		v, _ := s.view(t, back.ID)
		if v.Deployment.State != headway.DeploymentRolledBack || v.Restored.ID != before.ID || v.Release.State != headway.ReleaseRolledBack || !v.Release.LiveAt.IsZero() {
			t.Errorf("%s, restored %q, release %s, live at %v", v.Deployment.State, v.Restored.Name, v.Release.State, v.Release.LiveAt)
		}
		if undone, _ := s.view(t, dep.ID); undone.Undone.ID != back.ID || undone.Deployment.State != headway.DeploymentSucceeded {
			t.Errorf("the first run: %s, taken back by %q", undone.Deployment.State, undone.Undone.ID)
		}
		env, err := s.environmentView(s.ctx, s.ops, "shop", "production")
		if err != nil || env.Candidate != before.Name || len(env.There) != 1 || !env.There[0].From.Equal(s.clock.Now()) {
			t.Errorf("in production: %+v, %v", env.There, err)
		}
		s.storyHas(t, dep.ReleaseID, "was rolled back; 1.9.0-rc.1 is there again")
		s.read(t, func(q store.Q) error {
			items, err := q.ItemsOf(s.ctx, s.p.ID, dep.ReleaseID)
			for _, i := range items {
				if i.Kind == headway.KindDeployment && i.State != headway.ItemTodo || i.Kind == headway.KindSupport && i.State != headway.ItemDropped {
					t.Errorf("%q is %s", i.Title, i.State)
				}
			}
			return err
		})
		m, err := s.MeasuresView(s.ctx, s.ops, "shop", 90)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range m.Measures {
			if f.Key == "change-fail-rate" && (f.Now.N != 2 || f.Now.Value != 50) {
				t.Errorf("fail rate %v of %d", f.Now.Value, f.Now.N) // the earlier version counts as one that went well
			}
		}
		if _, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: "web", Version: "2.0.0"}); err != nil {
			t.Errorf("it may go again: %v", err)
		}
	})
}

// TestAWayBackThatFailsWaitsForAPerson ends one that failed as it is: the
// release stays live.
func TestAWayBackThatFailsWaitsForAPerson(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep, _ := s.liveAfter(t)
		back, err := s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "orders are lost")
		if err != nil {
			t.Fatal(err)
		}
		s.dispatchAll(t, back, &ledger{answer: always(headway.StepFailed)})
		if v, _ := s.view(t, back.ID); v.Deployment.State != headway.DeploymentStopped {
			t.Fatalf("it is %s", v.Deployment.State)
		}
		if _, err := s.AbandonDeployment(s.ctx, s.ops, "shop", back.ID, "it is mended by hand"); err != nil {
			t.Fatal(err)
		}
		v, _ := s.view(t, back.ID)
		env, err := s.environmentView(s.ctx, s.ops, "shop", "production")
		if v.Release.State != headway.ReleaseLive || env.Candidate != "2.0.0-rc.1" || err != nil {
			t.Errorf("release %s, on production %s, %v", v.Release.State, env.Candidate, err)
		}
	})
}

// TestWhatCannotBeTakenBackSaysHowToGoOn names the way forward.
func TestWhatCannotBeTakenBackSaysHowToGoOn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		dep, _ := s.liveAfter(t)
		_, err := s.UndoDeployment(s.ctx, s.ops, "bank", dep.ID, "theirs")
		wants(t, err, headway.NotFound, "")
		if _, err := s.SetStop(s.ctx, s.ops, "shop", "hands off"); err != nil {
			t.Fatal(err)
		}
		_, err = s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "now")
		wants(t, err, headway.Conflict, "hands off")
		if err := s.LiftStop(s.ctx, s.manager, "shop"); err != nil {
			t.Fatal(err)
		}
		s.write(t, func(tx *store.Tx) error {
			r, err := tx.Release(s.ctx, s.p.ID, dep.ReleaseID)
			if err != nil {
				return err
			}
			r.State = headway.ReleaseClosed
			_, err = tx.SaveRelease(s.ctx, r, headway.ReleaseLive)
			return err
		})
		_, err = s.UndoDeployment(s.ctx, s.ops, "shop", dep.ID, "late")
		wants(t, err, headway.Conflict, "nothing to take back")
		if err != nil && !strings.Contains(err.Error(), "--mends") {
			t.Errorf("no way on: %v", err)
		}
	})
}

// TestARollForwardIsAReleaseOfItsOwn shelves the fix of a live release as the
// next version: both tell of each other.
func TestARollForwardIsAReleaseOfItsOwn(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		mend := func(version, mends string) (Shelved, error) {
			in := s.candidate(t, version+" mends "+mends)
			in.Version, in.Mends, in.Hotfix = version, mends, true
			return s.ShelveCandidate(s.ctx, s.dev, "shop", in)
		}
		_, err := mend("2.0.1", "web/2.0.0")
		wants(t, err, headway.Conflict, "was not in production")
		dep, _ := s.liveAfter(t)
		_, err = mend("2.0.1", "web/7.7.7")
		wants(t, err, headway.NotFound, "7.7.7")
		out, err := mend("2.0.1", "web/2.0.0")
		if err != nil || out.Release.Mends != dep.ReleaseID || !out.Release.Hotfix {
			t.Fatalf("%+v, %v", out.Release, err)
		}
		s.storyHas(t, dep.ReleaseID, "is rolled forward by")
		s.storyHas(t, out.Release.ID, "2.0.0 forward")
		_, err = mend("2.0.1", "web/1.9.0")
		wants(t, err, headway.Conflict, "another release already")
	})
}
