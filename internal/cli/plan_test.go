package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// twoTasks is RCPSP with one worker and two tasks of lengths 2 and 3 between
// the dummies 1 and 4, in the .rcp format of Patterson.
const twoTasks = "4 1\n1\n0 0 2 2 3\n2 1 1 4\n3 1 1 4\n0 0 0\n"

func TestSolveThenCheck(t *testing.T) {
	path := file(t, "two.rcp", twoTasks)
	got := run(t, "plan", "solve", path, "--steps", "100", "--seed", "7", "--json")
	var doc struct {
		Status     string
		Makespan   int
		LowerBound int `json:"lower_bound"`
		Schedule   []struct {
			Task  string
			Start int
		}
		Stats struct {
			Seconds   float64
			Schedules int
		}
	}
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil || got.code != 0 || doc.Makespan != 5 || len(doc.Schedule) != 4 || doc.Schedule[0].Task != "1" {
		t.Fatalf("%+v: %+v, %v", got, doc, err)
	}
	schedule := file(t, "s.json", got.out)
	if got := run(t, "plan", "check", path, schedule); got.code != 0 {
		t.Errorf("its own schedule: %+v", got)
	}
	overlapping := file(t, "o.json", `{"schedule":[{"task":"1","start":0},{"task":"2","start":0},{"task":"3","start":1},{"task":"4","start":4}]}`)
	if got := run(t, "plan", "check", path, overlapping); got.code != 1 || got.out == "" {
		t.Errorf("two tasks of one worker at once: %+v", got)
	}
	if got := run(t, "plan", "solve", path); got.code != 0 {
		t.Errorf("for people: %+v", got)
	}
}

func TestSolveGivesTheSameForASeed(t *testing.T) {
	path := file(t, "two.rcp", twoTasks)
	schedule := func() any {
		var doc map[string]any
		if err := json.Unmarshal([]byte(run(t, "plan", "solve", path, "--steps", "50", "--json").out), &doc); err != nil {
			t.Fatal(err)
		}
		b, _ := json.Marshal(doc["schedule"])
		return string(b)
	}
	if a, b := schedule(), schedule(); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestPlanRefuses(t *testing.T) {
	good := file(t, "two.rcp", twoTasks)
	for _, c := range []struct {
		code int
		args []string
	}{
		{65, []string{"plan", "solve", "/no/such.sm"}},
		{65, []string{"plan", "solve", file(t, "x.txt", "hello")}},
		{65, []string{"plan", "solve", file(t, "x.rcp", "4 1\n1\n0")}},
		{64, []string{"plan", "solve", good, "--seconds", "-1"}},
		{64, []string{"plan", "solve", good, "--seconds", "soon"}},
		{64, []string{"plan", "solve"}},
		{65, []string{"plan", "check", good, file(t, "s.json", "[")}},
		{64, []string{"plan", "check", good}},
	} {
		if got := run(t, c.args...); got.code != c.code || got.out != "" {
			t.Errorf("%q: %+v", c.args, got)
		}
	}
}

func TestSolvePublishedInstances(t *testing.T) {
	for _, pattern := range []string{"psplib/j30/*.sm", "release/rp5x6.json"} {
		files, _ := filepath.Glob("../../../shared/bench/" + pattern)
		if len(files) == 0 {
			t.Skip("skipped: the published instances are not here")
		}
		got := run(t, "plan", "solve", files[0], "--seconds", "0.5", "--json")
		if got.code != 0 {
			t.Fatalf("%s: %+v", files[0], got)
		}
		schedule := filepath.Join(t.TempDir(), "s.json")
		if err := os.WriteFile(schedule, []byte(got.out), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := run(t, "plan", "check", files[0], schedule); got.code != 0 {
			t.Errorf("%s: %+v", files[0], got)
		}
	}
}
