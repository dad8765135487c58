package app

import (
	"errors"
	"strings"
	"testing"

	"headway"
	"headway/internal/store"
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

// Words of a version are looked for where a team or a component has them, too.
func TestFindLooksForVersionsAndForNamesWithDigits(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.write(t, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			team := web
			team.ID, team.Key, team.Name = "t-b2b", "b2b", "B2B"
			end := s.clock.Now().AddDate(0, 0, -7)
			return errors.Join(
				tx.PutTeam(s.ctx, team),
				tx.AddRelease(s.ctx, headway.Release{ID: "r1", ProgrammeID: s.p.ID, TeamID: team.ID, Version: "7.1", State: headway.ReleasePlanned, SprintEnd: end, CreatedAt: end}),
				tx.AddRelease(s.ctx, headway.Release{ID: "r2", ProgrammeID: s.p.ID, TeamID: web.ID, Component: "log4web", Version: "7.1", State: headway.ReleaseLive, LiveAt: end, CreatedAt: end}),
				tx.AddRelease(s.ctx, headway.Release{ID: "r3", ProgrammeID: s.p.ID, TeamID: web.ID, Version: "7.1-GRÜN", State: headway.ReleasePlanned, SprintEnd: end.AddDate(0, 0, 1), CreatedAt: end}),
				tx.AddRelease(s.ctx, headway.Release{ID: "r4", ProgrammeID: s.p.ID, TeamID: web.ID, Version: "1.7.1", State: headway.ReleaseClosed, SprintEnd: end.AddDate(-1, 0, 0), LiveAt: end.AddDate(-1, 0, 3), CreatedAt: end}),
			)
		})
		for text, want := range map[string]string{
			"":         "log4web 7.1, B2B 7.1, Web 7.1-GRÜN, Web 2.0.0",
			"7.1":      "log4web 7.1, B2B 7.1, Web 7.1-GRÜN, Web 1.7.1",
			"web 7.1":  "log4web 7.1, Web 7.1-GRÜN, Web 1.7.1",
			"b2b":      "B2B 7.1, B2B",
			"B2B 7.1":  "B2B 7.1",
			"log4":     "log4web 7.1",
			"7.1-grün": "Web 7.1-GRÜN",
		} {
			found, err := s.FindView(s.ctx, s.viewer, "shop", text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Title)
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%q found %q, want %q", text, strings.Join(got, ", "), want)
			}
		}
	})
}
