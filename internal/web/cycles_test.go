package web

import (
	"bytes"
	"testing"

	"headway"
	"headway/internal/ingest"
)

func TestACheckListIsTypedOneCaseALine(t *testing.T) {
	csv, err := typedCases("Print an order\n- open \"7\", then 8\n  - press print\n- look\n\nPrint a label, wide\r\n")
	if err != nil {
		t.Fatal(err)
	}
	cases, _, err := ingest.ManualCases(bytes.NewReader(csv), "typed.csv")
	if err != nil || len(cases) != 2 {
		t.Fatalf("%+v, %v", cases, err)
	}
	steps := cases[0].Steps
	if cases[0].Title != "Print an order" || len(steps) != 3 || steps[0].Action != `open "7", then 8` || steps[2].Action != "look" {
		t.Errorf("%+v", cases[0])
	}
	if cases[1].Title != "Print a label, wide" || len(cases[1].Steps) != 0 {
		t.Errorf("%+v", cases[1])
	}
	for _, bad := range []string{"", " \n ", "- a step"} {
		if _, err := typedCases(bad); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
