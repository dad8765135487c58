package ingest

import (
	"strconv"
	"strings"

	headway "headway"
)

// maxTRX is how many results of one TRX file are held until its definitions,
// which stand behind them, tell their classes.
const maxTRX = 500_000

// readTRX reads the results of Visual Studio's test platform (TRX). The rows of
// a data-driven test count, not the result that sums them up.
func readTRX(src *source, sink *testSink) error {
	t := &trx{x: newXMLScanner(src), sink: sink, classes: map[string]string{}, labels: map[string][]byte{}, declared: -1}
	for {
		ev, err := t.x.next()
		switch {
		case err != nil:
			return err
		case ev == xmlStart:
			err = t.start()
		case ev == xmlEnd:
			t.end()
		default:
			return t.finish()
		}
		if err != nil {
			return err
		}
	}
}

type trx struct {
	x        *xmlScanner
	sink     *testSink
	open     []trxResult
	done     []trxResult
	classes  map[string]string // by test id
	unit     string            // id of the open UnitTest
	labels   map[string][]byte // categories by test id
	textOf   int
	declared int
	ended    string // outcome of the run as a whole
	broken   string // what went wrong with it
	inInfo   bool   // inside of a RunInfo that tells an error
}

type trxResult struct {
	depth             int
	id, name, message string
	outcome           CaseOutcome
	seconds           float64
	parent            bool // has inner results
}

func (t *trx) start() error {
	x := t.x
	switch string(x.name) {
	case "UnitTestResult", "GenericTestResult", "WebTestResult", "TestResultAggregation", "ManualTestResult":
		if len(t.done)+len(t.open) >= maxTRX {
			return headway.Errorf(headway.TooLarge, "the file has more than %d results", maxTRX).At(x.where(0))
		}
		if n := len(t.open); n > 0 {
			t.open[n-1].parent = true
		}
		t.open = append(t.open, trxResult{
			depth: x.depth(), id: string(x.attr("testId")), name: string(x.attr("testName")),
			outcome: trxOutcome(string(x.attr("outcome"))), seconds: clockSeconds(string(x.attr("duration"))),
		})
	case "Message":
		if n := len(t.open); n > 0 && t.open[n-1].outcome != CasePassed && t.open[n-1].message == "" {
			t.textOf = x.depth()
			x.collect(t.sink.lim.MaxMessage)
		}
	case "ResultSummary":
		t.ended = string(x.attr("outcome"))
	case "RunInfo":
		t.inInfo = string(x.attr("outcome")) == "Error"
	case "Text":
		if t.inInfo && t.broken == "" {
			t.textOf = x.depth()
			x.collect(t.sink.lim.MaxMessage)
		}
	case "UnitTest":
		t.unit = string(x.attr("id"))
	case "TestCategoryItem":
		if t.unit != "" && len(t.labels[t.unit]) < maxLabels*maxPlace {
			t.labels[t.unit] = append(append(t.labels[t.unit], x.attr("TestCategory")...), '\n')
		}
	case "TestMethod":
		if t.unit != "" {
			t.classes[t.unit] = plainClass(string(x.attr("className")))
		}
	case "Counters":
		t.declared = declaredCount(x.attr("total"))
	}
	return nil
}

func trxOutcome(s string) CaseOutcome {
	switch s {
	case "Passed", "Warning", "Completed":
		return CasePassed
	case "Failed":
		return CaseFailed
	case "NotExecuted", "Inconclusive", "NotRunnable", "Pending":
		return CaseSkipped
	}
	return CaseError // Error, Timeout, Aborted, Disconnected, and none
}

// clockSeconds reads hh:mm:ss.fffffff.
func clockSeconds(s string) float64 {
	total := 0.0
	for part := range strings.SplitSeq(s, ":") {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0) || v > 1e6 {
			return 0
		}
		total = total*60 + v
	}
	return min(total, 9e9)
}

func (t *trx) end() {
	depth := t.x.depth() + 1
	n := len(t.open)
	if depth == t.textOf {
		t.textOf = 0
		if n > 0 {
			t.open[n-1].message = string(t.x.collected())
		} else {
			t.broken = string(t.x.collected())
		}
	}
	if n > 0 && t.open[n-1].depth == depth {
		if !t.open[n-1].parent {
			t.done = append(t.done, t.open[n-1])
		}
		t.open = t.open[:n-1]
	}
}

func (t *trx) finish() error {
	classes := map[string]bool{}
	bad := 0
	for i := range t.done {
		r := &t.done[i]
		class := t.classes[r.id]
		if class == "" {
			class = r.id
		}
		classes[class] = true
		if r.outcome.Bad() {
			bad++
		}
		run := caseRun{class: []byte(class), name: []byte(r.name), outcome: r.outcome, seconds: r.seconds, message: []byte(r.message), labels: t.labels[r.id]}
		if err := t.sink.add(&run); err != nil {
			return placed(err, t.x.source.name)
		}
	}
	t.sink.rep.Suites += len(classes)
	if err := t.wholeRun(bad); err != nil {
		return err
	}
	if t.declared >= 0 && t.declared != len(t.done) {
		t.sink.notes.addf("the counters declare total=%d, counted were %d", t.declared, len(t.done))
	}
	return nil
}

// wholeRun counts a run that ended badly without a result that says so, as
// after a crash of the test host, as an error.
func (t *trx) wholeRun(bad int) error {
	switch t.ended {
	case "Failed", "Error", "Aborted", "Timeout", "Disconnected":
	default:
		return nil
	}
	if bad > 0 {
		return nil
	}
	message := t.broken
	if message == "" {
		message = "the run ended as " + t.ended
	}
	return t.sink.add(&caseRun{name: []byte("(run)"), outcome: CaseError, message: []byte(message)})
}

// plainClass cuts the assembly off a qualified name: its version is no part of a test's identity.
func plainClass(name string) string {
	depth := 0
	for i := range len(name) {
		switch name[i] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				return name[:i]
			}
		}
	}
	return name
}
