package ingest

import "bytes"

// readDotnet reads the XML of NUnit 2 and 3 (<test-case>) and of xUnit.net
// version 2 (<test> in <collection>). Warnings pass, inconclusive cases count
// as skipped; an error that xUnit tells of a whole assembly is a case of its own.
func readDotnet(src *source, sink *testSink) error {
	d := &dotnet{x: newXMLScanner(src), sink: sink, declared: -1}
	for {
		ev, err := d.x.next()
		switch {
		case err != nil:
			return err
		case ev == xmlStart:
			err = d.start()
		case ev == xmlEnd:
			err = d.end()
		default:
			if d.declared >= 0 && d.declared != d.counted {
				sink.notes.addf("the report declares total=%d, counted were %d", d.declared, d.counted)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

type dotnet struct {
	x        *xmlScanner
	sink     *testSink
	declared int
	counted  int
	inCase   int // depth of the open case, 0 outside
	textOf   int
	outcome  CaseOutcome

	suite, class, name, message []byte
	labels                      []byte
	seconds                     float64
	open                        []dotnetSuite
}

// dotnetSuite is an open <test-suite>.
type dotnetSuite struct {
	depth   int
	name    string
	failed  bool // says so itself
	bad     bool // a case of it failed
	message string
}

func (d *dotnet) start() error {
	x := d.x
	if x.depth() == 1 || string(x.name) == "assembly" {
		d.declare()
	}
	switch string(x.name) {
	case "test-suite":
		d.sink.rep.Suites++
		result := string(bytes.ToLower(x.attr("result")))
		d.open = append(d.open, dotnetSuite{
			depth: x.depth(), name: clip(firstOf(x.attr("fullname"), x.attr("name")), maxPlace),
			failed: result == "failed" || result == "failure" || result == "error",
		})
	case "collection":
		d.sink.rep.Suites++
		d.suite = append(d.suite[:0], x.attr("name")...)
	case "class": // of xUnit.net 1
		d.sink.rep.Suites++
	case "test-case", "test":
		return d.startCase()
	case "error":
		if d.inCase == 0 && x.attr("type") != nil {
			if err := d.startCase(); err != nil {
				return err
			}
			d.counted--
			d.outcome = CaseError
			d.name = append([]byte("(error) "), d.name...)
		}
	case "property", "trait", "category":
		if d.inCase > 0 && (string(x.name) == "category" || isLabel(x.attr("name"))) {
			d.labels = append(append(d.labels, firstOf(x.attr("value"), x.attr("name"))...), '\n')
		}
	case "message":
		if d.inCase > 0 && d.outcome != CasePassed || d.inCase == 0 && len(d.open) > 0 && d.open[len(d.open)-1].failed {
			d.textOf = x.depth()
			x.collect(d.sink.lim.MaxMessage)
		}
	}
	return nil
}

// declare adds up the totals that the root, or each assembly, declares. The
// total of NUnit 2 leaves out what did not run.
func (d *dotnet) declare() {
	n := declaredCount(d.x.attr("total"))
	if n < 0 {
		return
	}
	if string(d.x.name) == "test-results" {
		n += max(0, declaredCount(d.x.attr("not-run")))
	}
	d.declared = max(d.declared, 0) + n
}

func (d *dotnet) startCase() error {
	x := d.x
	if d.inCase > 0 {
		return x.refuse("a <%s> stands inside of another case", x.name)
	}
	d.inCase = x.depth()
	d.counted++
	d.class = append(d.class[:0], firstOf(x.attr("classname"), x.attr("type"))...)
	d.name = append(d.name[:0], firstOf(x.attr("fullname"), x.attr("name"))...)
	d.message, d.labels = d.message[:0], d.labels[:0]
	d.seconds = d.sink.secondsText(firstOf(x.attr("duration"), x.attr("time")))
	if string(x.name) == "error" {
		return nil
	}
	result := string(bytes.ToLower(x.attr("result")))
	if result == "" { // NUnit before 2.5
		result = map[string]string{"FalseFalse": "skipped", "False": "skipped", "TrueTrue": "success", "TrueFalse": "failure"}[string(x.attr("executed"))+string(x.attr("success"))]
	}
	switch result {
	case "pass", "passed", "success", "warning":
		d.outcome = CasePassed
	case "fail", "failed", "failure":
		d.outcome = CaseFailed
		if label := string(x.attr("label")); label == "Error" || label == "Invalid" {
			d.outcome = CaseError
		}
	case "error", "notrunnable", "invalid", "cancelled":
		d.outcome = CaseError
	case "skip", "skipped", "ignored", "inconclusive", "notrun", "explicit":
		d.outcome = CaseSkipped
	default:
		return x.refuse("a case has the result %q, which is not known", clip(x.attr("result"), 40))
	}
	return nil
}

func firstOf(a, b []byte) []byte {
	if len(a) > 0 {
		return a
	}
	return b
}

func (d *dotnet) end() error {
	depth := d.x.depth() + 1
	if depth == d.textOf {
		d.textOf = 0
		if n := len(d.open); d.inCase == 0 && n > 0 {
			d.open[n-1].message = string(d.x.collected())
			return nil
		}
		if len(d.message) == 0 {
			d.message = append(d.message, d.x.collected()...)
		}
	}
	if n := len(d.open); n > 0 && d.open[n-1].depth == depth {
		return d.endSuite()
	}
	if depth != d.inCase {
		return nil
	}
	d.inCase = 0
	if n := len(d.open); n > 0 && d.outcome.Bad() {
		d.open[n-1].bad = true
	}
	return placed(d.sink.add(&caseRun{suite: d.suite, class: d.class, name: d.name, outcome: d.outcome, seconds: d.seconds, message: d.message, labels: d.labels}), d.x.where(0))
}

// endSuite counts a suite that failed while none of its cases did, as when its
// tear-down failed, as an error.
func (d *dotnet) endSuite() error {
	n := len(d.open) - 1
	s := d.open[n]
	d.open = d.open[:n]
	if s.failed && !s.bad {
		s.bad = true
		run := caseRun{class: []byte(s.name), name: []byte("(suite)"), outcome: CaseError, message: []byte(s.message)}
		if err := d.sink.add(&run); err != nil {
			return placed(err, d.x.where(0))
		}
	}
	if n > 0 {
		d.open[n-1].bad = d.open[n-1].bad || s.bad
	}
	return nil
}
