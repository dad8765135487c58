package ingest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCompareTellsEachChange(t *testing.T) {
	c := func(id string, o CaseOutcome, took time.Duration) Case {
		return Case{ID: id, Outcome: o, Duration: took, Message: "m"}
	}
	base := &TestReport{Cases: []Case{
		c("breaks", CasePassed, 0), c("stays", CaseFailed, 0), c("mends", CaseError, 0), c("goes", CasePassed, 0),
		c("slow", CasePassed, time.Second), c("short", CasePassed, time.Millisecond), c("skips", CasePassed, 0), c("same", CasePassed, 0),
		c("flaps", CasePassed, 0), c("hidden", CaseFailed, 0),
	}}
	flaky := c("flaps", CasePassed, 0)
	flaky.Flaky = true
	now := &TestReport{Cases: []Case{
		c("same", CasePassed, 0), c("breaks", CaseError, 0), c("stays", CaseError, 0), c("mends", CasePassed, 0), c("comes", CasePassed, 0),
		c("born bad", CaseFailed, 0), c("slow", CasePassed, 3*time.Second), c("short", CasePassed, 9*time.Millisecond), c("skips", CaseSkipped, 0), flaky,
		c("hidden", CaseSkipped, 0),
	}}
	got := Compare(now, base, DefaultSlower())
	var lines []string
	for _, ch := range got.Changes {
		lines = append(lines, fmt.Sprintf("%s %s %s→%s %s", ch.Change, ch.ID, ch.Was, ch.Now, ch.Message))
	}
	want := []string{
		"new-failure born bad →failed m", "new-failure breaks passed→error m", "still-failing stays failed→error m", "missing goes passed→ ",
		"flaky flaps passed→passed m", "slower slow passed→passed ", "now-skipped hidden failed→skipped ", "now-skipped skips passed→skipped ",
		"fixed mends error→passed ", "new comes →passed ",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if got.Same != 2 || got.Counts[NewFailure] != 2 || got.Partial != "" {
		t.Errorf("got %+v", got)
	}
	now.Partial = true
	if Compare(now, base, DefaultSlower()).Partial == "" {
		t.Error("a partial report is compared as if it were whole")
	}
}
