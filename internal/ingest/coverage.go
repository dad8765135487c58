package ingest

import (
	"math/bits"
	"path"
	"slices"
	"strings"

	headway "headway"
)

// CoverageReport is the normal form of coverage reports. What stands in
// several files, as of shards, counts once and is covered when one covers it.
type CoverageReport struct {
	Format string
	headway.Coverage
	Notes []string
}

// coverSink gathers what is covered.
type coverSink struct {
	lim    Limits
	files  []*coveredFile
	byName map[string]*coveredFile
	units  int // branches, blocks and functions held
	words  int // of line sets
	texts  int
	notes  noteList
}

// coveredFile is what is known of one source file.
type coveredFile struct {
	name      string
	lines     lineSet
	blocks    map[string]coverUnit // statements of Go, by place
	branches  map[[3]uint32]coverUnit
	functions map[string]bool
}

// coverUnit is a number of things, and how many of them were reached.
type coverUnit struct{ total, covered uint32 }

// lineSet holds line numbers: those that could be reached and those that were.
type lineSet struct{ seen, hit []uint64 }

// maxLine is the highest line number that is believed.
const maxLine = 5_000_000

func newCoverSink(lim Limits) *coverSink {
	return &coverSink{lim: lim, byName: map[string]*coveredFile{}, notes: noteList{max: lim.MaxNotes}}
}

func (c *coverSink) read(format Format, src *source) error {
	switch format {
	case Cobertura:
		return readCobertura(src, c)
	case GoCover:
		return readGoCover(src, c)
	case LCOV:
		return readLCOV(src, c)
	}
	return headway.Errorf(headway.Internal, "no reader for %s", format)
}

// of gives a source file by its name.
func (c *coverSink) of(name string) (*coveredFile, error) {
	if f := c.byName[name]; f != nil {
		return f, nil
	}
	c.texts += len(name)
	if len(c.files) >= c.lim.MaxComponents || c.texts > maxText {
		return nil, headway.Errorf(headway.TooLarge, "the report has more than %d files, or %d bytes of their names", c.lim.MaxComponents, maxText)
	}
	f := &coveredFile{name: name}
	c.files = append(c.files, f)
	c.byName[name] = f
	return f, nil
}

func (c *coverSink) unit(text int) error {
	c.units++
	c.texts += text
	if c.units > c.lim.MaxCover || c.texts > maxText {
		return headway.Errorf(headway.TooLarge, "the report has more than %d branches, blocks and functions", c.lim.MaxCover)
	}
	return nil
}

// line takes a line that could be reached.
func (c *coverSink) line(f *coveredFile, n int64, hit bool) error {
	if n < 0 || n > maxLine {
		return headway.Errorf(headway.Invalid, "%d is no line number", n)
	}
	word, bit := int(n/64), uint64(1)<<(n%64)
	if word >= len(f.lines.seen) {
		more := word + word/4 + 4 - len(f.lines.seen)
		if c.words += more; c.words > c.lim.MaxCover/2 {
			return headway.Errorf(headway.TooLarge, "the line numbers of the report add up to more than %d", 32*c.lim.MaxCover)
		}
		f.lines.seen = append(f.lines.seen, make([]uint64, more)...)
		f.lines.hit = append(f.lines.hit, make([]uint64, more)...)
	}
	f.lines.seen[word] |= bit
	if hit {
		f.lines.hit[word] |= bit
	}
	return nil
}

func (l lineSet) count() headway.Covered {
	var c headway.Covered
	for i, w := range l.seen {
		c.Total += int64(bits.OnesCount64(w))
		c.Covered += int64(bits.OnesCount64(l.hit[i]))
	}
	return c
}

// branch takes branches at a place: of a line, block and branch.
func (c *coverSink) branch(f *coveredFile, at [3]uint32, u coverUnit) error {
	if f.branches == nil {
		f.branches = map[[3]uint32]coverUnit{}
	}
	old, ok := f.branches[at]
	if !ok {
		if err := c.unit(0); err != nil {
			return err
		}
	}
	f.branches[at] = coverUnit{max(old.total, u.total), max(old.covered, u.covered)}
	return nil
}

func (c *coverSink) function(f *coveredFile, name string, hit bool) error {
	if f.functions == nil {
		f.functions = map[string]bool{}
	}
	was, ok := f.functions[name]
	if !ok {
		if err := c.unit(len(name)); err != nil {
			return err
		}
	}
	f.functions[name] = was || hit
	return nil
}

func sumUnits[K comparable](m map[K]coverUnit) (c headway.Covered) {
	for _, u := range m {
		c.Total += int64(u.total)
		c.Covered += int64(u.covered)
	}
	return c
}

// maxParts is how many directories are listed.
const maxParts = 2_000

func (c *coverSink) finish() (*CoverageReport, error) {
	r := &CoverageReport{Coverage: headway.Coverage{Files: len(c.files)}}
	parts := map[string]headway.Covered{}
	for _, f := range c.files {
		statements, lines := sumUnits(f.blocks), f.lines.count()
		functions := headway.Covered{Total: int64(len(f.functions))}
		for _, hit := range f.functions {
			if hit {
				functions.Covered++
			}
		}
		r.Statements, r.Lines = r.Statements.Plus(statements), r.Lines.Plus(lines)
		r.Branches, r.Functions = r.Branches.Plus(sumUnits(f.branches)), r.Functions.Plus(functions)
		dir := path.Dir(strings.ReplaceAll(f.name, `\`, "/"))
		parts[dir] = parts[dir].Plus(statements).Plus(lines)
	}
	if r.Statements.Total > 0 && r.Lines.Total > 0 {
		return nil, headway.Invalidf("", "the files count statements (Go) and lines (LCOV, Cobertura), which cannot be added up").WithHint("send them in calls of their own")
	}
	for name, figure := range parts {
		r.Parts = append(r.Parts, headway.CoveragePart{Name: name, Covered: figure})
	}
	slices.SortFunc(r.Parts, func(a, b headway.CoveragePart) int { return strings.Compare(a.Name, b.Name) })
	if len(r.Parts) > maxParts {
		c.notes.addf("the first %d of %d directories are listed; all are counted", maxParts, len(r.Parts))
		r.Parts = r.Parts[:maxParts]
	}
	r.Notes = c.notes.list()
	return r, nil
}

// nothing refuses a file in which nothing could be reached.
func (c *coverSink) nothing(src *source, what string) error {
	return headway.Invalidf(src.where(0), "the report holds no %s that could be covered", what).
		WithHint("check that the tests ran with coverage: a report of nothing proves nothing")
}

// declares notes a count that a file declares and that is not what was counted.
func (c *coverSink) declares(name, what string, declared, counted int64) {
	if declared >= 0 && declared != counted {
		c.notes.addf("%s declares %s=%d, counted were %d", name, what, declared, counted)
	}
}
