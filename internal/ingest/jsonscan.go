package ingest

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonScanner is a strict pull reader of JSON (RFC 8259) in constant memory: it
// refuses doubled keys, invalid UTF-8, lone surrogates and U+0000, all of which
// encoding/json lets pass. What it gives is valid until its next call.
type jsonScanner struct {
	*source
	depth   int
	keys    []byte // names of the open objects, one after the other
	keyAt   []int
	scratch []byte // decoded string
}

const maxJSONDepth = 100

func newJSONScanner(s *source) *jsonScanner { return &jsonScanner{source: s} }

// peek gives the first byte of the next token, 0 at the end of the input.
func (j *jsonScanner) peek() (byte, error) {
	if j.pos < j.end && j.buf[j.pos] > ' ' {
		return j.buf[j.pos], nil
	}
	if !j.skipSpace() {
		if j.err != nil {
			return 0, j.ended("a value")
		}
		return 0, nil
	}
	if j.buf[j.pos] == 0 {
		return 0, j.refuse("there is a zero byte outside of a string")
	}
	return j.buf[j.pos], nil
}

func (j *jsonScanner) expect(c byte) error {
	got, err := j.peek()
	switch {
	case err != nil:
		return err
	case got == 0:
		return j.ended("JSON")
	case got != c:
		return j.refuse("%q is expected, found %q", string(rune(c)), clip(j.rest(), 8))
	}
	j.pos++
	return nil
}

// end refuses anything after the last value.
func (j *jsonScanner) atEnd() error {
	c, err := j.peek()
	if err == nil && c != 0 {
		return j.refuse("there is text behind the end of the JSON value")
	}
	return err
}

// object calls field for each key, which must read or skip its value.
func (j *jsonScanner) object(field func(key []byte) error) error {
	if err := j.expect('{'); err != nil {
		return err
	}
	if j.depth++; j.depth > maxJSONDepth {
		return j.refuse("values are nested deeper than %d", maxJSONDepth)
	}
	bytesBefore, keysBefore := len(j.keys), len(j.keyAt)
	var many map[string]struct{}
	c, err := j.peek()
	if err != nil {
		return err
	}
	for first := true; c != '}' || !first; first = false {
		key, err := j.key(keysBefore, &many)
		if err != nil {
			return err
		}
		if err := j.expect(':'); err != nil {
			return err
		}
		if err := field(key); err != nil {
			return err
		}
		if c, err = j.peek(); err != nil {
			return err
		}
		if c != ',' {
			break
		}
		j.pos++
	}
	j.depth--
	j.keys, j.keyAt = j.keys[:bytesBefore], j.keyAt[:keysBefore]
	return j.expect('}')
}

// key reads a key and refuses one that the object has already; its keys start at keyAt[from].
func (j *jsonScanner) key(from int, many *map[string]struct{}) ([]byte, error) {
	b, err := j.str()
	if err != nil {
		return nil, err
	}
	at := len(j.keys)
	j.keys = append(j.keys, b...)
	key := j.keys[at:len(j.keys):len(j.keys)]
	const few = 24
	if len(j.keyAt)-from < few {
		for i := from; i < len(j.keyAt); i++ {
			end := at
			if i+1 < len(j.keyAt) {
				end = j.keyAt[i+1]
			}
			if bytes.Equal(j.keys[j.keyAt[i]:end], key) {
				return nil, j.twice(key)
			}
		}
		j.keyAt = append(j.keyAt, at)
		return key, nil
	}
	if *many == nil {
		*many = map[string]struct{}{}
		for i := from; i < len(j.keyAt); i++ {
			end := at
			if i+1 < len(j.keyAt) {
				end = j.keyAt[i+1]
			}
			(*many)[string(j.keys[j.keyAt[i]:end])] = struct{}{}
		}
	}
	if _, ok := (*many)[string(key)]; ok {
		return nil, j.twice(key)
	}
	(*many)[string(key)] = struct{}{}
	return key, nil
}

func (j *jsonScanner) twice(key []byte) error {
	return j.refuse("the key %q stands twice in one object", clip(key, 60))
}

// array calls element for each element, which must read or skip it.
func (j *jsonScanner) array(element func() error) error {
	if err := j.expect('['); err != nil {
		return err
	}
	if j.depth++; j.depth > maxJSONDepth {
		return j.refuse("values are nested deeper than %d", maxJSONDepth)
	}
	c, err := j.peek()
	if err != nil {
		return err
	}
	for first := true; c != ']' || !first; first = false {
		if err := element(); err != nil {
			return err
		}
		if c, err = j.peek(); err != nil {
			return err
		}
		if c != ',' {
			break
		}
		j.pos++
	}
	j.depth--
	return j.expect(']')
}

// skipValue checks a value of any kind and drops it.
func (j *jsonScanner) skipValue() error {
	c, err := j.peek()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		return j.object(func([]byte) error { return j.skipValue() })
	case '[':
		return j.array(j.skipValue)
	case '"':
		_, err := j.str()
		return err
	case 't', 'f', 'n':
		return j.word()
	}
	_, err = j.numberText()
	return err
}

func (j *jsonScanner) word() error {
	for _, w := range []string{"true", "false", "null"} {
		if j.buf[j.pos] == w[0] {
			if !j.need(len(w)) || string(j.buf[j.pos:j.pos+len(w)]) != w {
				break
			}
			j.pos += len(w)
			return nil
		}
	}
	return j.refuse("%q is no JSON value", clip(j.rest(), 8))
}

// boolean reads true or false.
func (j *jsonScanner) boolean() (bool, error) {
	c, err := j.peek()
	if err != nil {
		return false, err
	}
	if c != 't' && c != 'f' {
		return false, j.refuse("true or false is expected, found %q", clip(j.rest(), 8))
	}
	return c == 't', j.word()
}

// number reads a number; ok is false for null and for text, as some writers put "NaN".
func (j *jsonScanner) number() (v float64, ok bool, err error) {
	c, err := j.peek()
	if err != nil {
		return 0, false, err
	}
	if c == 'n' || c == '"' {
		return 0, false, j.skipValue()
	}
	b, err := j.numberText()
	if err != nil {
		return 0, false, err
	}
	v, perr := strconv.ParseFloat(string(b), 64)
	if perr != nil {
		return 0, false, j.refuse("the number %s is out of range", clip(b, 30))
	}
	return v, true, nil
}

func (j *jsonScanner) numberText() ([]byte, error) {
	n := 0
	for {
		b := j.rest()
		for n < len(b) && (b[n] >= '0' && b[n] <= '9' || b[n] == '-' || b[n] == '+' || b[n] == '.' || b[n] == 'e' || b[n] == 'E') {
			n++
		}
		if n < len(b) || !j.more() {
			break
		}
	}
	b := j.buf[j.pos : j.pos+n]
	if !validNumber(b) {
		if n == 0 && j.pos == j.end {
			return nil, j.ended("JSON")
		}
		return nil, j.refuse("%q is no JSON value", clip(j.rest(), 8))
	}
	j.pos += n
	return b, nil
}

// validNumber checks the grammar of RFC 8259 section 6.
func validNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 1 && b[0] == '0' && b[1] >= '0' && b[1] <= '9' {
		return false
	}
	if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		b = b[1:]
		if !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// text reads a string; anything else is checked and gives nil.
func (j *jsonScanner) text() ([]byte, error) {
	c, err := j.peek()
	if err != nil {
		return nil, err
	}
	if c != '"' {
		return nil, j.skipValue()
	}
	return j.str()
}

// str reads a string.
func (j *jsonScanner) str() ([]byte, error) {
	if err := j.expect('"'); err != nil {
		return nil, err
	}
	n, ascii := 0, true
	for {
		b := j.rest()
		for n < len(b) {
			c := b[n]
			if c == '"' || c == '\\' || c < 0x20 {
				break
			}
			if c >= utf8.RuneSelf {
				ascii = false
			}
			n++
		}
		if n < len(b) {
			break
		}
		if !j.more() {
			return nil, j.ended("a string")
		}
	}
	b := j.buf[j.pos : j.pos+n]
	if !ascii && !utf8.Valid(b) {
		return nil, j.refuse("a string is not valid UTF-8")
	}
	switch c := j.buf[j.pos+n]; {
	case c == '"':
		j.pos += n + 1
		return b, nil
	case c < 0x20:
		return nil, j.refuseAt(n, "a string holds a control character that is not escaped")
	}
	j.scratch = append(j.scratch[:0], b...)
	j.pos += n
	return j.escaped()
}

// escaped reads the rest of a string from its first backslash on.
func (j *jsonScanner) escaped() ([]byte, error) {
	for {
		if !j.need(1) {
			return nil, j.ended("a string")
		}
		c := j.buf[j.pos]
		switch {
		case c == '"':
			j.pos++
			if !utf8.Valid(j.scratch) {
				return nil, j.refuse("a string is not valid UTF-8")
			}
			return j.scratch, nil
		case c == '\\':
			if err := j.escape(); err != nil {
				return nil, err
			}
		case c < 0x20:
			return nil, j.refuse("a string holds a control character that is not escaped")
		default:
			j.scratch = append(j.scratch, c)
			j.pos++
		}
		if len(j.scratch) > maxWindow {
			return nil, j.refuse("a string is longer than %d bytes", maxWindow)
		}
	}
}

var jsonEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (j *jsonScanner) escape() error {
	if !j.need(2) {
		return j.ended("a string")
	}
	c := j.buf[j.pos+1]
	if r := jsonEscapes[c]; r != 0 {
		j.scratch = append(j.scratch, r)
		j.pos += 2
		return nil
	}
	r, ok := j.hex(0)
	if c != 'u' || !ok {
		return j.refuse("a string holds an escape that JSON does not know")
	}
	if r == 0 {
		return j.refuse("a string holds U+0000")
	}
	if !utf16.IsSurrogate(r) {
		j.scratch = utf8.AppendRune(j.scratch, r)
		j.pos += 6
		return nil
	}
	low, ok := j.hex(6)
	pair := utf16.DecodeRune(r, low)
	if !ok || pair == utf8.RuneError {
		return j.refuse("a string holds half of a surrogate pair")
	}
	j.scratch = utf8.AppendRune(j.scratch, pair)
	j.pos += 12
	return nil
}

// hex reads \uXXXX at an offset from the position.
func (j *jsonScanner) hex(at int) (rune, bool) {
	if !j.need(at+6) || j.buf[j.pos+at] != '\\' || j.buf[j.pos+at+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(j.buf[j.pos+at+2:j.pos+at+6]), 16, 16)
	return rune(v), err == nil
}
