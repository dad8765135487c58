package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
)

// readTAP reads the Test Anything Protocol, versions 12 to 14
// (testanything.org). Subtests stand indented before the line that sums them up
// and are not counted again. Numbers of the plan that have no line are errors:
// the run was cut off. TODO and SKIP count as skipped.
func readTAP(src *source, sink *testSink) error {
	t := &tap{src: src, sink: sink, plan: -1, seen: map[string]int{}}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, maxWindow)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if e := t.line(bytes.TrimRight(line, "\r\n"), n); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) {
			return t.finish()
		}
	}
}

type tap struct {
	src     *source
	sink    *testSink
	plan    int
	points  int
	run     caseRun
	name    []byte
	message []byte
	pending bool // run is not counted yet: its diagnosis may follow
	bailed  bool
	seen    map[string]int // how often a description was used: points are never repeats of each other
}

// tapPlan reads a plan line 1..N and gives N, or -1.
func tapPlan(line []byte) int {
	b, ok := bytes.CutPrefix(line, []byte("1.."))
	if !ok {
		return -1
	}
	b, _, _ = bytes.Cut(b, []byte{' '})
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (t *tap) line(line []byte, n int) error {
	if bad := badChar(line); bad >= 0 && !bytes.Contains(line[bad:bad+1], []byte{0x1b}) {
		return placedLine(t.src, n, "the line holds a control character or invalid UTF-8")
	}
	switch {
	case len(line) == 0:
		return nil
	case line[0] == ' ' || line[0] == '\t' || line[0] == '#':
		if text := bytes.TrimSpace(line); t.pending && len(t.message) < t.sink.lim.MaxMessage && string(text) != "---" && string(text) != "..." {
			t.message = append(append(t.message, text...), '\n')
		}
		return nil
	case tapPlan(line) >= 0:
		if t.plan >= 0 {
			return placedLine(t.src, n, "the plan stands twice")
		}
		t.plan = tapPlan(line)
		return nil
	case bytes.HasPrefix(line, []byte("Bail out!")):
		t.bailed = true
		if err := t.flush(); err != nil {
			return err
		}
		return t.sink.add(&caseRun{name: []byte("Bail out!"), outcome: CaseError, message: append([]byte(nil), line...)})
	}
	rest, failed := bytes.CutPrefix(line, []byte("not ok"))
	if !failed {
		var ok bool
		if rest, ok = bytes.CutPrefix(line, []byte("ok")); !ok {
			return nil
		}
	}
	if len(rest) > 0 && rest[0] != ' ' {
		return nil
	}
	return t.point(bytes.TrimSpace(rest), failed, n)
}

func (t *tap) point(rest []byte, failed bool, n int) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.points++
	k := 0
	for k < len(rest) && rest[k] >= '0' && rest[k] <= '9' {
		k++
	}
	if number, err := strconv.Atoi(string(rest[:k])); k > 0 && err == nil && number != t.points && !t.bailed {
		t.sink.notes.addf("line %d is numbered %d, it is point %d", n, number, t.points)
	}
	rest = bytes.TrimPrefix(bytes.TrimSpace(rest[k:]), []byte("- "))
	t.run = caseRun{outcome: CasePassed}
	if failed {
		t.run.outcome = CaseFailed
	}
	if i := bytes.LastIndex(rest, []byte("#")); i >= 0 {
		directive := bytes.ToUpper(bytes.TrimSpace(rest[i+1:]))
		if bytes.HasPrefix(directive, []byte("SKIP")) || bytes.HasPrefix(directive, []byte("TODO")) {
			t.run.outcome = CaseSkipped
			rest = bytes.TrimSpace(rest[:i])
		}
	}
	t.name = append(t.name[:0], rest...)
	if len(rest) == 0 {
		t.name = strconv.AppendInt(t.name, int64(t.points), 10)
	}
	if t.seen[string(t.name)]++; t.seen[string(t.name)] > 1 {
		t.name = append(strconv.AppendInt(append(t.name, " ["...), int64(t.seen[string(t.name)]), 10), ']')
	}
	t.message = t.message[:0]
	t.pending = true
	return nil
}

func (t *tap) flush() error {
	if !t.pending {
		return nil
	}
	t.pending = false
	t.run.name = t.name
	if t.run.outcome != CasePassed {
		t.run.message = bytes.TrimSpace(t.message)
	}
	return t.sink.add(&t.run)
}

func (t *tap) finish() error {
	if err := t.flush(); err != nil {
		return err
	}
	t.sink.rep.Suites++
	switch {
	case t.plan < 0:
		return t.src.refuse("the plan 1..N is missing: the file is truncated")
	case t.points > t.plan:
		t.sink.notes.addf("the plan declares %d points, counted were %d", t.plan, t.points)
	case t.points < t.plan && t.points+1000 < t.plan:
		return t.src.refuse("the plan declares %d points, the file has %d: it is truncated", t.plan, t.points)
	}
	for n := t.points + 1; n <= t.plan; n++ {
		run := caseRun{name: strconv.AppendInt([]byte("missing point "), int64(n), 10), outcome: CaseError, message: []byte("the plan names this point and it never came")}
		if err := t.sink.add(&run); err != nil {
			return err
		}
	}
	return nil
}
