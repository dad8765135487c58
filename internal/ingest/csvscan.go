package ingest

import (
	"bytes"
	"unicode/utf8"
)

// csvScanner reads records of RFC 4180 with any one-byte delimiter, in constant
// memory. Fields are slices of its window, valid until the next record.
type csvScanner struct {
	*source
	comma   byte
	fields  [][]byte
	pending int // length of the record that fields point to
}

func newCSVScanner(s *source, comma byte) *csvScanner { return &csvScanner{source: s, comma: comma} }

// next reads a record into fields; false at the end. Empty lines are skipped.
// The position stays at the record's start, so that where names its line.
func (c *csvScanner) next() (bool, error) {
	for {
		c.skip(c.pending)
		c.pending = 0
		n, quoted, err := c.recordLen()
		if err != nil || n == 0 {
			return false, err
		}
		c.pending = n
		rec := bytes.TrimSuffix(bytes.TrimSuffix(c.buf[c.pos:c.pos+n], newline), []byte{'\r'})
		if len(rec) == 0 {
			continue
		}
		if i := bytes.IndexByte(rec, 0); i >= 0 {
			return false, c.refuseAt(i, "the row holds a zero byte")
		}
		if !utf8.Valid(rec) {
			return false, c.refuse("the row is not valid UTF-8").WithHint("save the file as UTF-8")
		}
		if quoted {
			return true, c.splitQuoted(rec)
		}
		c.split(rec)
		return true, nil
	}
}

// recordLen gives the length of the record at the position with its line end,
// and whether it holds a quote; 0 at the end of the input.
func (c *csvScanner) recordLen() (n int, quoted bool, err error) {
	from := 0
	inside := false
	for {
		b := c.rest()
		for from < len(b) {
			end := bytes.IndexByte(b[from:], '\n')
			line := b[from:]
			if end >= 0 {
				line = line[:end]
			}
			quotes := bytes.Count(line, []byte{'"'})
			quoted = quoted || quotes > 0
			if end < 0 {
				break
			}
			inside = inside != (quotes%2 == 1)
			from += end + 1
			if !inside {
				return from, quoted, nil
			}
		}
		if c.more() {
			continue
		}
		if c.err != nil || !c.eof {
			return 0, false, c.ended("a row")
		}
		if bytes.Count(c.rest(), []byte{'"'})%2 == 1 {
			return 0, false, c.refuse("a quoted field is not closed: the file is truncated")
		}
		return len(c.rest()), quoted, nil
	}
}

func (c *csvScanner) split(rec []byte) {
	c.fields = c.fields[:0]
	for {
		i := bytes.IndexByte(rec, c.comma)
		if i < 0 {
			c.fields = append(c.fields, rec)
			return
		}
		c.fields = append(c.fields, rec[:i])
		rec = rec[i+1:]
	}
}

// splitQuoted splits a record with quotes, undoubling them in place of the window's copy.
func (c *csvScanner) splitQuoted(rec []byte) error {
	c.fields = c.fields[:0]
	start := rec
	for {
		if len(rec) == 0 || rec[0] != '"' {
			i := bytes.IndexByte(rec, c.comma)
			field := rec
			if i >= 0 {
				field = rec[:i]
			}
			if bytes.IndexByte(field, '"') >= 0 {
				return c.refuseAt(len(start)-len(rec), "a field that is not quoted holds a quote").
					WithHint(`quote the field and double the quotes inside it`)
			}
			c.fields = append(c.fields, field)
			if i < 0 {
				return nil
			}
			rec = rec[i+1:]
			continue
		}
		field, used := unquote(rec)
		if used < 0 {
			return c.refuseAt(len(start)-len(rec), "a quoted field is not closed")
		}
		c.fields = append(c.fields, field)
		rec = rec[used:]
		if len(rec) == 0 {
			return nil
		}
		if rec[0] != c.comma {
			return c.refuseAt(len(start)-len(rec), "there is text behind a quoted field")
		}
		rec = rec[1:]
	}
}

// unquote gives the quoted field at the start of b and how much of b it used, -1 when it is not closed.
func unquote(b []byte) (field []byte, used int) {
	i := 1
	var copied []byte
	for {
		k := bytes.IndexByte(b[i:], '"')
		if k < 0 {
			return nil, -1
		}
		if i+k+1 < len(b) && b[i+k+1] == '"' {
			copied = append(copied, b[i:i+k+1]...)
			i += k + 2
			continue
		}
		if copied == nil {
			return b[i : i+k], i + k + 1
		}
		return append(copied, b[i:i+k]...), i + k + 1
	}
}
