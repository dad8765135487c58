package ingest

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	headway "headway"
)

var declaredEncoding = regexp.MustCompile(`^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// toUTF8 gives the stream as UTF-8 without a byte order mark. UTF-16 is told by
// its mark or by its zero bytes, other character sets by the XML declaration.
// A declaration of UTF-16 in front of bytes that are not is ignored, as .NET
// tools write it.
func toUTF8(r io.Reader, prefix []byte, name string) (io.Reader, error) {
	switch {
	case bytes.HasPrefix(prefix, []byte("\xEF\xBB\xBF")):
		_, err := io.CopyN(io.Discard, r, 3)
		return r, err
	case bytes.HasPrefix(prefix, []byte("\xFE\xFF")), bytes.HasPrefix(prefix, []byte("\xFF\xFE")):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), nil
	case len(prefix) >= 4 && prefix[0] == 0 && prefix[1] != 0 && prefix[2] == 0 && prefix[3] != 0:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()), nil
	case len(prefix) >= 4 && prefix[0] != 0 && prefix[1] == 0 && prefix[2] != 0 && prefix[3] == 0:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()), nil
	}
	m := declaredEncoding.FindSubmatch(prefix)
	if m == nil {
		return r, nil
	}
	charset := strings.ToLower(string(m[1]))
	switch charset {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "unicode":
		return r, nil
	}
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, headway.Invalidf(name+":1:1", "the character set %q is not known", charset).WithHint("write the report in UTF-8")
	}
	return transform.NewReader(r, enc.NewDecoder()), nil
}
