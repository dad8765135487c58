package headway

import (
	"strings"
	"testing"
)

func TestALoadRunIsComparedWithOnesMadeAlike(t *testing.T) {
	run := Evidence{Environment: "stage", Conditions: RunConditions{DataGB: 100, Profile: "200-users"}, Load: &LoadSummary{}}
	with := func(id, environment string, gb float64, profile string) Evidence {
		return Evidence{CandidateID: id, Environment: environment, Conditions: RunConditions{DataGB: gb, Profile: profile}, Load: &LoadSummary{}}
	}
	for _, tt := range []struct {
		name     string
		released []Evidence
		runs     int
		differs  string
	}{
		{"alike", []Evidence{with("a", "stage", 95, "200-users"), with("a", "stage", 95, "50-users"), with("b", "stage", 100, "200-users")}, 2, ""},
		{"less data", []Evidence{with("a", "stage", 20, "200-users")}, 1, "on stage with 20 GB of data, load profile 200-users"},
		{"nothing told", []Evidence{with("a", "", 0, "")}, 1, "conditions that nobody told"},
		{"elsewhere", []Evidence{with("a", "prod", 100, "200-users"), with("b", "stage", 5, "")}, 1, "on stage with 5 GB of data"},
		{"nothing", nil, 0, ""},
	} {
		b := BaselineOf(run, tt.released)
		if len(b.Runs) != tt.runs || !strings.Contains(b.Differs, tt.differs) || tt.differs == "" && b.Differs != "" {
			t.Errorf("%s: %d runs, %q", tt.name, len(b.Runs), b.Differs)
		}
	}
	for _, bad := range []RunConditions{{DataGB: -1}, {DataGB: 1e12}, {Profile: strings.Repeat("x", 500)}} {
		if KindOf(bad.Check()) != Invalid {
			t.Errorf("%+v was taken", bad)
		}
	}
}
