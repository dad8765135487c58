package form

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"headway"
)

// maxElements bounds what one form may hold.
const maxElements = 1_000

// Element is one struct of a list, or a struct that stands alone.
type Element struct {
	Index   int
	Place   int    // in the list that was read, -1: none
	Key     string // as it was when the form was made
	Title   string
	Note    string
	Fields  []Field
	Problem string // of the element as a whole
	New     bool   // not there yet
	Single  bool   // no element of a list
	Removed bool   // marked to go
	Open    bool   // to be shown unfolded
}

// Show makes the elements of a list, and an empty one at its end. Section is the
// name of the list in the document; key gives an element's key and title.
func Show[T any](g Guide, section string, list []T, key func(T) (key, title, note string)) []Element {
	var out []Element
	for i, v := range list {
		e := element(g, section, i, &v)
		e.Key, e.Title, e.Note = key(v)
		out = append(out, e)
	}
	return append(out, blanks[T](g, section, len(list))...)
}

// blanks makes the empty elements at the end of a list.
func blanks[T any](g Guide, section string, from int) []Element {
	var out []Element
	for _, b := range g.Blanks[section] {
		if v, ok := b.(T); ok {
			e := element(g, section, from+len(out), &v)
			e.New = true
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		var none T
		e := element(g, section, from, &none)
		e.New = true
		out = append(out, e)
	}
	return out
}

// One makes the element of a struct that stands alone.
func One[T any](g Guide, section string, v T) Element {
	e := element(g, section, 0, &v)
	e.Open, e.Single = true, true
	return e
}

func element(g Guide, section string, i int, ptr any) Element {
	e := Element{Index: i}
	was := reflect.ValueOf(ptr).Elem()
	own := reflect.New(was.Type()).Elem()
	own.Set(was)
	all, _ := g.leaves(section, own, "", true)
	for _, l := range all {
		if l.kind == unusable {
			continue
		}
		f := Field{Name: name(i, l.path), Path: l.path, Label: g.label(section, l.path), Help: g.help(section, l.path), Kind: l.kind, Needed: l.needed}
		f.Value, f.Values = g.write(l)
		if o, ok := g.choices(section, l.path, l.value.Type()); ok {
			f.Options = withTyped(o, append(slices.Clone(f.Values), oneValue(f)...))
		}
		e.Fields = append(e.Fields, f)
	}
	return e
}

func oneValue(f Field) []string {
	if f.Kind == Choice {
		return []string{f.Value}
	}
	return nil
}

func name(i int, path string) string { return "f." + strconv.Itoa(i) + "." + path }

// Typed is what came back of a list.
type Typed[T any] struct {
	List     []T
	Elements []Element // the form as it was filled in
}

// Read takes a list from what was typed. Current is the list as it is: an
// element whose key was the same keeps what the form does not show. What cannot
// be read is marked, and the error says so; the rest is read all the same.
func Read[T any](g Guide, section string, current []T, in url.Values, key func(T) (key, title, note string)) (Typed[T], error) {
	var out Typed[T]
	type placed struct {
		v     T
		order int
		at    int // among the elements
	}
	var kept []placed
	bad := 0
	for _, i := range indices(in) {
		if len(out.Elements) >= maxElements {
			return out, headway.Errorf(headway.TooLarge, "more than %d elements do not fit into one form", maxElements).WithHint("apply a document instead")
		}
		var v T
		was := in.Get(name(i, "was"))
		if k := slices.IndexFunc(current, func(c T) bool { have, _, _ := key(c); return was != "" && have == was }); k >= 0 {
			v = current[k]
		}
		if was == "" && !filled(in, i) {
			continue
		}
		e, faults := fill(g, section, i, &v, in)
		e.Key, e.New = was, was == ""
		e.Open = e.Open || e.New // it is being written
		_, e.Title, e.Note = key(v)
		e.Place, e.Removed = -1, in.Get(name(i, "remove")) != ""
		out.Elements = append(out.Elements, e)
		if e.Removed {
			continue
		}
		bad += faults
		order, err := strconv.Atoi(strings.TrimSpace(in.Get(name(i, "order"))))
		if err != nil {
			order = i
		}
		kept = append(kept, placed{v, order, len(out.Elements) - 1})
	}
	slices.SortStableFunc(kept, func(a, b placed) int { return cmp.Compare(a.order, b.order) })
	out.List = []T{}
	for place, k := range kept {
		out.List = append(out.List, k.v)
		out.Elements[k.at].Place = place
	}
	out.Elements = append(out.Elements, blanks[T](g, section, nextIndex(in))...)
	return out, unreadable(bad)
}

// ReadOne takes a struct that stands alone from what was typed.
func ReadOne[T any](g Guide, section string, current T, in url.Values) (T, Element, error) {
	e, bad := fill(g, section, 0, &current, in)
	e.Open, e.Single = true, true
	return current, e, unreadable(bad)
}

func unreadable(n int) error {
	switch n {
	case 0:
		return nil
	case 1:
		return headway.Invalidf("form", "one field cannot be read").WithHint("it is marked below")
	}
	return headway.Invalidf("form", "%d fields cannot be read", n).WithHint("they are marked below")
}

// fill reads the fields of one element into what ptr points to.
func fill(g Guide, section string, i int, ptr any, in url.Values) (Element, int) {
	faults := map[string]string{}
	shown := map[string][]string{}
	all, absent := g.leaves(section, reflect.ValueOf(ptr).Elem(), "", true)
	for _, l := range all {
		if l.kind == unusable {
			continue
		}
		typed := in[name(i, l.path)]
		if l.path == "key" && strings.TrimSpace(strings.Join(typed, "")) == "" {
			typed = []string{headway.Slug(in.Get(name(i, "name")) + in.Get(name(i, "title")))}
		}
		shown[l.path] = typed
		if err := g.read(l, typed); err != nil {
			faults[l.path] = sentence(err)
		}
	}
	for _, p := range slices.Backward(absent) { // nothing was typed into it
		if p.Elem().IsZero() {
			p.SetZero()
		}
	}
	e := element(g, section, i, ptr)
	for k := range e.Fields {
		f := &e.Fields[k]
		if faults[f.Path] == "" {
			continue
		}
		f.Problem, e.Open = faults[f.Path], true
		f.Value, f.Values = strings.Join(shown[f.Path], "\n"), shown[f.Path]
	}
	return e, len(faults)
}

func sentence(err error) string {
	var e *headway.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Hint == "" {
		return e.Message
	}
	return fmt.Sprintf("%s: %s", e.Message, e.Hint)
}

// indices lists the elements that a form sent, in their order.
func indices(in url.Values) []int {
	var out []int
	for k := range in {
		rest, ok := strings.CutPrefix(k, "f.")
		if !ok {
			continue
		}
		n, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(n); err == nil && i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

func nextIndex(in url.Values) int {
	if all := indices(in); len(all) > 0 {
		return all[len(all)-1] + 1
	}
	return 0
}

// filled reports whether anything that has to be typed was: choices and
// marks alone make no element.
func filled(in url.Values, i int) bool {
	return strings.TrimSpace(in.Get(name(i, "key"))) != "" || strings.TrimSpace(in.Get(name(i, "name"))) != "" ||
		strings.TrimSpace(in.Get(name(i, "title"))) != "" || strings.TrimSpace(in.Get(name(i, "day"))) != ""
}

// Mark puts the error of a verb where its place says: teams.web.cadence.days,
// teams[2].key. It reports whether a field was found.
func Mark(section string, elements []Element, err *headway.Error) bool {
	rest, ok := strings.CutPrefix(err.Where, section)
	if !ok {
		return false
	}
	for k := range elements {
		e := &elements[k]
		path, here := inside(rest, *e)
		if !here {
			continue
		}
		e.Open = true
		for j := range e.Fields {
			f := &e.Fields[j]
			if f.Path == path || path != "" && strings.HasPrefix(f.Path, path+".") {
				f.Problem = sentence(err)
				return true
			}
		}
		e.Problem = sentence(err)
		return true
	}
	return false
}

// inside tells whether the rest of a place points into an element, and where.
func inside(rest string, e Element) (path string, ok bool) {
	if e.Single {
		return strings.TrimPrefix(rest, "."), true
	}
	for _, at := range []string{"." + typedKey(e), fmt.Sprintf("[%d]", e.Place)} {
		if after, found := strings.CutPrefix(rest, at); found && at != "." && (after == "" || after[0] == '.') {
			return strings.TrimPrefix(after, "."), true
		}
	}
	return "", false
}

func typedKey(e Element) string {
	if key := e.Typed("key"); key != "" {
		return key
	}
	return e.Key
}

// Typed gives what stands in the field of a path, nothing where there is none.
func (e Element) Typed(path string) string {
	for _, f := range e.Fields {
		if f.Path == path {
			return f.Value
		}
	}
	return ""
}
