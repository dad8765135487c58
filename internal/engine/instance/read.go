package instance

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"headway"
	"headway/internal/engine"
)

// MaxBytes is the largest file that is read.
const MaxBytes = 64 << 20

// Read turns a file into a problem; the name's ending says which format it is:
// .sm, .rcp, .sch, .rcmp or .json, in any case. Errors are headway.Invalid or
// headway.TooLarge and name the line.
func Read(name string, data []byte) (engine.Problem, error) {
	return read(name, data, true)
}

// read is Read; without names, people are a capacity, as a schedule of starts
// alone is judged.
func read(name string, data []byte, names bool) (engine.Problem, error) {
	if len(data) > MaxBytes {
		return engine.Problem{}, headway.Errorf(headway.TooLarge, "%s has %d bytes", name, len(data)).WithHint("at most %d", MaxBytes)
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return engine.Problem{}, headway.Invalidf(name, "the file is not text in UTF-8")
	}
	format := map[string]func([]byte) (engine.Problem, error){
		".sm": readSM, ".rcp": readRCP, ".sch": readSCH, ".rcmp": readRCMP,
		".json": func(data []byte) (engine.Problem, error) { return readProgramme(data, names) },
	}[strings.ToLower(filepath.Ext(name))]
	if format == nil {
		return engine.Problem{}, headway.Invalidf(name, "the ending is not one of .sm, .rcp, .sch, .rcmp, .json")
	}
	p, err := format(data)
	var e *headway.Error
	if errors.As(err, &e) {
		return engine.Problem{}, e.At(strings.TrimSuffix(name+": "+e.Where, ": "))
	}
	return p, err
}

// decodeJSON refuses duplicate keys, wrong case and anything behind the value;
// fields it does not know are other tools' and pass.
func decodeJSON(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jsontext.ErrDuplicateName):
		return headway.Invalidf("", "a name comes twice in an object of the JSON").Because(err)
	case errors.As(err, &syntax):
		return headway.Invalidf(fmt.Sprintf("byte %d", syntax.ByteOffset), "the JSON is broken").Because(err)
	case errors.As(err, &semantic):
		return headway.Invalidf(string(semantic.JSONPointer), "the JSON does not hold a %v here", semantic.GoType).Because(err)
	}
	return headway.Invalidf("", "the JSON cannot be read").Because(err)
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
