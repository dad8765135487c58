package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	headway "headway"
)

const (
	windowSize = 64 << 10 // first size of the window over the input
	maxWindow  = 4 << 20  // longest single token: tag, row, string, line
)

// source is a window over a stream that knows its place, so that a refusal can
// name file, line and column. It never holds more than maxWindow bytes.
type source struct {
	r         io.Reader
	name      string
	buf       []byte
	pos, end  int
	eof       bool
	err       error // first error of r that is not io.EOF
	line      int   // lines before buf[pos]
	consumed  int64 // bytes before buf[0]
	lineStart int64 // offset at which the current line starts
}

func newSource(r io.Reader, name string) *source {
	return &source{r: r, name: name, buf: make([]byte, windowSize)}
}

// newMemorySource reads bytes that are already there, as part of a named input from a line on.
func newMemorySource(b []byte, name string, line int) *source {
	return &source{name: name, buf: b, end: len(b), eof: true, line: line}
}

// rest is the unread part of the window.
func (s *source) rest() []byte { return s.buf[s.pos:s.end] }

// more reads on without moving the position; false at the end, on an error, or
// when the unread part fills the largest window.
func (s *source) more() bool {
	if s.eof || s.err != nil {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.consumed += int64(s.pos)
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxWindow {
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		switch {
		case errors.Is(err, io.EOF):
			s.eof = true
		case err != nil:
			s.err = err
		}
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// need makes at least n bytes readable.
func (s *source) need(n int) bool {
	for s.end-s.pos < n {
		if !s.more() {
			return false
		}
	}
	return true
}

// skip moves the position over n bytes of the window.
func (s *source) skip(n int) {
	b := s.buf[s.pos : s.pos+n]
	if last := bytes.LastIndexByte(b, '\n'); last >= 0 {
		s.line += bytes.Count(b[:last+1], newline)
		s.lineStart = s.consumed + int64(s.pos+last+1)
	}
	s.pos += n
}

var newline = []byte{'\n'}

// skipSpace moves over white space and tells whether anything follows.
func (s *source) skipSpace() bool {
	for {
		b := s.rest()
		n := 0
		for n < len(b) && (b[n] == ' ' || b[n] == '\n' || b[n] == '\t' || b[n] == '\r') {
			n++
		}
		s.skip(n)
		if n < len(b) {
			return true
		}
		if !s.more() {
			return false
		}
	}
}

// where names the place ahead bytes after the position.
func (s *source) where(ahead int) string {
	line, start := s.line, s.lineStart
	b := s.buf[s.pos:min(s.pos+ahead, s.end)]
	if last := bytes.LastIndexByte(b, '\n'); last >= 0 {
		line += bytes.Count(b, newline)
		start = s.consumed + int64(s.pos+last+1)
	}
	return fmt.Sprintf("%s:%d:%d", s.name, line+1, s.consumed+int64(s.pos+ahead)-start+1)
}

// refuse says that the input is wrong at the position.
func (s *source) refuse(format string, args ...any) *headway.Error {
	return s.refuseAt(0, format, args...)
}

func (s *source) refuseAt(ahead int, format string, args ...any) *headway.Error {
	return headway.Invalidf(s.where(ahead), format, args...)
}

// ended explains why more gave nothing: an error of the reader, a token over
// the window, or the end of the input inside what.
func (s *source) ended(what string) error {
	if s.err != nil {
		return readError(s.err, s.name)
	}
	if !s.eof {
		return headway.Errorf(headway.TooLarge, "%s is longer than %d bytes", what, maxWindow).At(s.where(0))
	}
	return s.refuseAt(s.end-s.pos, "the file ends inside %s: it is truncated", what).
		WithHint("send the report again after the tool has finished writing it")
}

// readError keeps a refusal of an inner reader and wraps anything else.
func readError(err error, name string) error {
	var he *headway.Error
	if errors.As(err, &he) {
		return he
	}
	return headway.Invalidf(name, "the file cannot be read to its end").
		WithHint("check that it is complete and readable").Because(err)
}

// cappedReader refuses input beyond a number of bytes that several readers may share.
type cappedReader struct {
	r    io.Reader
	left *int64
	max  int64
	name string
}

func (c *cappedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.left -= int64(n)
	if *c.left < 0 {
		return 0, headway.Errorf(headway.TooLarge, "the input is larger than %d bytes after unpacking", c.max).At(c.name).
			WithHint("split it, or raise the limit")
	}
	return n, err
}

// placed gives an error a place, unless it has one.
func placed(err error, where string) error {
	var he *headway.Error
	if errors.As(err, &he) && he.Where == "" {
		return he.At(where)
	}
	return err
}
