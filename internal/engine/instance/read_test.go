package instance

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"headway"
	"headway/internal/engine"
)

const bench = "../../../../shared/bench"

// shared reads a file of the shared instances, or skips.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(bench, name))
	if err != nil {
		t.Skip("no shared instances here")
	}
	return data
}

// samples are whole files of each format, small enough to read here.
var samples = map[string]string{
	"a.sm": `jobs (incl. supersource/sink ):  4
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
  1      1     0       0
  2      1     3       1
  3      1     2       1
  4      1     0       0
RESOURCEAVAILABILITIES:
  R 1
    1
`,
	"a.rcp":  "4 1\n1\n0 0 2 2 3\n3 1 1 4\n2 1 1 4\n0 0 0\n",
	"a.sch":  "2 1 0 0\n0 1 2 1 2 [0] [0]\n1 1 2 3 2 [3] [3]\n2 1 2 3 1 [2] [-4]\n3 1 0\n0 1 0 0\n1 1 3 1\n2 1 2 1\n3 1 0 0\n1\n",
	"a.rcmp": "1\n1\n1\n4 0\n1\n0 0 2 1:2 1:3\n3 1 1 1:4\n2 1 1 1:4\n0 0 0\n",
	"a.json": `{"format":"release-programme/1","name":"a","slot_hours":4,"slots_per_day":2,"start":"2027-01-04",
"resources":[{"id":"qa","capacity":1,"people":[{"id":"qa1","leave":[[10,12]]}],"exceptions":[{"from":10,"to":12,"units":-1}]}],
"tasks":[{"id":"a","release":"r","duration":3,"demands":[{"resource":"qa","units":1}]},{"id":"b","release":"r","duration":2,"demands":[{"resource":"qa","units":1}],"due":5}],
"precedences":[{"from":"a","to":"b","type":"FS","min_lag":0,"max_lag":4}]}`,
}

func TestEveryFormatIsReadAndSolved(t *testing.T) {
	for name, data := range samples {
		a, err := Solve(context.Background(), name, []byte(data), engine.Options{Steps: 100, Seed: 1})
		if err != nil || a.Makespan != 5 || a.Status != engine.Optimal {
			t.Errorf("%s: %v %+v", name, err, a)
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := Check(name, []byte(data), b); err != nil || !v.Feasible || v.Makespan != 5 {
			t.Errorf("%s: its own schedule is judged %+v %v", name, v, err)
		}
	}
}

func TestCheckListsWhatAScheduleBreaks(t *testing.T) {
	for _, c := range []struct{ name, schedule, want string }{
		{"a.sm", `{"2":0,"3":2}`, "R1: 2 used of 1 at 2"},
		{"a.sm", `{"2":0}`, "3 is not placed"},
		{"a.sm", `[{"task":"2","start":0,"end":4},{"task":"3","start":3}]`, "2 is said to end at 4, it ends at 3"},
		{"a.sm", `{"2":0,"3":3,"9":1}`, "9 is not in the problem"},
		{"a.sch", `{"schedule":[{"task":"1","start":5},{"task":"2","start":0}]}`, "1 to 2: lag -5 is less than 3"},
		{"a.json", `{"a":0,"b":8}`, "a to b: lag 5 is more than 4"},
		{"a.json", `{"a":10,"b":13}`, "qa: 1 used of 0 at 10"},
	} {
		v, err := Check(c.name, []byte(samples[c.name]), []byte(c.schedule))
		if err != nil {
			t.Errorf("%s %s: %v", c.name, c.schedule, err)
			continue
		}
		if v.Feasible || !strings.Contains(strings.Join(v.Violations, "\n"), c.want) {
			t.Errorf("%s %s: want %q, got %v", c.name, c.schedule, c.want, v.Violations)
		}
	}
}

func TestBrokenFilesAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, from, to, where string }{
		{"a.sm", "2        1          1           4", "2        1          2           4", "line 5"},
		{"a.sm", "3      1     2       1", "3      1     -2       1", "task 3"},
		{"a.sm", "4        1          0", "4        1          1 9", "task 4"},
		{"a.sm", "2      1     3 ", "2      2     3 ", "line 11"},
		{"a.rcp", "3 1 1 4", "3 1 99 4", "task 2"},
		{"a.rcp", "0 0 0\n", "0 0 0 7\n", "a.rcp"},
		{"a.sch", "[3] [3]", "[3]", "line 3"},
		{"a.sch", "1 1 3 1\n", "1 1 3\n", "line 7"},
		{"a.rcmp", "1:4", "2:4", "task 1:2"},
		{"a.json", `"to":"b"`, `"to":"c"`, "precedence 1"},
		{"a.json", `"due":5`, `"due":5,"due":6`, "twice"},
		{"a.json", `"format":"release-programme/1"`, `"format":"other"`, "format"},
		{"a.json", `"duration":3`, `"duration":"3"`, "duration"},
		{"a.json", `"slot_hours":4`, `"slot_hours":-4`, "slot_hours"},
		{"a.json", `[[10,12]]`, `[[12,10]]`, "person qa1"},
		{"a.json", `}]}`, `}]} x`, "byte"},
		{"a.json", `"id":"qa"`, `"id":"q` + "\xff" + `"`, "a.json"},
	} {
		data := strings.Replace(samples[c.name], c.from, c.to, 1)
		if data == samples[c.name] {
			t.Fatalf("%s does not hold %q", c.name, c.from)
		}
		_, err := Read(c.name, []byte(data))
		if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c.where) {
			t.Errorf("%s with %q: want a refusal at %q, got %v", c.name, c.to, c.where, err)
		}
	}
	if _, err := Read("a.xyz", nil); headway.KindOf(err) != headway.Invalid {
		t.Error("an unknown ending is read:", err)
	}
}

func TestOtherToolsFieldsPass(t *testing.T) {
	data := strings.Replace(samples["a.json"], `"name":"a"`, `"name":"a","generator":{"by":"x"}`, 1)
	if _, err := Read("a.json", []byte(data)); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	for name, data := range samples {
		f.Add(name, []byte(data))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		p, err := Read(name, data)
		if err != nil {
			if k := headway.KindOf(err); k != headway.Invalid && k != headway.TooLarge {
				t.Fatal("not a refusal:", err)
			}
			return
		}
		if len(p.Activities) > 200 || p.Horizon > 100_000 {
			return
		}
		plan, err := engine.Solve(context.Background(), p, engine.Options{Steps: 5})
		if err != nil {
			t.Fatal("read, but refused by the engine:", err)
		}
		if len(plan.Placements) > 0 {
			if bad := engine.Check(p, plan); len(bad) > 0 {
				t.Fatal(bad)
			}
		}
	})
}

func FuzzSchedule(f *testing.F) {
	f.Add([]byte(`{"schedule":[{"task":"2","start":0}]}`))
	f.Add([]byte(`{"2":0,"3":3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Check("a.sm", []byte(samples["a.sm"]), data); err != nil && headway.KindOf(err) == headway.Internal {
			t.Fatal(err)
		}
	})
}

// TestAnotherCheckerAgrees runs the checker that comes with the instances.
func TestAnotherCheckerAgrees(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	for _, name := range []string{"psplib/j30/j302_6.sm", "psplib/j60/j609_2.sm", "psplib/max_ubo100/ubo100_psp11.sch", "psplib/mplib1_set3/MPLIB1_Set3_958.rcmp", "release/rp5x6.json", "release/rp25x26.json"} {
		data := shared(t, name)
		a, err := Solve(context.Background(), filepath.Base(name), data, engine.Options{Steps: 300 / (1 + len(data)/30_000), Seed: 1})
		if err != nil {
			t.Fatal(name, err)
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "schedule.json")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(python, filepath.Join(bench, "check.py"), filepath.Join(bench, name), file).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// TestProgrammesAreReadyInTime holds the promise of zero interruptions and zero
// broken maximum lags; how late releases are is bounded loosely.
func TestProgrammesAreReadyInTime(t *testing.T) {
	for _, c := range []struct {
		name string
		late int // slots over all releases at most
	}{{"rp5x6.json", 180}, {"rp25x26.json", 20}} {
		p, err := Read(c.name, shared(t, "release/"+c.name))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := engine.Solve(context.Background(), p, engine.Options{Steps: 3, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if bad := engine.Check(p, plan); len(bad) > 0 || len(plan.Placements) == 0 {
			t.Errorf("%s: %v", c.name, bad)
		}
		late := 0
		for _, r := range plan.Score.Releases {
			late += r.Late
		}
		if late > c.late {
			t.Errorf("%s: %d slots late", c.name, late)
		}
	}
}
