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
}

func (d *dotnet) start() error {
	x := d.x
	if x.depth() == 1 || string(x.name) == "assembly" {
		d.declare()
	}
	switch string(x.name) {
	case "test-suite", "collection":
		d.sink.rep.Suites++
		if string(x.name) == "collection" {
			d.suite = append(d.suite[:0], x.attr("name")...)
		}
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
		if d.inCase > 0 && d.outcome != CasePassed {
			d.textOf = x.depth()
			x.collect(d.sink.lim.MaxMessage)
		}
	}
	return nil
}

// declare adds up the totals that the root, or each assembly, declares.
func (d *dotnet) declare() {
	if n := declaredCount(d.x.attr("total")); n >= 0 {
		d.declared = max(d.declared, 0) + n
	}
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
		if len(d.message) == 0 {
			d.message = append(d.message, d.x.collected()...)
		}
	}
	if depth != d.inCase {
		return nil
	}
	d.inCase = 0
	return placed(d.sink.add(&caseRun{suite: d.suite, class: d.class, name: d.name, outcome: d.outcome, seconds: d.seconds, message: d.message, labels: d.labels}), d.x.where(0))
}
