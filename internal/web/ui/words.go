package ui

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"headway"
)

// lines is the number of line colours in the style sheet.
const lines = 8

// LineOf gives the class of the n-th team's line colour, from 0.
func LineOf(n int) string { return fmt.Sprintf("line-%d", n%lines+1) }

// LineOfName gives a line colour to something that has no order, such as a person.
func LineOfName(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails to be written to
	return LineOf(int(h.Sum32() % lines))
}

// Initials gives at most two letters of a name.
func Initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToUpper(r))
		}
	}
	switch len(out) {
	case 0:
		return "?"
	case 1:
		return string(out)
	default:
		return string([]rune{out[0], out[len(out)-1]})
	}
}

// Short cuts a digest to its first characters.
func Short(digest string) string {
	digest = strings.TrimPrefix(digest, "sha256:")
	if len(digest) > 12 {
		return digest[:12]
	}
	return digest
}

// Bytes writes a size in binary units.
func Bytes(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
}

// Count writes a number with its noun: "1 day", "3 days".
func Count(n int, noun string) string { return plural(n, noun) }

func plural(n int, noun string) string {
	if n == 1 || n == -1 {
		return fmt.Sprintf("%d %s", n, noun)
	}
	if strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// KindName writes a kind of work for people.
func KindName(kind string) string {
	if kind == string(headway.KindGoNoGo) {
		return "Go/no-go"
	}
	return upperFirst(strings.ReplaceAll(kind, "-", " "))
}

// ColumnName writes a column of the board for people.
func ColumnName(s headway.ItemState) string {
	return upperFirst(s.Name())
}

// BandName writes where a gap lies against the policy.
func BandName(b headway.GapBand) string {
	switch b {
	case headway.BelowMinimum:
		return "below the minimum"
	case headway.WithinTarget:
		return "within the target"
	case headway.BeyondTarget:
		return "beyond the target"
	case headway.BeyondMaximum:
		return "beyond the maximum"
	}
	return string(b)
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
