package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"headway"
)

// MaxOwnersFile is the largest attribution file in bytes, as on GitHub.
const MaxOwnersFile = 3 << 20

// An owner is @person, @organisation/team, an address, or the key of a team.
var ownerPattern = regexp.MustCompile(`^(@?[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*|[^@\s]+@[^@\s]+)$`)

// Owners reads an attribution file in the way of CODEOWNERS: a pattern and its
// owners on each line, # starts a comment, a blank in a pattern is written
// "\ ". What GitHub would pass over in silence is refused with its line.
func Owners(r io.Reader, name string) (headway.Attribution, error) {
	var out headway.Attribution
	lines := bufio.NewReaderSize(io.LimitReader(r, MaxOwnersFile+1), windowSize)
	src := &source{name: name}
	for n, read := 1, 0; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return headway.Attribution{}, placed(readError(err, name), name)
		}
		if read += len(line); read > MaxOwnersFile {
			return headway.Attribution{}, headway.Errorf(headway.TooLarge, "an attribution file has at most %d bytes", MaxOwnersFile).At(name)
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if e := ownersLine(&out, src, line, n); e != nil {
			return headway.Attribution{}, e
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if len(out.Rules) == 0 {
		return headway.Attribution{}, headway.Invalidf(name, "the file has no rule").WithHint("write a line as: /checkout/ @shop/checkout")
	}
	return out, nil
}

func ownersLine(out *headway.Attribution, src *source, line []byte, n int) error {
	if badChar(line) >= 0 {
		return placedLine(src, n, "the line holds a control character or invalid UTF-8")
	}
	words := ownersWords(string(line))
	if len(words) == 0 {
		return nil
	}
	if strings.HasPrefix(words[0], "[") || strings.HasPrefix(words[0], "^[") {
		return placedLine(src, n, "sections such as %s are not known here: they are GitLab's", clip([]byte(words[0]), 40))
	}
	for _, owner := range words[1:] {
		if len(owner) > 200 || !ownerPattern.MatchString(owner) {
			return placedLine(src, n, "%q is no owner: write @organisation/team, @person, an address or the key of a team", clip([]byte(owner), 60))
		}
	}
	var e *headway.Error
	if err := out.Add(words[0], words[1:], n); errors.As(err, &e) {
		return placedLine(src, n, "%s", e.Message)
	}
	return nil
}

// ownersWords splits a line at blanks that are not escaped, up to a comment.
func ownersWords(line string) []string {
	var words []string
	var word strings.Builder
	escaped := false
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for _, c := range line {
		switch {
		case escaped && c != ' ':
			word.WriteByte('\\')
			word.WriteRune(c)
			escaped = false
		case escaped:
			word.WriteByte(' ')
			escaped = false
		case c == '\\':
			escaped = true
		case c == '#' && word.Len() == 0:
			return words
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			end()
		default:
			word.WriteRune(c)
		}
	}
	if escaped {
		word.WriteByte('\\')
	}
	end()
	return words
}
