package ingest

import (
	"reflect"
	"strings"
	"testing"

	"headway"
)

func TestCriteriaOfATrainAreReadAsStrictlyAsASetup(t *testing.T) {
	list := []headway.Criterion{
		{Key: "load", Title: "Load together", Kind: headway.CriterionLoad, Expr: []string{"p95 < 300ms"}, WaivedBy: []headway.Role{headway.ProductOwner}},
		{Key: "soak", Title: "Soaked", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "staging", Hours: 24}},
	}
	text, err := CriteriaYAML(list)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Criteria(text, "c.yaml")
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%v, %v\n%s", got, err, text)
	}
	if got, err := Criteria(" \n", "c.yaml"); err != nil || got != nil {
		t.Errorf("no text: %v, %v", got, err)
	}
	for text, says := range map[string]string{
		"- {key: a, title: A, kind: load, expr: [x], colour: red}": "c.yaml:1",
		"- &a {key: a}\n- *a":       "anchors",
		"key: a":                    "c.yaml:1",
		"- {key: a, key: b}":        "c.yaml:1",
		"- {key: a}\n---\n- {}":     "second document",
		strings.Repeat("#", 70_000): "at most",
	} {
		if _, err := Criteria(text, "c.yaml"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40s: %v, want %q", text, err, says)
		}
	}
}
