package app

import (
	"strings"
	"testing"

	"headway"
)

func TestFind(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		for _, text := range []string{"Totals differ", "100% of_it"} {
			if _, err := s.ReportDefect(s.ctx, s.dev, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: text, Severity: headway.Minor}); err != nil {
				t.Fatal(err)
			}
		}
		for text, want := range map[string]string{
			"":                           "release Web 2.0.0",
			"2.0":                        "release Web 2.0.0",
			"WEB 2.0.0":                  "release Web 2.0.0",
			"web":                        "release Web 2.0.0, team Web",
			"quinn":                      "person Quinn",
			"d-1":                        "defect D-1 Totals differ",
			"d-99":                       "",
			"differ":                     "defect D-1 Totals differ",
			"%":                          "defect D-2 100% of_it",
			"_":                          "defect D-2 100% of_it",
			"nothing at all":             "",
			"\x1b[31m":                   "",
			strings.Repeat("long ", 400): "",
		} {
			found, err := s.FindView(s.ctx, s.viewer, "shop", text)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Kind+" "+f.Title)
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%q found %v, want %q", text, got, want)
			}
		}
		_, err := s.FindView(s.ctx, s.other, "shop", "web")
		wantKind(t, "somebody of another programme", err, headway.NotFound)
	})
}
