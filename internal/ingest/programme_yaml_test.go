package ingest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway"
)

const atlas = `programme:
  key: atlas
  name: Atlas
  zone: Europe/Berlin
  gap: {minimum: 3, target: 8, maximum: 12}
  work_days: [mon, tue, wed, thu, friday]
  work_from: 08:30
  wip_limits: {doing: 4}
holidays:
  - {day: 2026-12-25, name: Christmas}
teams:
  - key: web
    name: Web shop
    kind: development
    cadence: {first: 2026-11-02, days: 14, version: 1.10}
  - key: ops
    name: Operations
    kind: operations
    cadence: {first: 2026-11-04, days: 14}
people:
  - key: ada
    name: Ada
    team: ops
    skills: [dba]
    percent: 80
    absences:
      - {from: 2026-12-21, to: 2026-12-31}
environments:
  - {key: stage, name: Staging, kind: staging, data_gb: 120.5}
windows:
  - {key: thu, name: Thursday night, days: [thu], start: "20:00", minutes: 180}
freezes:
  - {key: xmas, name: Christmas, from: 2026-12-19T18:00:00+01:00, to: 2027-01-04T06:00:00+01:00}
playbook:
  - {key: regression, title: Regression, kind: regression, skill: qa, people: 2, estimate: {hours: 12, per_fact: {manual-cases: 0.1}}, environment: stage}
gate:
  criteria:
    - {key: defects, title: No blocker, kind: defects}
  approvals:
    - {role: product-owner, count: 1}
    - {role: ops, count: 1}
runbook:
  steps:
    - {key: go, title: Go, phase: deploy, kind: manual, instructions: do it, minutes: 5}
    - {key: back, title: Back, phase: rollback, kind: manual, instructions: undo it, minutes: 5}
`

func readAtlas(t *testing.T, text string) headway.ProgrammeFile {
	t.Helper()
	f, err := ProgrammeFile(strings.NewReader(text), "atlas.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestProgrammeFileKeepsWhatIsWritten(t *testing.T) {
	f := readAtlas(t, atlas)
	if got := f.Teams[0].Cadence.Version; got != "1.10" {
		t.Errorf("version 1.10 was read as %s", got)
	}
	if p := f.Programme.Noun(); p.WorkFrom != 8*60+30 || p.WorkTo != 17*60 || len(p.WorkDays) != 5 || p.WIPLimits[headway.ItemDoing] != 4 || p.Horizon != 6 {
		t.Errorf("%+v", p)
	}
	if got := f.Freezes[0].Noun().Span.From.Hour(); got != 17 {
		t.Errorf("the freeze starts at %d UTC", got)
	}
	if f.People[0].Absences[0].To.Day != 31 || f.Environments[0].DataGB != 120.5 || f.Playbook[0].Estimate.PerFact["manual-cases"] != 0.1 {
		t.Errorf("%+v", f)
	}
}

func TestProgrammeFileRoundTrips(t *testing.T) {
	f := readAtlas(t, atlas)
	text, err := ProgrammeYAML(f)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, readAtlas(t, string(text))); d != "" {
		t.Errorf("YAML (-written +read)\n%s\n%s", d, text)
	}
	asJSON, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, readAtlas(t, string(asJSON))); d != "" {
		t.Errorf("JSON (-written +read)\n%s\n%s", d, asJSON)
	}
}

func TestProgrammeFileIsRefusedWithLineAndField(t *testing.T) {
	for name, c := range map[string]struct{ old, new, where, says string }{
		"unknown field":        {"    kind: development\n", "    knid: development\n", "atlas.yaml:14: teams.web", `no field "knid"`},
		"wrong case":           {"  zone: Europe", "  Zone: Europe", "atlas.yaml:4: programme", `no field "Zone"`},
		"duplicate key":        {"    kind: development\n", "    kind: development\n    kind: operations\n", "atlas.yaml:15: teams.web", "twice"},
		"anchor":               {"  - {day:", "  - &d {day:", "atlas.yaml:10: holidays[0]", "anchors"},
		"alias":                {"skills: [dba]", "skills: *x", "atlas.yaml", "not YAML"},
		"merge key":            {"    percent: 80\n", "    <<: {percent: 20}\n", "atlas.yaml:25: people.ada", "merge keys"},
		"tag":                  {"percent: 80", "percent: !!int \"80\"", "atlas.yaml:25: people.ada.percent", "tags"},
		"null":                 {"percent: 80", "percent: ~", "atlas.yaml:25: people.ada.percent", "missing"},
		"empty":                {"percent: 80", "percent:", "atlas.yaml:25: people.ada.percent", "missing"},
		"fraction":             {"percent: 80", "percent: 80.9", "atlas.yaml:25: people.ada.percent", "cannot stand here"},
		"octal":                {"percent: 80", "percent: 080", "atlas.yaml:25: people.ada.percent", "cannot stand here"},
		"text for a number":    {"percent: 80", "percent: most", "atlas.yaml:25: people.ada.percent", "cannot stand here"},
		"list for a text":      {"name: Ada", "name: [Ada]", "atlas.yaml:22: people.ada.name", "a list cannot stand here"},
		"no bool":              {"kind: staging,", "kind: staging, shared: yes,", "atlas.yaml:29: environments.stage.shared", "cannot stand here"},
		"infinite":             {"data_gb: 120.5", "data_gb: .inf", "atlas.yaml:29: environments.stage.data_gb", "cannot stand here"},
		"bad date":             {"2026-12-25", "2026-02-30", "atlas.yaml:10: holidays[0].day", "not a date"},
		"year out of range":    {"2026-12-25", "9999-12-25", "atlas.yaml:10: holidays[0].day", "outside"},
		"no zone":              {"2026-12-19T18:00:00+01:00", "2026-12-19T18:00:00", "atlas.yaml:33: freezes.xmas.from", "no time with a zone"},
		"bad clock":            {"\"20:00\"", "\"25:00\"", "atlas.yaml:31: windows.thu.start", "time of day"},
		"bad day":              {"days: [thu]", "days: [Thu]", "atlas.yaml:31: windows.thu.days[0]", "no day of the week"},
		"rule of a noun":       {"percent: 80", "percent: 180", "atlas.yaml:25: people.ada.percent", "outside 1–100"},
		"rule of a nested one": {"days: 14, version", "days: 0, version", "atlas.yaml:15: teams.web.cadence.days", "outside 1–90"},
		"rule of a playbook":   {"environment: stage}", "environment: lab}", "atlas.yaml:35: playbook.regression.environment", "no environment"},
		"rule of a gate":       {"    - {role: ops, count: 1}\n", "", "atlas.yaml:40: gate.approvals", "four eyes"},
		"rule of a runbook":    {"phase: deploy", "phase: backup", "atlas.yaml:44: runbook.steps.go.phase", "no phase"},
		"second document":      {"runbook:\n", "---\nrunbook:\n", "atlas.yaml:42", "second document"},
		"empty document":       {atlas, "# nothing\n", "atlas.yaml", "empty"},
		"scalar document":      {atlas, "atlas", "atlas.yaml:1", "cannot stand here"},
		"zero byte":            {"name: Ada", "name: A\x00da", "atlas.yaml:22", "zero byte"},
		"escaped zero byte":    {"name: Ada", `name: "A\0da"`, "atlas.yaml:22: people.ada.name", "characters that are none"},
		"directive":            {"holidays:", "%TAG !a! b\n---\nholidays:", "atlas.yaml:9", "directives"},
		"bad indentation":      {"    percent: 80", "  percent: 80", "atlas.yaml", "not YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(atlas, c.old, c.new, 1)
			if text == atlas {
				t.Fatal("nothing was replaced")
			}
			_, err := ProgrammeFile(strings.NewReader(text), "atlas.yaml")
			var e *headway.Error
			if !errors.As(err, &e) || e.Kind != headway.Invalid || !strings.HasPrefix(e.Where, c.where) || !strings.Contains(e.Message, c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestProgrammeFileIsCapped(t *testing.T) {
	_, err := ProgrammeFile(strings.NewReader(strings.Repeat("# 0123456789\n", MaxProgrammeFile/10)), "big.yaml")
	if headway.KindOf(err) != headway.TooLarge {
		t.Error(err)
	}
	deep := "programme: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	if _, err := ProgrammeFile(strings.NewReader(deep), "deep.yaml"); headway.KindOf(err) != headway.Invalid {
		t.Error(err)
	}
}

func FuzzProgrammeFile(f *testing.F) {
	f.Add(atlas)
	f.Add("programme: {key: a, name: A}\nteams: []\n")
	f.Add("{\"programme\": {\"key\": \"a\", \"name\": \"A\"}}")
	f.Add("a: &x [*x]\n<<: *x\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ProgrammeFile(strings.NewReader(text), "f")
		if err != nil {
			if k := headway.KindOf(err); k != headway.Invalid && k != headway.TooLarge {
				t.Fatalf("%s: %v", k, err)
			}
			return
		}
		again, err := ProgrammeYAML(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ProgrammeFile(strings.NewReader(string(again)), "again"); err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, again)
		}
	})
}
