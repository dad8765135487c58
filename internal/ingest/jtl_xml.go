package ingest

import (
	"bytes"
	"math"
	"strconv"
)

// transactionMessage starts the response message of a JMeter transaction
// controller's sample (TransactionController.java, and how JMeter's own
// dashboard tells controllers apart).
var transactionMessage = []byte("Number of samples in transaction")

// readJTLXML reads a JMeter result file in XML. A sample that holds further
// samples counts once: a transaction controller is listed as a group and its
// parts are counted; any other sample is counted and its parts (redirects,
// embedded resources) are not.
func readJTLXML(src *source, sink *loadSink) error {
	j := &jtlXML{x: newXMLScanner(src), sink: sink}
	for {
		ev, err := j.x.next()
		if err != nil {
			return err
		}
		switch ev {
		case xmlStart:
			err = j.start()
		case xmlEnd:
			j.end()
		case xmlEOF:
			if j.contradicted > 0 {
				sink.notes.addf("%d samples say they succeeded while one of their assertions failed; they count as errors", j.contradicted)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

type jtlXML struct {
	x            *xmlScanner
	sink         *loadSink
	open         []jtlSample
	asserting    bool // inside assertionResult/failure or error: its text is wanted
	contradicted int
}

type jtlSample struct {
	depth   int
	name    []byte
	s       sample
	skipped bool // a part of a sample that counts itself
}

func (j *jtlXML) start() error {
	x := j.x
	if x.depth() == 1 {
		if string(x.name) != "testResults" {
			return x.refuse("the root element <%s> is not <testResults>", clip(x.name, 60))
		}
		return nil
	}
	switch string(x.name) {
	case "httpSample", "sample":
		return j.startSample()
	case "failure", "error":
		if len(j.open) > 0 && x.depth() == j.open[len(j.open)-1].depth+2 {
			j.asserting = true
			x.collect(8)
		}
	}
	return nil
}

func (j *jtlXML) startSample() error {
	x := j.x
	elapsed, err1 := strconv.ParseInt(string(x.attr("t")), 10, 64)
	stamp, err2 := strconv.ParseInt(string(x.attr("ts")), 10, 64)
	if err1 != nil || elapsed < 0 {
		return x.refuse("a sample has no elapsed time t in milliseconds, but %q", clip(x.attr("t"), 40))
	}
	if x.attr("ts") == nil {
		stamp, err2 = -1, nil
	}
	if err2 != nil {
		return x.refuse("the time stamp ts=%q is no number of milliseconds", clip(x.attr("ts"), 40))
	}
	success := x.attr("s")
	if s := string(success); s != "true" && s != "false" {
		return x.refuse("a sample does not say s=\"true\" or \"false\", but %q", clip(success, 40))
	}
	if len(j.open) < cap(j.open) {
		j.open = j.open[:len(j.open)+1]
	} else {
		j.open = append(j.open, jtlSample{})
	}
	o := &j.open[len(j.open)-1]
	o.depth = x.depth()
	o.name = append(o.name[:0], x.attr("lb")...)
	o.skipped = false
	if n := len(j.open); n > 1 {
		up := &j.open[n-2]
		o.skipped = up.skipped || !up.s.group
	}
	o.s = sample{
		startUS: float64(stamp) * 1000, lastUS: float64(elapsed) * 1000,
		failed: string(success) == "false", group: bytes.HasPrefix(x.attr("rm"), transactionMessage),
	}
	if stamp < 0 {
		o.s.startUS = math.NaN()
	}
	return nil
}

func (j *jtlXML) end() {
	if len(j.open) == 0 {
		return
	}
	o := &j.open[len(j.open)-1]
	if j.asserting {
		j.asserting = false
		if string(j.x.collected()) == "true" && !o.s.failed {
			o.s.failed = true
			j.contradicted++
		}
		return
	}
	if j.x.depth()+1 != o.depth {
		return
	}
	if !o.skipped {
		o.s.name = o.name
		j.sink.add(&o.s)
	}
	j.open = j.open[:len(j.open)-1]
}
