package instance

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"headway"
	"headway/internal/engine"
)

// MaxBytes is the largest file that is read.
const MaxBytes = 64 << 20

// Read turns a file into a problem; the name's ending says which format it is:
// .sm, .rcp, .sch, .rcmp or .json, in any case. Errors are headway.Invalid or
// headway.TooLarge and name the line.
func Read(name string, data []byte) (engine.Problem, error) {
	if len(data) > MaxBytes {
		return engine.Problem{}, headway.Errorf(headway.TooLarge, "%s has %d bytes", name, len(data)).WithHint("at most %d", MaxBytes)
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return engine.Problem{}, headway.Invalidf(name, "the file is not text in UTF-8")
	}
	read := map[string]func([]byte) (engine.Problem, error){
		".sm": readSM, ".rcp": readRCP, ".sch": readSCH, ".rcmp": readRCMP, ".json": readProgramme,
	}[strings.ToLower(filepath.Ext(name))]
	if read == nil {
		return engine.Problem{}, headway.Invalidf(name, "the ending is not one of .sm, .rcp, .sch, .rcmp, .json")
	}
	p, err := read(data)
	var e *headway.Error
	if errors.As(err, &e) {
		return engine.Problem{}, e.At(strings.TrimSuffix(name+": "+e.Where, ": "))
	}
	return p, err
}

// decodeJSON is strict: known fields only, no duplicate keys, nothing behind.
func decodeJSON(data []byte, into any) error {
	if err := uniqueKeys(json.NewDecoder(bytes.NewReader(data)), 0); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil {
		return headway.Invalidf("", "it is not the JSON that is expected: %s", err.Error()).Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return headway.Invalidf("", "something follows the JSON value")
	}
	return nil
}

// uniqueKeys refuses objects that name a key twice, and deep nesting.
func uniqueKeys(d *json.Decoder, depth int) error {
	bad := func(err error) error {
		return headway.Invalidf("byte "+strconv.FormatInt(d.InputOffset(), 10), "the JSON is broken: %s", err.Error())
	}
	if depth > 32 {
		return headway.Invalidf("byte "+strconv.FormatInt(d.InputOffset(), 10), "the JSON is nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return bad(err)
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			k, err := d.Token()
			if err != nil {
				return bad(err)
			}
			key, _ := k.(string)
			if seen[key] {
				return headway.Invalidf("byte "+strconv.FormatInt(d.InputOffset(), 10), "the key %q comes twice", key)
			}
			seen[key] = true
		}
		if err := uniqueKeys(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return bad(err)
	}
	return nil
}

// levels turns changes of a capacity into the stretches in which it differs.
func levels(capacity int, changes map[int]int) []engine.Level {
	times := make([]int, 0, len(changes))
	for t := range changes {
		times = append(times, t)
	}
	sort.Ints(times)
	var out []engine.Level
	now := 0
	for k, t := range times {
		now += changes[t]
		if now == 0 || k+1 == len(times) {
			continue
		}
		out = append(out, engine.Level{Span: engine.Span{From: t, To: times[k+1]}, Capacity: max(0, capacity+now)})
	}
	return slices.Clip(out)
}

// within keeps sums of times that a file gives from running over.
func within(t int) int { return min(t, engine.MaxHorizon) }
