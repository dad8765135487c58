package web

import (
	"fmt"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// runLine is the picture of a deployment in time: a line from its start to its
// end, as it was and as expected, with a stop where each step ends. Places are
// percentages of its width.
type runLine struct {
	Stops    []lineStop
	Now      float64
	End      float64 // of the last step, at P50
	Slow     float64 // the same on a slow day
	Window   float64 // where the window closes; 0: not in the picture
	NoReturn float64 // where the point of no return begins; 0: it has none
	Words    string  // the picture in a sentence
}

type lineStop struct {
	X            float64
	State, Title string
}

// windowReach bounds how far beyond the end of the steps the picture goes to
// show where the window closes.
const windowReach = 2.5

// newRunLine draws a deployment.
func newRunLine(v app.DeploymentView, clock ui.Clock) runLine {
	from := v.Deployment.StartedAt
	now := v.Now
	if !v.Deployment.EndedAt.IsZero() {
		now = v.Deployment.EndedAt
	}
	ends, noReturn := stepEnds(v, now)
	last := now
	for _, at := range ends {
		if at.After(last) {
			last = at
		}
	}
	slow := last.Add(v.Left.P85 - v.Left.P50)
	to, closes := slow, v.Decision.Span.To
	shown := !v.Deployment.Rehearsal && closes.After(from) && closes.Sub(from) <= time.Duration(windowReach*float64(slow.Sub(from)))
	if shown && closes.After(to) {
		to = closes
	}
	const margin = 1.5
	place := func(at time.Time) float64 {
		if !to.After(from) {
			return margin
		}
		return margin + (100-2*margin)*min(max(float64(at.Sub(from))/float64(to.Sub(from)), 0), 1)
	}
	l := runLine{Now: place(now), End: place(last), Slow: place(slow), Words: lineWords(v, clock)}
	if shown {
		l.Window = place(closes)
	}
	if !noReturn.IsZero() {
		l.NoReturn = place(noReturn)
	}
	for i, s := range v.Steps {
		if at := ends[i]; !at.IsZero() {
			l.Stops = append(l.Stops, lineStop{place(at), string(s.State), fmt.Sprintf("%s: %s, %s", s.Step.Title, s.State, clockTime(clock, v.Deployment.StartedAt, at))})
		}
	}
	return l
}

// stepEnds gives when each step ended or is expected to, zero for those that
// are left out, and when the point of no return began or is expected to.
func stepEnds(v app.DeploymentView, now time.Time) (ends []time.Time, noReturn time.Time) {
	ends = make([]time.Time, len(v.Steps))
	base, next := now, now // base: when the group of a step begins
	for i, s := range v.Steps {
		switch {
		case s.Current:
			if !s.Step.Parallel {
				base = next
			}
			took := s.Took
			if s.State == headway.StepFailed {
				took = 0
			}
			ends[i] = base.Add(max(s.Expected.P50-took, 0))
			if ends[i].After(next) {
				next = ends[i]
			}
			if s.Step.NoReturn {
				noReturn = base
			}
		case s.State != headway.StepSkipped && s.State != headway.StepPending:
			ends[i] = s.EndedAt
			if s.EndedAt.IsZero() {
				ends[i] = now
			}
		}
		if s.Step.NoReturn && !s.StartedAt.IsZero() && s.State != headway.StepSkipped {
			noReturn = s.StartedAt
		}
	}
	return ends, noReturn
}

func lineWords(v app.DeploymentView, clock ui.Clock) string {
	text := fmt.Sprintf("%d of %d steps are done", stepsDone(v), stepsWanted(v))
	if v.Deployment.State.Terminal() {
		return text + ", ended at " + clockTime(clock, v.Deployment.StartedAt, v.Deployment.EndedAt)
	}
	return fmt.Sprintf("%s, the end is expected at %s, on a slow day at %s", text, clockTime(clock, v.Deployment.StartedAt, v.Now.Add(v.Left.P50)), clockTime(clock, v.Deployment.StartedAt, v.Now.Add(v.Left.P85)))
}

// clockTime writes an instant as a time of a day, or with its own day.
func clockTime(c ui.Clock, day, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	if headway.DateOf(t.In(c.Zone())) == headway.DateOf(day.In(c.Zone())) {
		return t.In(c.Zone()).Format("15:04")
	}
	return c.Absolute(t)
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }

func stepsDone(v app.DeploymentView) int {
	n := 0
	for _, s := range v.Steps {
		if s.State == headway.StepSucceeded {
			n++
		}
	}
	return n
}

// stepsWanted counts the steps that are not left out.
func stepsWanted(v app.DeploymentView) int {
	n := 0
	for _, s := range v.Steps {
		if s.State != headway.StepSkipped {
			n++
		}
	}
	return n
}

// dueSteps are those that somebody or something is at, or that a person has to see to.
func dueSteps(v app.DeploymentView) (due []app.StepView) {
	for _, s := range v.Steps {
		if s.Current && s.State != headway.StepPending {
			due = append(due, s)
		}
	}
	return due
}

// stuck tells whether a step must be decided or tried again before the deployment can go on.
func stuck(v app.DeploymentView) bool {
	for _, s := range dueSteps(v) {
		if s.State == headway.StepFailed || s.State == headway.StepUnknown {
			return true
		}
	}
	return false
}

// spare says how the expected end lies to the end of the window.
func spare(v app.DeploymentView) (text string, over bool) {
	if !v.Deployment.Approved() || v.Decision.Span.To.IsZero() {
		return "", false
	}
	end, slow := v.Now.Add(v.Left.P50), v.Now.Add(v.Left.P85)
	if v.Deployment.State.Terminal() {
		end, slow = v.Deployment.EndedAt, v.Deployment.EndedAt
	}
	closes := v.Decision.Span.To
	switch {
	case end.After(closes):
		return headway.HoursMinutes(end.Sub(closes)) + " over it", true
	case slow.After(closes):
		return headway.HoursMinutes(slow.Sub(closes)) + " over it on a slow day", true
	}
	return headway.HoursMinutes(closes.Sub(slow)) + " to spare", false
}

// wayBack says whether a rollback is possible, and until when.
func wayBack(v app.DeploymentView) (value, note string) {
	if v.Beyond != "" {
		return "none", "since " + v.Beyond
	}
	for _, s := range v.Steps {
		if s.Step.NoReturn && s.State != headway.StepSkipped {
			return "open", "until " + s.Step.Title
		}
	}
	return "open", "to the end"
}

// pace is a step's bar: what it took against what was expected.
type pace struct {
	Took, P50, P85 float64 // of 100
	Late           bool    // beyond P85
}

func paceOf(s app.StepView) pace {
	whole := float64(max(s.Took, s.Expected.P85, time.Second))
	return pace{100 * float64(s.Took) / whole, 100 * float64(s.Expected.P50) / whole, 100 * float64(s.Expected.P85) / whole, s.Took > s.Expected.P85 && s.Took > time.Minute}
}

// carrier is who or what carried a step out, or does.
func carrier(s app.StepView) string {
	switch {
	case s.Step.Kind == headway.StepManual && s.ByName != "" && s.FirstByName != "" && s.State.Terminal():
		return s.FirstByName + " and " + s.ByName
	case s.Step.Kind == headway.StepManual && s.ByName != "" && s.State.Terminal():
		return s.ByName
	case s.Owner != "":
		return s.Owner
	}
	return ""
}
