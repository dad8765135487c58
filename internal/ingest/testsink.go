package ingest

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	headway "headway"
)

// testSink counts the runs of test cases and merges repeats. It holds a few
// bytes for each case it counts and a Case for those it keeps, so that a report
// of any size fits.
type testSink struct {
	lim     Limits
	rep     TestReport
	table   caseTable
	cases   caseList
	seed    maphash.Seed
	key     []byte
	suite   string // last suite, class: shared by the cases that follow
	class   string
	passing int // kept cases that did not fail when they came
	failing int
	notes   noteList
	lasting float64 // seconds over all runs
	badTime int
	file    uint16 // number of the file being read
	crossed int    // repeats over files
	rescued int    // of them, failed in an earlier file and passed in a later one
}

// caseEntry is what is remembered of each case.
type caseEntry struct {
	hash         uint64 // of the identity
	kept         int32  // index in cases, or -1
	file         uint16 // in which it was last seen
	outcome      uint8
	failedBefore bool
}

// caseRun is one run of a case as a reader found it. Its bytes are copied when kept.
type caseRun struct {
	suite, class, name []byte
	outcome            CaseOutcome
	seconds            float64
	message            []byte
	failedRuns         int // failed tries that the same entry tells, before this outcome
	laterRuns          int // failed tries after a first failure
}

func newTestSink(lim Limits) *testSink {
	return &testSink{lim: lim, seed: maphash.MakeSeed(), notes: noteList{max: lim.MaxNotes}}
}

var outcomes = [...]CaseOutcome{CasePassed, CaseFailed, CaseError, CaseSkipped}

func outcomeIndex(o CaseOutcome) uint8 {
	for i, v := range outcomes {
		if v == o {
			return uint8(i)
		}
	}
	return 2
}

func (t *testSink) add(c *caseRun) error {
	runs := 1 + c.failedRuns + c.laterRuns
	t.rep.Runs += runs
	if t.rep.Runs > t.lim.MaxCases {
		return headway.Errorf(headway.TooLarge, "the report has more than %d cases", t.lim.MaxCases).WithHint("split it by suite")
	}
	t.lasting += c.seconds
	if len(c.class) == 0 {
		c.class = c.suite
	}
	if len(c.suite) == 0 {
		c.suite = c.class
	}
	e, seen := t.table.find(t.identity(c))
	if seen {
		t.repeat(e, c, runs)
		return nil
	}
	e.kept, e.file, e.outcome, e.failedBefore = t.keep(c, runs), t.file, outcomeIndex(c.outcome), c.failedRuns > 0
	return nil
}

func (t *testSink) identity(c *caseRun) uint64 {
	k := t.key[:0]
	k = append(k, c.suite...)
	k = append(k, 0)
	k = append(k, c.class...)
	k = append(k, 0)
	k = append(k, c.name...)
	t.key = k
	return maphash.Bytes(t.seed, k)
}

// repeat merges another run into a case: the last run that was not skipped decides.
func (t *testSink) repeat(e *caseEntry, c *caseRun, runs int) {
	before := outcomes[e.outcome]
	if e.file != t.file {
		e.file = t.file
		t.crossed++
		if before.Bad() && c.outcome == CasePassed {
			t.rescued++
		}
	}
	decides := c.outcome != CaseSkipped || before == CaseSkipped
	if decides {
		e.failedBefore = e.failedBefore || before.Bad() || c.failedRuns > 0
		e.outcome = outcomeIndex(c.outcome)
	}
	if e.kept < 0 {
		if !decides || !c.outcome.Bad() {
			return
		}
		e.kept = t.keep(c, runs)
		return
	}
	k := t.cases.at(e.kept)
	k.Runs += runs
	if !decides {
		return
	}
	k.Outcome = c.outcome
	k.Duration = seconds(c.seconds)
	if len(c.message) > 0 {
		k.Message = t.message(c.message)
	}
}

// keep stores a case when there is room and gives its place, or -1.
func (t *testSink) keep(c *caseRun, runs int) int32 {
	room := &t.passing
	if c.outcome.Bad() {
		room = &t.failing
	}
	if *room >= t.lim.KeepCases {
		t.rep.Partial = true
		return -1
	}
	*room++
	if string(c.suite) != t.suite {
		t.suite = string(c.suite)
	}
	switch {
	case string(c.class) == t.suite:
		t.class = t.suite
	case string(c.class) != t.class:
		t.class = string(c.class)
	}
	id, name := t.idAndName(c.name)
	return t.cases.add(Case{
		ID: id, Suite: t.suite, Class: t.class, Name: name,
		Outcome: c.outcome, Runs: runs, Duration: seconds(c.seconds), Message: t.message(c.message),
	})
}

// idAndName gives the id of a case of the present suite and class, and its
// name, which shares the id's bytes where it stands at its end.
func (t *testSink) idAndName(b []byte) (id, name string) {
	k := t.key[:0]
	if t.suite != "" && !strings.Contains(t.suite, " :: ") && !strings.Contains(t.class, " :: ") && !bytes.Contains(b, []byte(" :: ")) {
		k = append(append(k, t.suite...), " :: "...)
		if t.class != t.suite {
			k = append(append(k, t.class...), " :: "...)
		}
		k = append(k, b...)
		t.key = k
		id = string(k)
		return id, id[len(id)-len(b):]
	}
	name = string(b)
	return CaseID(t.suite, t.class, name), name
}

func (t *testSink) message(b []byte) string {
	if len(b) > t.lim.MaxMessage {
		b = append(trimRune(b[:t.lim.MaxMessage]), "…"...)
	}
	return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
}

// finish counts the merged cases.
func (t *testSink) finish() *TestReport {
	r := &t.rep
	r.Tests, r.Passed, r.Failed, r.Errors, r.Skipped, r.Flaky = t.table.n, 0, 0, 0, 0, 0
	r.Cases = t.cases.take()
	for i := range t.table.n {
		e := t.table.at(i)
		switch outcomes[e.outcome] {
		case CasePassed:
			r.Passed++
			if e.failedBefore {
				r.Flaky++
				if e.kept >= 0 {
					r.Cases[e.kept].Flaky = true
				}
			}
		case CaseFailed:
			r.Failed++
		case CaseError:
			r.Errors++
		case CaseSkipped:
			r.Skipped++
		}
	}
	r.Duration = seconds(t.lasting)
	if t.crossed > 0 {
		t.notes.addf("%d cases stand in more than one file: a later file counts as a retry (%d failed in an earlier file and passed in a later one)", t.crossed, t.rescued)
	}
	if t.badTime > 0 {
		t.notes.addf("%d durations are no number of seconds and count as 0", t.badTime)
	}
	if r.Partial {
		t.notes.addf("%d of %d cases are listed; all are counted", len(r.Cases), r.Tests)
	}
	if r.Tests > 0 && r.Skipped == r.Tests {
		t.notes.addf("no case ran: all %d are skipped", r.Tests)
	}
	r.Notes = t.notes.list()
	return r
}

// CaseID gives the stable identity of a case over runs: suite, class and name
// (with its parameters) joined by " :: ", the class left out where it repeats the suite.
func CaseID(suite, class, name string) string {
	if class == "" {
		class = suite
	}
	if suite == "" {
		suite = class
	}
	suite, class, name = escapeID(suite), escapeID(class), escapeID(name)
	switch suite {
	case "":
		return name
	case class:
		return suite + " :: " + name
	}
	return suite + " :: " + class + " :: " + name
}

func escapeID(s string) string {
	if !strings.Contains(s, " :: ") {
		return s
	}
	return strings.ReplaceAll(s, " :: ", ` \:: `)
}

// seconds makes a duration of seconds, within what a Duration can hold.
func seconds(s float64) time.Duration {
	return time.Duration(math.Round(min(max(s, 0), 9e9) * 1e9))
}

// secondsText reads a duration as JUnit writers print it: 1.5, 1,234.5 (US
// thousands), 0,012 (decimal comma). Nothing at all is 0.
func (t *testSink) secondsText(b []byte) float64 {
	if len(b) == 0 {
		return 0
	}
	v, ok := parseDecimal(string(b))
	if !ok || v < 0 || v > 9e9 {
		t.badTime++
		return 0
	}
	return v
}

func parseDecimal(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(s, "s")
	if strings.Contains(s, ",") {
		if strings.Contains(s, ".") || strings.Count(s, ",") > 1 {
			s = strings.ReplaceAll(s, ",", "")
		} else {
			s = strings.Replace(s, ",", ".", 1)
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// noteList keeps the first notes and counts the rest.
type noteList struct {
	max, over int
	notes     []string
}

func (n *noteList) addf(format string, args ...any) {
	if len(n.notes) >= n.max {
		n.over++
		return
	}
	n.notes = append(n.notes, fmt.Sprintf(format, args...))
}

func (n *noteList) list() []string {
	if n.over == 0 {
		return n.notes
	}
	return append(slices.Clip(n.notes), fmt.Sprintf("and %d more notes", n.over))
}
