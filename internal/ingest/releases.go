package ingest

import (
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"

	headway "headway"
)

// Stage says what a version in a release history is.
type Stage string

// The stages of a version.
const (
	StageFinal     Stage = "final"     // a release: 18.0.0
	StageCandidate Stage = "candidate" // 18.0.0.0rc1, 2.4.0-rc.1
	StageBeta      Stage = "beta"      // 18.0.0.0b2, 2.4.0-alpha.1, a milestone
	StageTag       Stage = "tag"       // no release: rocky-em, train-eol, xena-last
)

// HistoryVersion is a version as a release history writes it.
type HistoryVersion struct {
	Raw     string // as written
	Release string // the version it belongs to: 18.0.0 of 18.0.0.0rc1; empty for a tag
	Stage   Stage
	Number  int // of the candidate or beta, 1 when it is not numbered; 0 for final and tag
}

var (
	// 18.0.0.0rc1 and 7.0.0.0b3: PEP 440 pre-releases as pbr (OpenStack) numbers
	// them, with a fourth number 0 that the release does not have.
	pepVersion = regexp.MustCompile(`^v?(\d{1,9}(?:\.\d{1,9}){0,3}?)(?:\.0)?(rc|a|b|alpha|beta)(\d{1,6})$`)
	// 2.4.0-rc.1: semver.org 2.0.0, with or without the dots.
	semverPre    = regexp.MustCompile(`^v?(\d{1,9}(?:\.\d{1,9}){0,3})[-.]?(rc|cr|a|b|alpha|beta|pre|preview|dev|m|milestone|snapshot)[-.]?(\d{1,6})?$`)
	finalVersion = regexp.MustCompile(`^v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:\+[0-9A-Za-z.-]{1,60})?$`)
)

// ParseHistoryVersion tells releases, candidates, betas and mere tags apart. A
// text without a number in front is a tag.
func ParseHistoryVersion(raw string) HistoryVersion {
	v := HistoryVersion{Raw: raw}
	s := strings.ToLower(raw)
	if m := finalVersion.FindStringSubmatch(s); m != nil {
		v.Release, v.Stage = m[1], StageFinal
		return v
	}
	m := pepVersion.FindStringSubmatch(s)
	if m == nil || strings.Count(m[1], ".") < 2 && strings.Contains(s, ".0"+m[2]) {
		m = semverPre.FindStringSubmatch(s)
	}
	if m == nil {
		v.Stage = StageTag
		return v
	}
	v.Release, v.Number, v.Stage = m[1], 1, StageBeta
	if m[3] != "" {
		v.Number, _ = strconv.Atoi(m[3]) // at most six digits
	}
	if m[2] == "rc" || m[2] == "cr" {
		v.Stage = StageCandidate
	}
	return v
}

// ReleaseRow is one line of a release history.
type ReleaseRow struct {
	Line        int    // in the file, from 1; the header is line 1
	Series      string // cycle that the release belongs to
	Team        string
	Deliverable string
	Type        string // empty when the file has no such column
	Model       string // how the deliverable is released, as cycle-with-rc
	Version     HistoryVersion
	ReleasedAt  time.Time // in the zone that the file gives
}

// releaseColumns are the columns by name; those of which the second is true must be there.
var releaseColumns = []struct {
	name string
	must bool
}{{"series", true}, {"team", true}, {"deliverable", true}, {"type", false}, {"model", true}, {"version", true}, {"released_at", true}}

const maxReleaseField = 300 // characters

// Releases reads a release history in CSV row by row: columns mapped by the
// header, in any order (series, team, deliverable, model, version, released_at,
// and type where there is one; others are ignored), comma, semicolon or tab
// between them. The first thing that is wrong ends it with an error that names
// file and line; rows before it were good. A file without a row is an error.
func Releases(r io.Reader, name string) iter.Seq2[ReleaseRow, error] {
	return func(yield func(ReleaseRow, error) bool) {
		rd, err := newReleaseReader(r, name)
		if err != nil {
			yield(ReleaseRow{}, err)
			return
		}
		rows := 0
		for {
			row, more, err := rd.next()
			switch {
			case err != nil:
				yield(ReleaseRow{}, err)
				return
			case !more && rows == 0:
				yield(ReleaseRow{}, headway.Invalidf(name, "the file has a header and no row"))
				return
			case !more:
				return
			}
			rows++
			if !yield(row, nil) {
				return
			}
		}
	}
}

type releaseReader struct {
	csv    *csvScanner
	name   string
	at     map[string]int // column by name
	width  int
	shared map[string]string // texts that repeat: series, team, …
}

func newReleaseReader(r io.Reader, name string) (*releaseReader, error) {
	r, head, err := sniff(r, name)
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, headway.Invalidf(name+":1", "the file is empty").WithHint("the first line names the columns: series,team,deliverable,model,version,released_at")
	}
	rd := &releaseReader{csv: newCSVScanner(newSource(r, name), delimiterOf(head)), name: name, at: map[string]int{}, shared: map[string]string{}}
	ok, err := rd.csv.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, headway.Invalidf(name+":1", "the file is empty")
	}
	for i, f := range rd.csv.fields {
		col := strings.ToLower(strings.TrimSpace(string(f)))
		if _, twice := rd.at[col]; twice {
			return nil, headway.Invalidf(name+":1", "the header names the column %q twice", clip([]byte(col), 60))
		}
		rd.at[col] = i
	}
	rd.width = len(rd.csv.fields)
	for _, c := range releaseColumns {
		if _, ok := rd.at[c.name]; !ok && c.must {
			return nil, headway.Invalidf(name+":1", "the header has no column %q", c.name).
				WithHint("it needs series,team,deliverable,model,version,released_at")
		}
	}
	return rd, nil
}

func (rd *releaseReader) next() (row ReleaseRow, more bool, err error) {
	ok, err := rd.csv.next()
	if err != nil || !ok {
		return row, false, err
	}
	row.Line = rd.csv.line + 1
	where := fmt.Sprintf("%s:%d", rd.name, row.Line)
	if len(rd.csv.fields) != rd.width {
		return row, false, headway.Invalidf(where, "the row has %d fields, the header has %d", len(rd.csv.fields), rd.width)
	}
	for _, c := range []struct {
		name string
		to   *string
	}{{"series", &row.Series}, {"team", &row.Team}, {"deliverable", &row.Deliverable}, {"type", &row.Type}, {"model", &row.Model}} {
		if *c.to, err = rd.text(c.name, where); err != nil {
			return row, false, err
		}
	}
	version, err := rd.text("version", where)
	if err != nil {
		return row, false, err
	}
	row.Version = ParseHistoryVersion(version)
	at := strings.TrimSpace(string(rd.csv.fields[rd.at["released_at"]]))
	row.ReleasedAt, err = parseInstant(at)
	if err != nil {
		return row, false, headway.Invalidf(where, "released_at is %q, which is no time with a zone within 1970–2200", clip([]byte(at), 60)).
			WithHint("write it as 2021-10-06T14:00:00+02:00")
	}
	return row, true, nil
}

// text gives a field, which must not be empty in a column that must be there.
func (rd *releaseReader) text(col, where string) (string, error) {
	i, ok := rd.at[col]
	if !ok {
		return "", nil
	}
	b := rd.csv.fields[i]
	s, ok := rd.shared[string(b)]
	if !ok {
		s = strings.TrimSpace(string(b))
		if len(rd.shared) < 10_000 {
			rd.shared[string(b)] = s
		}
	}
	if s == "" && col != "type" {
		return "", headway.Invalidf(where, "the field %s is empty", col)
	}
	if len(s) > maxReleaseField {
		return "", headway.Invalidf(where, "the field %s has more than %d characters", col, maxReleaseField)
	}
	return s, nil
}

// parseInstant reads RFC 3339, also with a blank for the T, within 1970–2200.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02 15:04:05Z07:00", s)
	}
	if err != nil {
		return t, err
	}
	if y := t.UTC().Year(); y < 1970 || y > 2200 {
		return t, fmt.Errorf("year %d", y)
	}
	return t, nil
}
