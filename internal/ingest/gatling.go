package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"

	headway "headway"
)

// readGatlingLog reads simulation.log as Gatling 2.0 to 3.9 write it: lines of
// tabs that begin with RUN, REQUEST, GROUP, USER or ERROR. Where the fields of a
// request stand changed over the versions, so they are found from OK or KO on
// backwards: name, start, end, OK or KO, message. Groups are listed and left
// out of the total. Later versions write a binary file, which is refused.
func readGatlingLog(src *source, sink *loadSink) error {
	g := &gatling{src: src, sink: sink}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if e := g.line(bytes.TrimRight(line, "\r\n"), n); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if g.failures > 0 {
		sink.notes.addf("%d lines ERROR tell of failures outside of requests, which are not counted", g.failures)
	}
	return nil
}

type gatling struct {
	src      *source
	sink     *loadSink
	fields   [][]byte
	failures int
	name     []byte
}

func (g *gatling) line(line []byte, n int) error {
	if len(line) == 0 {
		return nil
	}
	if badChar(line) >= 0 {
		return placedLine(g.src, n, "the line holds a control character or invalid UTF-8")
	}
	g.fields = g.fields[:0]
	for f := range bytes.SplitSeq(line, []byte{'\t'}) {
		g.fields = append(g.fields, bytes.TrimSpace(f))
	}
	kind := string(g.fields[0])
	if kind != "RUN" && kind != "REQUEST" && kind != "GROUP" && len(g.fields) > 2 {
		// Version 2.0 and 2.1 put the name of the scenario in front.
		if k := string(g.fields[2]); k == "RUN" || k == "REQUEST" || k == "GROUP" || k == "USER" {
			kind, g.fields = k, g.fields[2:]
		}
	}
	switch kind {
	case "REQUEST":
		return g.request(n, false)
	case "GROUP":
		return g.request(n, true)
	case "ERROR":
		g.failures++
	case "RUN", "USER", "ASSERTION":
	default:
		return placedLine(g.src, n, "%q begins no line of a simulation.log", clip(g.fields[0], 40))
	}
	return nil
}

// request takes a line that ends in groups, name (a group has none), start,
// end, of groups the cumulated time, OK or KO and a message.
func (g *gatling) request(n int, group bool) error {
	times := 2
	if group {
		times = 3
	}
	at := g.verdict(times)
	if at < 0 {
		return placedLine(g.src, n, "the line does not tell its times and OK or KO: it is damaged or truncated")
	}
	f := g.fields
	first, end := f[at-times], f[at-times+1]
	if before := at - 4; !group && before > 1 && isTime(f[before]) && isTime(f[before+1]) {
		first, times = f[before], 4 // version 2.1: first and last sent, first and last received
		end = f[at-1]
	}
	start, _ := digits(first)
	last, ended := digits(end)
	failed := string(f[at]) == "KO"
	switch {
	case !isTime(first), !ended && !failed, ended && last < start:
		return placedLine(g.src, n, "%q and %q are no start and end", clip(first, 30), clip(end, 30))
	case !ended:
		last = start // it broke before there was an answer
	}
	g.name = append(g.name[:0], f[at-times-1]...)
	if up := at - times - 2; !group && up > 0 && len(f[up]) > 0 {
		g.name = append(append(append(g.name[:0], f[up]...), ','), f[at-times-1]...)
	}
	g.sink.add(&sample{
		name:    bytes.ReplaceAll(g.name, []byte(","), []byte(" / ")),
		startUS: float64(start) * 1000, lastUS: float64(last-start) * 1000, failed: failed, group: group,
	})
	return nil
}

// verdict finds OK or KO behind a number of times; -1 when there is none.
func (g *gatling) verdict(times int) int {
	for at := times + 2; at < len(g.fields); at++ {
		if v := string(g.fields[at]); (v == "OK" || v == "KO") && isTime(g.fields[at-times]) {
			return at
		}
	}
	return -1
}

// isTime tells milliseconds since the epoch, of 1973 to 2248.
func isTime(b []byte) bool {
	v, ok := digits(b)
	return ok && v > 1e11 && v < 1<<43
}

// readGatlingStats reads js/stats.json of a Gatling report: a tree of groups
// and requests with their figures. Its four percentiles are 50, 75, 95 and 99
// unless Gatling was configured otherwise, which the file does not say.
func readGatlingStats(src *source, sink *loadSink) error {
	g := &gatlingStats{j: newJSONScanner(src), sink: sink}
	if err := g.node(0); err != nil {
		return err
	}
	if err := g.j.atEnd(); err != nil {
		return err
	}
	if g.total.Count == 0 {
		return g.j.refuse("the file counts no request: nothing was measured")
	}
	var sum int64
	for _, t := range g.parts {
		if !t.Group {
			sum += t.Count
		}
	}
	if len(g.parts) > 0 && sum != g.total.Count {
		sink.notes.addf("the total declares %d requests, the requests have %d", g.total.Count, sum)
	}
	return sink.takeFigures(src.name, g.total, g.parts)
}

type gatlingStats struct {
	j     *jsonScanner
	sink  *loadSink
	total Transaction
	parts []Transaction
}

// node reads {"type", "name", "path", "stats", "contents"}; the outermost is
// the total, and global_stats.json is its stats alone.
func (g *gatlingStats) node(depth int) error {
	t := unknownFigures("")
	kind := ""
	err := g.j.object(func(key []byte) error {
		switch string(key) {
		case "type":
			return g.j.into(&kind)
		case "name":
			return g.j.into(&t.Name)
		case "stats":
			return g.j.fields(func(key string) error { return g.figure(key, &t) })
		case "contents":
			return g.j.fields(func(string) error { return g.node(depth + 1) })
		}
		return g.figure(string(key), &t)
	})
	if err != nil {
		return err
	}
	t.Group = kind == "GROUP"
	if t.Count > 0 {
		t.ErrorRate = Figure(float64(t.Errors) / float64(t.Count))
	}
	if depth == 0 {
		t.Name, t.Group = "", false
		g.total = t
		return nil
	}
	if len(g.parts) >= g.sink.lim.MaxTransactions {
		return g.j.refuse("the file has more than %d transactions", g.sink.lim.MaxTransactions)
	}
	g.parts = append(g.parts, t)
	return nil
}

// figure reads {"total", "ok", "ko"} of one figure; version 3 wraps numbers in texts.
func (g *gatlingStats) figure(key string, t *Transaction) error {
	var to *Figure
	switch key {
	case "numberOfRequests":
		return g.values(func(name string, v float64) error {
			switch {
			case v != math.Trunc(v) || v < 0 || v > 1<<53:
				return g.j.refuse("a count is no number")
			case name == "total":
				t.Count = int64(v)
			case name == "ko":
				t.Errors = int64(v)
			}
			return nil
		})
	case "meanResponseTime":
		to = &t.MeanMS
	case "maxResponseTime":
		to = &t.MaxMS
	case "percentiles1":
		to = &t.P50MS
	case "percentiles3":
		to = &t.P95MS
	case "percentiles4":
		to = &t.P99MS
	case "meanNumberOfRequestsPerSecond":
		to = &t.Throughput
	default:
		return g.j.skipValue()
	}
	return g.values(func(name string, v float64) error {
		if name == "total" {
			*to = Figure(v)
		}
		return nil
	})
}

func (g *gatlingStats) values(take func(name string, v float64) error) error {
	return g.j.fields(func(key string) error {
		c, err := g.j.peek()
		if err != nil {
			return err
		}
		if c != '"' {
			v, ok, err := g.j.number()
			if err != nil || !ok {
				return err
			}
			return take(key, v)
		}
		text, err := g.j.shortText()
		if err != nil || text == "-" {
			return err
		}
		v, perr := strconv.ParseFloat(text, 64)
		if perr != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return headway.Invalidf(g.j.where(0), "%q is no figure", clip([]byte(text), 40))
		}
		return take(key, v)
	})
}
