package ingest

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"headway"
)

// maxCriteria is the largest text of criteria in bytes.
const maxCriteria = 64 << 10

// Criteria reads a list of criteria from YAML or JSON, as it stands under
// gate.criteria of a setup, by the same strict rules. An empty text is no criterion.
func Criteria(text, name string) ([]headway.Criterion, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if len(text) > maxCriteria {
		return nil, headway.Errorf(headway.TooLarge, "criteria take at most %d bytes", maxCriteria).At(name)
	}
	root, err := parseYAML([]byte(text), name)
	if err != nil {
		return nil, err
	}
	var list []headway.Criterion
	t := &yamlTree{name: name, lines: map[string]int{}}
	err = t.read(root, &list)
	return list, err
}

// CriteriaYAML writes criteria in the form that Criteria reads; none is an empty text.
func CriteriaYAML(list []headway.Criterion) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(list); err != nil {
		return "", fmt.Errorf("write criteria: %w", err)
	}
	if err := e.Close(); err != nil {
		return "", fmt.Errorf("write criteria: %w", err)
	}
	return b.String(), nil
}
