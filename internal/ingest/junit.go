package ingest

import "bytes"

// readJUnit reads JUnit XML in the dialects of Ant, Surefire, Gradle, pytest,
// Jest, PHPUnit, gotestsum, Bazel, GoogleTest, CTest and Swift. There is no one
// standard; the description by Testmo (github.com/testmoapp/junitxml), the
// Surefire schema and Jenkins' reader were followed. Every <testcase> counts
// wherever it stands; declared counts are only compared.
func readJUnit(src *source, sink *testSink) error {
	j := &junitReader{x: newXMLScanner(src), sink: sink}
	for {
		ev, err := j.x.next()
		if err != nil {
			return err
		}
		switch ev {
		case xmlStart:
			err = j.start()
		case xmlEnd:
			err = j.end()
		case xmlEOF:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

type junitReader struct {
	x      *xmlScanner
	sink   *testSink
	suites []junitSuite
	path   []byte            // names of the open suites joined
	hosts  map[string]string // of the suites by path: see hostname

	inCase   int // depth of the open testcase, 0 outside
	run      caseRun
	class    []byte
	name     []byte
	message  []byte
	file     []byte
	labels   []byte
	failure  bool
	errored  bool
	skipped  bool
	retried  int    // flakyFailure, flakyError
	rerun    int    // rerunFailure, rerunError
	tries    [2]int // of both, by failures and errors
	textOf   int    // depth of the element whose text is the message, 0 when none
	ignoring int    // depth of an element whose inside is not looked at, 0 when none
}

func (j *junitReader) start() error {
	x := j.x
	if x.depth() == 1 && string(x.name) != "testsuites" && string(x.name) != "testsuite" {
		return x.refuse("the root element <%s> is neither <testsuites> nor <testsuite>", clip(x.name, 60))
	}
	if string(x.name) == "testcase" {
		return j.startCase()
	}
	if j.ignoring > 0 {
		return nil
	}
	switch string(x.name) {
	case "testsuites", "testsuite":
		if j.inCase > 0 {
			return x.refuse("a <%s> stands inside of a <testcase>", x.name)
		}
		j.startSuite()
	case "failure", "error", "skipped", "disabled", "ignored":
		j.verdict()
	case "flakyFailure", "flakyError", "rerunFailure", "rerunError":
		if j.inCase > 0 {
			if x.name[0] == 'f' {
				j.retried++
			} else {
				j.rerun++
			}
			if bytes.HasSuffix(x.name, []byte("Error")) {
				j.tries[1]++
			} else {
				j.tries[0]++
			}
			if len(j.message) == 0 {
				j.message = append(j.message, x.attr("message")...)
			}
			j.ignoring = x.depth()
		}
	case "property":
		j.label()
	case "system-out", "system-err":
		j.ignoring = x.depth()
	}
	return nil
}

// label takes a property of a case that labels it.
func (j *junitReader) label() {
	if j.inCase == 0 {
		return
	}
	if isLabel(j.x.attr("name")) {
		j.labels = append(append(j.labels, j.x.attr("value")...), '\n')
	}
}

// isLabel tells properties of a case that say what it belongs to.
func isLabel(name []byte) bool {
	switch string(bytes.ToLower(name)) {
	case "tag", "tags", "label", "labels", "category", "group", "groups", "component", "feature", "epic", "suite", "package":
		return true
	}
	return false
}

func (j *junitReader) startCase() error {
	x := j.x
	if j.inCase > 0 {
		return x.refuse("a <testcase> stands inside of another one")
	}
	j.inCase = x.depth()
	j.ignoring = 0
	class := x.attr("classname")
	if class == nil {
		class = x.attr("class")
	}
	j.class = append(j.class[:0], class...)
	j.name = append(j.name[:0], x.attr("name")...)
	j.file = append(j.file[:0], firstOf(x.attr("file"), x.attr("filepath"))...)
	j.message, j.labels = j.message[:0], j.labels[:0]
	j.failure, j.errored, j.skipped, j.retried, j.rerun, j.tries = false, false, false, 0, 0, [2]int{}
	j.run = caseRun{}
	seconds := x.attr("time")
	if seconds == nil {
		seconds = x.attr("duration")
	}
	j.run.seconds = j.sink.secondsText(seconds)
	j.statusOf(x.attr("status"))
	j.statusOf(x.attr("result"))
	return nil
}

// statusOf takes the outcome from an attribute, as some writers give no child element.
func (j *junitReader) statusOf(b []byte) {
	switch string(bytes.ToLower(b)) {
	case "failed", "fail", "failure":
		j.failure = true
	case "error", "errored":
		j.errored = true
	case "skipped", "notrun", "disabled", "ignored", "pending", "suppressed":
		j.skipped = true
	}
}

// verdict takes <failure>, <error>, <skipped> of a case, or of a whole suite.
func (j *junitReader) verdict() {
	x := j.x
	bad := string(x.name) == "failure" || string(x.name) == "error"
	if j.inCase == 0 {
		if !bad || len(j.suites) == 0 {
			return
		}
		j.message = j.message[:0]
	}
	first := len(j.message) == 0
	switch string(x.name) {
	case "failure":
		j.failure = true
	case "error":
		j.errored = true
	default:
		j.skipped = true
	}
	if bad || first {
		j.message = append(j.message[:0], x.attr("message")...)
		j.textOf = x.depth()
		x.collect(j.sink.lim.MaxMessage)
	}
	j.ignoring = x.depth()
}

func (j *junitReader) end() error {
	x := j.x
	depth := x.depth() + 1
	if depth == j.ignoring {
		j.ignoring = 0
	}
	if depth == j.textOf {
		j.textOf = 0
		j.joinMessage(x.collected())
		if j.inCase == 0 {
			return j.suiteFailed()
		}
	}
	if depth == j.inCase {
		return j.endCase()
	}
	if n := len(j.suites); n > 0 && j.suites[n-1].depth == depth {
		j.endSuite()
	}
	return nil
}

// joinMessage puts the text behind the message, unless it begins with it.
func (j *junitReader) joinMessage(text []byte) {
	switch {
	case len(text) == 0:
	case len(j.message) == 0 || bytes.HasPrefix(text, j.message):
		j.message = append(j.message[:0], text...)
	default:
		j.message = append(append(j.message, '\n'), text...)
	}
}

func (j *junitReader) endCase() error {
	j.inCase = 0
	r := &j.run
	r.suite, r.class, r.name, r.message = j.path, j.class, j.name, j.message
	r.file, r.labels = j.file, j.labels
	for i := len(j.suites) - 1; i >= 0 && len(r.file) == 0; i-- {
		r.file = append(r.file, j.suites[i].file...)
	}
	switch {
	case j.failure:
		r.outcome, r.laterRuns = CaseFailed, j.rerun+j.retried
	case j.errored:
		r.outcome, r.laterRuns = CaseError, j.rerun+j.retried
	case j.skipped:
		r.outcome = CaseSkipped
	case j.rerun > 0 && j.retried == 0:
		// Failed tries only, and no sign that one passed.
		r.outcome, r.laterRuns = CaseFailed, j.rerun-1
	default:
		r.outcome, r.failedRuns = CasePassed, j.retried+j.rerun
	}
	return j.count(1 + r.failedRuns + r.laterRuns)
}

func (j *junitReader) count(runs int) error {
	if n := len(j.suites); n > 0 {
		s := &j.suites[n-1]
		s.runs += runs
		one := [4]int{1, 0, 0, 0}
		switch j.run.outcome {
		case CaseFailed:
			one[1] = 1
		case CaseError:
			one[2] = 1
		case CaseSkipped:
			one[3] = 1
		}
		for i := range one {
			s.subtree[i] += one[i]
			s.direct[i] += one[i]
		}
		for i, n := range j.tries {
			s.tries[i] += n + one[1+i]
		}
	}
	if err := j.sink.add(&j.run); err != nil {
		return placed(err, j.x.where(0))
	}
	return nil
}
