package ingest

import (
	"bytes"

	headway "headway"
)

// readCobertura reads coverage in the XML of Cobertura, as coverage.py,
// Istanbul, gocover-cobertura, Coverlet and others write it. Lines are counted
// by file and number, since methods repeat the lines of their class; branches
// are those of condition-coverage.
func readCobertura(src *source, sink *coverSink) error {
	c := &cobertura{x: newXMLScanner(src), sink: sink, alone: len(sink.files) == 0}
	c.x.doctype = true
	for {
		ev, err := c.x.next()
		if err != nil {
			return err
		}
		switch ev {
		case xmlStart:
			err = c.start()
		case xmlEnd:
			if string(c.x.name) == "class" {
				c.file = nil
			}
		case xmlEOF:
			return c.end()
		}
		if err != nil {
			return err
		}
	}
}

type cobertura struct {
	x        *xmlScanner
	sink     *coverSink
	file     *coveredFile
	any      bool
	alone    bool     // the sink holds nothing of other files
	declared [4]int64 // lines-valid, lines-covered, branches-valid, branches-covered; -1 when it says none
}

func (c *cobertura) start() (err error) {
	x := c.x
	if x.depth() == 1 {
		if string(x.name) != "coverage" || x.attr("clover") != nil {
			return x.refuse("the root element <%s> is not the <coverage> of Cobertura", clip(x.name, 60)).WithHint("read are Cobertura XML, Go profiles and LCOV")
		}
		for i, name := range []string{"lines-valid", "lines-covered", "branches-valid", "branches-covered"} {
			c.declared[i] = int64(declaredCount(x.attr(name)))
		}
		return nil
	}
	switch string(x.name) {
	case "class":
		name := x.attr("filename")
		if len(name) == 0 || len(name) > maxPath {
			return x.refuse("a class names no file, or one of more than %d bytes", maxPath)
		}
		if c.file, err = c.sink.of(string(name)); err != nil {
			return placed(err, x.where(0))
		}
	case "line":
		return placed(c.line(), x.where(0))
	}
	return nil
}

func (c *cobertura) line() error {
	x := c.x
	if c.file == nil {
		return x.refuse("a line stands outside of a class")
	}
	number, ok := digits(x.attr("number"))
	hits, ok2 := digits(x.attr("hits"))
	if !ok || !ok2 {
		return x.refuse("a line does not tell its number and hits, but %q and %q", clip(x.attr("number"), 30), clip(x.attr("hits"), 30))
	}
	c.any = true
	if err := c.sink.line(c.file, number, hits > 0); err != nil {
		return err
	}
	if string(bytes.ToLower(x.attr("branch"))) != "true" {
		return nil
	}
	covered, total, ok := conditions(x.attr("condition-coverage"))
	if !ok {
		return nil
	}
	return c.sink.branch(c.file, [3]uint32{uint32(number)}, coverUnit{total: total, covered: covered})
}

// conditions reads 50% (1/2).
func conditions(b []byte) (covered, total uint32, ok bool) {
	_, rest, ok1 := bytes.Cut(b, []byte{'('})
	rest, _, ok2 := bytes.Cut(rest, []byte{')'})
	of, all, ok3 := bytes.Cut(rest, []byte{'/'})
	n, okN := digits(of)
	m, okM := digits(all)
	if !ok1 || !ok2 || !ok3 || !okN || !okM || n > m || m > 1<<20 {
		return 0, 0, false
	}
	return uint32(n), uint32(m), true
}

// end compares the totals that the root declares, when the file is the only one.
func (c *cobertura) end() error {
	if !c.any {
		return c.sink.nothing(c.x.source, "line")
	}
	if !c.alone {
		return nil
	}
	var lines, branches headway.Covered
	for _, f := range c.sink.files {
		lines, branches = lines.Plus(f.lines.count()), branches.Plus(sumUnits(f.branches))
	}
	name := c.x.source.name
	c.sink.declares(name, "lines-valid", c.declared[0], lines.Total)
	c.sink.declares(name, "lines-covered", c.declared[1], lines.Covered)
	c.sink.declares(name, "branches-valid", c.declared[2], branches.Total)
	c.sink.declares(name, "branches-covered", c.declared[3], branches.Covered)
	return nil
}
