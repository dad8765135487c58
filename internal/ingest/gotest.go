package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readGoTest reads the event stream of `go test -json` (cmd/internal/test2json).
// A test that started and never ended, as after a panic or a kill, is an error,
// and so is a package that failed without a failing test. Lines that are no
// JSON, as a build prints them, are passed over and counted.
func readGoTest(src *source, sink *testSink) error {
	g := &goTest{sink: sink, open: map[goKey]*goState{}, pkgs: map[string]*goPackage{}}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 0; ; n++ {
		line, err := readLine(lines, maxWindow)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if text[0] != '{' {
				g.foreign++
			} else if e := g.event(newMemorySource(text, src.name, n)); e != nil {
				return e
			}
		}
		if errors.Is(err, io.EOF) {
			return g.finish()
		}
	}
}

type goKey struct{ pkg, test string }

type goState struct {
	output []byte
}

type goPackage struct {
	bad    int    // failing tests
	output []byte // outside of tests
	ended  bool
}

type goTest struct {
	sink    *testSink
	open    map[goKey]*goState
	order   []goKey
	pkgs    map[string]*goPackage
	pkgList []string
	foreign int

	action, pkg, test, output []byte
	failedBuild               []byte
	building                  []byte // what the build printed for the package that comes
	elapsed                   float64
}

func (g *goTest) event(src *source) error {
	j := newJSONScanner(src)
	g.action, g.pkg, g.test, g.output, g.failedBuild, g.elapsed = g.action[:0], g.pkg[:0], g.test[:0], g.output[:0], g.failedBuild[:0], 0
	err := j.object(func(key []byte) error {
		switch string(key) {
		case "Action":
			return jsonText(j, &g.action)
		case "Package":
			return jsonText(j, &g.pkg)
		case "Test":
			return jsonText(j, &g.test)
		case "Output":
			return jsonText(j, &g.output)
		case "FailedBuild":
			return jsonText(j, &g.failedBuild)
		case "Elapsed":
			v, _, err := j.number()
			g.elapsed = v
			return err
		}
		return j.skipValue()
	})
	if err == nil {
		err = j.atEnd()
	}
	if err != nil {
		return err
	}
	if len(g.pkg) == 0 {
		if string(g.action) == "build-output" {
			g.building = g.appendOutput(g.building)
		}
		return nil
	}
	return placed(g.take(), src.where(0))
}

func jsonText(j *jsonScanner, to *[]byte) error {
	b, err := j.text()
	*to = append((*to)[:0], b...)
	return err
}

func (g *goTest) take() error {
	p := g.pkgs[string(g.pkg)]
	if p == nil {
		p = &goPackage{}
		g.pkgs[string(g.pkg)] = p
		g.pkgList = append(g.pkgList, string(g.pkg))
		g.sink.rep.Suites++
	}
	if len(g.test) == 0 {
		return g.takePackage(p)
	}
	key := goKey{string(g.pkg), string(g.test)}
	switch string(g.action) {
	case "run":
		if g.open[key] == nil {
			g.open[key] = &goState{}
			g.order = append(g.order, key)
		}
	case "output":
		if s := g.open[key]; s != nil {
			s.output = g.appendOutput(s.output)
		}
	case "pass", "fail", "skip":
		run := caseRun{suite: g.pkg, class: g.pkg, name: g.test, seconds: g.elapsed}
		switch g.action[0] {
		case 'p':
			run.outcome = CasePassed
		case 'f':
			run.outcome = CaseFailed
			p.bad++
		default:
			run.outcome = CaseSkipped
		}
		if s := g.open[key]; s != nil && run.outcome != CasePassed {
			run.message = bytes.TrimSpace(s.output)
		}
		delete(g.open, key)
		if len(g.open) == 0 {
			g.order = g.order[:0]
		}
		return g.sink.add(&run)
	}
	return nil
}

// appendOutput keeps the start of what a test prints, without the frame that go test puts around it.
func (g *goTest) appendOutput(to []byte) []byte {
	text := bytes.TrimSpace(g.output)
	if bytes.HasPrefix(text, []byte("=== ")) || len(to) >= g.sink.lim.MaxMessage {
		return to
	}
	return append(to, g.output[:min(len(g.output), g.sink.lim.MaxMessage)]...)
}

// takePackage takes what is said of the package as a whole.
func (g *goTest) takePackage(p *goPackage) error {
	switch string(g.action) {
	case "output":
		p.output = g.appendOutput(p.output)
	case "start":
		p.ended, p.bad, p.output = false, 0, p.output[:0]
	case "pass", "skip":
		p.ended = true
	case "fail":
		p.ended = true
		if err := g.unfinished(string(g.pkg), p); err != nil {
			return err
		}
		if p.bad == 0 {
			if len(g.failedBuild) > 0 {
				p.output = append(p.output, g.building...)
				g.building = g.building[:0]
			}
			return g.sink.add(&caseRun{suite: g.pkg, class: g.pkg, name: []byte("(package)"), outcome: CaseError, message: bytes.TrimSpace(p.output)})
		}
	}
	return nil
}

// unfinished counts the tests of a package that never ended as errors.
func (g *goTest) unfinished(pkg string, p *goPackage) error {
	kept := g.order[:0]
	for _, key := range g.order {
		s := g.open[key]
		if s == nil {
			continue
		}
		if key.pkg != pkg {
			kept = append(kept, key)
			continue
		}
		p.bad++
		delete(g.open, key)
		run := caseRun{
			suite: []byte(pkg), class: []byte(pkg), name: []byte(key.test), outcome: CaseError,
			message: append([]byte("the test did not end\n"), s.output...),
		}
		if err := g.sink.add(&run); err != nil {
			return err
		}
	}
	g.order = kept
	return nil
}

func (g *goTest) finish() error {
	for _, pkg := range g.pkgList {
		p := g.pkgs[pkg]
		open := len(g.open)
		if err := g.unfinished(pkg, p); err != nil {
			return err
		}
		if !p.ended && open == len(g.open) {
			g.sink.notes.addf("the package %s did not end: the stream is truncated", pkg)
			if err := g.sink.add(&caseRun{suite: []byte(pkg), class: []byte(pkg), name: []byte("(package)"), outcome: CaseError, message: []byte("the package did not end")}); err != nil {
				return err
			}
		}
	}
	if g.foreign > 0 {
		g.sink.notes.addf("%d lines are no events of go test", g.foreign)
	}
	return nil
}
