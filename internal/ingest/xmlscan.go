package ingest

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"
)

// xmlScanner is a strict pull reader of XML in constant memory. Unlike
// encoding/xml it streams character data of any length, reads to the end of
// the file, refuses a second root, a DOCTYPE and doubled attributes, and gives
// slices of its window instead of copies. It knows no namespaces: a prefix of
// an element name is dropped.
type xmlScanner struct {
	*source
	name     []byte    // of the element that starts or ends, without prefix
	attrs    []xmlAttr // of the element that starts; valid until the next call of next
	text     []byte    // character data collected since collect
	room     int       // bytes of character data still to collect
	names    []byte    // raw names of the open elements, one after the other
	open     []openTag
	rootDone bool
	selfEnd  bool   // the start just given was <name/>: its end comes next
	scratch  []byte // decoded attribute values
	doctype  bool   // a DOCTYPE that only names a document elsewhere, which is never fetched, is passed over
}

type xmlAttr struct{ name, value []byte }

// openTag is an open element: where its name starts in names, and its line.
type openTag struct{ at, line int }

type xmlEvent uint8

const (
	xmlStart xmlEvent = iota + 1
	xmlEnd
	xmlEOF
)

const (
	maxXMLDepth = 200
	maxXMLAttrs = 500
)

func newXMLScanner(s *source) *xmlScanner { return &xmlScanner{source: s} }

// attr gives an attribute of the element that starts, nil when it has none.
func (x *xmlScanner) attr(name string) []byte {
	for i := range x.attrs {
		if string(x.attrs[i].name) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

// depth is the number of open elements.
func (x *xmlScanner) depth() int { return len(x.open) }

// collect starts to keep up to n bytes of the character data that follows.
func (x *xmlScanner) collect(n int) { x.text, x.room = x.text[:0], n }

// collected gives the character data since collect and stops keeping.
func (x *xmlScanner) collected() []byte {
	x.room = 0
	return bytes.TrimSpace(trimRune(x.text))
}

// next gives the next start or end of an element. Character data, comments and
// processing instructions are checked on the way.
func (x *xmlScanner) next() (xmlEvent, error) {
	if x.selfEnd {
		x.selfEnd = false
		x.pop()
		return xmlEnd, nil
	}
	for {
		if x.pos == x.end && !x.more() {
			return x.atEnd()
		}
		if x.buf[x.pos] != '<' {
			if err := x.charData(); err != nil {
				return 0, err
			}
			continue
		}
		ev, err := x.markup()
		if ev != 0 || err != nil {
			return ev, err
		}
	}
}

func (x *xmlScanner) atEnd() (xmlEvent, error) {
	switch {
	case x.err != nil:
		return 0, x.ended("the file")
	case len(x.open) > 0:
		t := x.open[len(x.open)-1]
		return 0, x.refuse("the file is truncated: <%s> of line %d is not closed", clip(x.names[t.at:], 60), t.line+1).
			WithHint("send the report again after the tool has finished writing it")
	case !x.rootDone:
		return 0, x.refuse("the file is empty: it has no root element")
	}
	return xmlEOF, nil
}

// markup reads what starts with '<'; 0 when it was neither a start nor an end.
func (x *xmlScanner) markup() (xmlEvent, error) {
	if !x.need(2) {
		return 0, x.ended("a tag")
	}
	switch x.buf[x.pos+1] {
	case '/':
		return xmlEnd, x.endTag()
	case '?':
		return 0, x.skipPast("<?", "?>", "a processing instruction")
	case '!':
		if x.need(4) && string(x.buf[x.pos:x.pos+4]) == "<!--" {
			return 0, x.skipPast("<!--", "-->", "a comment")
		}
		if x.need(9) && string(x.buf[x.pos:x.pos+9]) == "<![CDATA[" {
			return 0, x.cdata()
		}
		if x.need(9) && string(x.buf[x.pos:x.pos+9]) == "<!DOCTYPE" {
			if x.doctype && len(x.open) == 0 && !x.rootDone {
				return 0, x.skipDoctype()
			}
			return 0, x.refuse("the file has a DOCTYPE, which could define its own text").
				WithHint("write the report without a DOCTYPE")
		}
		return 0, x.refuse("the markup <!… is not known")
	}
	return xmlStart, x.startTag()
}

// skipDoctype passes over a DOCTYPE without declarations of its own.
func (x *xmlScanner) skipDoctype() error {
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	if bytes.IndexByte(x.buf[x.pos:x.pos+n], '[') >= 0 {
		return x.refuse("the DOCTYPE declares something of its own, which could define the text").
			WithHint("write the report without it")
	}
	x.doctype = false
	x.skip(n)
	return nil
}

func (x *xmlScanner) skipPast(from, until, what string) error {
	x.skip(len(from))
	for {
		b := x.rest()
		i := bytes.Index(b, []byte(until))
		n := i + len(until)
		if i < 0 {
			n = wholeRunes(b[:max(0, len(b)-len(until)+1)])
		}
		if bad := badChar(b[:n]); bad >= 0 {
			return x.refuseAt(bad, "%s holds a character that XML forbids, or invalid UTF-8", what)
		}
		x.skip(n)
		if i >= 0 {
			return nil
		}
		if !x.more() {
			return x.ended(what)
		}
	}
}

func (x *xmlScanner) cdata() error {
	if len(x.open) == 0 {
		return x.refuse("there is text outside of the root element")
	}
	x.skip(len("<![CDATA["))
	for {
		b := x.rest()
		i := bytes.Index(b, []byte("]]>"))
		n := i
		if i < 0 {
			n = wholeRunes(b[:max(0, len(b)-2)])
		}
		if err := x.keepText(b[:n]); err != nil {
			return err
		}
		x.skip(n)
		if i >= 0 {
			x.skip(3)
			return nil
		}
		if !x.more() {
			return x.ended("a CDATA section")
		}
	}
}

// charData reads text up to the next '<', or a part of it.
func (x *xmlScanner) charData() error {
	b := x.rest()
	n := bytes.IndexByte(b, '<')
	if n < 0 {
		n = safeCut(b)
		if n == 0 {
			if x.more() {
				return nil
			}
			n = len(b)
		}
	}
	if len(x.open) == 0 {
		if i := firstNonSpace(b[:n]); i >= 0 {
			return x.refuseAt(i, "there is text outside of the root element")
		}
		x.skip(n)
		return nil
	}
	for n > 0 {
		i := bytes.IndexByte(b[:n], '&')
		if i < 0 {
			i = n
		}
		if err := x.keepText(b[:i]); err != nil {
			return err
		}
		x.skip(i)
		b, n = b[i:], n-i
		if n == 0 {
			break
		}
		r, size := entity(b[:n])
		if size == 0 {
			return x.refuse("%q is no character reference that XML knows", clip(b[:n], 12))
		}
		if x.room > 0 {
			x.text = utf8.AppendRune(x.text, r)
			x.room--
		}
		x.skip(size)
		b, n = b[size:], n-size
	}
	return nil
}

func (x *xmlScanner) keepText(b []byte) error {
	if bad := badChar(b); bad >= 0 {
		return x.refuseAt(bad, "the text holds a character that XML forbids, or invalid UTF-8")
	}
	if x.room > 0 && len(b) > 0 {
		k := min(x.room, len(b))
		x.text = append(x.text, b[:k]...)
		x.room -= k
	}
	return nil
}

func (x *xmlScanner) endTag() error {
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	raw := bytes.TrimRight(x.buf[x.pos+2:x.pos+n-1], " \t\r\n")
	if len(x.open) == 0 {
		return x.refuse("</%s> closes nothing", clip(raw, 60))
	}
	top := x.open[len(x.open)-1]
	if !bytes.Equal(raw, x.names[top.at:]) {
		return x.refuse("</%s> closes <%s> of line %d", clip(raw, 60), clip(x.names[top.at:], 60), top.line+1)
	}
	x.skip(n)
	x.pop()
	return nil
}

func (x *xmlScanner) pop() {
	top := x.open[len(x.open)-1]
	x.name = localName(x.names[top.at:])
	x.names = x.names[:top.at]
	x.open = x.open[:len(x.open)-1]
	x.rootDone = len(x.open) == 0
}

// tagEnd gives the length of the tag at the position, all of it in the window.
func (x *xmlScanner) tagEnd() (int, error) {
	var quote byte
	i := 1
	for {
		b := x.rest()
		for ; i < len(b); i++ {
			switch c := b[i]; {
			case quote != 0:
				j := bytes.IndexByte(b[i:], quote)
				if j < 0 {
					i = len(b) - 1
					continue
				}
				i += j
				quote = 0
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return i + 1, nil
			case c == '<':
				return 0, x.refuseAt(i, "there is a < inside a tag")
			}
		}
		if !x.more() {
			return 0, x.ended("a tag")
		}
	}
}

func (x *xmlScanner) startTag() error {
	if x.rootDone {
		return x.refuse("the file has more than one root element").WithHint("send each report as a file of its own")
	}
	if len(x.open) >= maxXMLDepth {
		return x.refuse("elements are nested deeper than %d", maxXMLDepth)
	}
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	tag := x.buf[x.pos+1 : x.pos+n-1]
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		x.selfEnd = true
		tag = tag[:len(tag)-1]
	}
	k := nameLen(tag)
	if k == 0 {
		return x.refuse("there is a < that starts no tag").WithHint("a < in text is written &lt;")
	}
	at := len(x.names)
	x.names = append(x.names, tag[:k]...)
	x.open = append(x.open, openTag{at: at, line: x.line})
	x.name = localName(x.names[at:])
	if err := x.readAttrs(tag, k); err != nil {
		return err
	}
	x.skip(n)
	return nil
}

// readAttrs reads the attributes of tag, which starts one byte after the position, from k on.
func (x *xmlScanner) readAttrs(tag []byte, k int) error {
	x.attrs, x.scratch = x.attrs[:0], x.scratch[:0]
	for {
		spaced := k
		for k < len(tag) && isSpace(tag[k]) {
			k++
		}
		if k == len(tag) {
			return nil
		}
		n := nameLen(tag[k:])
		if n == 0 || spaced == k {
			return x.refuseAt(k+1, "the attributes of <%s> cannot be read", clip(x.name, 60))
		}
		name := tag[k : k+n]
		k += n
		for k < len(tag) && (isSpace(tag[k]) || tag[k] == '=') {
			k++
			if tag[k-1] == '=' {
				break
			}
		}
		eq := k > 0 && tag[k-1] == '='
		for k < len(tag) && isSpace(tag[k]) {
			k++
		}
		if !eq || k == len(tag) || tag[k] != '"' && tag[k] != '\'' {
			return x.refuseAt(k+1, "the attribute %s has no quoted value", clip(name, 60))
		}
		end := bytes.IndexByte(tag[k+1:], tag[k])
		if end < 0 {
			return x.refuseAt(k+1, "the value of %s is not closed", clip(name, 60))
		}
		value, err := x.attrValue(tag[k+1:k+1+end], k+2)
		if err != nil {
			return err
		}
		for i := range x.attrs {
			if bytes.Equal(x.attrs[i].name, name) {
				return x.refuseAt(k+1, "<%s> has the attribute %s twice", clip(x.name, 60), clip(name, 60))
			}
		}
		if len(x.attrs) >= maxXMLAttrs {
			return x.refuse("<%s> has more than %d attributes", clip(x.name, 60), maxXMLAttrs)
		}
		x.attrs = append(x.attrs, xmlAttr{name: name, value: value})
		k += end + 2
	}
}

// attrValue decodes a raw value that stands ahead bytes after the position; never nil.
func (x *xmlScanner) attrValue(raw []byte, ahead int) ([]byte, error) {
	if bad := badChar(raw); bad >= 0 {
		return nil, x.refuseAt(ahead+bad, "an attribute holds a character that XML forbids, or invalid UTF-8")
	}
	if i := bytes.IndexByte(raw, '<'); i >= 0 {
		return nil, x.refuseAt(ahead+i, "there is a < inside an attribute").WithHint("a < in an attribute is written &lt;")
	}
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') < 0 && bytes.IndexByte(raw, '\t') < 0 {
		return slices.Clip(raw), nil
	}
	at := len(x.scratch)
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n': // a line end is one character, white space one blank (XML 1.0, 2.11 and 3.3.3)
			i++
			continue
		case isSpace(c):
			x.scratch = append(x.scratch, ' ')
			i++
			continue
		case c != '&':
			x.scratch = append(x.scratch, c)
			i++
			continue
		}
		r, size := entity(raw[i:])
		if size == 0 {
			return nil, x.refuseAt(ahead+i, "%q is no character reference that XML knows", clip(raw[i:], 12))
		}
		x.scratch = utf8.AppendRune(x.scratch, r)
		i += size
	}
	return x.scratch[at:len(x.scratch):len(x.scratch)], nil
}

// entity decodes the character reference at the start of b; size 0 if there is none.
func entity(b []byte) (r rune, size int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "apos":
		return '\'', end + 1
	case "quot":
		return '"', end + 1
	default:
		if name[0] != '#' || len(name) < 2 {
			return 0, 0
		}
		digits, base := name[1:], 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		v, err := strconv.ParseUint(digits, base, 32)
		if err != nil || !isXMLChar(rune(v)) || v > utf8.MaxRune {
			return 0, 0
		}
		return rune(v), end + 1
	}
}

func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// badChar gives the index of the first byte that is no valid XML character, or -1.
func badChar(b []byte) int {
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 || !isXMLChar(r) {
			return i
		}
		i += size
	}
	return -1
}

// safeCut gives how much of b, which has no '<', splits neither a rune nor a reference.
func safeCut(b []byte) int {
	n := wholeRunes(b)
	tail := max(0, n-12)
	if i := bytes.LastIndexByte(b[tail:n], '&'); i >= 0 && bytes.IndexByte(b[tail+i:n], ';') < 0 {
		return tail + i
	}
	return n
}

// wholeRunes gives the length of b without a rune that is cut off at its end.
func wholeRunes(b []byte) int {
	for k := 1; k <= min(utf8.UTFMax-1, len(b)); k++ {
		c := b[len(b)-k]
		if utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-k:]) {
				return len(b) - k
			}
			break
		}
	}
	return len(b)
}

// trimRune cuts a rune that is not whole off the end.
func trimRune(b []byte) []byte { return b[:wholeRunes(b)] }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func firstNonSpace(b []byte) int {
	for i, c := range b {
		if !isSpace(c) {
			return i
		}
	}
	return -1
}

// nameLen gives the length of the XML name at the start of b. Letters beyond
// ASCII are all taken as part of a name.
func nameLen(b []byte) int {
	for i, c := range b {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= utf8.RuneSelf
		if !letter && (i == 0 || c != '-' && c != '.' && (c < '0' || c > '9')) {
			return i
		}
	}
	return len(b)
}

func localName(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

// clip shortens text for a message.
func clip(b []byte, n int) string {
	if len(b) <= n {
		return string(b)
	}
	return string(trimRune(b[:n])) + "…"
}
