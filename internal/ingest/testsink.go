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
	cases   keptCases
	seed    maphash.Seed
	key     []byte
	suite   uint32 // last suite, class: shared by the cases that follow
	class   uint32
	passing int // kept cases that did not fail when they came
	failing int
	notes   noteList
	lasting float64 // seconds over all runs
	badTime int
	file    uint16 // number of the file being read
	crossed int    // repeats over files
	rescued int    // of them, failed in an earlier file and passed in a later one
}

// caseRun is one run of a case as a reader found it. Its bytes are copied when kept.
type caseRun struct {
	suite, class, name []byte
	outcome            CaseOutcome
	seconds            float64
	message            []byte
	file               []byte // in which the case stands, when the report says so
	labels             []byte // tags and categories, one a line
	failedRuns         int    // failed tries that the same entry tells, before this outcome
	laterRuns          int    // failed tries after a first failure
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
	hash := t.identity(c)
	e, seen := t.table.find(hash)
	if seen {
		t.repeat(e, c, runs)
		return nil
	}
	e.set(c.outcome, c.failedRuns > 0, t.keep(hash, c, runs), uint8(t.file))
	return nil
}

func (t *testSink) identity(c *caseRun) caseSlot {
	k := t.key[:0]
	k = append(k, c.suite...)
	k = append(k, 0)
	k = append(k, c.class...)
	k = append(k, 0)
	k = append(k, c.name...)
	t.key = k
	return hashOf(maphash.Bytes(t.seed, k))
}

// repeat merges another run into a case: the last run that was not skipped decides.
func (t *testSink) repeat(e *caseSlot, c *caseRun, runs int) {
	before, failed, kept := e.outcome(), e.failedBefore(), e.kept()
	if e.file() != uint8(t.file) {
		t.crossed++
		if before.Bad() && c.outcome == CasePassed {
			t.rescued++
		}
	}
	outcome := before
	decides := c.outcome != CaseSkipped || before == CaseSkipped
	if decides {
		failed = failed || before.Bad() || c.failedRuns > 0
		outcome = c.outcome
	}
	hash := *e & slotHash
	switch {
	case kept:
		t.renew(t.cases.find(hash), c, runs, decides)
	case decides && outcome.Bad():
		kept = t.keep(hash, c, runs)
	}
	e.set(outcome, failed, kept, uint8(t.file))
}

// renew brings a kept case up to date with another run of it.
func (t *testSink) renew(i int, c *caseRun, runs int, decides bool) {
	k := t.cases.at(i)
	k.runs += uint32(runs)
	if decides {
		k.took = seconds(c.seconds)
		t.cases.say(i, t.message(c.message))
		t.cases.place(i, c)
	}
}

// keep stores a case when there is room.
func (t *testSink) keep(hash caseSlot, c *caseRun, runs int) bool {
	room := &t.passing
	if c.outcome.Bad() {
		room = &t.failing
	}
	if *room >= t.lim.KeepCases {
		t.rep.Partial = true
		return false
	}
	*room++
	t.suite = t.cases.name(c.suite, t.suite)
	if bytes.Equal(c.class, c.suite) {
		t.class = t.suite
	} else {
		t.class = t.cases.name(c.class, t.class)
	}
	id, name := t.idAndName(c.name)
	k := keptCase{id: id, hash: hash, took: seconds(c.seconds), suite: t.suite, class: t.class, nameLen: uint32(len(name)), runs: uint32(runs)}
	i := t.cases.add(k)
	t.cases.say(i, t.message(c.message))
	t.cases.place(i, c)
	if !strings.HasSuffix(id, name) {
		t.cases.keepName(i, name)
	}
	return true
}

// idAndName gives the id of a case of the present suite and class, and its
// name, which shares the id's bytes where it stands at its end.
func (t *testSink) idAndName(b []byte) (id, name string) {
	suite, class := t.cases.names[t.suite], t.cases.names[t.class]
	k := t.key[:0]
	if suite != "" && !strings.Contains(suite, " :: ") && !strings.Contains(class, " :: ") && !bytes.Contains(b, []byte(" :: ")) {
		k = append(append(k, suite...), " :: "...)
		if class != suite {
			k = append(append(k, class...), " :: "...)
		}
		k = append(k, b...)
		t.key = k
		id = string(k)
		return id, id[len(id)-len(b):]
	}
	name = string(b)
	return CaseID(suite, class, name), name
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
	for e := range t.table.all {
		switch e.outcome() {
		case CasePassed:
			r.Passed++
			if e.failedBefore() {
				r.Flaky++
			}
		case CaseFailed:
			r.Failed++
		case CaseError:
			r.Errors++
		case CaseSkipped:
			r.Skipped++
		}
	}
	r.Cases = t.cases.take(&t.table)
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
