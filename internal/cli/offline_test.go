package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const failing = `<testsuite name="s" tests="2"><testcase classname="c" name="a"/><testcase classname="c" name="b"><failure message="boom"/></testcase></testsuite>`

func TestInspectTellsAndNeverJudges(t *testing.T) {
	path := file(t, "r.xml", failing)
	got := run(t, "evidence", "inspect", path)
	if got.code != 0 || !strings.Contains(got.out, "2 tests") || !strings.Contains(got.out, "boom") {
		t.Errorf("%+v", got)
	}
	var doc struct {
		Kind          string
		Tests, Failed int
		Cases         []struct{ Outcome string }
	}
	got = run(t, "evidence", "inspect", path, "--json")
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil || got.code != 0 || doc.Kind != "tests" || doc.Tests != 2 || doc.Failed != 1 || len(doc.Cases) != 2 {
		t.Errorf("%+v: %+v, %v", got, doc, err)
	}
}

func TestInspectTakesDirectories(t *testing.T) {
	dir := filepath.Dir(file(t, "a.xml", failing))
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	other := strings.ReplaceAll(failing, `name="s"`, `name="t"`)
	if err := os.WriteFile(filepath.Join(dir, "sub", "b.xml"), []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "evidence", "inspect", dir); got.code != 0 || !strings.Contains(got.out, "4 tests in 2 suites") {
		t.Errorf("%+v", got)
	}
}

func TestInspectRefuses(t *testing.T) {
	for name, path := range map[string]string{
		"no file":         "/no/such/file.xml",
		"empty file":      file(t, "empty.xml", ""),
		"no report":       file(t, "x.txt", "hello\n"),
		"cut off":         file(t, "cut.xml", failing[:60]),
		"empty directory": t.TempDir(),
	} {
		if got := run(t, "evidence", "inspect", path); got.code != 65 || got.out != "" || !strings.Contains(got.err, "headway: ") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

const history = `series,team,deliverable,model,version,released_at
a,t,one,cycle-with-rc,1.0.0.0rc1,2020-01-01T00:00:00+00:00
a,t,one,cycle-with-rc,1.0.0,2020-01-11T00:00:00+00:00
b,t,one,cycle-with-rc,2.0.0.0rc1,2020-07-01T00:00:00+00:00
b,t,one,cycle-with-rc,2.0.0,2020-07-13T00:00:00+00:00
`

func TestBacktest(t *testing.T) {
	got := run(t, "forecast", "backtest", "--history", file(t, "h.csv", history), "--json")
	var doc struct {
		Releases int
		P85      struct{ Coverage, Pinball float64 }
		Naive    struct {
			Last struct {
				P50 float64 `json:"p50_pinball"`
			}
		}
		Rows []struct {
			Series      string
			Deliverable string
			Gap         float64 `json:"gap_days"`
		}
	}
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil || got.code != 0 {
		t.Fatalf("%+v: %v", got, err)
	}
	if doc.Releases != 1 || len(doc.Rows) != 1 || doc.Rows[0].Gap != 12 || doc.Rows[0].Series != "b" || doc.Naive.Last.P50 != 1 {
		t.Errorf("%+v", doc)
	}
	if got := run(t, "forecast", "backtest", "--history", file(t, "h.csv", history)); got.code != 0 || !strings.Contains(got.out, "P85") {
		t.Errorf("%+v", got)
	}
}

func TestBacktestRefuses(t *testing.T) {
	for name, path := range map[string]string{
		"no file":     "/no/such.csv",
		"no columns":  file(t, "a.csv", "a,b\n1,2\n"),
		"bad date":    file(t, "b.csv", strings.Replace(history, "2020-07-13T00:00:00+00:00", "tomorrow", 1)),
		"one cycle":   file(t, "c.csv", strings.ReplaceAll(history, "\nb,", "\na,")),
		"no releases": file(t, "d.csv", strings.SplitAfter(history, "\n")[0]),
	} {
		if got := run(t, "forecast", "backtest", "--history", path); got.code != 65 || got.out != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestBacktestSaysThatDatesAreInTheWrongOrder has every release before its candidate.
func TestBacktestSaysThatDatesAreInTheWrongOrder(t *testing.T) {
	wrong := strings.NewReplacer("2020-01-11", "2019-01-11", "2020-07-13", "2020-06-13").Replace(history)
	if got := run(t, "forecast", "backtest", "--history", file(t, "h.csv", wrong)); got.code != 65 || !strings.Contains(got.err, "left out: 2 with their release before their candidate") {
		t.Errorf("%+v", got)
	}
}

func TestBackupRestoreVerify(t *testing.T) {
	data, empty := t.TempDir(), filepath.Join(t.TempDir(), "restored")
	backup := filepath.Join(t.TempDir(), "monday.backup")
	if got := runWith(t, "a long enough password\n", "admin", "bootstrap", "--data", data, "--email", "ada@example.org",
		"--password-file", "-", "--token-file", filepath.Join(t.TempDir(), "token")); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	for _, c := range []struct {
		code int
		args []string
	}{
		{0, []string{"verify", data}},
		{0, []string{"verify", "--data", data, "--json"}},
		{0, []string{"backup", "--data", data, backup}},
		{65, []string{"backup", "--data", data, backup}}, // a backup is never overwritten
		{0, []string{"verify", backup}},
		{0, []string{"restore", "--data", empty, backup}},
		{65, []string{"restore", "--data", empty, backup}}, // there is data now
		{0, []string{"verify", empty}},
		{65, []string{"verify", "/no/such/place"}},
		{65, []string{"verify", t.TempDir()}}, // no instance there, and none is made
		{65, []string{"backup", "--data", t.TempDir(), backup + "2"}},
	} {
		if got := run(t, c.args...); got.code != c.code {
			t.Errorf("%q: %+v", c.args, got)
		}
	}
	raw, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	damaged := file(t, "damaged.backup", string(raw))
	if got := run(t, "verify", damaged); got.code != 1 || !strings.Contains(got.err, "damaged") {
		t.Errorf("a damaged backup: %+v", got)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if got := run(t, "restore", "--data", fresh, damaged); got.code != 65 {
		t.Errorf("restoring a damaged backup: %+v", got)
	}
	if _, err := os.Stat(fresh); err == nil {
		t.Error("a refused restore left a data directory behind")
	}
}

func TestTableLinesUpAndHidesControlCharacters(t *testing.T) {
	var b strings.Builder
	(&table{head: []string{"a", "b"}, rows: [][]string{{"lång", "x\x1b[2J"}, {"", ""}}}).print(&b)
	if want := "a     b\nlång  x·[2J\n\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}
