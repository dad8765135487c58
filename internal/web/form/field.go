package form

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"headway"
)

// Kind says how a field is filled in.
type Kind string

// The kinds of field.
const (
	Text     Kind = "text"
	Number   Kind = "number"
	Date     Kind = "date"
	Clock    Kind = "time"
	Moment   Kind = "datetime-local" // in the zone of the form
	Check    Kind = "check"
	Choice   Kind = "choice"   // one of Options
	Choices  Kind = "choices"  // any of Options
	Lines    Kind = "lines"    // a list, one a line
	Pairs    Kind = "pairs"    // name = value, one a line
	Passage  Kind = "passage"  // a text of several lines
	unusable Kind = "unusable" // lists of structs: kept as they are
)

// Option is one of the values of a choice.
type Option struct{ Value, Label string }

// Field is one input.
type Field struct {
	Name    string // of the input
	Path    string // within its element, as cadence.first
	Label   string
	Help    string
	Kind    Kind
	Value   string
	Values  []string // of Choices
	Options []Option
	Problem string
	Needed  bool // the document cannot leave it out
}

// Guide tells what a struct cannot: labels, help and choices, by the section
// and path of the field (people.team) or by its type (TeamKind).
type Guide struct {
	Labels  map[string]string
	Help    map[string]string
	Choices map[string][]Option
	Long    map[string]bool // texts of several lines
	Hidden  map[string]bool // fields that are filled in elsewhere, and kept as they are
	Zone    *time.Location
	Blanks  map[string][]any // what empty elements of a section begin with; one with zero values when there are none
}

// leaf is one field of a struct, found by its path.
type leaf struct {
	path   string
	kind   Kind
	needed bool
	value  reflect.Value
}

// leaves lists the fields of a struct, those of structs within it too. Structs
// behind pointers are copied first, so that whoever else holds them keeps
// theirs; those that were not there are listed in absent.
func (g Guide) leaves(section string, v reflect.Value, path string, needed bool) (out []leaf, absent []reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		if g.Hidden[section+"."+at] {
			continue
		}
		must := needed && !strings.Contains(opts, "omit")
		fv := v.Field(i)
		kind := g.kind(section, at, fv.Type())
		if kind != "" {
			out = append(out, leaf{at, kind, must, fv})
			continue
		}
		if fv.Kind() == reflect.Pointer {
			own := reflect.New(fv.Type().Elem())
			if fv.IsNil() {
				absent = append(absent, fv)
			} else {
				own.Elem().Set(fv.Elem())
			}
			fv.Set(own)
			fv = own.Elem()
		}
		inner, none := g.leaves(section, fv, at, must)
		out, absent = append(out, inner...), append(absent, none...)
	}
	return out, absent
}

// kind tells how values of a type are filled in; "" is a struct, whose own
// fields are.
func (g Guide) kind(section, path string, t reflect.Type) Kind {
	if _, ok := g.choices(section, path, t); ok {
		if t.Kind() == reflect.Slice {
			return Choices
		}
		return Choice
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[headway.Date]():
		return Date
	case reflect.TypeFor[headway.Clock]():
		return Clock
	case reflect.TypeFor[time.Time]():
		return Moment
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return Text
	}
	switch t.Kind() {
	case reflect.Bool:
		return Check
	case reflect.Int, reflect.Int64, reflect.Float64:
		return Number
	case reflect.String:
		if g.Long[section+"."+path] {
			return Passage
		}
		return Text
	case reflect.Map:
		return Pairs
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return unusable
		}
		return Lines
	case reflect.Struct:
		return ""
	}
	return unusable
}

func (g Guide) choices(section, path string, t reflect.Type) ([]Option, bool) {
	if o, ok := g.Choices[section+"."+path]; ok {
		return o, true
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	o, ok := g.Choices[t.Name()]
	return o, ok && t.Name() != "string"
}

// label names a field: as the guide says, or as the document calls it.
func (g Guide) label(section, path string) string {
	if l := g.Labels[section+"."+path]; l != "" {
		return l
	}
	last := path[strings.LastIndexByte(path, '.')+1:]
	if l := g.Labels[last]; l != "" {
		return l
	}
	words := strings.ReplaceAll(last, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func (g Guide) help(section, path string) string {
	if h := g.Help[section+"."+path]; h != "" {
		return h
	}
	return g.Help[path[strings.LastIndexByte(path, '.')+1:]]
}
