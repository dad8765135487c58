package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
)

// readGoCover reads a profile of `go test -coverprofile`: statements by block
// (golang.org/x/tools/cover). A block that stands there again, as for several
// packages or profiles joined together, counts once.
func readGoCover(src *source, sink *coverSink) error {
	g := &goCover{src: src, sink: sink}
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if e := g.line(text, n); e != nil {
				return e
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if g.blocks == 0 {
		return sink.nothing(src, "statement")
	}
	if g.heads > 1 {
		sink.notes.addf("%s is %d profiles joined together", src.name, g.heads)
	}
	return nil
}

type goCover struct {
	src    *source
	sink   *coverSink
	mode   string
	heads  int
	blocks int
	file   *coveredFile
}

func (g *goCover) line(text []byte, n int) error {
	if mode, ok := bytes.CutPrefix(text, []byte("mode: ")); ok {
		switch m := string(mode); {
		case m != "set" && m != "count" && m != "atomic":
			return placedLine(g.src, n, "the mode %q is not known", clip(mode, 20))
		case g.heads > 0 && (m == "set") != (g.mode == "set"):
			return placedLine(g.src, n, "profiles of the modes %s and %s stand in one file", g.mode, m)
		default:
			g.mode = m
		}
		g.heads++
		return nil
	}
	name, place, statements, count, ok := goBlock(text)
	if !ok || g.heads == 0 {
		return placedLine(g.src, n, "%q is no block as in file.go:1.2,3.4 5 6: the file is damaged or truncated", clip(text, 80))
	}
	return placed(g.take(name, place, statements, count > 0, n), g.src.name+":"+strconv.Itoa(n))
}

// goBlock reads name.go:startLine.startCol,endLine.endCol statements count.
func goBlock(text []byte) (name, place []byte, statements, count int64, ok bool) {
	rest, last, ok1 := cutLast(text, ' ')
	rest, number, ok2 := cutLast(rest, ' ')
	name, place, ok3 := cutLast(rest, ':')
	var okCount, okNumber bool
	count, okCount = digits(last)
	statements, okNumber = digits(number)
	if !ok1 || !ok2 || !ok3 || !okCount || !okNumber || statements > 1<<20 || len(name) == 0 {
		return nil, nil, 0, 0, false
	}
	return name, place, statements, count, isPlace(place)
}

func cutLast(b []byte, sep byte) (before, after []byte, found bool) {
	i := bytes.LastIndexByte(b, sep)
	if i < 0 {
		return b, nil, false
	}
	return b[:i], b[i+1:], true
}

// isPlace tells 12.3,45.6.
func isPlace(b []byte) bool {
	from, to, ok := bytes.Cut(b, []byte{','})
	if !ok {
		return false
	}
	for _, half := range [][]byte{from, to} {
		line, column, ok := bytes.Cut(half, []byte{'.'})
		_, ok1 := digits(line)
		_, ok2 := digits(column)
		if !ok || !ok1 || !ok2 {
			return false
		}
	}
	return true
}

func (g *goCover) take(name, place []byte, statements int64, hit bool, n int) (err error) {
	if g.file == nil || g.file.name != string(name) {
		if len(name) > maxPath || badChar(name) >= 0 {
			return placedLine(g.src, n, "the name of a file is too long or holds characters that are none")
		}
		if g.file, err = g.sink.of(string(name)); err != nil {
			return err
		}
		if g.file.blocks == nil {
			g.file.blocks = map[string]coverUnit{}
		}
	}
	g.blocks++
	u := coverUnit{total: uint32(statements)}
	old, seen := g.file.blocks[string(place)]
	switch {
	case seen && old.total != u.total:
		return placedLine(g.src, n, "the block has %d statements here and %d before", statements, old.total)
	case !seen:
		if err := g.sink.unit(len(place)); err != nil {
			return err
		}
	}
	if hit || old.covered > 0 {
		u.covered = u.total
	}
	g.file.blocks[string(place)] = u
	return nil
}

// maxPath bounds the names of source files.
const maxPath = 1_000
