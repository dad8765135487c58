package app

import (
	"slices"
	"strings"
	"testing"

	"headway"
	"headway/internal/store"
)

// mobile puts a first candidate of the other team on the shelf, and gives its release.
func (s *shelf) mobile(t *testing.T, version string) headway.Release {
	t.Helper()
	in := s.candidate(t, "mobile "+version)
	in.Team, in.Version = "mobile", version
	return s.shelve(t, in).Release
}

func (s *shelf) formTrain(t *testing.T, key string, departs headway.Date, criteria ...headway.Criterion) {
	t.Helper()
	if _, err := s.AddTrain(s.ctx, s.manager, "shop", PutTrain{Key: key, Name: strings.ToUpper(key), Departs: departs, Criteria: criteria}); err != nil {
		t.Fatal(err)
	}
}

func (s *shelf) join(t *testing.T, key, team, version string, position int) {
	t.Helper()
	if _, err := s.JoinTrain(s.ctx, s.manager, "shop", JoinTrain{Train: key, Team: team, Version: version, Position: position}); err != nil {
		t.Fatalf("join %s %s: %v", team, version, err)
	}
}

// approvedOf opens and approves a go/no-go of any release.
func (s *shelf) approvedOf(t *testing.T, team, version string) headway.Decision {
	t.Helper()
	d, err := s.OpenDecision(s.ctx, s.manager, "shop", OpenDecision{Team: team, Version: version})
	if err != nil {
		t.Fatalf("open %s %s: %v", team, version, err)
	}
	for _, who := range []headway.Actor{s.po, s.ops} {
		if _, err := s.ApproveDecision(s.ctx, who, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest}); err != nil {
			t.Fatalf("approve %s %s as %s: %v", team, version, who.Name, err)
		}
	}
	return s.decision(t, d.ID)
}

// toLive carries a running deployment out.
func (s *shelf) toLive(t *testing.T, dep headway.Deployment) {
	t.Helper()
	s.dispatchAll(t, dep, &ledger{})
	s.byHand(t, dep, "warm", headway.Pass, "")
	s.byHand(t, dep, "smoke", headway.Pass, "")
	if v, _ := s.view(t, dep.ID); v.Release.State != headway.ReleaseLive {
		t.Fatalf("release %s is %s", v.Release.Version, v.Release.State)
	}
}

func (s *shelf) train(t *testing.T, key string) headway.Train {
	t.Helper()
	return read(t, s, func(q store.Q) (headway.Train, error) { return q.TrainByKey(s.ctx, s.p.ID, key) })
}

func TestATrainIsDeployedInItsOrder(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.mobile(t, "3.0.0")
		s.formTrain(t, "may", headway.Date{})
		s.join(t, "may", "web", "2.0.0", 0)
		s.join(t, "may", "mobile", "3.0.0", 0)
		web, mobile := s.approvedOf(t, "web", "2.0.0"), s.approvedOf(t, "mobile", "3.0.0")
		if web.State != headway.DecisionGo || mobile.State != headway.DecisionGo || !web.Span.From.Equal(mobile.Span.From) {
			t.Fatalf("web %s from %s, mobile %s from %s", web.State, web.Span.From, mobile.State, mobile.Span.From)
		}
		s.clock.Set(inWindow)
		_, err := s.StartDeployment(s.ctx, s.ops, "shop", StartDeployment{Decision: mobile.ID})
		wants(t, err, headway.Conflict, "train: Web 2.0.0 goes ahead of it in the train MAY, and is approved")
		wants(t, err, headway.Conflict, "headway train miss --team web --version 2.0.0 (Release manager or Administrator)")
		s.toLive(t, s.start(t, web))
		if s.train(t, "may").State != headway.TrainOpen {
			t.Error("the train has arrived without its last member")
		}
		s.toLive(t, s.start(t, mobile))
		if got := s.train(t, "may"); got.State != headway.TrainArrived || got.ClosedAt.IsZero() {
			t.Errorf("the train is %s", got.State)
		}
		_, err = s.JoinTrain(s.ctx, s.manager, "shop", JoinTrain{Train: "may", Team: "web", Version: "2.0.0"})
		wants(t, err, headway.Conflict, "is arrived")
	})
}

// While a member is deployed, one that goes ahead may be taken out of
// production again: the deployment stops before its next step.
func TestADeploymentStopsWhenWhatGoesAheadIsTakenBack(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.mobile(t, "3.0.0")
		s.formTrain(t, "may", headway.Date{})
		s.join(t, "may", "web", "2.0.0", 0)
		s.join(t, "may", "mobile", "3.0.0", 0)
		web, mobile := s.approvedOf(t, "web", "2.0.0"), s.approvedOf(t, "mobile", "3.0.0")
		s.clock.Set(inWindow)
		s.toLive(t, s.start(t, web))
		dep := s.start(t, mobile)
		s.write(t, func(tx *store.Tx) error {
			r, err := tx.Release(s.ctx, s.p.ID, web.ReleaseID)
			if err != nil {
				return err
			}
			r.State = headway.ReleaseRolledBack
			_, err = tx.SaveRelease(s.ctx, r, headway.ReleaseLive)
			return err
		})
		s.dispatchAll(t, dep, &ledger{})
		if v, _ := s.view(t, dep.ID); v.Deployment.State != headway.DeploymentStopped || !strings.Contains(v.Deployment.Reason, "Web 2.0.0 goes ahead of it") {
			t.Errorf("%s: %s", v.Deployment.State, v.Deployment.Reason)
		}
	})
}

func TestAChangeOfATrainVoidsWhatWasDecidedOtherwise(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.mobile(t, "3.0.0")
		s.formTrain(t, "may", headway.Date{})
		wantVoid := func(what string, d headway.Decision, says string) {
			t.Helper()
			got := s.decision(t, d.ID)
			if got.State != headway.DecisionVoid || !strings.Contains(got.Reason, says) || len(got.AskAgain) != 2 {
				t.Errorf("%s: the go/no-go is %s (%s), ask again %v", what, got.State, got.Reason, got.AskAgain)
			}
		}
		stands := func(what string, d headway.Decision) {
			t.Helper()
			if got := s.decision(t, d.ID); got.State != headway.DecisionGo {
				t.Errorf("%s: the go/no-go is %s: %s", what, got.State, got.Reason)
			}
		}
		web := s.approvedOf(t, "web", "2.0.0")
		s.join(t, "may", "web", "2.0.0", 0)
		wantVoid("it joins", web, "the train has changed: the train was none, is may")
		web = s.approvedOf(t, "web", "2.0.0")
		s.join(t, "may", "mobile", "3.0.0", 0)
		stands("another joins behind it", web)
		mobile := s.approvedOf(t, "mobile", "3.0.0")
		soak := headway.Criterion{Key: "slow", Title: "Soaked", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "test", Hours: 1}, Optional: true}
		if _, err := s.ChangeTrain(s.ctx, s.manager, "shop", PutTrain{Key: "may", Name: "MAY", Criteria: []headway.Criterion{soak}}); err != nil {
			t.Fatal(err)
		}
		wantVoid("criteria change", web, "criterion may:slow")
		wantVoid("criteria change", mobile, "criterion may:slow")
		web, mobile = s.approvedOf(t, "web", "2.0.0"), s.approvedOf(t, "mobile", "3.0.0")
		if _, err := s.ChangeTrain(s.ctx, s.manager, "shop", PutTrain{Key: "may", Name: "May", Criteria: []headway.Criterion{soak}}); err != nil {
			t.Fatal(err)
		}
		stands("another name of no consequence", web)
		_, m, err := s.MissTrain(s.ctx, s.manager, "shop", MissTrain{Team: "web", Version: "2.0.0", Reason: "not proved"})
		if err != nil || m.Next != "" {
			t.Fatalf("miss: %+v, %v", m, err)
		}
		wantVoid("it misses the train", web, "criterion may:slow")
		wantVoid("what went ahead misses the train", mobile, "the train was may, behind web 2.0.0, is may, with nothing ahead")
	})
}

func TestAGateOfATrainIsJudgedForEachMember(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		soak := headway.Criterion{
			Key: "soak", Title: "Soaked", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "test", Hours: 1}, WaivedBy: []headway.Role{headway.ReleaseManager},
		}
		s.formTrain(t, "may", headway.Date{}, soak)
		s.join(t, "may", "web", "2.0.0", 0)
		d := s.approvedOf(t, "web", "2.0.0")
		if d.State != headway.DecisionOpen {
			t.Fatalf("without what the train asks for it is %s", d.State)
		}
		v, err := s.DecisionView(s.ctx, s.po, "shop", d.ID)
		if err != nil || !slices.ContainsFunc(v.Lacks, func(l Lack) bool { return strings.Contains(l.Reason, "Soaked (train may)") }) {
			t.Errorf("it lacks %v, %v", v.Lacks, err)
		}
		if !slices.ContainsFunc(v.Guards, func(g Guard) bool { return g.Rule == "train" && g.Holds }) {
			t.Errorf("the go/no-go does not know its train: %+v", v.Guards)
		}
		boss := s.user(t, "boss", headway.ReleaseManager)
		if _, err := s.OverrideGuard(s.ctx, boss, "shop", OverrideGuard{Team: "web", Version: "2.0.0", Rule: "soak", Reason: "x"}); headway.KindOf(err) != headway.NotFound {
			t.Errorf("the gate's own criterion of that key was overridden: %v", err)
		}
		if _, err := s.OverrideGuard(s.ctx, boss, "shop", OverrideGuard{Team: "web", Version: "2.0.0", Rule: "may:soak", Reason: "the law"}); err != nil {
			t.Fatal(err)
		}
		if err := s.SettleDecisions(s.ctx); err != nil {
			t.Fatal(err)
		}
		if got := s.decision(t, d.ID); got.State != headway.DecisionGo {
			t.Errorf("with the override it is %s", got.State)
		}
		s.mobile(t, "3.0.0")
		if d := s.approvedOf(t, "mobile", "3.0.0"); d.State != headway.DecisionGo {
			t.Errorf("a release that goes by itself is judged by the train: %s", d.State)
		}
	})
}

func TestAMissedTrainIsFollowedByTheNext(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		day := func(n int) headway.Date { return headway.Date{Year: 2026, Month: 12, Day: n} }
		s.mobile(t, "3.0.0")
		s.formTrain(t, "one", day(1))
		s.formTrain(t, "three", day(15))
		s.formTrain(t, "two", day(8))
		s.join(t, "one", "web", "2.0.0", 0)
		s.join(t, "two", "mobile", "3.0.0", 0)
		_, err := s.JoinTrain(s.ctx, s.manager, "shop", JoinTrain{Train: "three", Team: "web", Version: "2.0.0"})
		wants(t, err, headway.Conflict, "rides in the train ONE")
		miss := func(next string) (headway.TrainMember, error) {
			_, m, err := s.MissTrain(s.ctx, s.manager, "shop", MissTrain{Team: "web", Version: "2.0.0", Reason: "a blocker", Next: next})
			return m, err
		}
		if m, err := miss(""); err != nil || m.Next != "two" {
			t.Fatalf("%+v, %v", m, err)
		}
		v, err := s.TrainsView(s.ctx, s.viewer, "shop")
		if err != nil {
			t.Fatal(err)
		}
		one, two := v.Trains[0], v.Trains[1]
		if one.Key != "one" || len(one.Riders) != 0 || len(one.Missed) != 1 || one.Missed[0].NextName != "TWO" || one.Missed[0].Reason != "a blocker" {
			t.Errorf("%+v", one)
		}
		if len(two.Riders) != 2 || two.Riders[1].Name() != "Web 2.0.0" || two.Riders[1].Behind != "Mobile 3.0.0" || two.Riders[0].Behind != "" {
			t.Errorf("%+v", two)
		}
		if _, err := miss("two"); headway.KindOf(err) != headway.Invalid {
			t.Errorf("it takes the train that it misses: %v", err)
		}
		if m, err := miss(NoTrain); err != nil || m.Next != "" {
			t.Fatalf("%+v, %v", m, err)
		}
		_, err = miss("")
		wants(t, err, headway.NotFound, "rides in no train")
		s.join(t, "one", "web", "2.0.0", 0)
		if !s.train(t, "one").Rides(read(t, s, func(q store.Q) (headway.Release, error) {
			_, r, err := teamRelease(s.ctx, q, s.p, "web", "2.0.0")
			return r, err
		}).ID) {
			t.Error("who missed a train cannot come back")
		}
		if _, err := s.CancelTrain(s.ctx, s.manager, "shop", "one", "nobody is ready"); err != nil {
			t.Fatal(err)
		}
		if got := s.train(t, "one"); got.State != headway.TrainCancelled || len(got.Riding()) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestWhoMayTouchATrain(t *testing.T) {
	deployOnBoth(t, func(t *testing.T, s *shelf) {
		s.formTrain(t, "may", headway.Date{})
		for _, who := range []headway.Actor{s.dev, s.ops, s.po, s.viewer, s.ci} {
			_, err := s.AddTrain(s.ctx, who, "shop", PutTrain{Key: "june", Name: "June"})
			wantKind(t, who.Name+" forms one", err, headway.Forbidden)
			_, err = s.JoinTrain(s.ctx, who, "shop", JoinTrain{Train: "may", Team: "web", Version: "2.0.0"})
			wantKind(t, who.Name+" puts one on it", err, headway.Forbidden)
			_, _, err = s.MissTrain(s.ctx, who, "shop", MissTrain{Team: "web", Version: "2.0.0", Reason: "x"})
			wantKind(t, who.Name+" lets one miss it", err, headway.Forbidden)
			_, err = s.CancelTrain(s.ctx, who, "shop", "may", "x")
			wantKind(t, who.Name+" cancels it", err, headway.Forbidden)
		}
		_, err := s.TrainView(s.ctx, s.other, "shop", "may")
		wantKind(t, "somebody of elsewhere", err, headway.NotFound)
		_, err = s.AddTrain(s.ctx, s.manager, "shop", PutTrain{Key: "may", Name: "Again"})
		wantKind(t, "the same key again", err, headway.Conflict)
		_, err = s.JoinTrain(s.ctx, s.manager, "shop", JoinTrain{Train: "june", Team: "web", Version: "2.0.0"})
		wantKind(t, "an unknown train", err, headway.NotFound)
		_, err = s.JoinTrain(s.ctx, s.manager, "shop", JoinTrain{Train: "may", Team: "web", Version: "9.9.9"})
		wantKind(t, "an unknown release", err, headway.NotFound)
		s.join(t, "may", "web", "2.0.0", 0)
		d := s.open(t)
		if !slices.Contains(d.Excluded, s.manager.UserID) {
			t.Error("who put it on the train may approve it")
		}
	})
}
