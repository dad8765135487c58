package web

import (
	"net/http"
	"time"

	"headway"
	"headway/internal/web/ui"
)

// stylePage shows every token and part, with made-up content.
func (s *Site) stylePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "", "Style")
	if err != nil {
		return err
	}
	return p.show(styleBody(p.Page, styleSample(s.app.Now())))
}

// styleContent is the made-up content of the living style page.
type styleContent struct {
	Policy   headway.GapPolicy
	Verdicts []headway.Verdict
	Slices   []headway.GapSlice
	Events   []headway.Event
	Times    []time.Time
}

func styleSample(now time.Time) styleContent {
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	slice := func(from, to int, c headway.GapCause, who string) headway.GapSlice {
		return headway.GapSlice{Span: headway.Interval{From: hour(from), To: hour(to)}, Cause: c, Who: who}
	}
	return styleContent{
		Policy: headway.GapPolicy{Minimum: 3, Target: 10, Maximum: 15},
		Verdicts: []headway.Verdict{
			{Title: "Regression", Outcome: headway.Pass, Reason: "2,481 tests passed, none failed, 3 flaky"},
			{Title: "Load", Outcome: headway.Fail, Reason: "p95 of 412 ms is above 300 ms in checkout"},
			{Title: "Window", Outcome: headway.Waiting, Reason: "the next change window opens on Thu 3 Dec, 20:00"},
			{Title: "Minimum gap", Outcome: headway.Fail, Waived: true, WaivedBy: "Priya Nair", Reason: "2 working days since the end of the sprint, 3 are asked for"},
			{Title: "Accessibility", Outcome: headway.Fail, Optional: true, Reason: "2 new findings"},
		},
		Slices: []headway.GapSlice{
			slice(-240, -200, headway.GapShelving, ""), slice(-200, -150, headway.GapWaitingPeople, "qa"), slice(-150, -100, headway.GapWorking, "qa"),
			slice(-100, -80, headway.GapRework, ""), slice(-80, -50, headway.GapWorking, "dba"), slice(-50, -30, headway.GapWaitingGo, ""),
			slice(-30, -3, headway.GapWaitingWindow, ""), slice(-3, 0, headway.GapDeploying, ""),
		},
		Events: []headway.Event{
			{Text: "Payments 2.4.0-rc.2 was shelved: fixes D-12", At: hour(-3), ActorName: "CI"},
			{Text: "D-12 was found in Payments 2.4.0-rc.1: totals differ after restore", At: hour(-30), ActorName: "Jonas Weber"},
		},
		Times: []time.Time{hour(-500), hour(-30), hour(-2), hour(1), hour(76), hour(2000)},
	}
}

func styleTones() []ui.Tone {
	return []ui.Tone{ui.Quiet, ui.Calm, ui.Active, ui.Running, ui.Good, ui.Caution, ui.Bad, ui.Odd}
}
