package ingest

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	headway "headway"
)

// maxNested is how many archives may stand in each other: `headway report` packs
// several files into one, and what CI keeps of a job holds archives as a rule.
const maxNested = 3

func (c *call) archive(r, buffered io.Reader, e entry) error {
	name := e.name
	if e.depth >= maxNested {
		c.notes.addf("%s is an archive inside of %d archives and was not read", name, e.depth)
		return nil
	}
	if e.depth > 0 {
		buffered = &cappedReader{r: buffered, left: &c.left, max: c.lim.MaxBytes, name: name}
		r = buffered
	}
	at, size, err := c.seekable(r, buffered, name)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return headway.Invalidf(name, "the zip archive is damaged or truncated").Because(err)
	}
	if c.entries += len(z.File); c.entries > c.lim.MaxFiles {
		return headway.Errorf(headway.TooLarge, "there are more than %d files in archives", c.lim.MaxFiles).At(name)
	}
	before := c.files
	seen := map[string]bool{}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		inner := entry{name: name + "!" + strings.ToValidUTF8(clip([]byte(f.Name), 200), "\uFFFD"), found: true, depth: e.depth + 1}
		if seen[f.Name] {
			return headway.Invalidf(inner.name, "the archive holds two files of this name")
		}
		seen[f.Name] = true
		if err := c.unpack(f, inner); err != nil {
			return err
		}
	}
	switch {
	case c.files > before:
	case e.found:
		c.notes.addf("%s is an archive without a report and was passed over", name)
	default:
		return headway.Invalidf(name, "the archive holds no report that can be read").WithHint("put JUnit XML, CTRF, JMeter or k6 results in it")
	}
	return nil
}

func (c *call) unpack(f *zip.File, e entry) error {
	rc, err := f.Open()
	if err != nil {
		return headway.Invalidf(e.name, "the file cannot be unpacked").Because(err)
	}
	err = c.file(rc, e)
	_ = rc.Close() // reading to the end has checked the sum
	return err
}

// seekable gives random access to an archive: the reader's own, or a bounded copy.
func (c *call) seekable(r, buffered io.Reader, name string) (io.ReaderAt, int64, error) {
	if f, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		size, err := f.Seek(0, io.SeekEnd)
		if err == nil {
			return f, size, nil
		}
	}
	b, err := io.ReadAll(io.LimitReader(buffered, c.lim.MaxArchive+1))
	if err != nil {
		return nil, 0, readError(err, name)
	}
	if int64(len(b)) > c.lim.MaxArchive {
		return nil, 0, headway.Errorf(headway.TooLarge, "the archive is larger than %d bytes", c.lim.MaxArchive).At(name).
			WithHint("send it as a file, or the reports by themselves")
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

// pretends tells that a file has the name of a report and is empty, or XML that
// is none: a tool was stopped while it wrote.
func pretends(head []byte, name string) bool {
	if !slices.Contains([]string{".xml", ".json", ".trx", ".jtl", ".tap"}, strings.ToLower(path.Ext(name))) {
		return false
	}
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return true
	}
	if text[0] != '<' {
		return false
	}
	_, err := newXMLScanner(newMemorySource(text, name, 0)).next()
	return err != nil && !bytes.HasPrefix(bytes.ToLower(text), []byte("<!doctype html"))
}
