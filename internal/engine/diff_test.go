package engine

import (
	"fmt"
	"slices"
	"testing"
)

func TestDifferencesAreToldInWords(t *testing.T) {
	p := Problem{
		People:     []Person{{ID: "ann", Name: "Ann"}, {ID: "bo"}},
		Activities: []Activity{{ID: "load", Name: "Load test", Release: "2.0"}, {ID: "db", Name: "Migration"}, {ID: "qa"}, {ID: "same"}},
	}
	who := func(ids ...string) []Assignment {
		var out []Assignment
		for _, id := range ids {
			out = append(out, Assignment{Skill: "qa", Person: id})
		}
		return out
	}
	before := Plan{Placements: []Placement{
		{Activity: "load", Start: 4, End: 6, People: who("ann")},
		{Activity: "db", Start: 8, End: 9, People: who("ann")},
		{Activity: "qa", Start: 1, End: 2},
		{Activity: "same", Start: 1, End: 3, People: who("bo")},
		{Activity: "old", Start: 5, End: 6},
	}}
	after := Plan{Placements: []Placement{
		{Activity: "load", Start: 7, End: 9, People: who("bo")},
		{Activity: "db", Start: 6, End: 7, People: who("ann", "bo")},
		{Activity: "qa", Start: 1, End: 4},
		{Activity: "same", Start: 1, End: 3, People: who("bo")},
		{Activity: "new", Start: 2, End: 3, People: who("ann")},
	}}
	var got []string
	for _, c := range Diff(p, before, after) {
		got = append(got, fmt.Sprintf("%s (%d)", c.Words(func(slot int) string { return fmt.Sprintf("slot %d", slot) }), c.Slots()))
	}
	want := []string{
		"qa: ends slot 4 instead of slot 2 (2)",
		"new is new: slot 2 to slot 3 by Ann (0)",
		"old is gone (0)",
		"Migration: starts earlier, slot 6 instead of slot 8; with bo (-2)",
		"Load test: starts later, slot 7 instead of slot 4; bo instead of Ann (3)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if d := Diff(p, after, after); len(d) != 0 {
		t.Errorf("a plan differs from itself: %v", d)
	}
}
