package instance

import (
	"fmt"
	"strconv"
	"strings"

	"headway"
	"headway/internal/engine"
)

type numbered struct {
	n    int
	text string
}

// filled lists the lines that hold something.
func filled(data []byte) []numbered {
	var out []numbered
	for k, l := range strings.Split(string(data), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, numbered{k + 1, l})
		}
	}
	return out
}

// readSCH reads ProGen/max (Schwindt 1995): tasks 0 to n+1, then for each its
// successors with a lag from start to start, then durations and requests.
func readSCH(data []byte) (engine.Problem, error) {
	lines := filled(data)
	if len(lines) == 0 {
		return engine.Problem{}, headway.Invalidf("", "the file is empty")
	}
	head, err := numbers(lines[0].n, lines[0].text)
	if err != nil {
		return engine.Problem{}, err
	}
	if len(head) < 2 || head[0] < 0 || head[0] > maxTasks || head[1] < 0 || head[1] > maxTasks {
		return engine.Problem{}, badLine(lines[0].n, "not the number of tasks and of resources")
	}
	n, r := head[0]+2, head[1]
	if len(lines) < 2*n+2 {
		return engine.Problem{}, headway.Invalidf("", "%d tasks need %d lines, there are %d", n, 2*n+2, len(lines))
	}
	var t table
	for k := range n {
		if err := t.successors(lines[1+k], k, n); err != nil {
			return engine.Problem{}, err
		}
	}
	for k := range n {
		l := lines[1+n+k]
		v, err := numbers(l.n, l.text)
		if err != nil {
			return engine.Problem{}, err
		}
		if len(v) != 3+r || v[0] != k || v[1] != 1 {
			return engine.Problem{}, badLine(l.n, "not task %d, mode 1, duration and %d requests", k, r)
		}
		t.task(strconv.Itoa(k), v[2:])
	}
	l := lines[1+2*n]
	if t.caps, err = numbers(l.n, l.text); err != nil {
		return engine.Problem{}, err
	}
	if len(t.caps) < r {
		return engine.Problem{}, badLine(l.n, "%d capacities for %d resources", len(t.caps), r)
	}
	t.caps = t.caps[:r]
	return t.problem()
}

// successors reads "task modes count successors… [lag]…".
func (t *table) successors(l numbered, k, n int) error {
	text, lags, _ := strings.Cut(l.text, "[")
	v, err := numbers(l.n, text)
	if err != nil {
		return err
	}
	if len(v) < 3 || v[0] != k || v[1] != 1 || len(v) != 3+v[2] {
		return badLine(l.n, "not task %d, one mode, number of successors, successors", k)
	}
	w, err := numbers(l.n, strings.NewReplacer("[", " ", "]", " ").Replace(lags))
	if err != nil {
		return err
	}
	if len(w) != v[2] {
		return badLine(l.n, "%d lags for %d successors", len(w), v[2])
	}
	for j, s := range v[3:] {
		if s < 0 || s >= n || s == k {
			return badLine(l.n, "successor %d is unknown", s)
		}
		t.arcs = append(t.arcs, row{k, s, w[j]})
	}
	return nil
}

// readRCMP reads MPLIB multi-project instances (Van Eynde and Vanhoucke 2020):
// projects that share resources; tasks are named "project:task".
func readRCMP(data []byte) (engine.Problem, error) {
	lines := filled(data)
	at := 0
	next := func(least int) ([]int, numbered, error) {
		if at >= len(lines) {
			return nil, numbered{}, headway.Invalidf("", "the file ends too early")
		}
		l := lines[at]
		at++
		v, err := numbers(l.n, l.text)
		if err == nil && len(v) < least {
			err = badLine(l.n, "%d numbers are too few", len(v))
		}
		return v, l, err
	}
	p, _, err := next(1)
	if err != nil {
		return engine.Problem{}, err
	}
	r, _, err := next(1)
	if err != nil {
		return engine.Problem{}, err
	}
	if p[0] < 1 || p[0] > maxTasks || r[0] < 0 || r[0] > maxTasks {
		return engine.Problem{}, headway.Invalidf("line 1", "the numbers of projects or resources are out of range")
	}
	var t table
	if t.caps, _, err = next(r[0]); err != nil {
		return engine.Problem{}, err
	}
	t.caps = t.caps[:r[0]]
	after := map[int][]string{}
	for k := 1; k <= p[0]; k++ {
		head, l, err := next(2)
		if err != nil {
			return engine.Problem{}, err
		}
		if head[0] < 0 || len(t.names)+head[0] > maxTasks || head[1] < 0 {
			return engine.Problem{}, badLine(l.n, "tasks or release date are out of range")
		}
		if _, _, err := next(0); err != nil {
			return engine.Problem{}, err
		}
		for j := 1; j <= head[0]; j++ {
			if at >= len(lines) {
				return engine.Problem{}, headway.Invalidf("", "the file ends too early")
			}
			if after[len(t.names)], err = t.projectTask(lines[at], fmt.Sprintf("%d:%d", k, j), r[0]); err != nil {
				return engine.Problem{}, err
			}
			at++
			t.est = append(t.est, head[1])
		}
	}
	return t.linkNamed(after)
}

// projectTask reads "duration requests… count successors…".
func (t *table) projectTask(l numbered, name string, resources int) ([]string, error) {
	f := strings.Fields(l.text)
	if len(f) < resources+2 {
		return nil, badLine(l.n, "%d fields are too few", len(f))
	}
	v, err := numbers(l.n, strings.Join(f[:resources+2], " "))
	if err != nil {
		return nil, err
	}
	if len(f) != resources+2+v[resources+1] {
		return nil, badLine(l.n, "%d successors are announced", v[resources+1])
	}
	t.task(name, v[:resources+1])
	return f[resources+2:], nil
}

func (t *table) linkNamed(after map[int][]string) (engine.Problem, error) {
	index := make(map[string]int, len(t.names))
	for i, n := range t.names {
		index[n] = i
	}
	for i, name := range t.names {
		for _, s := range after[i] {
			j, ok := index[s]
			if !ok || j == i {
				return engine.Problem{}, headway.Invalidf("task "+name, "its successor %q is unknown", s)
			}
			t.arcs = append(t.arcs, row{i, j, t.dur[i]})
		}
	}
	return t.problem()
}
