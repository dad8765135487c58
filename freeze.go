package headway

import (
	"slices"
	"strings"
	"time"
)

// Freeze is a span in which production must not change, once or again and
// again, for everybody or for some.
type Freeze struct {
	ID, ProgrammeID, Key, Name string
	Span                       Interval // the first time, or the one that is meant
	Reason                     string

	Repeat       string   // recurrence rule of RFC 5545, as FREQ=MONTHLY;BYDAY=-1FR; empty: once
	Except       []Date   // days on which it does not begin, by its own wall clock
	Zone         string   // whose wall clock it recurs by; empty: the programme's
	Teams        []string // keys: only their releases; empty: everybody's
	Environments []string // keys: only changes there; empty: production
}

const (
	maxFreeze   = 366 * 24 * time.Hour
	maxExcept   = 1000
	maxConcerns = 200
)

// Check refuses a freeze that has no length or that cannot be told from others.
func (f Freeze) Check() error {
	if err := CheckKey("freeze.key", f.Key); err != nil {
		return err
	}
	if !f.Span.From.Before(f.Span.To) {
		return Invalidf("freeze", "%q ends before it starts", f.Name)
	}
	for _, t := range []time.Time{f.Span.From, f.Span.To} {
		if err := CheckTime(t); err != nil {
			return err
		}
	}
	if _, err := time.LoadLocation(f.Zone); err != nil {
		return Invalidf("freeze.zone", "%q is no time zone", f.Zone).WithHint("use an IANA name such as Europe/Berlin")
	}
	if err := f.checkRepeat(); err != nil {
		return err
	}
	for where, keys := range map[string][]string{"freeze.teams": f.Teams, "freeze.environments": f.Environments} {
		if len(keys) > maxConcerns {
			return Invalidf(where, "a freeze names at most %d, this one names %d", maxConcerns, len(keys))
		}
		for _, key := range keys {
			if err := CheckKey(where, key); err != nil {
				return err
			}
		}
	}
	return CheckName("freeze.name", f.Name)
}

func (f Freeze) checkRepeat() error {
	switch {
	case f.Repeat == "" && len(f.Except) > 0:
		return Invalidf("freeze.except", "%q happens once: there is nothing to except", f.Name).WithHint("give it a repeat, or leave except out")
	case f.Repeat == "":
		return nil
	case len(f.Repeat) > 300 || strings.ContainsAny(f.Repeat, "\r\n"):
		return Invalidf("freeze.repeat", "a recurrence rule is one line of at most 300 bytes")
	case f.Span.To.Sub(f.Span.From) > maxFreeze:
		return Invalidf("freeze", "%q recurs and lasts longer than a year", f.Name).WithHint("write one freeze without end, or a shorter one that recurs")
	case len(f.Except) > maxExcept:
		return Invalidf("freeze.except", "a freeze has at most %d exceptions, this one has %d", maxExcept, len(f.Except))
	}
	return nil
}

// Location gives the zone whose wall clock the freeze keeps to.
func (f Freeze) Location(otherwise *time.Location) *time.Location {
	if f.Zone != "" {
		if z, err := time.LoadLocation(f.Zone); err == nil {
			return z
		}
	}
	return otherwise
}

// On gives the time of a recurring freeze that begins on a civil day: it starts
// and ends at the same wall-clock times as the first, as many days apart.
func (f Freeze) On(day Date, zone *time.Location) Interval {
	from, to := f.Span.From.In(zone), f.Span.To.In(zone)
	last := day.AddDays(DateOf(from).DaysUntil(DateOf(to)))
	span := Interval{atWallClock(day, from, zone), atWallClock(last, to, zone)}
	if !span.From.Before(span.To) { // the clock was put on over the whole of it
		span.To = span.From.Add(f.Span.To.Sub(f.Span.From))
	}
	return span
}

// atWallClock gives the instant on a day at which clocks show what they show at t.
func atWallClock(day Date, t time.Time, zone *time.Location) time.Time {
	return day.At(Clock(t.Hour()*60+t.Minute()), zone).Add(time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond()))
}

// Times gives the freeze once for each civil day on which it begins, but for
// its exceptions, as far as it overlaps a span. days are those that its rule
// gives; of a freeze without rule they are not asked for.
func (f Freeze) Times(days []Date, span Interval, zone *time.Location) []Freeze {
	if f.Repeat == "" {
		if !f.Span.Overlaps(span) {
			return nil
		}
		return []Freeze{f}
	}
	zone = f.Location(zone)
	var out []Freeze
	for _, d := range days {
		if slices.Contains(f.Except, d) {
			continue
		}
		once := f
		if once.Span = f.On(d, zone); once.Span.Overlaps(span) {
			out = append(out, once)
		}
	}
	return out
}

// Concerns tells whether the freeze forbids a team to change one of the
// environments. Without environments it forbids to change production; nil
// stands for any production environment, as long as nobody knows which.
func (f Freeze) Concerns(team string, targets []Environment) bool {
	if len(f.Teams) > 0 && !slices.Contains(f.Teams, team) {
		return false
	}
	if len(targets) == 0 {
		return len(f.Environments) == 0
	}
	return slices.ContainsFunc(targets, func(e Environment) bool {
		if len(f.Environments) == 0 {
			return e.Kind == EnvProduction
		}
		return slices.Contains(f.Environments, e.Key)
	})
}

// Concerning gives the freezes that forbid a team to change one of the environments.
func Concerning(freezes []Freeze, team string, targets []Environment) []Freeze {
	return slices.DeleteFunc(slices.Clone(freezes), func(f Freeze) bool { return !f.Concerns(team, targets) })
}
