package headway

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func riders(ids ...string) (members []TrainMember) {
	for i, id := range ids {
		members = append(members, TrainMember{ReleaseID: id, Position: i + 1, State: MemberRiding})
	}
	return members
}

func TestTheOrderOfATrain(t *testing.T) {
	train := Train{ID: "t", Key: "may", Name: "May", State: TrainOpen, Members: riders("a", "b", "c")}
	train.Members = append(train.Members, TrainMember{ReleaseID: "d", Position: 2, State: MemberRiding}, TrainMember{ReleaseID: "e", Position: 1, State: MemberMissed})
	ids := func(ms []TrainMember) string {
		var out []string
		for _, m := range ms {
			out = append(out, m.ReleaseID)
		}
		return strings.Join(out, " ")
	}
	if got := ids(train.Riding()); got != "a b d c" {
		t.Errorf("riding: %s", got)
	}
	for of, want := range map[string]string{"a": "", "b": "a", "d": "a", "c": "a b d"} {
		if got := ids(train.Ahead(of)); got != want {
			t.Errorf("ahead of %s: %q, want %q", of, got, want)
		}
	}
	if train.Rides("e") || !train.Rides("d") {
		t.Error("who missed the train rides")
	}
}

func TestWhoMayJoinAndMissATrain(t *testing.T) {
	states := map[string]ReleaseState{"a": ReleaseLive, "b": ReleaseDeploying, "c": ReleaseProving}
	train := Train{ID: "t", Key: "may", Name: "May", State: TrainOpen, Members: riders("a", "b", "c")}
	closed := train
	closed.State = TrainCancelled
	for _, c := range []struct {
		name     string
		train    Train
		release  Release
		position int
		place    int
		says     string
	}{
		{"behind all", train, Release{ID: "d", State: ReleasePlanned}, 0, 4, ""},
		{"beside one under way", train, Release{ID: "d", State: ReleaseShelved}, 2, 2, ""},
		{"ahead of one under way", train, Release{ID: "d", State: ReleaseShelved}, 1, 0, "nothing can go ahead of it"},
		{"to another place", train, Release{ID: "c", State: ReleaseProving}, 9, 9, ""},
		{"beyond the last place", train, Release{ID: "d", State: ReleaseShelved}, 100, 0, "no place in a train"},
		{"before the first place", train, Release{ID: "d", State: ReleaseShelved}, -1, 0, "no place in a train"},
		{"already live", train, Release{ID: "d", Version: "1", State: ReleaseLive}, 0, 0, "takes no train any more"},
		{"withdrawn", train, Release{ID: "d", Version: "1", State: ReleaseWithdrawn}, 0, 0, "takes no train any more"},
		{"a cancelled train", closed, Release{ID: "d", State: ReleaseShelved}, 0, 0, "takes no more members"},
	} {
		m, err := c.train.Join(c.release, c.position, states)
		switch {
		case c.says == "" && (err != nil || m.Position != c.place || m.State != MemberRiding):
			t.Errorf("%s: %+v, %v", c.name, m, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	for _, c := range []struct {
		release Release
		reason  string
		says    string
	}{
		{Release{ID: "c", State: ReleaseProving}, "not proved", ""},
		{Release{ID: "c", State: ReleaseProving}, " ", "a text is needed"},
		{Release{ID: "b", Version: "2", State: ReleaseDeploying}, "late", "cannot miss the train any more"},
		{Release{ID: "x", Version: "3", State: ReleaseProving}, "late", "does not ride"},
	} {
		m, err := train.Miss(c.release, c.reason)
		switch {
		case c.says == "" && (err != nil || m.State != MemberMissed || m.Reason != c.reason):
			t.Errorf("%s: %+v, %v", c.release.ID, m, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", c.release.ID, err, c.says)
		}
	}
}

func TestATrainsCriteriaStandBesideTheGates(t *testing.T) {
	g := Gate{Version: 3, Criteria: []Criterion{{Key: "load", Title: "Load", Kind: CriterionLoad, Expr: []string{"p95 < 1s"}}}}
	train := Train{Key: "may", Name: "May", Criteria: []Criterion{{Key: "load", Title: "Load", Kind: CriterionLoad, Expr: []string{"p95 < 300ms"}}}}
	got := train.Gate(g)
	if len(got.Criteria) != 2 || got.Criteria[1].Key != "may:load" || got.Criteria[1].Title != "Load (train may)" || len(g.Criteria) != 1 || got.Version != 3 {
		t.Errorf("%+v, the gate %+v", got, g)
	}
	train.Criteria = append(train.Criteria, train.Criteria[0])
	if err := train.Check(); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two criteria of one key: %v", err)
	}
	train.Criteria = []Criterion{{Key: "load", Title: "Load", Kind: CriterionLoad}}
	if err := train.Check(); err == nil || !strings.Contains(err.Error(), "train.criteria.load.expr") {
		t.Errorf("a criterion that judges nothing: %v", err)
	}
}

func TestWhoMissesATrainTakesTheNext(t *testing.T) {
	day := func(n int) Date { return Date{Year: 2026, Month: time.May, Day: n} }
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	all := []Train{
		{ID: "none", State: TrainOpen, CreatedAt: at},
		{ID: "late", State: TrainOpen, Departs: day(20), CreatedAt: at},
		{ID: "gone", State: TrainCancelled, Departs: day(9), CreatedAt: at},
		{ID: "first", State: TrainOpen, Departs: day(1), CreatedAt: at},
		{ID: "mid", State: TrainOpen, Departs: day(10), CreatedAt: at},
	}
	for from, want := range map[string]string{"first": "mid", "mid": "late", "late": "none", "none": "first"} {
		i := slices.IndexFunc(all, func(t Train) bool { return t.ID == from })
		next, ok := NextTrain(all, all[i])
		if next.ID != want || ok != (want != "") {
			t.Errorf("after %s: %q, want %q", from, next.ID, want)
		}
	}
	if _, ok := NextTrain(all[:1], all[0]); ok {
		t.Error("the only train is followed by itself")
	}
}

func TestATrainHasArrivedWithItsLastMember(t *testing.T) {
	train := Train{Members: append(riders("a", "b"), TrainMember{ReleaseID: "c", State: MemberMissed})}
	for _, c := range []struct {
		a, b ReleaseState
		want bool
	}{{ReleaseLive, ReleaseClosed, true}, {ReleaseLive, ReleaseApproved, false}, {ReleaseRolledBack, ReleaseLive, false}} {
		if got := train.HasArrived(map[string]ReleaseState{"a": c.a, "b": c.b, "c": ReleaseProving}); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if (Train{}).HasArrived(nil) {
		t.Error("an empty train has arrived")
	}
}
