package ingest

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"headway"
)

// ManualCase is a test case that a person works through.
type ManualCase struct {
	Key          string // the file's own id, may be empty
	Title        string
	Component    string
	Precondition string
	Priority     string
	Labels       []string
	Steps        []ManualStep
	Line         int // in the file
}

// ManualStep is one step of a manual case; one of the two may be empty.
type ManualStep struct{ Action, Expected string }

// The most that is taken of one file of manual cases.
const (
	MaxManualCases = 20_000
	MaxManualSteps = 200 // of one case
	MaxManualFile  = 32 << 20
	maxManualText  = 8 << 10
)

// manualColumns are the names that exports use for each field, in lower case
// without what is not a letter or digit.
var manualColumns = map[string][]string{
	"key":          {"key", "id", "testid", "testcaseid", "caseid", "issuekey", "issueid", "tcid"},
	"title":        {"title", "name", "summary", "testcase", "testcasename", "casetitle", "case"},
	"steps":        {"steps", "step", "teststeps", "teststep", "action", "stepaction", "testscriptstepbystepstep", "stepstep", "instructions"},
	"data":         {"data", "testdata", "stepdata"},
	"expected":     {"expected", "expectedresult", "expectedresults", "stepsexpectedresult", "stepexpected", "testscriptstepbystepexpectedresult"},
	"component":    {"component", "components", "area", "areapath", "section", "module", "folder", "suite", "feature"},
	"precondition": {"precondition", "preconditions", "prerequisites", "setup"},
	"priority":     {"priority", "importance"},
	"labels":       {"labels", "label", "tags", "tag"},
}

// ManualCases reads manual test cases from CSV with a header in any order and
// any of the usual names for title, steps, expected result, component, id,
// precondition, data, priority and labels. A row without a title, or with the
// id of the row before, adds a step to its case; numbered lines of one cell are
// steps of their own. The columns that are not read are named in the notes.
func ManualCases(r io.Reader, name string) ([]ManualCase, []string, error) {
	left := int64(MaxManualFile)
	text, head, err := sniff(&cappedReader{r: r, left: &left, max: MaxManualFile, name: name}, name)
	if err != nil {
		return nil, nil, err
	}
	m := &manualReader{csv: newCSVScanner(newSource(text, name), delimiterOf(head)), seen: map[string]int{}}
	if err := m.header(); err != nil {
		return nil, nil, err
	}
	for {
		ok, err := m.csv.next()
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			break
		}
		if err := m.row(); err != nil {
			return nil, nil, err
		}
	}
	if len(m.cases) == 0 {
		return nil, nil, m.csv.refuse("the file holds no test case")
	}
	return m.cases, m.notes, nil
}

type manualReader struct {
	csv   *csvScanner
	at    map[string]int
	width int
	cases []ManualCase
	seen  map[string]int // line of a case, by id or by component and title
	notes []string
}

var notALetter = regexp.MustCompile(`[^\p{L}\p{N}]+`)

func (m *manualReader) header() error {
	ok, err := m.csv.next()
	if err != nil {
		return err
	}
	if !ok {
		return m.csv.refuse("the file is empty").WithHint("start it with a header: title, steps, expected, component")
	}
	m.at, m.width = map[string]int{}, len(m.csv.fields)
	var ignored []string
	for i, f := range m.csv.fields {
		column := strings.ToLower(notALetter.ReplaceAllString(string(f), ""))
		field := manualField(column)
		if field == "" {
			ignored = append(ignored, clip(f, 40))
			continue
		}
		if _, twice := m.at[field]; twice {
			if string(f) == field { // the plain name holds against another that is taken for it
				m.at[field] = i
				continue
			}
			ignored = append(ignored, clip(f, 40))
			continue
		}
		m.at[field] = i
	}
	if _, ok := m.at["title"]; !ok {
		return m.csv.refuse("the header names no title").WithHint("name the columns title, steps, expected, component; id, precondition, priority and labels are read as well")
	}
	if len(ignored) > 0 {
		m.notes = append(m.notes, "columns that are not read: "+clip([]byte(strings.Join(ignored, ", ")), 300))
	}
	return nil
}

func manualField(column string) string {
	for field, names := range manualColumns {
		if slices.Contains(names, column) {
			return field
		}
	}
	return ""
}

func (m *manualReader) row() error {
	c := m.csv
	if len(c.fields) != m.width {
		return c.refuse("the row has %d fields instead of %d", len(c.fields), m.width).WithHint("quote fields that hold the delimiter or a line end")
	}
	for _, f := range c.fields {
		if len(f) > maxManualText {
			return c.refuse("a field is longer than %d bytes", maxManualText)
		}
		if badChar(f) >= 0 {
			return c.refuse("a field holds a control character")
		}
	}
	row := ManualCase{
		Key: m.field("key"), Title: oneSpace(m.field("title")), Component: oneSpace(m.field("component")),
		Precondition: m.field("precondition"), Priority: oneSpace(m.field("priority")), Labels: splitLabels(m.field("labels")),
		Steps: manualSteps(m.field("steps"), m.field("data"), m.field("expected")), Line: c.line + 1,
	}
	n := len(m.cases)
	switch {
	case row.Title == "" && row.Key == "" && len(row.Steps) == 0:
		return nil
	case n > 0 && (row.Title == "" && (row.Key == "" || row.Key == m.cases[n-1].Key) || row.Key != "" && row.Key == m.cases[n-1].Key):
		if last := &m.cases[n-1]; row.Title == "" || row.Title == last.Title {
			last.Steps = append(last.Steps, row.Steps...)
			return m.enough(last)
		}
		return c.refuse("the id %q is that of the row before, under another title", clip([]byte(row.Key), 80))
	case row.Title == "":
		return c.refuse("the row has no title")
	}
	return m.add(row)
}

func (m *manualReader) add(row ManualCase) error {
	key := "id " + row.Key
	if row.Key == "" {
		key = "title " + row.Component + "\x00" + row.Title
	}
	if first, twice := m.seen[key]; twice {
		return m.csv.refuse("the case %q stands there already, on line %d", clip([]byte(row.Title), 80), first).WithHint("give each case an id or a title of its own")
	}
	if len(m.cases) >= MaxManualCases {
		return headway.Errorf(headway.TooLarge, "the file has more than %d cases", MaxManualCases).At(m.csv.where(0))
	}
	m.seen[key] = row.Line
	m.cases = append(m.cases, row)
	return m.enough(&m.cases[len(m.cases)-1])
}

func (m *manualReader) enough(c *ManualCase) error {
	if len(c.Steps) > MaxManualSteps {
		return m.csv.refuse("the case %q has more than %d steps", clip([]byte(c.Title), 80), MaxManualSteps)
	}
	return nil
}

func (m *manualReader) field(name string) string {
	i, ok := m.at[name]
	if !ok {
		return ""
	}
	return string(bytes.TrimSpace(m.csv.fields[i]))
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

func splitLabels(s string) []string {
	var out []string
	for _, l := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }) {
		if l = oneSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

var numberedLine = regexp.MustCompile(`^[ \t]*(?:(\d{1,3})[.)]|[-*•])[ \t]+`)

// manualSteps makes steps of the cells of a row. Lines that all begin with a
// number or a bullet are steps of their own, and so are as many expected results.
func manualSteps(actions, data, expected string) []ManualStep {
	if actions == "" && expected == "" {
		return nil
	}
	if data != "" {
		actions = strings.TrimSpace(fmt.Sprintf("%s\nData: %s", actions, data))
	}
	a, e := splitSteps(actions), splitSteps(expected)
	if len(a) > 1 && len(e) != len(a) {
		e = []string{expected}
	}
	if len(a) <= 1 {
		return []ManualStep{{actions, expected}}
	}
	out := make([]ManualStep, len(a))
	for i := range a {
		out[i].Action = a[i]
		if len(e) == len(a) {
			out[i].Expected = e[i]
		}
	}
	if len(e) != len(a) {
		out[len(a)-1].Expected = expected // one result for all of them
	}
	return out
}

// splitSteps splits a list at its numbers or bullets; a line without one goes
// on with the line before. What does not begin with one is a single step.
func splitSteps(s string) []string {
	if !numberedLine.MatchString(s) {
		return []string{s}
	}
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n ")
		if mark := numberedLine.FindString(line); mark != "" || len(out) == 0 {
			out = append(out, line[len(mark):])
			continue
		}
		out[len(out)-1] += "\n" + line
	}
	return out
}
