package ui

import (
	"fmt"
	"strings"
	"time"

	"headway"
)

// Clock says times to people: against now, in a zone, in working days.
type Clock struct {
	Now      time.Time
	Calendar headway.Calendar // its Zone is the programme's; nil means UTC
	Own      *time.Location   // the viewer's zone, in which times are written; nil: the programme's
}

// Zone gives the programme's zone: its days begin and end there.
func (c Clock) Zone() *time.Location {
	if c.Calendar.Zone == nil {
		return time.UTC
	}
	return c.Calendar.Zone
}

// OwnZone gives the zone in which times are written: the viewer's.
func (c Clock) OwnZone() *time.Location {
	if c.Own == nil {
		return c.Zone()
	}
	return c.Own
}

// differs tells whether the viewer's clock shows another time than the programme's.
func (c Clock) differs(t time.Time) bool {
	_, own := t.In(c.OwnZone()).Zone()
	_, theirs := t.In(c.Zone()).Zone()
	return own != theirs
}

// Absolute writes an instant as "Thu 3 Dec, 14:00", with the year when it is
// another; "14:00 your time" where the viewer's clock differs from the programme's.
func (c Clock) Absolute(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return c.written(t, c.OwnZone()) + c.whose(t)
}

// Theirs writes an instant in the programme's zone, for a viewer in another one; else nothing.
func (c Clock) Theirs(t time.Time) string {
	if t.IsZero() || !c.differs(t) {
		return ""
	}
	return c.written(t, c.Zone()) + " in " + c.Zone().String()
}

// Beside writes an instant in the programme's zone as shortly as it can stand
// beside the viewer's, for a viewer in another one: "20:00 Berlin", with the
// day where it is another there.
func (c Clock) Beside(t time.Time) string {
	if t.IsZero() || !c.differs(t) {
		return ""
	}
	own, theirs := t.In(c.OwnZone()), t.In(c.Zone())
	layout := "15:04"
	if headway.DateOf(own) != headway.DateOf(theirs) {
		layout = "Mon 15:04"
	}
	zone := c.Zone().String()
	return theirs.Format(layout) + " " + strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}

func (c Clock) whose(t time.Time) string {
	if c.differs(t) {
		return " your time"
	}
	return ""
}

func (c Clock) written(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Year() != c.Now.In(zone).Year() {
		return t.Format("Mon 2 Jan 2006, 15:04")
	}
	return t.Format("Mon 2 Jan, 15:04")
}

// Day writes a civil day as "Thu 3 Dec", with the year when it is another.
func (c Clock) Day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(c.Zone())
	if t.Year() != c.Now.In(c.Zone()).Year() {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// Relative writes the distance from now: minutes and hours when near, working
// days when the calendar has any, weeks and months when far.
func (c Clock) Relative(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := t.Sub(c.Now)
	ahead := d >= 0
	if !ahead {
		d = -d
	}
	switch {
	case d < 45*time.Second:
		return "now"
	case d < time.Hour:
		return direction(plural(max(1, int(d.Round(time.Minute)/time.Minute)), "minute"), ahead)
	case d < 20*time.Hour:
		return direction(plural(int(d.Round(time.Hour)/time.Hour), "hour"), ahead)
	case d < 45*24*time.Hour:
		return c.days(t, ahead)
	case d < 120*24*time.Hour:
		return direction(plural(int(d/(7*24*time.Hour)), "week"), ahead)
	case d < 700*24*time.Hour:
		return direction(plural(int(d/(30*24*time.Hour)), "month"), ahead)
	default:
		return direction(plural(int(d/(365*24*time.Hour)), "year"), ahead)
	}
}

func (c Clock) days(t time.Time, ahead bool) string {
	// Tomorrow is the viewer's, beside whose time of day it stands; working days are the programme's.
	calendar := headway.DateOf(c.Now.In(c.OwnZone())).DaysUntil(headway.DateOf(t.In(c.OwnZone())))
	switch calendar {
	case 1:
		return "tomorrow"
	case -1:
		return "yesterday"
	}
	n := 0
	if c.Calendar.Days != [7]bool{} {
		n = abs(c.Calendar.WorkingDays(c.Now, t))
	}
	if n == 0 { // nobody works until then
		return direction(plural(abs(calendar), "day"), ahead)
	}
	return direction(plural(n, "working day"), ahead)
}

// Span writes an interval, naming the second day only when it is another.
func (c Clock) Span(i headway.Interval) string {
	zone := c.OwnZone()
	from, to := i.From.In(zone), i.To.In(zone)
	if headway.DateOf(from) == headway.DateOf(to) {
		return c.written(from, zone) + "–" + to.Format("15:04") + c.whose(to)
	}
	return c.written(from, zone) + " – " + c.written(to, zone) + c.whose(to)
}

// Duration writes a length as "3 h 20 min", "4 d 6 h" or "45 s".
func Duration(d time.Duration) string {
	if d < 0 {
		return "−" + Duration(-d)
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return pairOf(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "min")
	default:
		return pairOf(int(d/(24*time.Hour)), "d", int(d%(24*time.Hour)/time.Hour), "h")
	}
}

// Hours writes working time in hours: "12 h", "0.5 h".
func Hours(d time.Duration) string {
	h := d.Hours()
	if h == float64(int(h)) {
		return fmt.Sprintf("%d h", int(h))
	}
	return fmt.Sprintf("%.1f h", h)
}

func pairOf(a int, unitA string, b int, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}

func direction(s string, ahead bool) string {
	if ahead {
		return "in " + s
	}
	return s + " ago"
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
