package web

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/app"
)

func promisedStory() app.ReleaseStory {
	v := sampleRelease(ordinary())
	r := v.Release.ID
	v.Promise = app.Promise{
		Plan: headway.Plan{Number: 3, At: at(-12, 9)}, Release: headway.PlannedRelease{ReleaseID: r, Production: at(-2, 20)},
		Placements: []headway.Placement{
			{ReleaseID: r, Title: "Install", Start: at(-6, 9), End: at(-6, 12), ItemID: "i1"},
			{ReleaseID: r, Title: "Regression", Start: at(-6, 10), End: at(-5, 17), ItemID: "i2"},
			{ReleaseID: r, Title: "Load test", Start: at(-6, 12), End: at(-6, 16), ItemID: "i3"},
		},
	}
	v.Items = []headway.BacklogItem{{ID: "i1", Title: "Install", State: headway.ItemDone, StartedAt: at(-5, 9), DoneAt: at(-5, 13), Estimate: 3 * time.Hour, Spent: 4 * time.Hour}}
	return v
}

func TestTheWaySaysHowLateItCame(t *testing.T) {
	v := promisedStory()
	v.Release.SprintEnd, v.Release.LiveAt = at(-10, 17), at(0, 9)
	d := newWay(fixtureClock(), fixturePage("", "").Programme, v)
	if want := "Plan 3, published Thu 12 Nov, saw it in production on Sun 22 Nov, 20:00. It came 2 working days later."; d.Words != want {
		t.Errorf("%q, want %q", d.Words, want)
	}
	// Parallel work lies in two lanes: the load test begins when the installation ends.
	lanes := map[float64]int{}
	for _, b := range d.Bars {
		if b.Class == "promised" {
			lanes[b.Y]++
		}
	}
	if len(lanes) != 2 {
		t.Errorf("three promised pieces, two at a time, in %d lanes: %v", len(lanes), lanes)
	}
	for _, b := range d.Bars {
		if b.X < wayLeft-0.1 || b.X+b.W > wayRight+3 || b.Y+b.H > d.Floor+6 {
			t.Errorf("%s lies outside: %+v", b.Title, b)
		}
	}
	rows := wayRows(v)
	if len(rows) != 3 || laterText(v, rows[0]) != "1 d" || laterText(v, rows[1]) != "–" {
		t.Errorf("the numbers: %+v", rows)
	}
}

func TestTheWayOfAReleaseToCome(t *testing.T) {
	v := promisedStory()
	v.Promise = app.Promise{}
	if d := newWay(fixtureClock(), fixturePage("", "").Programme, v); !strings.Contains(d.Words, "No published plan") {
		t.Errorf("%q", d.Words)
	}
	if d := newWay(fixtureClock(), fixturePage("", "").Programme, app.ReleaseStory{Cast: v.Cast}); len(d.Rows) != 0 || d.Height != 0 {
		t.Errorf("nothing is known and something is drawn: %+v", d)
	}
}
