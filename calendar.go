package headway

import (
	"fmt"
	"time"
)

// Date is a civil day, without time or zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

const (
	minYear = 1970
	maxYear = 2200
)

// ParseDate reads YYYY-MM-DD within 1970–2200.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, Errorf(Invalid, "%q is not a date", s).WithHint("write it as YYYY-MM-DD")
	}
	if t.Year() < minYear || t.Year() > maxYear {
		return Date{}, Errorf(Invalid, "the year of %s is outside %d–%d", s, minYear, maxYear)
	}
	return DateOf(t), nil
}

// CheckTime refuses instants outside the years 1970–2200.
func CheckTime(t time.Time) error {
	if y := t.UTC().Year(); y < minYear || y > maxYear {
		return Errorf(Invalid, "the time %s is outside the years %d–%d", t.UTC().Format(time.RFC3339), minYear, maxYear)
	}
	return nil
}

// DateOf gives the civil day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero tells whether the date is unset.
func (d Date) IsZero() bool { return d == Date{} }

// String writes YYYY-MM-DD, or nothing for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD or nothing.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// AddDays moves by calendar days.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// DaysUntil counts the calendar days from d to o.
func (d Date) DaysUntil(o Date) int {
	return int(o.In(time.UTC).Sub(d.In(time.UTC)).Hours() / 24)
}

// Before orders dates.
func (d Date) Before(o Date) bool { return d.In(time.UTC).Before(o.In(time.UTC)) }

// After orders dates.
func (d Date) After(o Date) bool { return o.Before(d) }

// Weekday tells the day of the week.
func (d Date) Weekday() time.Weekday { return d.In(time.UTC).Weekday() }

// In gives the first instant of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// At gives a wall-clock time of the day in a zone. A time that daylight saving
// skips is moved forward by the length of the jump; one that it repeats is the
// first.
func (d Date) At(c Clock, zone *time.Location) time.Time {
	civil := time.Date(d.Year, d.Month, d.Day, int(c)/60, int(c)%60, 0, 0, time.UTC)
	_, before := civil.Add(-offsetReach).In(zone).Zone()
	_, after := civil.Add(offsetReach).In(zone).Zone()
	for _, offset := range []int{max(before, after), min(before, after)} {
		t := civil.Add(-time.Duration(offset) * time.Second).In(zone)
		if _, here := t.Zone(); here == offset {
			return t
		}
	}
	return civil.Add(-time.Duration(before) * time.Second).In(zone)
}

// offsetReach is further than any zone's offset from UTC, so that the instants
// that far from a civil time lie before and after any change that touches it.
const offsetReach = 26 * time.Hour

// Clock is a wall-clock time in minutes after midnight, 0–1440.
type Clock int

// ParseClock reads HH:MM between 00:00 and 24:00.
func ParseClock(s string) (Clock, error) {
	if s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, Errorf(Invalid, "%q is not a time of day", s).WithHint("write it as HH:MM")
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// String writes HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText writes HH:MM.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads HH:MM.
func (c *Clock) UnmarshalText(b []byte) error {
	v, err := ParseClock(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Interval is a half-open span of instants [From, To).
type Interval struct {
	From, To time.Time
}

// Overlaps tells whether two spans share an instant.
func (i Interval) Overlaps(o Interval) bool { return i.From.Before(o.To) && o.From.Before(i.To) }

// Covers tells whether o lies wholly inside i.
func (i Interval) Covers(o Interval) bool { return !o.From.Before(i.From) && !o.To.After(i.To) }

// Calendar says when a programme works: weekdays and hours in a zone, less holidays.
type Calendar struct {
	Zone     *time.Location
	Days     [7]bool // indexed by time.Weekday
	From, To Clock
	Holidays map[Date]string
}

// IsWorkingDay tells whether d is a weekday of work and no holiday.
func (c Calendar) IsWorkingDay(d Date) bool {
	_, holiday := c.Holidays[d]
	return c.Days[d.Weekday()] && !holiday
}

// WorkingDays counts the working days after from up to and including to, by
// their civil days in the calendar's zone: a sprint that ends on Friday and
// reaches production on the Monday after has a gap of one working day. It is
// negative when to lies before from.
func (c Calendar) WorkingDays(from, to time.Time) int {
	a, b := DateOf(from.In(c.Zone)), DateOf(to.In(c.Zone))
	if b.Before(a) {
		return -c.WorkingDays(to, from)
	}
	n := 0
	for d := a.AddDays(1); !d.After(b); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			n++
		}
	}
	return n
}

// AddWorkingDays gives the day that lies n working days after d.
func (c Calendar) AddWorkingDays(d Date, n int) Date {
	for tries := 0; n > 0 && tries < 3660; tries++ {
		if d = d.AddDays(1); c.IsWorkingDay(d) {
			n--
		}
	}
	return d
}

// Shift gives the working interval of one day; ok is false on a day off.
func (c Calendar) Shift(d Date) (span Interval, ok bool) {
	if !c.IsWorkingDay(d) || c.From >= c.To {
		return Interval{}, false
	}
	return Interval{d.At(c.From, c.Zone), d.At(c.To, c.Zone)}, true
}

// WorkingTime measures the working time within a span.
func (c Calendar) WorkingTime(span Interval) time.Duration {
	var sum time.Duration
	last := DateOf(span.To.In(c.Zone))
	for d := DateOf(span.From.In(c.Zone)); !d.After(last); d = d.AddDays(1) {
		s, ok := c.Shift(d)
		if !ok || !s.Overlaps(span) {
			continue
		}
		if s.From.Before(span.From) {
			s.From = span.From
		}
		if s.To.After(span.To) {
			s.To = span.To
		}
		sum += s.To.Sub(s.From)
	}
	return sum
}
