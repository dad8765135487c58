package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	headway "headway"
)

// Source is one file of a call: its name for messages, and how to open it.
// Of those that were found in a directory and not named, what is no report is
// passed over with a note.
type Source struct {
	Name  string
	Found bool
	Open  func() (io.ReadCloser, error)
}

// entry says where a file of the call came from.
type entry struct {
	name  string
	found bool // in a directory or an archive
	depth int  // archives around it
}

// Read reads one report, or an archive (zip, gzip) of reports that are merged.
// The name is used in messages only. An error is a headway.Error that names
// the place in the input.
func Read(r io.Reader, name string, lim Limits) (Report, error) {
	c := newCall(lim)
	if err := c.file(r, entry{name: name}); err != nil {
		return Report{}, err
	}
	return c.finish()
}

// ReadAll reads several files, in their order, into one report: shards add up,
// and a case that stands in a later file again is a retry. All must be of one kind.
func ReadAll(sources []Source, lim Limits) (Report, error) {
	c := newCall(lim)
	for _, s := range sources {
		if err := c.open(s); err != nil {
			return Report{}, err
		}
	}
	return c.finish()
}

// call is what the files of one call share.
type call struct {
	lim     Limits
	left    int64 // bytes that may still come
	tests   *testSink
	load    *loadSink
	bill    *sbomSink
	vulns   *vulnSink
	cover   *coverSink
	kind    Kind
	first   string // name of the first file, which set the kind
	formats []string
	notes   noteList
	files   int
	entries int // of archives
}

func newCall(lim Limits) *call {
	lim = lim.orDefault()
	return &call{
		lim: lim, left: lim.MaxBytes, notes: noteList{max: lim.MaxNotes},
		tests: newTestSink(lim), load: newLoadSink(lim), bill: newSBOMSink(lim), vulns: newVulnSink(lim), cover: newCoverSink(lim),
	}
}

func (c *call) open(s Source) error {
	f, err := s.Open()
	if err != nil {
		e := headway.Invalidf(s.Name, "the file cannot be opened").Because(err)
		if errors.Is(err, fs.ErrNotExist) {
			e = headway.Invalidf(s.Name, "there is no such file").Because(err)
		}
		return e
	}
	defer f.Close()
	return c.file(f, entry{name: s.Name, found: s.Found})
}

func (c *call) file(r io.Reader, e entry) error {
	buffered := bufio.NewReader(r)
	magic, err := buffered.Peek(4)
	if err != nil && err != io.EOF {
		return readError(err, e.name)
	}
	switch {
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("PK\x05\x06")):
		return c.archive(r, buffered, e)
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return headway.Invalidf(e.name, "the gzip header is damaged").Because(err)
		}
		e.name = strings.TrimSuffix(e.name, ".gz")
		return c.report(z, e)
	}
	return c.report(buffered, e)
}

func (c *call) report(r io.Reader, e entry) error {
	name := e.name
	text, head, err := sniff(&cappedReader{r: r, left: &c.left, max: c.lim.MaxBytes, name: name}, name)
	if err != nil {
		return err
	}
	format := Detect(head)
	if format == "" {
		if e.found && !pretends(head, name) {
			c.notes.addf("%s is no report that can be read and was passed over", name)
			return nil
		}
		return unknownFormat(head, name)
	}
	if c.kind != "" && c.kind != format.Kind() {
		if e.found && !format.Kind().isRun() {
			c.notes.addf("%s is a report of %s and was passed over", name, format.Kind())
			return nil
		}
		return headway.Invalidf(name, "this is a report of %s, but %s is one of %s", format.Kind(), c.first, c.kind).
			WithHint("send reports of different kinds in calls of their own")
	}
	if c.kind == "" {
		c.kind, c.first = format.Kind(), name
	}
	c.files++
	c.bill.file, c.vulns.file = c.files, c.files
	c.tests.file++ // a call has fewer than 65536 files, or far ones look alike in a note
	if !slices.Contains(c.formats, string(format)) {
		c.formats = append(c.formats, string(format))
	}
	return c.read(format, newSource(text, name), head)
}

// read reads a file of a known format and refuses one that proves nothing.
func (c *call) read(format Format, src *source, head []byte) error {
	switch format.Kind() {
	case KindSBOM:
		return c.bill.read(format, src)
	case KindVulnerabilities:
		return c.vulns.read(format, src)
	case KindCoverage:
		return c.cover.read(format, src)
	case KindLoad:
		return c.readLoad(format, src, head)
	case KindTests:
	}
	before := c.tests.rep.Runs
	if err := readTests(format, src, c.tests); err != nil {
		return err
	}
	if c.tests.rep.Runs == before {
		return headway.Invalidf(src.where(0), "the report holds no test case").
			WithHint("check that the tests ran: a report of nothing proves nothing")
	}
	return nil
}

func (c *call) readLoad(format Format, src *source, head []byte) error {
	before := c.load.total.hist.n
	if err := readLoad(format, src, head, c.load); err != nil {
		return err
	}
	if c.load.total.hist.n == before && c.load.figuresOf == "" {
		return headway.Invalidf(src.where(0), "the report holds no sample").
			WithHint("check that the load test ran: a report of nothing proves nothing")
	}
	return nil
}

func readTests(format Format, src *source, sink *testSink) error {
	switch format {
	case JUnit:
		return readJUnit(src, sink)
	case NUnit, XUnit:
		return readDotnet(src, sink)
	case TRX:
		return readTRX(src, sink)
	case CTRF:
		return readCTRF(src, sink)
	case GoTest:
		return readGoTest(src, sink)
	case TAP:
		return readTAP(src, sink)
	}
	return headway.Errorf(headway.Internal, "no reader for %s", format)
}

func readLoad(format Format, src *source, head []byte, sink *loadSink) error {
	switch format {
	case JTLCSV:
		return readJTLCSV(src, head, sink)
	case JTLXML:
		return readJTLXML(src, sink)
	case K6Summary:
		return readK6Summary(src, sink)
	case K6Stream:
		return readK6Stream(src, sink)
	case JMeterStats:
		return readJMeterStats(src, sink)
	case LocustCSV:
		return readLocust(src, head, sink)
	case LocustHistory:
		return readLocustHistory(src, head, sink)
	case VegetaJSON:
		return readVegeta(src, sink)
	case VegetaStats:
		return readVegetaStats(src, sink)
	case HeyCSV:
		return readHey(src, head, sink)
	case Wrk:
		return readWrk(src, sink)
	case HeyText:
		return readHeyText(src, sink)
	case VegetaText:
		return readVegetaText(src, sink)
	case VegetaCSV:
		return readVegetaCSV(src, sink)
	case GatlingLog:
		return readGatlingLog(src, sink)
	case GatlingJSON:
		return readGatlingStats(src, sink)
	case GoBench:
		return readGoBench(src, sink)
	case LoadCSV:
		return readLoadCSV(src, head, sink)
	}
	return headway.Errorf(headway.Internal, "no reader for %s", format)
}

func (c *call) finish() (Report, error) {
	slices.Sort(c.formats)
	format, notes := strings.Join(c.formats, "+"), c.notes.list()
	rep := Report{Kind: c.kind}
	switch c.kind {
	case KindTests:
		rep.Tests = c.tests.finish()
		rep.Tests.Format, rep.Tests.Notes = format, append(rep.Tests.Notes, notes...)
	case KindLoad:
		rep.Load = c.load.finish()
		rep.Load.Format, rep.Load.Notes = format, append(rep.Load.Notes, notes...)
	case KindSBOM:
		rep.SBOM = c.bill.finish()
		rep.SBOM.Format, rep.SBOM.Notes = format, append(rep.SBOM.Notes, notes...)
	case KindVulnerabilities:
		rep.Vulnerabilities = c.vulns.finish()
		rep.Vulnerabilities.Format, rep.Vulnerabilities.Notes = format, append(rep.Vulnerabilities.Notes, notes...)
	case KindCoverage:
		var err error
		if rep.Coverage, err = c.cover.finish(); err != nil {
			return Report{}, err
		}
		rep.Coverage.Format, rep.Coverage.Notes = format, append(rep.Coverage.Notes, notes...)
	default:
		if notes != nil {
			return Report{}, headway.Invalidf("", "there is no report among the files: %s", strings.Join(notes, "; "))
		}
		return Report{}, headway.Invalidf("", "there is no file to read")
	}
	return rep, nil
}
