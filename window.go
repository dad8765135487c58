package headway

import (
	"slices"
	"time"
)

// Window is a recurring change window in local time: production may change only inside one.
type Window struct {
	ID, ProgrammeID, Key, Name string
	Days                       []time.Weekday
	Start                      Clock
	Minutes                    int
	Zone                       string // IANA name; empty means the programme's
}

// Check refuses windows that never open.
func (w Window) Check() error {
	if err := CheckKey("window.key", w.Key); err != nil {
		return err
	}
	if len(w.Days) == 0 || w.Minutes < 5 || w.Minutes > 7*1440 {
		return Invalidf("window", "%q never opens", w.Name).WithHint("name week days and 5–10080 minutes")
	}
	if _, err := time.LoadLocation(w.Zone); err != nil {
		return Invalidf("window.zone", "%q is no time zone", w.Zone)
	}
	return CheckName("window.name", w.Name)
}

// Openings lists the spans of the window that overlap a span, in order. zone
// stands in when the window names none. Wall-clock start and length in elapsed
// time, so a window over a change of daylight saving keeps its length.
func (w Window) Openings(span Interval, zone *time.Location) []Interval {
	if w.Zone != "" {
		if z, err := time.LoadLocation(w.Zone); err == nil {
			zone = z
		}
	}
	length := time.Duration(w.Minutes) * time.Minute
	// A clock put back over midnight shows the day before again: look a day further.
	last := DateOf(span.To.In(zone)).AddDays(1)
	var open []Interval
	for d := DateOf(span.From.In(zone)).AddDays(-w.Minutes/1440 - 1); !d.After(last); d = d.AddDays(1) {
		if !slices.Contains(w.Days, d.Weekday()) {
			continue
		}
		from := d.At(w.Start, zone)
		if o := (Interval{from, from.Add(length)}); o.Overlaps(span) {
			open = append(open, o)
		}
	}
	return open
}
