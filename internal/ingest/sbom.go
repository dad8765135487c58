package ingest

import (
	"cmp"
	"slices"
	"strings"

	headway "headway"
)

// SBOMReport is the normal form of bills of materials. Parts that are listed
// more than once, as found in several places, count once.
type SBOMReport struct {
	Format string
	SBOM   headway.SBOM
	Listed int // entries of the files, before repeats were merged
	Notes  []string
}

// sbomSink gathers components.
type sbomSink struct {
	lim      Limits
	file     int
	subjects []string
	listed   int
	texts    int
	bill     []headway.Component
	at       map[[2]string]int // by key, or the whole package URL, and version
	notes    noteList
}

func newSBOMSink(lim Limits) *sbomSink {
	return &sbomSink{lim: lim, at: map[[2]string]int{}, notes: noteList{max: lim.MaxNotes}}
}

func (s *sbomSink) read(format Format, src *source) error {
	before := s.listed
	read := readCycloneDX
	if format == SPDX {
		read = readSPDX
	}
	if err := read(src, s); err != nil {
		return err
	}
	if s.listed == before {
		return headway.Invalidf(src.where(0), "the bill of materials lists no component").
			WithHint("check that the tool found the build: a bill of nothing proves nothing")
	}
	return nil
}

// add takes a component. The same one found again may tell what was not known.
func (s *sbomSink) add(c headway.Component) error {
	s.listed++
	if s.listed > s.lim.MaxComponents {
		return headway.Errorf(headway.TooLarge, "the bill of materials has more than %d components", s.lim.MaxComponents)
	}
	for _, text := range slices.Concat(c.Licences, []string{c.Key, c.Name, c.Version, c.PURL, c.Type}) {
		s.texts += len(text)
	}
	if s.texts > maxText {
		return headway.Errorf(headway.TooLarge, "the texts of the bill of materials have more than %d bytes", maxText)
	}
	id := [2]string{cmp.Or(c.PURL, c.Key), c.Version}
	if i, seen := s.at[id]; seen {
		b := &s.bill[i]
		b.Subject = b.Subject && c.Subject
		b.Type = cmp.Or(b.Type, c.Type)
		for _, l := range c.Licences {
			if !slices.Contains(b.Licences, l) {
				b.Licences = append(b.Licences, l)
			}
		}
		return nil
	}
	s.at[id] = len(s.bill)
	s.bill = append(s.bill, c)
	return nil
}

func (s *sbomSink) finish() *SBOMReport {
	for i := range s.bill {
		slices.Sort(s.bill[i].Licences)
	}
	slices.SortFunc(s.bill, func(a, b headway.Component) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Version, b.Version), strings.Compare(a.PURL, b.PURL))
	})
	if n := s.listed - len(s.bill); n > 0 {
		s.notes.addf("%d entries stand for components that are listed already", n)
	}
	slices.Sort(s.subjects)
	return &SBOMReport{
		SBOM:   headway.SBOM{Subject: strings.Join(slices.Compact(s.subjects), ", "), Components: s.bill},
		Listed: s.listed, Notes: s.notes.list(),
	}
}

// maxName bounds names, versions and places that are kept.
const maxName = 300

// shortText reads a string of up to maxName bytes; anything else gives none.
func (j *jsonScanner) shortText() (string, error) {
	b, err := j.text()
	return clip(b, maxName), err
}

// fields calls of for each key when an object stands here; anything else is skipped.
func (j *jsonScanner) fields(of func(key string) error) error {
	if c, err := j.peek(); err != nil || c != '{' {
		return j.orSkip(err)
	}
	return j.object(func(key []byte) error { return of(string(key)) })
}

// each calls of for each element when a list stands here; anything else is skipped.
func (j *jsonScanner) each(of func() error) error {
	if c, err := j.peek(); err != nil || c != '[' {
		return j.orSkip(err)
	}
	return j.array(of)
}

func (j *jsonScanner) orSkip(err error) error {
	if err != nil {
		return err
	}
	return j.skipValue()
}

// into reads a short text.
func (j *jsonScanner) into(to *string) (err error) {
	*to, err = j.shortText()
	return err
}
