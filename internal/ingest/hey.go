package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// readHey reads `hey -o csv`: a row for each answered request, times in
// seconds. Requests without an answer are not in the file.
func readHey(src *source, head []byte, sink *loadSink) error {
	c := newCSVScanner(src, delimiterOf(head))
	if _, err := c.next(); err != nil {
		return err
	}
	took, status, offset, width := -1, -1, -1, len(c.fields)
	for i, f := range c.fields {
		switch string(f) {
		case "response-time":
			took = i
		case "status-code":
			status = i
		case "offset":
			offset = i
		}
	}
	if took < 0 || status < 0 {
		return c.refuse("the header lacks one of the columns response-time and status-code")
	}
	sink.notes.addf("hey leaves requests without an answer out of this file: they are not counted as errors")
	for {
		ok, err := c.next()
		if err != nil || !ok {
			return err
		}
		if len(c.fields) != width {
			return c.refuse("the row has %d fields instead of %d", len(c.fields), width)
		}
		seconds, err1 := strconv.ParseFloat(string(c.fields[took]), 64)
		code, okCode := digits(c.fields[status])
		if err1 != nil || !(seconds >= 0) || !okCode {
			return c.refuse("response-time %q or status-code %q is no number", clip(c.fields[took], 30), clip(c.fields[status], 30))
		}
		s := sample{name: []byte("request"), startUS: math.NaN(), lastUS: seconds * 1e6, failed: code < 200 || code >= 400}
		if offset >= 0 {
			if v, err := strconv.ParseFloat(string(c.fields[offset]), 64); err == nil {
				s.startUS = v * 1e6
			}
		}
		sink.add(&s)
	}
}

// readWrk reads what wrk and wrk2 print with --latency. Percentiles beyond
// those that were printed are not known.
func readWrk(src *source, sink *loadSink) error {
	t := unknownFigures("")
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		wrkLine(strings.Fields(string(bytes.ToValidUTF8(line, nil))), &t)
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if t.Count == 0 || !t.Throughput.Known() {
		return src.refuse("the output has no count of requests, or no Requests/sec: it is truncated")
	}
	t.ErrorRate = Figure(min(1, float64(t.Errors)/float64(t.Count))) // what found no connection is no request
	return sink.takeFigures(src.name, t, nil)
}

func wrkLine(f []string, t *Transaction) {
	switch {
	case len(f) >= 4 && f[0] == "Latency" && f[1] != "Distribution":
		t.MeanMS, t.MaxMS = wrkTime(f[1]), wrkTime(f[3])
	case len(f) == 2 && strings.HasSuffix(f[0], "%"):
		v, err := strconv.ParseFloat(strings.TrimSuffix(f[0], "%"), 64)
		if err != nil {
			return
		}
		to := map[float64]*Figure{50: &t.P50MS, 90: &t.P90MS, 95: &t.P95MS, 99: &t.P99MS}[v]
		if to != nil && !to.Known() { // wrk2 prints them a second time, without what waited to be sent
			*to = wrkTime(f[1])
		}
	case len(f) == 4 && strings.HasPrefix(f[1], "0.95") && !t.P95MS.Known(): // of wrk2's spectrum: value in ms, share, count, …
		if v, err := strconv.ParseFloat(f[0], 64); err == nil && v >= 0 {
			t.P95MS = Figure(v)
		}
	case len(f) >= 4 && f[1] == "requests" && f[2] == "in":
		t.Count, _ = digits([]byte(f[0]))
	case len(f) == 2 && f[0] == "Requests/sec:":
		if v, err := strconv.ParseFloat(f[1], 64); err == nil && v >= 0 {
			t.Throughput = Figure(v)
		}
	case len(f) > 2 && f[0] == "Socket" && f[1] == "errors:":
		for _, w := range f[2:] {
			v, _ := digits([]byte(strings.TrimSuffix(w, ",")))
			t.Errors += v
		}
	case len(f) == 5 && f[0] == "Non-2xx":
		v, _ := digits([]byte(f[4]))
		t.Errors += v
	}
}

// wrkTime reads 635.91us, 12.92ms, 1.20s, 2.00m in milliseconds.
func wrkTime(s string) Figure {
	for _, u := range []struct {
		suffix string
		ms     float64
	}{{"us", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}} {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			if v, err := strconv.ParseFloat(number, 64); err == nil && v >= 0 {
				return Figure(v * u.ms)
			}
		}
	}
	return Unknown()
}
