package ingest

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// tapPoint is a line "ok" or "not ok" with what belongs to it.
type tapPoint struct {
	at      *tapLevel
	number  int // as written, 0 without one
	name    []byte
	brace   bool      // its subtest follows in braces
	sums    *tapLevel // the subtest that it sums up
	run     caseRun
	counted bool

	headline []byte // what the diagnosis calls the error
	headNext bool   // it stands on the next line of the YAML block
	message  []byte
	ended    bool // the YAML block of it has ended: comments are of what comes
}

// tapVerdict splits a line into its verdict and the rest; false when it is no point.
func tapVerdict(line []byte) (rest []byte, failed, ok bool) {
	rest, failed = bytes.CutPrefix(line, []byte("not "))
	if rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte("ok")); !ok {
		return nil, false, false
	}
	return bytes.TrimSpace(rest), failed, len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t'
}

func tapNumbered(rest []byte) bool { return len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' }

// tapSubtest reads "# Subtest: name".
func tapSubtest(comment []byte) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(comment[1:], " "), []byte("Subtest"))
	if !ok || len(rest) > 0 && rest[0] != ':' {
		return "", false
	}
	return string(tapPlain(bytes.TrimSpace(bytes.TrimPrefix(rest, []byte(":"))))), true
}

// What stands behind a description and is none of it: node-tap's duration, and
// that of bats, which writes no version and no dash.
var (
	tapTime  = regexp.MustCompile(`^time=([0-9.]+)(ms|s)?$`)
	batsTime = regexp.MustCompile(`^(.*) in ([0-9]+)ms$`)
)

func newTapPoint(at *tapLevel, text []byte, failed, maybeBats bool) *tapPoint {
	p := &tapPoint{at: at, run: caseRun{outcome: CasePassed}}
	if failed {
		p.run.outcome = CaseFailed
	}
	k := 0
	for k < len(text) && text[k] >= '0' && text[k] <= '9' {
		k++
	}
	if n, err := strconv.Atoi(string(text[:k])); err == nil && (k == len(text) || text[k] == ' ') {
		p.number, text = n, bytes.TrimSpace(text[k:])
	}
	text, dashed := bytes.CutPrefix(text, []byte("- "))
	text, p.brace = bytes.CutSuffix(text, []byte(" {"))
	text = p.directive(bytes.TrimSpace(text))
	if m := batsTime.FindSubmatch(text); m != nil && maybeBats && !dashed {
		text = m[1]
		p.run.seconds = millis(string(m[2]))
	}
	p.name = tapPlain(text)
	return p
}

// directive cuts off what stands behind the first # that is free of a backslash
// and has a blank before it, when it is TODO, SKIP or a duration.
func (p *tapPoint) directive(text []byte) []byte {
	at := tapHash(text)
	if at < 0 {
		return text
	}
	rest := bytes.TrimSpace(text[at+1:])
	word, reason, _ := bytes.Cut(rest, []byte(" "))
	word = bytes.ToUpper(word)
	switch {
	case bytes.HasPrefix(word, []byte("SKIP")), bytes.HasPrefix(word, []byte("TODO")):
		p.run.outcome = CaseSkipped
		p.headline = tapPlain(bytes.TrimSpace(reason))
	default:
		m := tapTime.FindSubmatch(rest)
		if m == nil {
			return text
		}
		p.run.seconds = millis(string(m[1]))
		if string(m[2]) == "s" {
			p.run.seconds *= 1000
		}
	}
	return bytes.TrimSpace(text[:at])
}

// tapHash finds the # that begins a directive, -1 when there is none.
func tapHash(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t'):
			return i
		}
	}
	return -1
}

// tapPlain undoes the escapes of # and \, the only ones there are.
func tapPlain(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '#' || text[i+1] == '\\') {
			i++
		}
		out = append(out, text[i])
	}
	return out
}

// millis reads milliseconds as seconds.
func millis(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0) || v > 9e12 {
		return 0
	}
	return v / 1000
}

// count gives the point its name among the others of its level.
func (p *tapPoint) count() {
	p.counted = true
	if len(p.name) == 0 {
		p.name = strconv.AppendInt(nil, int64(p.at.points), 10)
	}
	name := string(p.name)
	if p.at.seen[name]++; p.at.seen[name] > 1 {
		p.name = append(strconv.AppendInt(append(p.name, " ["...), int64(p.at.seen[name]), 10), ']')
	}
}

// tapSummary is what producers say in comments of the run as a whole.
var tapSummary = regexp.MustCompile(`^# *(tests|suites|pass|fail|cancelled|skipped|todo|skip|duration_ms|failed|ok|time=\S*|\{ total: .*|Looks like .*|No coverage generated)( +[0-9.]+)?( of [0-9]+ tests)?$`)

// comment takes a diagnosis in comments, as perl and bats write it.
func (p *tapPoint) comment(text []byte, most int) {
	if p == nil || p.ended || p.run.outcome == CasePassed || len(p.message) >= most || tapSummary.Match(text) {
		return
	}
	p.message = append(append(p.message, bytes.TrimPrefix(bytes.TrimPrefix(text, []byte("#")), []byte(" "))...), '\n')
}

// inYAML takes the lines of the block of a point; false when the line is of none.
func (t *tap) inYAML(line, text []byte, indent int) bool {
	p := t.last
	switch {
	case t.yaml == 0:
		if p == nil || p.ended || string(text) != "---" || indent%tapIndent != 2 || indent/tapIndent != p.at.depth() {
			return false
		}
		t.yaml = indent
	case len(text) == 0:
	case indent < t.yaml:
		t.yaml = 0
		return false
	case string(text) == "..." && indent == t.yaml:
		t.yaml, p.ended = 0, true
	default:
		p.diagnosis(line[t.yaml:], text, t.sink.lim.MaxMessage)
	}
	return true
}

// diagnosis takes a line of a YAML block. There is no agreement on its keys:
// those of node, node-tap, tape and bats are looked for.
func (p *tapPoint) diagnosis(line, text []byte, most int) {
	key, value, isKey := strings.Cut(string(text), ":")
	value = strings.TrimSpace(value)
	outer := isKey && line[0] != ' '
	switch {
	case outer && key == "duration_ms":
		p.run.seconds = millis(value)
		return
	case p.headNext:
		p.headline, p.headNext = append([]byte(nil), text...), false
		return
	case outer && (key == "error" || key == "message") && len(p.headline) == 0:
		if p.headNext = strings.HasPrefix(value, "|") || strings.HasPrefix(value, ">"); !p.headNext {
			p.headline = []byte(yamlScalar(value))
		}
		return
	case isKey && len(p.run.file) == 0 && (key == "location" || key == "fileName" || key == "file" || key == "at" && strings.HasSuffix(value, ")")):
		p.run.file = tapFile(yamlScalar(value))
	}
	if p.run.outcome != CasePassed && len(p.message) < most {
		p.message = append(append(p.message, line...), '\n')
	}
}

// tapFile gives the file of a place: path:line:column, alone or behind a function's name.
func tapFile(place string) []byte {
	if i := strings.LastIndexByte(place, '('); i >= 0 {
		place = strings.TrimSuffix(place[i+1:], ")")
	}
	for range 2 {
		if i := strings.LastIndexByte(place, ':'); i > 1 {
			if _, ok := digits([]byte(place[i+1:])); ok {
				place = place[:i]
			}
		}
	}
	return []byte(strings.TrimPrefix(place, "file://"))
}

// yamlScalar takes the quotes off a text of one line.
func yamlScalar(s string) string {
	switch {
	case len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'':
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	case len(s) > 1 && s[0] == '"':
		if plain, err := strconv.Unquote(s); err == nil {
			return plain
		}
	}
	return s
}

// finished is the point as a case.
func (p *tapPoint) finished() caseRun {
	run := p.run
	run.name = p.name
	if run.outcome == CasePassed {
		return run
	}
	run.message = bytes.TrimSpace(p.message)
	if len(p.headline) > 0 {
		run.message = bytes.TrimSpace(append(append(append([]byte(nil), p.headline...), '\n'), run.message...))
	}
	return run
}
