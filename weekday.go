package headway

import (
	"slices"
	"strings"
	"time"
)

// Weekday is a day of the week that is written as mon, tue, … sun.
type Weekday time.Weekday

var weekdayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// String writes the day's first three letters.
func (d Weekday) String() string {
	if d < 0 || d > 6 {
		return ""
	}
	return weekdayNames[d]
}

// MarshalText writes the day's first three letters.
func (d Weekday) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a day by its first three letters or its English name.
func (d *Weekday) UnmarshalText(b []byte) error {
	for i, name := range weekdayNames {
		if s := string(b); s == name || s == strings.ToLower(time.Weekday(i).String()) {
			*d = Weekday(i)
			return nil
		}
	}
	return Errorf(Invalid, "%q is no day of the week", string(b)).WithHint("use mon, tue, wed, thu, fri, sat or sun")
}

// Weekdays gives the days of the standard library, each once, Monday first.
func Weekdays(days []Weekday) []time.Weekday {
	var out []time.Weekday
	for i := range 7 {
		if d := Weekday((i + 1) % 7); slices.Contains(days, d) {
			out = append(out, time.Weekday(d))
		}
	}
	return out
}

// WeekdaysOf gives days of the standard library in their written form.
func WeekdaysOf(days []time.Weekday) []Weekday {
	out := make([]Weekday, len(days))
	for i, d := range days {
		out[i] = Weekday(d)
	}
	return out
}
