package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"headway/client"
)

func drawn(p picture) string {
	var b strings.Builder
	for _, l := range p.draw() {
		b.WriteString(l.text(false) + "\n")
	}
	return b.String()
}

func TestTheScreenOfADeployment(t *testing.T) {
	start := time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC)
	d := client.Deployment{
		Team: "web", Candidate: "2.0.0-rc.1", Environment: "production", State: "running", StartedAt: start, Seconds: 1200,
		LeftSeconds: 2400, LeftSlowSeconds: 3000, WindowTo: start.Add(4 * time.Hour),
		Log: []client.LogLine{{At: start, Text: "Step 1, Back up: succeeded\x1b[2J"}},
		Steps: []client.Step{
			{Key: "a", Title: "Back up", State: "succeeded", By: "Omar", ExpectedSeconds: 1800, Seconds: 1140, StartedAt: start, EndedAt: start.Add(19 * time.Minute)},
			{Key: "b", Title: "Migrate", State: "waiting", Kind: "manual", NoReturn: true, Current: true, ExpectedSeconds: 600, Seconds: 50, StartedAt: start.Add(19 * time.Minute)},
			{Key: "c", Title: strings.Repeat("very long ", 20), State: "pending", Current: true, ExpectedSeconds: 1800},
		},
	}
	p := picture{d: d, since: 10 * time.Second, width: 100, height: 30, zone: time.UTC}
	got := drawn(p)
	for _, want := range []string{
		"web 2.0.0-rc.1 to production  running", "1 of 3 steps · 20 min · ends 20:00, on a slow day 20:10 · window closes 23:00",
		"✓ Back up", "succeeded · Omar", "19 min of 30 min", "point of no return", "● Migrate", "waits for a person", "1 min of 10 min", "30 min expected", "19:00:00  Step 1, Back up: succeeded·[2J",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	for i := range 40 {
		p.d.Steps = append(p.d.Steps, client.Step{Key: fmt.Sprint(i), Title: fmt.Sprintf("Step %d", i), State: "pending", Current: true})
	}
	p.d.Steps[1].State, p.d.Steps[1].Current, p.d.Steps[30].State = "succeeded", false, "running"
	for _, size := range [][2]int{{40, 12}, {80, 24}, {200, 50}} {
		p.width, p.height = size[0], size[1]
		lines := strings.Split(strings.TrimSuffix(drawn(p), "\n"), "\n")
		if len(lines) > p.height {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, l := range lines {
			if n := utf8.RuneCountInString(l); n > p.width {
				t.Errorf("%v: %d wide: %s", size, n, l)
			}
		}
		if !strings.Contains(strings.Join(lines, "\n"), "▶ Step 27") {
			t.Errorf("%v: what runs is out of view:\n%s", size, strings.Join(lines, "\n"))
		}
	}
}
