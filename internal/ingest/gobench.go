package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A line of a Go benchmark: name, iterations, then pairs of value and unit
// (golang.org/design/14313-benchmark-format). The number of processors behind
// the name's last dash is no part of it.
var gobenchLine = regexp.MustCompile(`^(Benchmark[^\s]*)\s+(\d{1,15})\s+(\S.*)$`)

// readGoBench reads what `go test -bench` prints, as benchstat takes it. Each
// line is a measurement of its benchmark: with -count the percentiles are those
// of the measurements, in milliseconds an operation. The package
// that stands above goes in front of the name.
func readGoBench(src *source, sink *loadSink) error {
	g := &gobench{sink: sink}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		text := bytes.TrimSpace(line)
		if badChar(text) >= 0 {
			return placedLine(src, n, "the line holds a control character or invalid UTF-8")
		}
		if e := g.line(string(text)); e != "" {
			return placedLine(src, n, "%s", e)
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if g.failed != "" {
		return src.refuse("the benchmarks failed: %s", clip([]byte(g.failed), 200)).WithHint("mend the benchmark: figures of a failed run prove nothing")
	}
	if g.count > 0 {
		sink.notes.addf("each of %d lines is one measurement, in milliseconds an operation; throughput is not known", g.count)
	}
	return nil
}

type gobench struct {
	sink   *loadSink
	pkg    string
	count  int
	failed string
}

func (g *gobench) line(text string) (refusal string) {
	switch {
	case strings.HasPrefix(text, "pkg: "):
		g.pkg = text[len("pkg: "):]
		return ""
	case strings.HasPrefix(text, "--- FAIL") || text == "FAIL" || strings.HasPrefix(text, "FAIL\t") || strings.HasPrefix(text, "panic:"):
		if g.failed == "" {
			g.failed = text
		}
		return ""
	}
	m := gobenchLine.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	fields := strings.Fields(m[3])
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i+1] != "ns/op" {
			continue
		}
		ns, err := strconv.ParseFloat(fields[i], 64)
		if err != nil || !(ns >= 0) || math.IsInf(ns, 0) {
			return strconv.Quote(clip([]byte(fields[i]), 40)) + " is no number of nanoseconds"
		}
		name := benchName(m[1])
		if g.pkg != "" {
			name = g.pkg + "." + name
		}
		g.count++
		g.sink.add(&sample{name: []byte(name), startUS: math.NaN(), lastUS: ns / 1000})
		return ""
	}
	if len(fields)%2 == 1 {
		return "the line of " + clip([]byte(m[1]), 80) + " is cut off"
	}
	return ""
}

// benchName cuts the number of processors off.
func benchName(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		if _, ok := digits([]byte(name[i+1:])); ok {
			return name[:i]
		}
	}
	return name
}
