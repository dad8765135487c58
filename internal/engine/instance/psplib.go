package instance

import (
	"fmt"
	"strconv"
	"strings"

	"headway"
	"headway/internal/engine"
)

// maxTasks is the largest instance read from a text format.
const maxTasks = 20_000

// table is an instance of one of the text formats: constant lengths and
// capacities, arcs from start to start.
type table struct {
	names []string
	dur   []int
	use   [][]int
	caps  []int
	est   []int
	arcs  []row
}

type row struct{ from, to, lag int }

// problem makes the makespan problem of a table. Negative lags bound from
// above: they are maximum lags seen from the other side.
func (t *table) problem() (engine.Problem, error) {
	p := engine.Problem{SlotMinutes: 30, Objective: engine.Objective{Makespan: 1}}
	for k, c := range t.caps {
		p.Resources = append(p.Resources, engine.Resource{ID: "R" + strconv.Itoa(k+1), Capacity: c})
	}
	horizon := 1
	for i, name := range t.names {
		a := engine.Activity{ID: name, Duration: t.dur[i]}
		if t.est != nil {
			a.Earliest = t.est[i]
			horizon = within(horizon + t.est[i])
		}
		if t.dur[i] < 0 {
			return p, headway.Invalidf("task "+name, "the duration %d is negative", t.dur[i])
		}
		for k, u := range t.use[i] {
			if u != 0 {
				a.Uses = append(a.Uses, engine.Use{Resource: p.Resources[k].ID, Units: u})
			}
		}
		horizon = within(horizon + within(t.dur[i]))
		p.Activities = append(p.Activities, a)
	}
	for _, r := range t.arcs {
		p.Precedences = append(p.Precedences, engine.Precedence{From: t.names[r.from], To: t.names[r.to], Type: engine.StartStart, MinLag: r.lag})
		horizon = within(horizon + max(0, min(r.lag, engine.MaxHorizon)-t.dur[r.from]))
	}
	p.Horizon = horizon
	return p, engine.Validate(p)
}

// fields cuts a line into whole numbers.
func numbers(line int, s string) ([]int, error) {
	f := strings.Fields(s)
	out := make([]int, len(f))
	for k, w := range f {
		v, err := strconv.Atoi(w)
		if err != nil || v > engine.MaxHorizon || v < -engine.MaxHorizon {
			return nil, headway.Invalidf(fmt.Sprintf("line %d", line), "%q is not a number in range", w)
		}
		out[k] = v
	}
	return out, nil
}

func badLine(line int, format string, args ...any) error {
	return headway.Invalidf(fmt.Sprintf("line %d", line), format, args...)
}

// readSM reads the single-mode format of PSPLIB (Kolisch and Sprecher 1997).
func readSM(data []byte) (engine.Problem, error) {
	var t table
	section := ""
	succ, req := map[int][]int{}, map[int][]int{}
	for k, line := range strings.Split(string(data), "\n") {
		s := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(s, "PRECEDENCE"), strings.HasPrefix(s, "REQUESTS"), strings.HasPrefix(s, "RESOURCEAVAIL"):
			section = s[:1]
			if strings.HasPrefix(s, "RESOURCE") {
				section = "C"
			}
			continue
		case s == "" || s[0] < '0' || s[0] > '9' || section == "":
			continue
		}
		v, err := numbers(k+1, s)
		if err != nil {
			return engine.Problem{}, err
		}
		switch section {
		case "P":
			if len(v) < 3 || v[1] != 1 || len(v) != 3+v[2] {
				return engine.Problem{}, badLine(k+1, "not task, one mode, number of successors, successors")
			}
			if succ[v[0]] != nil {
				return engine.Problem{}, badLine(k+1, "task %d comes twice", v[0])
			}
			succ[v[0]] = v[3:]
		case "R":
			if len(v) < 3 || v[1] != 1 || req[v[0]] != nil {
				return engine.Problem{}, badLine(k+1, "not task, mode 1, duration, requests; or a task twice")
			}
			req[v[0]] = v[2:]
		case "C":
			t.caps = v
		}
	}
	if len(succ) == 0 || len(succ) != len(req) || len(succ) > maxTasks {
		return engine.Problem{}, headway.Invalidf("", "%d tasks have successors and %d have requests", len(succ), len(req)).WithHint("at most %d tasks", maxTasks)
	}
	for j := 1; j <= len(succ); j++ {
		if succ[j] == nil || len(req[j]) != 1+len(t.caps) {
			return engine.Problem{}, headway.Invalidf(fmt.Sprintf("task %d", j), "it lacks successors, a duration or a request for each of %d resources", len(t.caps))
		}
		t.task(strconv.Itoa(j), req[j])
	}
	return t.link(succ)
}

func (t *table) task(name string, durationAndRequests []int) {
	t.names = append(t.names, name)
	t.dur = append(t.dur, durationAndRequests[0])
	t.use = append(t.use, durationAndRequests[1:])
}

// link adds finish-start arcs between tasks counted from 1.
func (t *table) link(succ map[int][]int) (engine.Problem, error) {
	for j := 1; j <= len(t.names); j++ {
		for _, s := range succ[j] {
			if s < 1 || s > len(t.names) {
				return engine.Problem{}, headway.Invalidf(fmt.Sprintf("task %d", j), "its successor %d is unknown", s)
			}
			t.arcs = append(t.arcs, row{j - 1, s - 1, t.dur[j-1]})
		}
	}
	return t.problem()
}

// readRCP reads the format of Patterson (1984), a stream of numbers.
func readRCP(data []byte) (engine.Problem, error) {
	var v []int
	for k, line := range strings.Split(string(data), "\n") {
		w, err := numbers(k+1, line)
		if err != nil {
			return engine.Problem{}, err
		}
		v = append(v, w...)
	}
	next := func(n int) ([]int, bool) {
		if n < 0 || n > len(v) {
			return nil, false
		}
		out := v[:n]
		v = v[n:]
		return out, true
	}
	short := headway.Invalidf("", "the numbers end too early or are out of range")
	head, ok := next(2)
	if !ok || head[0] < 1 || head[0] > maxTasks || head[1] < 0 {
		return engine.Problem{}, short
	}
	var t table
	if t.caps, ok = next(head[1]); !ok {
		return engine.Problem{}, short
	}
	succ := map[int][]int{}
	for j := 1; j <= head[0]; j++ {
		d, ok := next(1 + head[1])
		if !ok {
			return engine.Problem{}, short.At(fmt.Sprintf("task %d", j))
		}
		t.task(strconv.Itoa(j), d)
		n, ok := next(1)
		if !ok {
			return engine.Problem{}, short.At(fmt.Sprintf("task %d", j))
		}
		if succ[j], ok = next(n[0]); !ok {
			return engine.Problem{}, short.At(fmt.Sprintf("task %d", j))
		}
	}
	if len(v) > 0 {
		return engine.Problem{}, headway.Invalidf("", "%d numbers too many", len(v))
	}
	return t.link(succ)
}
