package web

import (
	"testing"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

func TestTheLineOfADeployment(t *testing.T) {
	start := time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC)
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	step := func(state headway.StepState, begun, took, expected int) app.StepView {
		s := app.StepView{Took: minutes(took), Expected: headway.DurationEstimate{P50: minutes(expected), P85: minutes(expected)}}
		s.State, s.Current = state, state != headway.StepSucceeded && state != headway.StepSkipped
		if begun >= 0 {
			s.StartedAt = start.Add(minutes(begun))
		}
		if state == headway.StepSucceeded {
			s.EndedAt = s.StartedAt.Add(s.Took)
		}
		return s
	}
	v := app.DeploymentView{Now: start.Add(minutes(30)), Left: headway.DurationEstimate{P50: minutes(30), P85: minutes(40)}}
	v.Deployment = headway.Deployment{State: headway.DeploymentRunning, StartedAt: start}
	v.Decision.Span = headway.Interval{From: start, To: start.Add(minutes(100))}
	v.Steps = []app.StepView{step(headway.StepSucceeded, 0, 20, 10), step(headway.StepSkipped, -1, 0, 5), step(headway.StepRunning, 20, 10, 20), step(headway.StepPending, -1, 0, 20), step(headway.StepPending, -1, 0, 15)}
	v.Steps[3].Step.NoReturn, v.Steps[3].Step.Title = true, "Migrate"
	v.Steps[4].Step.Parallel = true
	at := func(m int) string { return percent(1.5 + 97*float64(m)/100) }
	l := newRunLine(v, ui.Clock{Now: v.Now})
	if percent(l.Now) != at(30) || percent(l.End) != at(60) || percent(l.Slow) != at(70) || percent(l.Window) != at(100) || percent(l.NoReturn) != at(40) {
		t.Errorf("%+v", l)
	}
	for i, want := range []string{at(20), at(40), at(60), at(55)} {
		if percent(l.Stops[i].X) != want {
			t.Errorf("stop %d: %v, want %v", i, l.Stops[i], want)
		}
	}
	if l.Words != "1 of 4 steps are done, the end is expected at 20:00, on a slow day at 20:10" {
		t.Error(l.Words)
	}
	for closes, want := range map[int]string{100: "30 min to spare", 65: "5 min over it on a slow day", 50: "10 min over it"} {
		v.Decision.Span.To = start.Add(minutes(closes))
		if got, _ := spare(v); got != want {
			t.Errorf("window of %d minutes: %q, want %q", closes, got, want)
		}
	}
	if value, note := wayBack(v); value != "open" || note != "until Migrate" {
		t.Error(value, note)
	}
	v.Beyond = "Migrate"
	if value, _ := wayBack(v); value != "none" {
		t.Error(value)
	}
	v.Decision.Span.To = start.Add(minutes(100_000)) // a rehearsal's may be days away
	if l := newRunLine(v, ui.Clock{Now: v.Now}); l.Window != 0 || percent(l.Slow) != at(100) {
		t.Errorf("far window: %+v", l)
	}
}
