package form

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway"
)

// momentLayout is what browsers send of a datetime-local.
const momentLayout = "2006-01-02T15:04"

// write gives the text of a value, or its texts if it is a choice of several.
func (g Guide) write(l leaf) (string, []string) {
	v := l.value
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		v = v.Elem()
	}
	switch l.kind {
	case Check:
		if v.Bool() {
			return "on", nil
		}
		return "", nil
	case Choices, Lines:
		var out []string
		for i := range v.Len() {
			out = append(out, plain(v.Index(i)))
		}
		return strings.Join(out, "\n"), out
	case Pairs:
		var out []string
		for _, k := range v.MapKeys() {
			out = append(out, plain(k)+" = "+plain(v.MapIndex(k)))
		}
		slices.Sort(out)
		return strings.Join(out, "\n"), nil
	case Moment:
		at, _ := reflect.TypeAssert[time.Time](v)
		if at.IsZero() {
			return "", nil
		}
		return at.In(g.Zone).Format(momentLayout), nil
	case Number:
		if v.IsZero() && !l.needed {
			return "", nil
		}
	case Date:
		if v.IsZero() {
			return "", nil
		}
	}
	return plain(v), nil
}

func plain(v reflect.Value) string {
	if m, ok := reflect.TypeAssert[encoding.TextMarshaler](v); ok {
		b, err := m.MarshalText()
		if err == nil {
			return string(b)
		}
	}
	return fmt.Sprint(v.Interface())
}

// read sets a value to what was typed. The error is for people and names no place.
func (g Guide) read(l leaf, typed []string) error {
	v := l.value
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem())) // whoever else holds the old one keeps it
		v = v.Elem()
	}
	text := ""
	if len(typed) > 0 {
		text = strings.ReplaceAll(typed[0], "\r\n", "\n")
	}
	if l.kind != Passage {
		text = strings.TrimSpace(text)
	}
	switch l.kind {
	case Check:
		v.SetBool(text != "")
		return nil
	case Choices:
		return each(v, slices.DeleteFunc(slices.Clone(typed), func(s string) bool { return s == "" }))
	case Lines:
		return each(v, strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }))
	case Pairs:
		return pairs(v, text)
	case Moment:
		return g.moment(v, text)
	}
	return set(v, text)
}

func (g Guide) moment(v reflect.Value, text string) error {
	if text == "" {
		v.SetZero()
		return nil
	}
	at, err := time.ParseInLocation(momentLayout, text, g.Zone)
	if err != nil {
		at, err = time.ParseInLocation(momentLayout+":05", text, g.Zone)
	}
	if err != nil {
		return headway.Invalidf("", "%q is no day and time", text).WithHint("write it as 2026-12-24T18:00")
	}
	v.Set(reflect.ValueOf(at.UTC()))
	return nil
}

// each fills a list from the texts of its elements.
func each(v reflect.Value, texts []string) error {
	v.SetZero()
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if err := set(e, t); err != nil {
			return err
		}
		v.Set(reflect.Append(v, e))
	}
	return nil
}

// pairs fills a map from lines of name = value.
func pairs(v reflect.Value, text string) error {
	v.SetZero()
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return headway.Invalidf("", "%q has no value", headway.Shorten(strings.TrimSpace(line), 60)).WithHint("write name = value, one a line")
		}
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := set(k, strings.TrimSpace(name)); err != nil {
			return err
		}
		if err := set(e, strings.TrimSpace(value)); err != nil {
			return err
		}
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		if v.MapIndex(k).IsValid() {
			return headway.Invalidf("", "%q is there twice", strings.TrimSpace(name))
		}
		v.SetMapIndex(k, e)
	}
	return nil
}

// set reads one plain value; nothing typed is its zero.
func set(v reflect.Value, text string) error {
	if text == "" {
		v.SetZero()
		return nil
	}
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return headway.Invalidf("", "%q is no whole number", headway.Shorten(text, 40))
		}
		v.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n != n || n > 1e15 || n < -1e15 {
			return headway.Invalidf("", "%q is no number", headway.Shorten(text, 40))
		}
		v.SetFloat(n)
	default:
		return headway.Invalidf("", "a %s cannot be typed here", v.Kind()).WithHint("change it in the document")
	}
	return nil
}

// known lists the values of options.
func known(options []Option) map[string]bool {
	out := map[string]bool{}
	for _, o := range options {
		out[o.Value] = true
	}
	return out
}

// withTyped adds options for values that the options do not know, so that
// nothing that is set gets lost.
func withTyped(options []Option, values []string) []Option {
	have := known(options)
	out := slices.Clone(options)
	for _, v := range slices.Sorted(maps.Keys(known(optionsOf(values)))) {
		if v != "" && !have[v] {
			out = append(out, Option{v, v})
		}
	}
	return out
}

func optionsOf(values []string) []Option {
	var out []Option
	for _, v := range values {
		out = append(out, Option{v, v})
	}
	return out
}
