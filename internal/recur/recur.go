// Package recur reads recurrence rules (RFC 5545, section 3.3.10) and gives the
// civil days on which they fall.
//
// Only rules of whole days are taken: those by hour, minute or second are no
// freezes or windows of anybody. Days are counted on a calendar without zones;
// what instant a day's wall-clock time is, headway.Date.At says. So a rule
// falls on the same days in summer and in winter, in every zone. Every question
// is bounded: a rule that never falls on a day is refused before it is kept.
package recur

import (
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"headway"
)

const (
	maxInterval = 1000
	maxCount    = 10_000
	maxDays     = 20_000 // of one answer
	firstWithin = 12     // years in which a rule must fall on a day: a 29 February comes after eight at the latest
)

// Check refuses a rule that cannot be read, is by the hour or finer, or never
// falls on a day. first is the wall-clock time of the first time.
func Check(rule string, first time.Time, zone *time.Location) error {
	o, err := parse(rule, first, zone)
	if err != nil {
		return err
	}
	r, err := rrule.NewRRule(o)
	if err != nil {
		return headway.Invalidf("repeat", "%q is no recurrence rule: %s", headway.Shorten(rule, 120), err)
	}
	end := o.Dtstart.AddDate(firstWithin, 0, 0)
	if at := r.After(o.Dtstart, true); at.IsZero() || at.After(end) {
		return headway.Invalidf("repeat", "%q falls on no day within %d years", headway.Shorten(rule, 120), firstWithin)
	}
	return nil
}

// Days gives the civil days on which a rule falls, from one day to another,
// both included, in order. first is when it begins, shown by the clocks of zone.
func Days(rule string, first time.Time, zone *time.Location, from, to headway.Date) ([]headway.Date, error) {
	o, err := parse(rule, first, zone)
	if err != nil {
		return nil, err
	}
	r, err := rrule.NewRRule(o)
	if err != nil {
		return nil, headway.Invalidf("repeat", "%q is no recurrence rule: %s", headway.Shorten(rule, 120), err)
	}
	var out []headway.Date
	begin := headway.DateOf(o.Dtstart)
	if !begin.Before(from) && !begin.After(to) {
		out = append(out, begin) // the first time counts, whether the rule falls on it or not
	}
	next, end := r.Iterator(), to.AddDays(1).In(time.UTC)
	for {
		at, more := next()
		if !more || !at.Before(end) || len(out) >= maxDays {
			return out, nil
		}
		if d := headway.DateOf(at); !d.Before(from) && d != begin {
			out = append(out, d)
		}
	}
}

// parse reads a rule for a first time, both as clocks show it: in UTC, which
// here means in no zone.
func parse(rule string, first time.Time, zone *time.Location) (rrule.ROption, error) {
	refuse := func(format string, args ...any) (rrule.ROption, error) { //nolint:unparam // both, so that it can be returned
		return rrule.ROption{}, headway.Invalidf("repeat", format, args...).WithHint("write it as in RFC 5545, for example FREQ=MONTHLY;BYDAY=-1FR")
	}
	rule = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:")
	seen := map[string]bool{}
	for part := range strings.SplitSeq(rule, ";") {
		name, value, ok := strings.Cut(part, "=")
		switch {
		case !ok || value == "":
			return refuse("%q is no part of a recurrence rule", headway.Shorten(part, 60))
		case seen[name]:
			return refuse("%s is there twice", headway.Shorten(name, 60))
		}
		seen[name] = true
		switch name {
		case "FREQ":
			switch value {
			case "DAILY", "WEEKLY", "MONTHLY", "YEARLY":
			default:
				return refuse("a freeze recurs DAILY, WEEKLY, MONTHLY or YEARLY, not %s", headway.Shorten(value, 60))
			}
		case "INTERVAL", "COUNT":
			if n, err := strconv.Atoi(value); err != nil || n < 1 || n > map[string]int{"INTERVAL": maxInterval, "COUNT": maxCount}[name] {
				return refuse("%s=%s is not a number that can be used here", name, headway.Shorten(value, 60))
			}
		case "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS":
		default:
			return refuse("%s is not taken in the rule of a freeze", headway.Shorten(name, 60))
		}
	}
	if seen["COUNT"] && seen["UNTIL"] {
		return refuse("COUNT and UNTIL cannot both be there")
	}
	o, err := rrule.StrToROptionInLocation(rule, time.UTC)
	if err != nil {
		return refuse("%q is no recurrence rule", headway.Shorten(rule, 120))
	}
	o.Dtstart = shown(first, zone)
	if !o.Until.IsZero() {
		if err := headway.CheckTime(o.Until); err != nil {
			return refuse("UNTIL is outside the years 1970–2200")
		}
		o.Until = until(*o, rule, zone)
	}
	return *o, nil
}

// until gives the last wall-clock time of a rule: UNTIL is an instant when it
// ends with Z, a day with all its hours when it has no time, else a wall-clock time.
func until(o rrule.ROption, rule string, zone *time.Location) time.Time {
	_, value, _ := strings.Cut(rule, "UNTIL=")
	value, _, _ = strings.Cut(value, ";")
	switch {
	case len(value) == len("20060102"):
		return o.Until.AddDate(0, 0, 1).Add(-time.Second)
	case strings.HasSuffix(value, "Z"):
		return shown(o.Until, zone)
	}
	return o.Until
}

// shown gives what the clocks of a zone show at an instant, as a time without zone.
func shown(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
