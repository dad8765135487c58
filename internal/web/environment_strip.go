package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// Sizes of a lane of the strip, in CSS pixels.
const (
	stripBar  = 20
	stripStep = 24
	stripStay = 8 // what was there, one below the other where teams are side by side
	stripPad  = 6
)

// stripLane is one environment on the strip. Places are shares of its length.
type stripLane struct {
	View   app.EnvironmentView
	Height int
	Off    []stripBox // days off
	Weeks  []stripBox
	Now    float64 // negative: not in sight
	Stays  []stripBox
	Bars   []stripBox
	Words  string // for those who do not see it
}

// stripBox is a stretch of a lane.
type stripBox struct {
	X, W  float64
	Y     int
	Class string
	Text  string
	Title string
}

func newStripLane(b app.EnvironmentBoard, e app.EnvironmentView, c ui.Clock) stripLane {
	l := stripLane{View: e, Now: -1}
	length := float64(b.Span.To.Sub(b.Span.From))
	place := func(i headway.Interval) (box stripBox, seen bool) {
		if !i.Overlaps(b.Span) {
			return box, false
		}
		from, to := max(float64(i.From.Sub(b.Span.From)), 0), min(float64(i.To.Sub(b.Span.From)), length)
		return stripBox{X: from / length, W: max((to-from)/length, 0.003)}, true
	}
	if box, seen := place(headway.Interval{From: c.Now, To: c.Now.Add(time.Second)}); seen {
		l.Now = box.X
	}
	l.days(b, place)
	for _, s := range e.Stays {
		until := s.To
		if until.IsZero() {
			until = c.Now
		}
		if box, seen := place(headway.Interval{From: s.From, To: until}); seen {
			box.Class, box.Title = lineOf(b.Cast, s.TeamID), strings.TrimSpace(s.Release+", "+s.Candidate+" was there, "+c.Span(headway.Interval{From: s.From, To: until}))
			l.Stays = append(l.Stays, box)
		}
	}
	for _, k := range e.Bookings {
		if box, seen := place(k.Span); seen {
			box.Class, box.Text, box.Title = bookingClass(k), k.Release+" · "+k.Purpose, bookingTitle(k, c)
			l.Bars = append(l.Bars, box)
		}
	}
	for _, u := range e.Uses {
		if box, seen := place(u.Span); seen {
			box.Class, box.Text, box.Title = "planned "+lineOf(b.Cast, u.TeamID), u.Title, u.Title+" for "+u.Release+", planned "+c.Span(u.Span)
			l.Bars = append(l.Bars, box)
		}
	}
	rows := stack(l.Stays, stripPad-2, stripStay)
	top := stripPad + rows*stripStay
	l.Height = top + max(stack(l.Bars, top, stripStep), 1)*stripStep
	l.Words = fmt.Sprintf("%s: %s and %s of planned work in these weeks", e.Environment.Name, ui.Count(len(e.Bookings), "booking"), ui.Count(len(e.Uses), "piece"))
	return l
}

// days shades days off and rules off the weeks.
func (l *stripLane) days(b app.EnvironmentBoard, place func(headway.Interval) (stripBox, bool)) {
	for d := headway.DateOf(b.Span.From.In(b.Calendar.Zone)); d.In(b.Calendar.Zone).Before(b.Span.To); d = d.AddDays(1) {
		box, _ := place(headway.Interval{From: d.In(b.Calendar.Zone), To: d.AddDays(1).In(b.Calendar.Zone)})
		if d.Weekday() == time.Monday {
			box.Text = d.In(time.UTC).Format("2 Jan")
			l.Weeks = append(l.Weeks, box)
		}
		if !b.Calendar.IsWorkingDay(d) {
			l.Off = append(l.Off, box)
		}
	}
}

// stack puts what would overlap below each other, and gives how many rows that takes.
func stack(boxes []stripBox, top, step int) int {
	slices.SortStableFunc(boxes, func(a, b stripBox) int { return cmp.Compare(a.X, b.X) })
	var ends []float64
	for i, b := range boxes {
		row := slices.IndexFunc(ends, func(end float64) bool { return end <= b.X+1e-9 })
		if row < 0 {
			row, ends = len(ends), append(ends, 0)
		}
		ends[row] = b.X + b.W
		boxes[i].Y = top + row*step
	}
	return len(ends)
}

// readable is the share of the strip below which a bar has no room for a word.
const readable = 0.018

func bookingClass(b app.BookingView) string {
	class := "booking"
	if b.Shared {
		class += " shared"
	}
	if len(b.Conflicts) > 0 {
		class += " clash"
	}
	return class
}

func bookingTitle(b app.BookingView, c ui.Clock) string {
	how := "for itself"
	if b.Shared {
		how = "shared"
	}
	parts := []string{fmt.Sprintf("%s, %s: %s, %s", b.Release, how, b.Purpose, c.Span(b.Span))}
	for _, k := range b.Conflicts {
		parts = append(parts, k.Release+" "+k.Text)
	}
	return strings.Join(parts, "; ")
}

// bookingMark is the sign of how a booking stands.
func bookingMark(b app.BookingView) string {
	mark := "pass"
	for _, k := range b.Conflicts {
		if k.Kind == headway.ConflictPlanned {
			mark = "waiting"
			continue
		}
		return "fail"
	}
	return mark
}

// along writes a place along the strip.
func along(f float64) string { return fmt.Sprintf("%.3f%%", 100*f) }

// dataWords says how old and how large the data of an environment are.
func dataWords(e headway.Environment, c ui.Clock) string {
	text := "of unknown age"
	if !e.DataAsOf.IsZero() {
		days := headway.DateOf(e.DataAsOf.In(c.Zone())).DaysUntil(headway.DateOf(c.Now.In(c.Zone())))
		text = "of today"
		if days > 0 {
			text = ui.Count(days, "day") + " old, of " + c.Day(e.DataAsOf)
		}
	}
	if e.DataGB > 0 {
		text += fmt.Sprintf(", %g GB", e.DataGB)
	}
	return text
}

// refreshWords says what the refresh on the board is, and when.
func refreshWords(r app.AskedRefresh, c ui.Clock) string {
	when := "the plan has not placed it yet"
	if !r.Planned.From.IsZero() {
		when = "planned " + c.Span(r.Planned)
	}
	return fmt.Sprintf(" for %s: %g GB, %s of work; %s", r.Release, r.DataGB, headway.HoursMinutes(r.Item.Estimate), when)
}
