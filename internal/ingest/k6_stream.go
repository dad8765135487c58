package ingest

import (
	"math"
	"time"
)

// readK6Stream reads what k6 writes with --out json: one JSON value a line, a
// Metric for each definition and a Point for each measurement. Requests are the
// points of http_req_duration by their tag name; errors are the points of
// http_req_failed that are not 0.
func readK6Stream(src *source, sink *loadSink) error {
	k := &k6Stream{j: newJSONScanner(src), sink: sink}
	for {
		c, err := k.j.peek()
		if err != nil {
			return err
		}
		if c == 0 {
			break
		}
		k.reset()
		if err := k.j.object(k.line); err != nil {
			return err
		}
		k.take()
	}
	return k.finish()
}

type k6Stream struct {
	j    *jsonScanner
	sink *loadSink

	metric, kind, name, group []byte
	value                     float64
	stamp                     float64
	expected                  bool // the tag expected_response is not false

	hasFailed  bool // points of http_req_failed were seen
	checks     int64
	checksBad  int64
	thresholds int
	iterations sketch
}

func (k *k6Stream) reset() {
	k.metric, k.kind, k.name, k.group = k.metric[:0], k.kind[:0], k.name[:0], k.group[:0]
	k.value, k.stamp, k.expected = math.NaN(), math.NaN(), true
}

func (k *k6Stream) line(key []byte) error {
	switch string(key) {
	case "metric":
		return k.textTo(&k.metric)
	case "type":
		return k.textTo(&k.kind)
	case "data":
		return k.j.object(k.data)
	}
	return k.j.skipValue()
}

func (k *k6Stream) textTo(to *[]byte) error {
	b, err := k.j.text()
	*to = append((*to)[:0], b...)
	return err
}

func (k *k6Stream) data(key []byte) error {
	switch string(key) {
	case "value":
		v, ok, err := k.j.number()
		if ok {
			k.value = v
		}
		return err
	case "time":
		b, err := k.j.text()
		if err != nil {
			return err
		}
		t, perr := time.Parse(time.RFC3339Nano, string(b))
		if perr != nil || t.Year() < 1970 || t.Year() > 2200 {
			return k.j.refuse("the time %q is none within 1970–2200", clip(b, 40))
		}
		k.stamp = float64(t.UnixMicro())
		return nil
	case "tags":
		if c, err := k.j.peek(); err != nil || c != '{' {
			return k.j.skipValue()
		}
		return k.j.object(k.tag)
	case "thresholds":
		if c, err := k.j.peek(); err != nil || c != '[' {
			return k.j.skipValue()
		}
		return k.j.array(func() error { k.thresholds++; return k.j.skipValue() })
	}
	return k.j.skipValue()
}

func (k *k6Stream) tag(key []byte) error {
	switch string(key) {
	case "name":
		return k.textTo(&k.name)
	case "group":
		return k.textTo(&k.group)
	case "expected_response":
		b, err := k.j.text()
		k.expected = string(b) != "false"
		return err
	}
	return k.j.skipValue()
}

// take counts the point that was read.
func (k *k6Stream) take() {
	if string(k.kind) != "Point" || math.IsNaN(k.value) {
		return
	}
	switch string(k.metric) {
	case "http_req_duration":
		name := k.name
		if len(name) == 0 {
			name = k.group
		}
		us := k.value * 1000
		// The point is stamped at the end of the request.
		k.sink.add(&sample{name: name, startUS: k.stamp - us, lastUS: us})
		if !k.expected {
			k.sink.last.unexpected++
			k.sink.total.unexpected++
		}
	case "http_req_failed":
		k.hasFailed = true
		if k.value != 0 {
			name := k.name
			if len(name) == 0 {
				name = k.group
			}
			k.sink.transaction(name).errors++
			k.sink.total.errors++
		}
	case "checks":
		k.checks++
		if k.value == 0 {
			k.checksBad++
		}
	case "iteration_duration":
		k.iterations.add(k.value * 1000)
		if !math.IsNaN(k.stamp) && k.sink.total.hist.n == 0 {
			k.sink.span(k.stamp-k.value*1000, k.stamp)
		}
	}
}

func (k *k6Stream) finish() error {
	l := k.sink
	if l.total.hist.n == 0 && k.iterations.n > 0 {
		l.notes.addf("the run made no HTTP request: its iterations are taken as the transaction")
		g := l.transaction([]byte("iteration"))
		g.hist.merge(&k.iterations)
		l.total.hist.merge(&k.iterations)
	}
	if !k.hasFailed {
		for _, g := range l.by {
			g.errors += g.unexpected
		}
		l.total.errors += l.total.unexpected
	}
	for _, g := range l.by {
		g.unexpected = 0
	}
	l.total.unexpected = 0
	if k.checksBad > 0 {
		l.notes.addf("%d of %d checks failed; k6 does not count them as failed requests", k.checksBad, k.checks)
	}
	if k.thresholds > 0 {
		l.notes.addf("%d thresholds are named; the stream does not say whether they held", k.thresholds)
	}
	return nil
}
