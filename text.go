package headway

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isPlainText tells whether a text is UTF-8 without control characters and
// without those that turn the direction of writing; line ends and tabs only
// where there may be several lines.
func isPlainText(s string, lines bool) bool {
	for _, r := range s {
		switch {
		case lines && (r == '\n' || r == '\r' || r == '\t'):
		case isHiding(r):
			return false
		}
	}
	return utf8.ValidString(s)
}

// isHiding tells control characters, and those that turn the direction of writing.
func isHiding(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// PlainText gives a text that came from outside as UTF-8 without control
// characters and others that hide what is written; line ends and tabs stay.
func PlainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !isHiding(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// CheckText refuses a text for people that is empty, longer than a number of
// bytes, or holds characters that hide what is written.
func CheckText(where, s string, most int) error {
	switch {
	case strings.TrimSpace(s) == "":
		return Invalidf(where, "a text is needed")
	case len(s) > most:
		return Invalidf(where, "the text has %d bytes, at most %d can be kept", len(s), most)
	case !isPlainText(s, true):
		return Invalidf(where, "the text holds control characters").WithHint("write it as plain text in UTF-8")
	}
	return nil
}

// Shorten cuts a text to at most n characters, with an ellipsis when it was longer.
func Shorten(s string, n int) string {
	count := 0
	for i := range s {
		if count++; count == n {
			if rest := []rune(s[i:]); len(rest) > 1 {
				return s[:i] + "…"
			}
		}
	}
	return s
}

// CheckFileName refuses names of files that are paths, too long or hide what
// is written.
func CheckFileName(where, name string) error {
	if name == "" || len(name) > 255 || name == "." || name == ".." || strings.ContainsAny(name, `/\`) || !isPlainText(name, false) {
		return Invalidf(where, "%q is no file name", Shorten(PlainText(name), 100)).WithHint("use a name of up to 255 bytes without slashes and control characters")
	}
	return nil
}
