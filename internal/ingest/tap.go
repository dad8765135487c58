package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
)

// readTAP reads the Test Anything Protocol, versions 12 to 14 (testanything.org).
// The points of a subtest are cases of the suite that it names, and the point
// that sums it up is none, unless it failed by itself. A point of a plan that
// never came is an error: the run was cut off. TODO and SKIP count as skipped.
func readTAP(src *source, sink *testSink) error {
	root := newTapLevel(nil)
	t := &tap{src: src, sink: sink, levels: []*tapLevel{root}}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for t.n = 1; ; t.n++ {
		line, err := readLine(lines, maxWindow)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if e := t.line(bytes.TrimRight(line, "\r\n")); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) {
			return t.finish(root)
		}
	}
}

const (
	tapIndent    = 4  // of a subtest
	tapDeepest   = 64 // subtests in each other
	tapMissing   = 1000
	tapHeldBytes = 8 << 20
)

type tap struct {
	src       *source
	sink      *testSink
	n         int // number of the line
	levels    []*tapLevel
	last      *tapPoint // not counted yet: its diagnosis may follow
	yaml      int       // columns before the YAML block that is being read, 0 outside of one
	versioned bool
	bailed    bool
	held      []tapCase // of the subtest that is open: its last line says what it is called and whether it is TODO
	heldBytes int
}

// tapPlan reads a plan line 1..N and gives N, or -1.
func tapPlan(line []byte) int {
	b, ok := bytes.CutPrefix(line, []byte("1.."))
	if !ok {
		return -1
	}
	if i := bytes.IndexAny(b, " #"); i >= 0 {
		b = b[:i]
	}
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (t *tap) line(line []byte) error {
	if bad := badChar(line); bad >= 0 && line[bad] != 0x1b {
		return placedLine(t.src, t.n, "the line holds a control character or invalid UTF-8")
	}
	text := bytes.TrimSpace(line)
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	if t.inYAML(line, text, indent) || len(text) == 0 {
		return nil
	}
	depth, deep := indent/tapIndent, indent%tapIndent == 0 && indent/tapIndent < tapDeepest
	point, failed, isPoint := tapVerdict(text)
	plan := tapPlan(text)
	switch {
	case text[0] == '#':
		name, isSubtest := tapSubtest(text)
		if isSubtest && deep {
			t.announce(depth, name)
		} else {
			t.last.comment(text, t.sink.lim.MaxMessage)
		}
	case bytes.HasPrefix(text, []byte("TAP version ")):
		t.versioned = true
	case !deep:
	case plan >= 0:
		at := t.enter(depth)
		if at.plan >= 0 {
			return placedLine(t.src, t.n, "the plan stands twice")
		}
		at.plan = plan
	case len(text) >= 9 && bytes.EqualFold(text[:9], []byte("Bail out!")):
		return t.bailOut(text)
	case text[0] == '{' && len(text) == 1 && depth < len(t.levels) && t.last != nil && t.last.at == t.levels[depth]:
		t.openBrace(t.last)
	case text[0] == '}' && len(text) == 1 && depth < len(t.levels) && t.levels[depth].opened != nil:
		return t.closeBrace(depth)
	case isPoint && (depth < len(t.levels) || tapNumbered(point) || t.awaits(depth)):
		return t.point(t.enter(depth), point, failed)
	}
	return nil
}

// awaits tells that a comment has announced a subtest of this depth.
func (t *tap) awaits(depth int) bool {
	return depth == len(t.levels) && t.levels[depth-1].announced != ""
}

// enter gives the level of a line, opens it where it begins and leaves those below.
func (t *tap) enter(depth int) *tapLevel {
	if depth+1 < len(t.levels) {
		t.levels = t.levels[:depth+1]
	}
	for len(t.levels) <= depth {
		up := t.levels[len(t.levels)-1]
		if up.child == nil || up.announced != "" {
			up.child = newTapLevel(up)
			up.child.name, up.announced = up.announced, ""
		}
		t.levels = append(t.levels, up.child)
	}
	return t.levels[depth]
}

// announce takes "# Subtest: name", which stands before a subtest or, as older
// Test::More writes it, indented as its first line.
func (t *tap) announce(depth int, name string) {
	older := depth == len(t.levels) && t.levels[depth-1].announced == "" && t.levels[depth-1].child == nil
	at := t.enter(depth)
	if older {
		at.name = name
		return
	}
	at.announced = name
}

func (t *tap) bailOut(text []byte) error {
	if t.bailed {
		return nil // a subtest's is repeated on the outermost level
	}
	t.bailed = true
	if err := t.flush(); err != nil {
		return err
	}
	return t.emit(t.levels[0], caseRun{name: []byte("Bail out!"), outcome: CaseError, message: tapPlain(text)})
}

func (t *tap) point(at *tapLevel, text []byte, failed bool) error {
	if err := t.flush(); err != nil {
		return err
	}
	if at.opened != nil {
		if err := t.closeBrace(len(t.levels) - 1); err != nil {
			return err
		}
	}
	at.points++
	p := newTapPoint(at, text, failed, !t.versioned)
	if p.number > 0 && p.number != at.points && !t.bailed {
		t.sink.notes.addf("line %d is numbered %d, it is point %d", t.n, p.number, at.points)
	}
	announced := at.announced
	at.announced = ""
	if c := at.child; len(p.name) == 0 && c != nil {
		p.name = []byte(c.name) // Test::More leaves the name of a skipped subtest out
	} else if len(p.name) == 0 {
		p.name = []byte(announced)
	}
	t.last = p
	if p.brace {
		t.openBrace(p)
		return nil
	}
	if c := at.child; c != nil && (c.name == "" || c.name == string(p.name)) {
		at.child, p.sums = nil, c
	}
	if announced != "" && p.sums == nil && at.child != nil {
		t.sink.notes.addf("line %d: the subtest %q has no line that sums it up", t.n, at.child.name)
		at.child = nil
	}
	p.count()
	return nil
}

// openBrace begins the subtest of a point that comes before it.
func (t *tap) openBrace(p *tapPoint) {
	at := p.at
	if !p.counted {
		p.count()
	}
	at.child, at.opened, t.last = newTapLevel(at), p, nil
	at.child.name = string(p.name)
}

func (t *tap) closeBrace(depth int) error {
	if err := t.flush(); err != nil {
		return err
	}
	at := t.enter(depth)
	p := at.opened
	p.sums, at.child, at.opened, t.last = at.child, nil, nil, p
	return t.flush()
}

// flush counts the last point, now that its diagnosis is complete.
func (t *tap) flush() error {
	p := t.last
	t.last = nil
	if p == nil {
		return nil
	}
	isCase := true
	if c := p.sums; c != nil {
		c.name, c.todo = string(p.name), p.run.outcome == CaseSkipped
		if err := t.missing(c); err != nil {
			return err
		}
		if c.cases > 0 {
			t.sink.rep.Suites++
			isCase = p.run.outcome == CaseFailed && c.bad == 0
		} else if c.plan == 0 && p.run.outcome == CasePassed {
			p.run.outcome = CaseSkipped
		}
		p.at.cases += c.cases
		if !c.todo {
			p.at.bad += c.bad
		}
	}
	if p.at.up == nil && p.at.child == nil {
		if err := t.release(); err != nil {
			return err
		}
	}
	if !isCase {
		return nil
	}
	return t.emit(p.at, p.finished())
}

// emit counts a case, or holds it until its subtest ends.
func (t *tap) emit(at *tapLevel, run caseRun) error {
	at.cases++
	if run.outcome.Bad() {
		at.bad++
	}
	if at.up == nil {
		return t.sink.add(&run)
	}
	t.held = append(t.held, tapCase{at, run})
	if t.heldBytes += len(run.name) + len(run.message) + 200; t.heldBytes > tapHeldBytes {
		t.sink.notes.addf("line %d: the subtest %q is so long that its cases were counted before its end", t.n, t.levels[min(1, len(t.levels)-1)].name)
		return t.release()
	}
	return nil
}

// release counts the cases of subtests, under their names.
func (t *tap) release() error {
	held := t.held
	t.held, t.heldBytes = t.held[:0], 0
	for i := range held {
		run, todo := &held[i].run, false
		run.suite = held[i].at.path()
		for l := held[i].at; l != nil; l = l.up {
			todo = todo || l.todo
		}
		if todo {
			run.outcome = CaseSkipped
		}
		if err := t.sink.add(run); err != nil {
			return err
		}
		held[i] = tapCase{}
	}
	return nil
}

func (t *tap) finish(root *tapLevel) error {
	for depth, level := range slices.Backward(t.levels) {
		if level.opened != nil {
			if err := t.closeBrace(depth); err != nil {
				return err
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if root.plan < 0 && !t.bailed {
		return t.src.refuse("the plan 1..N is missing: the file is truncated")
	}
	if root.child != nil {
		t.sink.notes.addf("the last subtest has no line that sums it up")
		t.sink.rep.Suites++
	}
	t.sink.rep.Suites++
	if err := t.release(); err != nil {
		return err
	}
	return t.missing(root)
}
