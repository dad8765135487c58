package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	headway "headway"
)

// sourceReader reads the rest of a source as plain bytes.
type sourceReader struct{ s *source }

func (r sourceReader) Read(p []byte) (int, error) {
	if len(r.s.rest()) == 0 && !r.s.more() {
		if r.s.err != nil {
			return 0, r.s.err
		}
		return 0, io.EOF
	}
	n := copy(p, r.s.rest())
	r.s.skip(n)
	return n, nil
}

// readLine reads a line with its end, valid until the next call; io.EOF comes
// with the last one, which may be empty.
func readLine(r *bufio.Reader, longest int) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	long := append([]byte(nil), line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(long) > longest {
			return nil, headway.Errorf(headway.TooLarge, "a line is longer than %d bytes", longest)
		}
		line, err = r.ReadSlice('\n')
		long = append(long, line...)
	}
	return long, err
}

// placedLine refuses a line of a file by its number.
func placedLine(s *source, line int, format string, args ...any) error {
	return headway.Invalidf(fmt.Sprintf("%s:%d", s.name, line), format, args...)
}
