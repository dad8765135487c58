package headway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"

	"pgregory.net/rapid"
)

func TestCadenceNumbersEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := headway.Cadence{First: headway.Date{Year: 2026, Month: 11, Day: 2}, Days: rapid.IntRange(1, 90).Draw(t, "length"), Version: "2.3.0"}
		d := c.First.AddDays(rapid.IntRange(-400, 400).Draw(t, "day"))
		s := c.Sprint(c.SprintOn(d))
		if d.Before(s.Start) || d.After(s.End) {
			t.Fatalf("%s is not in sprint %d, %s to %s", d, s.Number, s.Start, s.End)
		}
		if next := c.Sprint(s.Number + 1); next.Start != s.End.AddDays(1) {
			t.Fatalf("sprint %d ends %s, the next starts %s", s.Number, s.End, next.Start)
		}
	})
}

func TestEachSprintRaisesTheMinorVersion(t *testing.T) {
	c := headway.Cadence{Version: "2.3.0"}
	if got := c.ReleaseVersion(1) + " " + c.ReleaseVersion(4); got != "2.3.0 2.6.0" {
		t.Error(got)
	}
	if got := (headway.Cadence{}).ReleaseVersion(1); got != "" {
		t.Error(got)
	}
}

func TestVersionsOrder(t *testing.T) {
	in := []string{"1.2.0-rc.1", "1.2.0", "1.2.1", "1.10.0", "2.0.0"}
	for i := 1; i < len(in); i++ {
		a, errA := headway.ParseVersion(in[i-1])
		b, errB := headway.ParseVersion(in[i])
		if errA != nil || errB != nil || a.Compare(b) >= 0 || b.Compare(a) <= 0 {
			t.Errorf("%s is not before %s", in[i-1], in[i])
		}
	}
	for _, s := range []string{"", "latest", "1.2.3.4.5", "1..2", "-1", "1.2.3-", "1.2.3-rc/1", strings.Repeat("1", 30)} {
		if _, err := headway.ParseVersion(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestReleaseMoves(t *testing.T) {
	for _, from := range headway.ReleaseStates() {
		for _, to := range headway.ReleaseStates() {
			err := (headway.Release{Version: "1.0.0", State: from}).Move(to)
			if from.Terminal() && err == nil {
				t.Errorf("%s is terminal but became %s", from, to)
			}
			if to == headway.ReleaseLive && (err == nil) != (from == headway.ReleaseDeploying) {
				t.Errorf("production is reached from %s: %v", from, err)
			}
		}
	}
}

func TestConditions(t *testing.T) {
	facts := headway.Facts{"schema-migration": "true", "data-gb": "120", "load-profile": "false", "name": "blue"}
	for c, want := range map[headway.Condition]bool{
		"": true, "schema-migration": true, "!schema-migration": false, "load-profile": false, "!load-profile": true,
		"missing": false, "!missing": true, "data-gb >= 120": true, "data-gb > 120": false, "data-gb<200": true,
		"data-gb = 120": true, "missing = 0": true, "data-gb <= 119.5": false, "name": true,
	} {
		if got, err := c.Holds(facts); err != nil || got != want {
			t.Errorf("%q: %v %v", c, got, err)
		}
	}
	for _, c := range []headway.Condition{"data-gb >", ">= 3", "a b", "!data-gb > 3", "data-gb => 3", "name > 3", "data-gb > 1.2.3"} {
		if _, err := c.Holds(facts); err == nil {
			t.Errorf("%q was judged", c)
		}
	}
}

func FuzzCondition(f *testing.F) {
	f.Add("data-gb >= 50", "120")
	f.Add("!x", "true")
	f.Fuzz(func(t *testing.T, c, value string) {
		_, _ = headway.Condition(c).Holds(headway.Facts{"data-gb": value, "x": value})
	})
}

func book(activities ...headway.PlaybookActivity) headway.Playbook {
	return headway.Playbook{Activities: activities}
}

func work(key string, hours float64, after ...string) headway.PlaybookActivity {
	return headway.PlaybookActivity{Key: key, Title: key, Kind: headway.KindTask, Skill: headway.SkillQA, People: 1, Estimate: headway.Estimate{Hours: hours}, After: after}
}

func TestAPlaybookIsSizedByFacts(t *testing.T) {
	data := work("data", 1)
	data.When, data.Estimate.PerFact = "schema-migration", map[string]float64{"data-gb": 0.05}
	p := book(work("install", 0.1), data, work("regression", 8, "install", "data"))
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	with, err := p.Needed(headway.Facts{"schema-migration": "true", "data-gb": "120"}, 30*time.Minute)
	if err != nil || len(with) != 3 || with[0].Duration != 30*time.Minute || with[1].Duration != 7*time.Hour {
		t.Fatalf("%v %v", with, err)
	}
	if _, err := p.Needed(headway.Facts{"schema-migration": "true", "data-gb": "lots"}, time.Hour); headway.KindOf(err) != headway.Invalid {
		t.Errorf("a fact that is no number: %v", err)
	}
	if _, err := p.Needed(headway.Facts{"schema-migration": "true", "data-gb": "1e9"}, time.Hour); headway.KindOf(err) != headway.Invalid {
		t.Errorf("an estimate of years: %v", err)
	}
}

func TestWhatWaitsForASkippedActivityWaitsForItsPredecessors(t *testing.T) {
	skipped := work("b", 1, "a")
	skipped.When = "never"
	chain := work("c", 1, "b")
	chain.When = "never"
	p := book(work("d", 1, "c", "a"), chain, skipped, work("a", 1))
	got, err := p.Needed(nil, time.Hour)
	if err != nil || len(got) != 2 || got[1].Key != "d" || !slices.Equal(got[1].After, []string{"a"}) {
		t.Fatalf("%v %v", got, err)
	}
}

func TestPlaybooksThatAreRefused(t *testing.T) {
	long := work("long", 2000)
	people := work("p", 1)
	people.People = 0
	when := work("w", 1)
	when.When = "data >"
	for name, p := range map[string]headway.Playbook{
		"empty":               book(),
		"circle":              book(work("a", 1, "b"), work("b", 1, "a")),
		"waits for itself":    book(work("a", 1, "a")),
		"waits for nobody":    book(work("a", 1, "x")),
		"twice the same key":  book(work("a", 1), work("a", 1)),
		"a year of hours":     book(long),
		"nobody does it":      book(people),
		"unreadable when":     book(when),
		"a key of two words":  book(work("a b", 1)),
		"no activity's title": book(headway.PlaybookActivity{Key: "a", Kind: headway.KindTask, Skill: "qa", People: 1}),
	} {
		if err := p.Check(); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheBoardKeepsItsWIPLimit(t *testing.T) {
	todo, doing, done := headway.BacklogItem{State: headway.ItemTodo}, headway.BacklogItem{State: headway.ItemDoing}, headway.BacklogItem{State: headway.ItemDone}
	for _, tc := range []struct {
		name        string
		item        headway.BacklogItem
		to          headway.ItemState
		held, limit int
		want        headway.Kind
	}{
		{"room", todo, headway.ItemDoing, 1, 2, ""},
		{"full", todo, headway.ItemDoing, 2, 2, headway.Conflict},
		{"no limit", todo, headway.ItemDoing, 99, 0, ""},
		{"stays in a full column", doing, headway.ItemDoing, 2, 2, ""},
		{"done goes back to doing", done, headway.ItemDoing, 0, 2, ""},
		{"done does not go back to do", done, headway.ItemTodo, 0, 0, headway.Conflict},
		{"no such column", todo, "later", 0, 0, headway.Invalid},
		{"dropped by hand", todo, headway.ItemDropped, 0, 0, headway.Invalid},
		{"superseded", headway.BacklogItem{State: headway.ItemDropped}, headway.ItemDoing, 0, 0, headway.Conflict},
	} {
		err := headway.MoveItem(tc.item, tc.to, tc.held, tc.limit)
		if (err == nil) != (tc.want == "") || (err != nil && headway.KindOf(err) != tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestWhoMayApprove(t *testing.T) {
	d := headway.Decision{
		State: headway.DecisionOpen, Digest: "d1", Excluded: []string{"shelver"},
		Rules: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: 2}},
	}
	po, ops := []headway.Role{headway.ProductOwner}, []headway.Role{headway.Operations}
	given := []headway.Approval{{UserID: "o1", Role: headway.Operations, Verdict: headway.Approve, Digest: "d1"}}
	for _, tc := range []struct {
		name, user, digest string
		roles              []headway.Role
		state              headway.DecisionState
		want               headway.Kind
	}{
		{"product owner", "p1", "d1", po, headway.DecisionOpen, ""},
		{"second of operations", "o2", "d1", ops, headway.DecisionOpen, ""},
		{"again", "o1", "d1", ops, headway.DecisionOpen, headway.Conflict},
		{"the shelver", "shelver", "d1", po, headway.DecisionOpen, headway.Forbidden},
		{"another digest", "p1", "d0", po, headway.DecisionOpen, headway.Conflict},
		{"a role that is not asked", "v", "d1", []headway.Role{headway.ReleaseManager}, headway.DecisionOpen, headway.Forbidden},
		{"after no-go", "p1", "d1", po, headway.DecisionNoGo, headway.Conflict},
	} {
		d.State = tc.state
		_, err := d.MayApprove(tc.user, tc.digest, tc.roles, given)
		if (err == nil) != (tc.want == "") || (err != nil && headway.KindOf(err) != tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestOnePersonNeverFillsTwoApprovals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := headway.Decision{State: headway.DecisionOpen, Digest: "d", Rules: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: rapid.IntRange(1, 3).Draw(t, "ops")}}}
		var given []headway.Approval
		people := map[string]bool{}
		for range rapid.IntRange(0, 20).Draw(t, "tries") {
			user := fmt.Sprint("u", rapid.IntRange(0, 5).Draw(t, "user"))
			roles := rapid.SampledFrom([][]headway.Role{{headway.ProductOwner}, {headway.Operations}, {headway.ProductOwner, headway.Operations}}).Draw(t, "roles")
			open, err := d.MayApprove(user, "d", roles, given)
			if err != nil {
				continue
			}
			if people[user] {
				t.Fatalf("%s approved twice", user)
			}
			people[user] = true
			given = append(given, headway.Approval{UserID: user, Role: rapid.SampledFrom(open).Draw(t, "role"), Verdict: headway.Approve, Digest: "d"})
		}
		if len(d.Missing(given)) == 0 && len(people) < 2 {
			t.Fatal("one person decided alone")
		}
	})
}

func TestTheGapIsCutIntoCausesWithoutHoles(t *testing.T) {
	t0 := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	h := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Hour) }
	f := headway.GapFacts{
		SprintEnd: t0, ShelvedAt: h(10), Live: h(100), ReadyAt: h(60), DecidedAt: h(70), DeployingFrom: h(95),
		Working:    []headway.GapSlice{{Span: headway.Interval{From: h(20), To: h(30)}, Who: "qa"}, {Span: headway.Interval{From: h(50), To: h(60)}, Who: "dba"}},
		Rework:     []headway.Interval{{From: h(30), To: h(45)}},
		WaitingFor: func(time.Time) string { return "qa" },
	}
	var got []string
	for _, s := range headway.MeasureGap(f) {
		got = append(got, fmt.Sprintf("%d-%d %s %s", int(s.Span.From.Sub(t0).Hours()), int(s.Span.To.Sub(t0).Hours()), s.Cause, s.Who))
	}
	want := []string{
		"0-10 waiting for the shelf ", "10-20 waiting for operations qa", "20-30 working qa", "30-45 rework ",
		"45-50 waiting for operations qa", "50-60 working dba", "60-70 waiting for approval ", "70-95 waiting for a window ", "95-100 deploying ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestGapSlicesAlwaysFillTheGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		t0 := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
		at := func(label string) time.Time {
			n := rapid.IntRange(-50, 300).Draw(t, label)
			if n < -25 {
				return time.Time{}
			}
			return t0.Add(time.Duration(n) * time.Hour)
		}
		f := headway.GapFacts{SprintEnd: t0, ShelvedAt: at("shelved"), Live: at("live"), Now: t0.Add(400 * time.Hour), ReadyAt: at("ready"), DecidedAt: at("decided"), DeployingFrom: at("deploying")}
		for range rapid.IntRange(0, 4).Draw(t, "works") {
			from := at("from")
			f.Working = append(f.Working, headway.GapSlice{Span: headway.Interval{From: from, To: from.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "length")) * time.Hour)}})
		}
		end := f.Live
		if end.IsZero() {
			end = f.Now
		}
		next := t0
		for _, s := range headway.MeasureGap(f) {
			if !s.Span.From.Equal(next) || !s.Span.From.Before(s.Span.To) {
				t.Fatalf("a hole or an empty slice at %s", s.Span.From)
			}
			next = s.Span.To
		}
		if end.After(t0) && !next.Equal(end) {
			t.Fatalf("slices end at %s, the gap at %s", next, end)
		}
	})
}

func TestHeadwayIsTheTimeBetweenReleases(t *testing.T) {
	d := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	got := headway.Headways([]time.Time{d(9), d(1), d(4)})
	if !slices.Equal(got, []time.Duration{72 * time.Hour, 120 * time.Hour}) {
		t.Error(got)
	}
	if headway.Headways([]time.Time{d(1)}) != nil {
		t.Error("one release has no headway")
	}
}

func TestTheSealChangesWithEveryPartOfACandidate(t *testing.T) {
	base := func() headway.Candidate {
		return headway.Candidate{
			Commit: "c", Notes: "n", Facts: headway.Facts{"a": "1", "b": "2"},
			Artifacts: []headway.Artifact{{Name: "x", SHA256: strings.Repeat("a", 64), Size: 1}, {Name: "y", SHA256: strings.Repeat("b", 64), Size: 2}},
		}
	}
	seal := base().Seal("1.0.0")
	swapped := base()
	slices.Reverse(swapped.Artifacts)
	if swapped.Seal("1.0.0") != seal {
		t.Error("the order of artifacts changed the seal")
	}
	if base().Seal("1.0.1") == seal {
		t.Error("the version is not sealed")
	}
	for name, change := range map[string]func(*headway.Candidate){
		"commit":   func(c *headway.Candidate) { c.Commit = "d" },
		"notes":    func(c *headway.Candidate) { c.Notes = "" },
		"facts":    func(c *headway.Candidate) { c.Facts["a"] = "2" },
		"fact gap": func(c *headway.Candidate) { c.Facts = headway.Facts{"a": "1b2"} },
		"digest":   func(c *headway.Candidate) { c.Artifacts[0].SHA256 = strings.Repeat("c", 64) },
		"size":     func(c *headway.Candidate) { c.Artifacts[0].Size = 9 },
		"name":     func(c *headway.Candidate) { c.Artifacts[0].Name = "z" },
	} {
		c := base()
		change(&c)
		if c.Seal("1.0.0") == seal {
			t.Errorf("%s is not sealed", name)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	s := headway.NewSecret("hunter2")
	text, err := s.MarshalText()
	all := fmt.Sprintf("%v %+v %#v %s %q %s", s, s, s, s, s, text)
	if err != nil || strings.Contains(all, "hunter2") {
		t.Error(all)
	}
}

func TestNoRoleMayDoWhatIsNotListed(t *testing.T) {
	for _, r := range append(headway.Roles(), "", "root") {
		if r.May("unknown.action") {
			t.Errorf("%q may do anything", r)
		}
	}
	for _, s := range headway.Scopes() {
		if headway.Role("").May(s) {
			t.Errorf("the empty role may %s", s)
		}
	}
}

func TestATokenDoesNoMoreThanItsScopesAndItsMaker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(headway.Roles()).Draw(t, "role")
		scopes := rapid.SliceOf(rapid.SampledFrom(headway.Scopes())).Draw(t, "scopes")
		action := rapid.SampledFrom(headway.Scopes()).Draw(t, "action")
		maker := headway.Actor{Kind: headway.ActorPerson, Roles: map[string][]headway.Role{"p": {role}}}
		token := maker
		token.Kind, token.Scopes = headway.ActorToken, scopes
		if token.May(action, "p") && (!maker.May(action, "p") || !slices.Contains(scopes, action)) {
			t.Fatalf("a token of a %s did %s", role, action)
		}
		bound := token
		bound.ProgrammeID = "other"
		if bound.May(action, "p") {
			t.Fatal("a token bound to another programme came in")
		}
	})
}

func TestGapBands(t *testing.T) {
	g := headway.GapPolicy{Minimum: 3, Target: 8, Maximum: 12}
	for days, want := range map[int]headway.GapBand{-1: headway.BelowMinimum, 2: headway.BelowMinimum, 3: headway.WithinTarget, 8: headway.WithinTarget, 9: headway.BeyondTarget, 12: headway.BeyondTarget, 13: headway.BeyondMaximum} {
		if got := g.Band(days); got != want {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
	for _, bad := range []headway.GapPolicy{{Minimum: -1}, {Minimum: 5, Target: 3, Maximum: 9}, {Target: 9, Maximum: 3}, {Maximum: 999}} {
		if bad.Check() == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestAGateNeedsFourEyes(t *testing.T) {
	g := headway.Gate{
		Criteria:  []headway.Criterion{{Key: "regression", Title: "Regression", Kind: headway.CriterionRegression}},
		Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}},
	}
	if err := g.Check(); headway.KindOf(err) != headway.Invalid {
		t.Errorf("one approval was enough: %v", err)
	}
	g.Approvals = append(g.Approvals, headway.ApprovalRule{Role: headway.Operations, Count: 1})
	if err := g.Check(); err != nil {
		t.Error(err)
	}
	g.Approvals[1].Role = headway.Viewer
	if err := g.Check(); err == nil {
		t.Error("a viewer was asked to approve")
	}
}

func TestStepMovesEndInTerminalStates(t *testing.T) {
	states := []headway.StepState{headway.StepPending, headway.StepRunning, headway.StepWaiting, headway.StepSucceeded, headway.StepFailed, headway.StepUnknown, headway.StepSkipped}
	for _, from := range states {
		for _, to := range states {
			if from.Terminal() && headway.MoveStep(from, to) == nil {
				t.Errorf("%s moved to %s", from, to)
			}
		}
	}
	if headway.MoveStep(headway.StepUnknown, headway.StepRunning) == nil {
		t.Error("an unknown outcome was run again")
	}
}
