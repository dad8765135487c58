package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// reference is the REST interface as people read it.
type reference struct {
	Version string
	Groups  []referenceGroup
}

type referenceGroup struct {
	Name       string
	Operations []operation
}

// operation is one call of the interface.
type operation struct {
	Method, Path, ID, Summary, Description string
	Policy                                 string
	Parameters                             []field
	Body, Answer                           []field
	Stream                                 string // media type of a body that is sent as it is
}

// field is one parameter, or one property of a body; Depth indents nested ones.
type field struct {
	Name, Kind, Note string
	In               string
	Required         bool
	Depth            int
}

// openAPI is the part of an OpenAPI 3.1 document that the page shows.
type openAPI struct {
	Info  struct{ Version string }
	Paths map[string]map[string]struct {
		OperationID string
		Summary     string
		Description string
		Tags        []string
		Policy      string `json:"x-policy"`
		Parameters  []struct {
			Name, In, Description string
			Required              bool
			Schema                schema
		}
		RequestBody *content
		Responses   map[string]content
	}
	Components struct{ Schemas map[string]schema }
}

type content struct {
	Content map[string]struct{ Schema schema }
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format, Description  string
	Enum                 []any
	Items                *schema
	Properties           map[string]schema
	Required             []string
	AdditionalProperties any
}

// readReference turns the document that the server serves into the page's data.
func readReference(spec []byte) (reference, error) {
	var doc openAPI
	if err := json.Unmarshal(spec, &doc); err != nil {
		return reference{}, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	groups := map[string][]operation{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			o := operation{Method: strings.ToUpper(method), Path: path, ID: op.OperationID, Summary: op.Summary, Description: op.Description, Policy: op.Policy}
			for _, p := range op.Parameters {
				o.Parameters = append(o.Parameters, field{Name: p.Name, Kind: doc.kind(p.Schema), Note: cmp.Or(p.Description, p.Schema.Description), In: p.In, Required: p.Required})
			}
			if op.RequestBody != nil {
				o.Body, o.Stream = doc.body(*op.RequestBody)
			}
			for _, status := range []string{"200", "201", "202"} {
				if answer, ok := op.Responses[status]; ok {
					o.Answer, _ = doc.body(answer)
				}
			}
			tag := "Other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			groups[tag] = append(groups[tag], o)
		}
	}
	ref := reference{Version: doc.Info.Version}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		slices.SortFunc(groups[name], func(a, b operation) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		ref.Groups = append(ref.Groups, referenceGroup{name, groups[name]})
	}
	return ref, nil
}

func (d openAPI) body(c content) (fields []field, stream string) {
	if js, ok := c.Content["application/json"]; ok {
		return d.fields(js.Schema, 0), ""
	}
	for media := range c.Content {
		return nil, media
	}
	return nil, ""
}

// fields lists the properties of a schema, those of nested objects below them.
func (d openAPI) fields(s schema, depth int) []field {
	const deepest = 3
	s = d.resolve(s)
	if s.Items != nil {
		return d.fields(*s.Items, depth)
	}
	var out []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, field{Name: name, Kind: d.kind(p), Note: p.Description, Required: slices.Contains(s.Required, name), Depth: depth})
		if depth < deepest {
			out = append(out, d.fields(p, depth+1)...)
		}
	}
	return out
}

func (d openAPI) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

func (d openAPI) kind(s schema) string {
	s = d.resolve(s)
	if s.Items != nil {
		return "list of " + d.kind(*s.Items)
	}
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for n, v := range s.Enum {
			words[n] = fmt.Sprint(v)
		}
		return strings.Join(words, " | ")
	}
	kind := ""
	switch t := s.Type.(type) {
	case string:
		kind = t
	case []any:
		for _, one := range t {
			if one != "null" {
				kind = fmt.Sprint(one)
			}
		}
		if kind == "array" {
			kind = "list"
		}
	}
	if s.Format != "" && s.Format != "int64" && s.Format != "double" {
		return s.Format
	}
	return kind
}

func (s *Site) referencePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "", "REST interface")
	if err != nil {
		return err
	}
	return p.show(referenceBody(s.reference))
}
