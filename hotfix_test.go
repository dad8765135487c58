package headway

import (
	"strings"
	"testing"
	"time"
)

func TestWhatAHotFixConcerns(t *testing.T) {
	rule := HotfixRule{Rebase: true}
	fix := Release{ID: "fix", TeamID: "web", Version: "2.3.1", Hotfix: true}
	for _, c := range []struct {
		name  string
		other Release
		rule  HotfixRule
		want  bool
	}{
		{"under test", Release{ID: "a", TeamID: "web", Version: "2.4.0", State: ReleaseProving}, rule, true},
		{"approved", Release{ID: "a", TeamID: "web", Version: "2.4.0", State: ReleaseApproved}, rule, true},
		{"another team's", Release{ID: "a", TeamID: "api", Version: "2.4.0", State: ReleaseProving}, rule, false},
		{"older", Release{ID: "a", TeamID: "web", Version: "2.3.0", State: ReleaseProving}, rule, false},
		{"not on the shelf", Release{ID: "a", TeamID: "web", Version: "2.4.0", State: ReleasePlanned}, rule, false},
		{"in production", Release{ID: "a", TeamID: "web", Version: "2.4.0", State: ReleaseLive}, rule, false},
		{"itself", Release{ID: "fix", TeamID: "web", Version: "2.4.0", State: ReleaseProving}, rule, false},
		{"by a rule that asks for nothing", Release{ID: "a", TeamID: "web", Version: "2.4.0", State: ReleaseProving}, HotfixRule{}, false},
	} {
		if got := c.rule.Concerns(fix, c.other); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if (HotfixRule{Yields: YieldNothing}).Weight() >= (HotfixRule{}).Weight() || (HotfixRule{}).Weight() >= (HotfixRule{Yields: YieldEverything}).Weight() {
		t.Error("the more yields, the more a hot fix weighs")
	}
	if err := (HotfixRule{Yields: "all"}).Check(); err == nil || !strings.Contains(err.Error(), "nothing, environment or everything") {
		t.Errorf("an unknown yield: %v", err)
	}
}

func TestADutyIsDoneByTheNextCandidateThatHoldsTheFix(t *testing.T) {
	live := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	d := HotfixDuty{ReleaseID: "r", Version: "2.3.1", CandidateID: "rc1", Rebase: true, Rerun: []string{"regression"}, At: live}
	matrix := func(state FixState, asked bool) *FixMatrix {
		return &FixMatrix{Places: []FixPlace{{ID: "r"}}, Rows: []FixRow{{Fix: Fix{Number: 3}, Past: []string{"2.3.1"}, Cells: []FixCell{{State: state, Asked: asked}}}}}
	}
	done := []BacklogItem{{Activity: "regression", Title: "Regression", State: ItemDone, DoneAt: live.Add(time.Hour)}}
	for _, c := range []struct {
		name  string
		facts GateFacts
		want  Outcome
		says  string
	}{
		{"the old candidate", GateFacts{Candidate: Candidate{ID: "rc1", Name: "2.4.0-rc.1"}, Items: done}, Fail, "rebase onto 2.3.1 and shelve the next candidate"},
		{"the next one", GateFacts{Candidate: Candidate{ID: "rc2", Name: "2.4.0-rc.2"}, Items: done}, Pass, "2.4.0-rc.2 was shelved after it"},
		{"the next one without the fix", GateFacts{Candidate: Candidate{ID: "rc2", Name: "2.4.0-rc.2"}, Items: done, Fixes: matrix(FixMissing, true)}, Fail, "lacks F-3"},
		{"nobody knows", GateFacts{Candidate: Candidate{ID: "rc2", Name: "2.4.0-rc.2"}, Items: done, Fixes: matrix(FixMissing, false)}, Waiting, "nobody has told whether it holds F-3"},
		{"with the fix", GateFacts{Candidate: Candidate{ID: "rc2", Name: "2.4.0-rc.2"}, Items: done, Fixes: matrix(FixIn, false)}, Pass, "shelved after it"},
		{"not done again", GateFacts{Candidate: Candidate{ID: "rc2"}, Items: []BacklogItem{{Activity: "regression", Title: "Regression", State: ItemDone, DoneAt: live.Add(-time.Hour)}}}, Waiting, "done again after it went live: Regression"},
	} {
		c.facts.Duties = []HotfixDuty{d}
		verdicts, err := Gate{}.WithDuties(c.facts.Duties).Judge(c.facts)
		if err != nil || len(verdicts) != 1 || verdicts[0].Outcome != c.want || !strings.Contains(verdicts[0].Reason, c.says) {
			t.Errorf("%s: %+v, %v", c.name, verdicts, err)
		}
	}
}

func TestWorkIsDoneAgainAfterAHotFix(t *testing.T) {
	live := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	d := HotfixDuty{Version: "2.3.1", Rerun: []string{"regression", "load"}, At: live}
	items := []BacklogItem{
		{ID: "i1", Activity: "install", State: ItemDone},
		{ID: "i2", Activity: "regression", State: ItemDone, Result: "ok", Outcome: Pass, DoneAt: live.Add(-time.Hour), After: []string{"i1"}, Assignees: []string{"quinn"}},
		{ID: "i3", Activity: "load", State: ItemDoing, After: []string{"i1"}},
		{ID: "i4", Activity: "decide", State: ItemTodo, After: []string{"i2", "i3"}},
	}
	got := d.Reopen(items, func() string { return "new" })
	if len(got) != 2 || got[0].Fate != ItemAdded || got[1].Fate != ItemRebound {
		t.Fatalf("%+v", got)
	}
	if again := got[0].Item; again.ID != "new" || again.Activity != "regression" || again.State != ItemTodo || !again.DoneAt.IsZero() || again.Result != "" || again.After[0] != "i1" || again.Assignees[0] != "quinn" {
		t.Errorf("%+v", again)
	}
	if waits := got[1].Item; waits.ID != "i4" || waits.After[0] != "new" || waits.After[1] != "i3" || items[3].After[0] != "i2" {
		t.Errorf("%+v, before %+v", waits, items[3])
	}
}
