package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"headway"
)

// MaxProgrammeFile is the largest setup document in bytes.
const MaxProgrammeFile = 1 << 20

// ProgrammeFile reads the setup of a programme from YAML or JSON. One document
// with the fields of headway.ProgrammeFile, each once and of its type; anchors,
// merge keys, tags and null are refused, as is what the rules of the nouns
// refuse. The error names file, line and field.
func ProgrammeFile(r io.Reader, name string) (headway.ProgrammeFile, error) {
	var f headway.ProgrammeFile
	b, err := io.ReadAll(io.LimitReader(r, MaxProgrammeFile+1))
	if err != nil {
		return f, headway.Invalidf(name, "the file ended while it was read").Because(err)
	}
	if len(b) > MaxProgrammeFile {
		return f, headway.Errorf(headway.TooLarge, "a setup is at most %d bytes", MaxProgrammeFile).At(name)
	}
	root, err := parseYAML(b, name)
	if err != nil {
		return f, err
	}
	t := &yamlTree{name: name, lines: map[string]int{}}
	if err := t.read(root, &f); err != nil {
		return f, err
	}
	return f, t.locate(f.Check())
}

// parseYAML gives the root of the only document.
func parseYAML(b []byte, name string) (*yaml.Node, error) {
	if before, _, ok := bytes.Cut(b, []byte{0}); ok {
		return nil, headway.Invalidf(fmt.Sprintf("%s:%d", name, 1+bytes.Count(before, newline)), "the file holds a zero byte")
	}
	if i := directive(b); i >= 0 { // the parser takes a time that grows with the square of their number
		return nil, headway.Invalidf(fmt.Sprintf("%s:%d", name, 1+bytes.Count(b[:i], newline)), "directives such as %%YAML and %%TAG are not taken").WithHint("remove the line")
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	var doc, second yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) || (err == nil && len(doc.Content) == 0) {
		return nil, headway.Invalidf(name, "the file is empty").WithHint("start it with programme: and key, name, zone below")
	} else if err != nil {
		return nil, syntaxError(name, err)
	}
	if err := d.Decode(&second); err == nil {
		return nil, headway.Invalidf(fmt.Sprintf("%s:%d", name, second.Line), "a second document begins here").WithHint("write one document in one file")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(name, err)
	}
	return doc.Content[0], nil
}

// directive finds a line that begins with %, or -1.
func directive(b []byte) int {
	if bytes.HasPrefix(b, []byte("%")) {
		return 0
	}
	if i := bytes.Index(b, []byte("\n%")); i >= 0 {
		return i + 1
	}
	return bytes.Index(b, []byte("\r%"))
}

var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError says where the parser stopped; its message is the only place it tells that.
func syntaxError(name string, err error) error {
	if m := yamlErrorLine.FindStringSubmatch(err.Error()); m != nil {
		where := name
		if n, err := strconv.Atoi(m[1]); err == nil {
			where = fmt.Sprintf("%s:%d", name, n)
		}
		return headway.Invalidf(where, "this is not YAML: %s", m[2]).WithHint("check the indentation and the quotes around this line")
	}
	return headway.Invalidf(name, "this is not YAML").Because(err)
}

// locate puts file and line in front of the path that a noun's rule names.
func (t *yamlTree) locate(err error) error {
	var e *headway.Error
	if !errors.As(err, &e) {
		return err
	}
	for path := e.Where; path != ""; path = parentPath(path) {
		if line, ok := t.lines[path]; ok {
			return e.At(fmt.Sprintf("%s:%d: %s", t.name, line, e.Where))
		}
	}
	return e.At(t.name + ": " + e.Where)
}

// parentPath cuts the last field or index off a path.
func parentPath(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

// ProgrammeYAML writes a setup in the form that ProgrammeFile reads.
func ProgrammeYAML(f headway.ProgrammeFile) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("write the setup: %w", err)
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("write the setup: %w", err)
	}
	return b.Bytes(), nil
}
