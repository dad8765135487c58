package ingest

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"headway"
)

// yamlTree reads a parsed YAML document into typed values and remembers on
// which line each path stands. The parser's own decoding is too obliging for
// rules of production: it merges keys, follows aliases, cuts 1.9 to 1 and takes
// null for anything.
type yamlTree struct {
	name  string
	lines map[string]int // by path, as teams.web.kind, or teams[0] where there is no key
}

const (
	maxYAMLText  = 64 << 10 // bytes of one text
	maxYAMLList  = 20_000   // elements
	maxYAMLDepth = 16
)

func (t *yamlTree) read(n *yaml.Node, into any) error {
	return t.value(n, "", reflect.ValueOf(into).Elem(), 0)
}

func (t *yamlTree) refuse(n *yaml.Node, path, format string, args ...any) *headway.Error {
	where := fmt.Sprintf("%s:%d", t.name, n.Line)
	if path != "" {
		where += ": " + path
	}
	return headway.Invalidf(where, format, args...)
}

func (t *yamlTree) value(n *yaml.Node, path string, v reflect.Value, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return t.refuse(n, path, "anchors and aliases are not taken").WithHint("write the value out where it is needed")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		return t.refuse(n, path, "tags such as %s are not taken", n.Tag).WithHint("remove it: each field has its own type")
	}
	if n.ShortTag() == "!!null" {
		return t.refuse(n, path, "the value is missing").WithHint("give a value, or leave the field out")
	}
	if depth > maxYAMLDepth {
		return t.refuse(n, path, "this is nested too deeply")
	}
	t.lines[path] = n.Line
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return t.value(n, path, v.Elem(), depth)
	}
	if n.Kind == yaml.ScalarNode {
		return t.scalar(n, path, v)
	}
	_, text := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr())
	switch {
	case n.Kind == yaml.MappingNode && v.Kind() == reflect.Struct && !text:
		return t.fields(n, path, v, depth)
	case n.Kind == yaml.MappingNode && v.Kind() == reflect.Map:
		return t.entries(n, path, v, depth)
	case n.Kind == yaml.SequenceNode && v.Kind() == reflect.Slice:
		return t.elements(n, path, v, depth)
	}
	return t.refuse(n, path, "%s cannot stand here", kindName(n)).WithHint("%s is wanted", wanted(v))
}

// pairs calls f for each key of a mapping, each once.
func (t *yamlTree) pairs(n *yaml.Node, path string, f func(key *yaml.Node, value *yaml.Node) error) error {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
			return t.refuse(key, path, "a field's name is a plain text")
		case key.ShortTag() == "!!merge":
			return t.refuse(key, path, "merge keys are not taken").WithHint("write the fields out where they are needed")
		}
		if first, twice := seen[key.Value]; twice {
			return t.refuse(key, path, "the field %q is there twice, first on line %d", key.Value, first)
		}
		seen[key.Value] = key.Line
		if err := f(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (t *yamlTree) fields(n *yaml.Node, path string, v reflect.Value, depth int) error {
	byName := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		byName[name] = i
		names = append(names, name)
	}
	return t.pairs(n, path, func(key, value *yaml.Node) error {
		i, known := byName[key.Value]
		if !known {
			return t.refuse(key, path, "there is no field %q here", key.Value).WithHint("the fields are %s", strings.Join(names, ", "))
		}
		return t.value(value, join(path, key.Value), v.Field(i), depth+1)
	})
}

func (t *yamlTree) entries(n *yaml.Node, path string, v reflect.Value, depth int) error {
	v.Set(reflect.MakeMap(v.Type()))
	return t.pairs(n, path, func(key, value *yaml.Node) error {
		e := reflect.New(v.Type().Elem()).Elem()
		if err := t.value(value, join(path, key.Value), e, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()), e)
		return nil
	})
}

func (t *yamlTree) elements(n *yaml.Node, path string, v reflect.Value, depth int) error {
	if len(n.Content) > maxYAMLList {
		return t.refuse(n, path, "%d elements are more than %d", len(n.Content), maxYAMLList)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		t.lines[at] = c.Line
		if key := keyOf(c); headway.CheckKey("", key) == nil && t.lines[join(path, key)] == 0 {
			at = join(path, key)
		}
		if err := t.value(c, at, v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// keyOf gives the text of the field key of a group, by which paths name it.
func keyOf(n *yaml.Node) string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "key" && n.Content[i+1].Kind == yaml.ScalarNode {
			return n.Content[i+1].Value
		}
	}
	return ""
}

func (t *yamlTree) scalar(n *yaml.Node, path string, v reflect.Value) error {
	if len(n.Value) > maxYAMLText || !utf8.ValidString(n.Value) || strings.ContainsRune(n.Value, 0) {
		return t.refuse(n, path, "the text is longer than %d bytes or holds characters that are none", maxYAMLText)
	}
	if at, ok := reflect.TypeAssert[*time.Time](v.Addr()); ok {
		return t.instant(n, path, at)
	}
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return t.text(n, path, u)
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that the document has
	case reflect.String:
		v.SetString(n.Value)
		return nil
	case reflect.Bool:
		if n.ShortTag() == "!!bool" && (n.Value == "true" || n.Value == "false") {
			v.SetBool(n.Value == "true")
			return nil
		}
	case reflect.Int:
		if i, err := strconv.ParseInt(n.Value, 10, 32); err == nil && n.ShortTag() == "!!int" && strconv.FormatInt(i, 10) == n.Value {
			v.SetInt(i)
			return nil
		}
	case reflect.Float64:
		tag := n.ShortTag()
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil && (tag == "!!int" || tag == "!!float") && !math.IsNaN(f) && !math.IsInf(f, 0) {
			v.SetFloat(f)
			return nil
		}
	}
	return t.refuse(n, path, "%q cannot stand here", clip([]byte(n.Value), 60)).WithHint("%s is wanted", wanted(v))
}

func (t *yamlTree) instant(n *yaml.Node, path string, at *time.Time) error {
	i, err := parseInstant(n.Value)
	if err != nil {
		return t.refuse(n, path, "%q is no time with a zone within 1970–2200", clip([]byte(n.Value), 60)).WithHint("write it as 2026-12-19T18:00:00+01:00")
	}
	*at = i
	return nil
}

func (t *yamlTree) text(n *yaml.Node, path string, u encoding.TextUnmarshaler) error {
	if n.Value == "" {
		return t.refuse(n, path, "the value is empty").WithHint("give a value, or leave the field out")
	}
	err := u.UnmarshalText([]byte(n.Value))
	if e, ok := err.(*headway.Error); ok { //nolint:errorlint // our own types return it bare
		return t.refuse(n, path, "%s", e.Message).WithHint("%s", e.Hint)
	}
	return err
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

func kindName(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "a list"
	}
	return "a group of fields"
}

func wanted(v reflect.Value) string {
	switch v.Kind() { //nolint:exhaustive // the kinds that the document has
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a group of fields"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "a text"
}
