package headway_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
)

func runOf(id, candidate string, before *headway.CaseRun, words ...string) *headway.CaseRun {
	var cases []headway.RunCase
	for _, w := range words {
		name, o, _ := strings.Cut(w, "=")
		cases = append(cases, headway.RunCase{ID: name, History: o})
	}
	run := headway.NewCaseRun(headway.RunRef{Evidence: id, CandidateID: candidate, Candidate: candidate}, cases, false, before)
	return &run
}

func TestHistoryOfACase(t *testing.T) {
	one := runOf("1", "rc.1", nil, "b=p", "a=f")
	two := runOf("2", "rc.1", one, "a=p", "c=p")
	three := runOf("3", "rc.2", two, "a=f", "b=s", "c=~")
	got := map[string]string{}
	for _, c := range three.Cases {
		got[c.ID] = c.History
	}
	if d := cmp.Diff(map[string]string{"a": "fpf", "b": "s-p", "c": "~p-"}, got); d != "" {
		t.Error(d)
	}
	if three.Runs[0].Evidence != "3" || three.Runs[2].Evidence != "1" {
		t.Errorf("the letters stand for %+v", three.Runs)
	}
	for id, want := range map[string][2]int{"a": {2, 3}, "b": {0, 1}, "c": {1, 2}} {
		if flaky, ran := three.Flakes(*three.Find(id)); flaky != want[0] || ran != want[1] {
			t.Errorf("%s is flaky in %d of %d, wanted %v", id, flaky, ran, want)
		}
	}
}

func TestFailingForCountsCandidates(t *testing.T) {
	run := runOf("1", "rc.1", nil, "a=p")
	for i, o := range []string{"a=f", "a=e", "a=s", "a=f"} {
		run = runOf(fmt.Sprint(i+2), fmt.Sprintf("rc.%d", 2+i/2), run, o)
	}
	c := *run.Find("a")
	if n := run.FailingFor(c); c.History != "fsefp" || n != 2 {
		t.Errorf("%s fails for %d candidates", c.History, n)
	}
}

func TestAnAbsentCaseIsForgottenAfterAWhile(t *testing.T) {
	run := runOf("0", "rc.0", nil, "old=p", "a=p")
	for i := range headway.HistoryDepth - 1 {
		run = runOf(fmt.Sprint(i+1), fmt.Sprint(i), run, "a=p")
	}
	if c := run.Find("old"); c == nil || c.Outcome() != headway.CaseAbsent || len(c.History) != headway.HistoryDepth {
		t.Fatalf("%+v", c)
	}
	run = runOf("last", "last", run, "a=p")
	if run.Find("old") != nil || len(run.Cases) != 1 || len(run.Runs) != headway.HistoryDepth {
		t.Errorf("%d cases over %d runs", len(run.Cases), len(run.Runs))
	}
}

func TestAFailureIsNotHiddenByItsNamesake(t *testing.T) {
	for _, words := range [][]string{{"a=p", "a=f"}, {"a=f", "a=p"}} {
		if run := runOf("1", "rc.1", nil, words...); len(run.Cases) != 1 {
			t.Errorf("%v: %d cases", words, len(run.Cases))
		} else if !run.Cases[0].Outcome().Bad() {
			t.Errorf("%v: %s", words, run.Cases[0].Outcome())
		}
	}
}

func TestCompareTellsEachChange(t *testing.T) {
	base := runOf("1", "rc.1", nil, "breaks=p", "stays=f", "mends=e", "goes=p", "slow=p", "short=p", "skips=p", "same=p", "flaps=p", "hidden=f")
	now := runOf("2", "rc.2", base, "same=p", "breaks=e", "stays=e", "mends=p", "comes=p", "born=f", "slow=p", "short=p", "skips=s", "flaps=~", "hidden=s")
	took := func(r *headway.CaseRun, id string, d time.Duration) { r.Find(id).Duration = d }
	took(base, "slow", time.Second)
	took(now, "slow", 3*time.Second)
	took(base, "short", time.Millisecond)
	took(now, "short", 9*time.Millisecond)
	got := headway.CompareRuns(now, base, nil, time.Time{}, headway.DefaultSlower())
	lines := map[string]headway.CaseChange{}
	for _, c := range got.Cases {
		lines[c.ID] = c.Change
	}
	want := map[string]headway.CaseChange{
		"born": "new-failure", "breaks": "new-failure", "stays": "still-failing", "goes": "missing", "flaps": "flaky", "slow": "slower",
		"hidden": "now-skipped", "skips": "now-skipped", "mends": "fixed", "comes": "new", "same": "", "short": "",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if got.Tests != 11 || got.Failed != 3 || got.Passed != 6 || got.Skipped != 2 || got.Counts[headway.NewFailure] != 2 || got.Partial() != "" {
		t.Errorf("%+v", got.Counts)
	}
	if d := cmp.Diff([]string{"born", "breaks", "stays"}, got.Failures(5)); d != "" {
		t.Error(d)
	}
	base.Partial = true
	if headway.CompareRuns(now, base, nil, time.Time{}, headway.DefaultSlower()).Partial() == "" {
		t.Error("a partial report is compared as if it were whole")
	}
	alone := headway.CompareRuns(now, nil, nil, time.Time{}, headway.DefaultSlower())
	if _, known := alone.Figure("new-failures"); known || alone.Counts[headway.Failing] != 3 {
		t.Errorf("compared with nothing: %+v", alone.Counts)
	}
}

// Random runs are compared by a plain map as well.
func TestCompareAgreesWithAPlainComparison(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		draw := func() (words []string) {
			for i := range 30 {
				if r.IntN(4) > 0 {
					words = append(words, fmt.Sprintf("c%02d=%c", i, "ppppfes~"[r.IntN(8)]))
				}
			}
			r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			return words
		}
		first, second := draw(), draw()
		base := runOf("1", "rc.1", nil, first...)
		now := runOf("2", "rc.2", base, second...)
		was := map[string]headway.CaseOutcome{}
		for _, w := range first {
			was[w[:3]] = headway.CaseOutcome(w[4])
		}
		want := map[headway.CaseChange]int{}
		for _, w := range second {
			n, o := headway.CaseOutcome(w[4]), was[w[:3]]
			delete(was, w[:3])
			switch {
			case n.Bad() && o.Bad():
				want[headway.StillFailing]++
			case n.Bad():
				want[headway.NewFailure]++
			case n == '~':
				want[headway.FlakyNow]++
			case o == 0:
				want[headway.NewCase]++
			case n == 's' && o != 's':
				want[headway.NowSkipped]++
			case n == 'p' && o.Bad():
				want[headway.Fixed]++
			}
		}
		if len(was) > 0 {
			want[headway.Missing] = len(was)
		}
		got := headway.CompareRuns(now, base, nil, time.Time{}, headway.DefaultSlower())
		if d := cmp.Diff(want, got.Counts); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
	}
}

func TestMutedFailuresDoNotCountUntilTheyExpire(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	mutes := []headway.Mute{
		{ID: "1", Case: "cart :: *", At: now.AddDate(0, 0, -9), ExpiresAt: now.AddDate(0, 0, 1)},
		{ID: "2", Case: "search :: a", At: now.AddDate(0, 0, -9), ExpiresAt: now},
		{ID: "3", Case: "pay :: a", At: now.AddDate(0, 0, -9), ExpiresAt: now.AddDate(0, 0, 1), LiftedAt: now.AddDate(0, 0, -1)},
	}
	run := runOf("1", "rc.1", nil, "cart :: a=f", "cart :: b=p", "carts :: a=f", "search :: a=f", "pay :: a=e")
	got := headway.CompareRuns(run, nil, mutes, now, headway.DefaultSlower())
	if got.Muted != 1 || got.Failed != 3 || !slices.Equal(got.Quiet, []string{"cart :: b"}) || !slices.Equal(got.Expired, []string{"search :: a"}) {
		t.Errorf("muted %d, failed %d, quiet %v, expired %v", got.Muted, got.Failed, got.Quiet, got.Expired)
	}
}

func TestMuteCheck(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	good := headway.Mute{Case: "cart :: *", Reason: "the stub is slow", At: now, ExpiresAt: now.AddDate(0, 0, 30)}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, edit := range map[string]func(*headway.Mute){
		"everything": func(m *headway.Mute) { m.Case = " * :: *" }, "no case": func(m *headway.Mute) { m.Case = "" },
		"no reason": func(m *headway.Mute) { m.Reason = " " }, "no end": func(m *headway.Mute) { m.ExpiresAt = time.Time{} },
		"for ever": func(m *headway.Mute) { m.ExpiresAt = now.AddDate(1, 0, 0) },
	} {
		m := good
		edit(&m)
		if headway.KindOf(m.Check()) != headway.Invalid {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestRegressionIsJudgedByItsFigures(t *testing.T) {
	base := runOf("1", "rc.1", nil, "a=p", "b=p", "c=f", "d=p")
	now := runOf("2", "rc.2", base, "a=f", "c=f", "d=p")
	e := &headway.Evidence{ID: "2", Tests: &headway.TestSummary{Tests: 3, Passed: 1, Failed: 2}}
	judge := func(allow int, against *headway.CaseRun, mutes []headway.Mute, expr ...string) (headway.Outcome, string) {
		compared := headway.CompareRuns(now, against, mutes, time.Time{}, headway.DefaultSlower())
		return headway.JudgeRegression(headway.Criterion{Kind: headway.CriterionRegression, Allow: allow, Expr: expr}, e, &compared)
	}
	muteA := []headway.Mute{{Case: "a", ExpiresAt: time.Time{}.AddDate(1, 0, 0)}}
	for _, tt := range []struct {
		name  string
		allow int
		base  *headway.CaseRun
		mutes []headway.Mute
		expr  string
		want  headway.Outcome
		says  string
	}{
		{"failures", 0, base, nil, "", headway.Fail, "2 of 3 tests failed, 0 allowed: a, c"},
		{"allowed", 2, base, nil, "", headway.Pass, "2 failed and allowed"},
		{"new failures", 2, base, nil, "new-failures = 0", headway.Fail, "new-failures is 1, wanted = 0: a"},
		{"muted new failure", 2, base, muteA, "new-failures = 0", headway.Pass, "1 failed and muted"},
		{"muted and one left", 0, base, muteA, "", headway.Fail, "1 of 3 tests failed"},
		{"missing", 2, base, nil, "missing <= 0", headway.Fail, "missing is 1, wanted <= 0: b"},
		{"missing is allowed", 2, base, nil, "missing <= 1", headway.Pass, "missing is 1, as wanted <= 1"},
		{"share", 2, base, nil, "failed < 50%", headway.Fail, "failed is 66.67% (2 of 3)"},
		{"nothing to compare with", 2, nil, nil, "new-failures = 0", headway.Waiting, "there is no regression run of a released candidate"},
	} {
		var expr []string
		if tt.expr != "" {
			expr = []string{tt.expr}
		}
		if got, why := judge(tt.allow, tt.base, tt.mutes, expr...); got != tt.want || !strings.Contains(why, tt.says) {
			t.Errorf("%s: %s, %s", tt.name, got, why)
		}
	}
}

func TestFigureRules(t *testing.T) {
	for expr, ok := range map[string]bool{
		"failed = 0": true, "missing<=5": true, "skipped < 2%": true, "failed == 0": true, "p95 < 3": false, "failed ~ 0": false, "failed < 101%": false,
		"failed < -1": false, "failed": false, "": false, strings.Repeat("f", 500) + " < 1": false,
	} {
		c := headway.Criterion{Key: "k", Title: "t", Kind: headway.CriterionRegression, Expr: []string{expr}}
		g := headway.Gate{Criteria: []headway.Criterion{c}, Approvals: []headway.ApprovalRule{{Role: headway.Operations, Count: 2}}}
		if err := g.Check(); (err == nil) != ok {
			t.Errorf("%q: %v", expr, err)
		}
	}
}

func TestScanAndCoverageAreJudged(t *testing.T) {
	scan := &headway.VulnerabilityReport{Counts: headway.VulnerabilityCounts{Total: 2, Critical: 1, Low: 1}, Worst: []headway.Vulnerability{{ID: "CVE-1", Package: "zlib", Version: "1.2", Severity: headway.SeverityCritical}}}
	e := &headway.Evidence{Detail: &headway.EvidenceDetail{Scan: scan, Coverage: &headway.Coverage{Lines: headway.Covered{Total: 10, Covered: 8}}}}
	k := func(kind headway.CriterionKind, expr ...string) headway.Criterion {
		return headway.Criterion{Kind: kind, Expr: expr}
	}
	for _, tt := range []struct {
		got  func() (headway.Outcome, string)
		want headway.Outcome
		says string
	}{
		{func() (headway.Outcome, string) { return headway.JudgeScan(k("", "critical = 0"), e) }, headway.Fail, "CVE-1 in zlib 1.2"},
		{func() (headway.Outcome, string) { return headway.JudgeScan(k("", "high = 0", "total <= 2"), e) }, headway.Pass, "high is 0"},
		{func() (headway.Outcome, string) { return headway.JudgeScan(k("", "high = 0"), nil) }, headway.Waiting, "no report"},
		{func() (headway.Outcome, string) { return headway.JudgeCoverage(k("", "lines >= 80%"), e) }, headway.Pass, "lines is 80%"},
		{func() (headway.Outcome, string) { return headway.JudgeCoverage(k("", "lines >= 80.1%"), e) }, headway.Fail, "wanted >= 80.1%"},
		{func() (headway.Outcome, string) { return headway.JudgeCoverage(k("", "branches >= 1%"), e) }, headway.Waiting, "does not speak of branches"},
	} {
		if got, why := tt.got(); got != tt.want || !strings.Contains(why, tt.says) {
			t.Errorf("%s, %s", got, why)
		}
	}
	scan.Incomplete = true
	if got, _ := headway.JudgeScan(k("", "high = 0"), e); got != headway.Waiting {
		t.Errorf("a scan that did not get through: %s", got)
	}
}

func TestCyclesAreJudged(t *testing.T) {
	cycle := func(c map[headway.ManualOutcome]int) []headway.TestCycle { return []headway.TestCycle{{Counts: c}} }
	for want, given := range map[headway.Outcome][]headway.TestCycle{
		headway.Fail:    cycle(map[headway.ManualOutcome]int{"passed": 3, "failed": 1, "": 2}),
		headway.Pass:    cycle(map[headway.ManualOutcome]int{"passed": 3, "skipped": 1}),
		headway.Waiting: cycle(map[headway.ManualOutcome]int{"passed": 3, "": 1}),
	} {
		if got, why := headway.JudgeCycles(given); got != want {
			t.Errorf("%s: %s, %s", want, got, why)
		}
	}
	if got, _ := headway.JudgeCycles(nil); got != headway.Waiting {
		t.Errorf("no cycle: %s", got)
	}
	if got, _ := headway.JudgeCycles(cycle(map[headway.ManualOutcome]int{"skipped": 2})); got != headway.Fail {
		t.Errorf("all skipped: %s", got)
	}
	if _, err := (headway.CycleCase{}).Record(headway.ManualFailed, " "); headway.KindOf(err) != headway.Invalid {
		t.Errorf("a failure without a note: %v", err)
	}
}
