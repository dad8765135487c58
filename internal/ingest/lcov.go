package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
)

// readLCOV reads the tracefiles of LCOV (geninfo(1)), as gcov, Istanbul and
// others write them. Lines, branches and functions are counted by file; the
// totals LF, LH, BRF, BRH, FNF and FNH are compared.
func readLCOV(src *source, sink *coverSink) error {
	l := &lcov{src: src, sink: sink}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			if e := l.line(text, n); e != nil {
				return placed(e, src.name+":"+strconv.Itoa(n))
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if l.file != nil {
		return src.refuse("the file ends inside the record of %s: it is truncated", l.file.name)
	}
	if !l.any {
		return sink.nothing(src, "line")
	}
	return nil
}

type lcov struct {
	src  *source
	sink *coverSink
	file *coveredFile
	any  bool // a line was told of

	// of the open record: what it told of and what it declares, lines, branches, functions
	counted, declared [3]coverPair
}

type coverPair struct{ total, covered int64 }

func (p *coverPair) add(hit bool) {
	p.total++
	if hit {
		p.covered++
	}
}

const (
	lcovLines = iota
	lcovBranches
	lcovFunctions
)

var lcovTotals = [3][2]string{{"LF", "LH"}, {"BRF", "BRH"}, {"FNF", "FNH"}}

func (l *lcov) line(text []byte, n int) error {
	if string(text) == "end_of_record" {
		return l.end(n)
	}
	kind, value, ok := bytes.Cut(text, []byte{':'})
	if !ok || badChar(text) >= 0 {
		return placedLine(l.src, n, "%q is no line of a tracefile", clip(text, 40))
	}
	switch k := string(kind); {
	case k == "SF":
		return l.start(value, n)
	case k == "TN" || k == "VER":
		return nil
	case l.file == nil:
		return placedLine(l.src, n, "%s stands outside of a record, which begins with SF:", clip(kind, 20))
	case k == "DA":
		return l.lineData(value, n)
	case k == "BRDA":
		return l.branchData(value, n)
	case k == "FN" || k == "FNL" || k == "FNDA" || k == "FNA":
		return l.functionData(k, value, n)
	default:
		l.total(k, value)
	}
	return nil
}

func (l *lcov) start(name []byte, n int) (err error) {
	if l.file != nil {
		return placedLine(l.src, n, "a record begins inside that of %s", l.file.name)
	}
	if len(name) == 0 || len(name) > maxPath {
		return placedLine(l.src, n, "the name of the source file is empty or longer than %d bytes", maxPath)
	}
	l.counted = [3]coverPair{}
	l.declared = [3]coverPair{{-1, -1}, {-1, -1}, {-1, -1}}
	l.file, err = l.sink.of(string(name))
	return err
}

// lineData reads DA:line,count[,checksum]; gcov of old writes negative counts.
func (l *lcov) lineData(value []byte, n int) error {
	f := bytes.Split(value, []byte{','})
	number, ok := digits(f[0])
	if len(f) < 2 || !ok {
		return placedLine(l.src, n, "DA:%s does not tell a line and how often it ran", clip(value, 40))
	}
	count, err := strconv.ParseFloat(string(f[1]), 64)
	if err != nil {
		return placedLine(l.src, n, "%q is no count", clip(f[1], 40))
	}
	l.any = true
	l.counted[lcovLines].add(count > 0)
	return l.sink.line(l.file, number, count > 0)
}

// branchData reads BRDA:line,block,branch,taken, where - was never reached.
// Of exceptions and branches named by text the number in order is taken.
func (l *lcov) branchData(value []byte, n int) error {
	f := bytes.Split(value, []byte{','})
	if len(f) < 4 {
		return placedLine(l.src, n, "BRDA:%s does not tell line, block, branch and how often it was taken", clip(value, 40))
	}
	line, ok := digits(f[0])
	if !ok || line > maxLine {
		return placedLine(l.src, n, "%q is no line number", clip(f[0], 40))
	}
	taken := f[len(f)-1]
	count, ok := digits(taken)
	if !ok && string(taken) != "-" {
		return placedLine(l.src, n, "%q is no count", clip(taken, 40))
	}
	at := [3]uint32{uint32(line), shortHash(f[1]), shortHash(bytes.Join(f[2:len(f)-1], []byte{','}))}
	l.counted[lcovBranches].add(count > 0)
	u := coverUnit{total: 1}
	if count > 0 {
		u.covered = 1
	}
	return l.sink.branch(l.file, at, u)
}

// shortHash tells texts apart (FNV-1a).
func shortHash(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// functionData reads FN:line[,end],name and FNDA:count,name, and LCOV 2's
// FNL:index,line[,end] and FNA:index,count,name.
func (l *lcov) functionData(kind string, value []byte, n int) error {
	f := bytes.SplitN(value, []byte{','}, 3)
	switch {
	case kind == "FNL":
		return nil
	case kind == "FNA" && len(f) == 3:
		return l.function(f[2], f[1], n)
	case kind == "FNDA" && len(f) >= 2:
		return l.sinkFunction(bytes.Join(f[1:], []byte{','}), f[0], n)
	case kind == "FN" && len(f) >= 2:
		name := f[1]
		if len(f) == 3 {
			if _, isEnd := digits(f[1]); isEnd {
				name = f[2]
			} else {
				name = bytes.Join(f[1:], []byte{','})
			}
		}
		l.counted[lcovFunctions].total++
		return l.sink.function(l.file, clip(name, maxPath), false)
	}
	return placedLine(l.src, n, "%s:%s does not tell a function", kind, clip(value, 40))
}

// function takes a name of LCOV 2, which stands for FN and FNDA at once.
func (l *lcov) function(name, count []byte, n int) error {
	l.counted[lcovFunctions].total++
	return l.sinkFunction(name, count, n)
}

func (l *lcov) sinkFunction(name, count []byte, n int) error {
	times, ok := digits(count)
	if !ok {
		return placedLine(l.src, n, "%q is no count", clip(count, 40))
	}
	if times > 0 {
		l.counted[lcovFunctions].covered++
	}
	return l.sink.function(l.file, clip(name, maxPath), times > 0)
}

func (l *lcov) total(kind string, value []byte) {
	v, ok := digits(value)
	if !ok {
		return
	}
	for i, names := range lcovTotals {
		switch kind {
		case names[0]:
			l.declared[i].total = v
		case names[1]:
			l.declared[i].covered = v
		}
	}
}

func (l *lcov) end(n int) error {
	if l.file == nil {
		return placedLine(l.src, n, "end_of_record ends nothing")
	}
	for i, names := range lcovTotals {
		l.sink.declares(l.file.name, names[0], l.declared[i].total, l.counted[i].total)
		l.sink.declares(l.file.name, names[1], l.declared[i].covered, l.counted[i].covered)
	}
	l.file = nil
	return nil
}
