package app

import (
	"math"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
)

// axis ties the engine's slots to instants: slot 0 begins at origin and every
// slot lasts as long in elapsed time, whatever the clocks on the wall do.
type axis struct {
	origin time.Time
	slot   time.Duration
	end    int // slots
	zone   *time.Location
	year   int // of now: not written out
}

// span of the plan around what is open.
const (
	lookBack  = 400 // days at most
	lookAhead = 180 // days after the last sprint ends
)

// newAxis spans the plan: from the first sprint that a gap counts from until
// well after the last. The slot divides the programme's and half an hour, so that
// office hours and changes of daylight saving fall on its borders.
func (f *planFacts) newAxis() axis {
	first, last := f.now, f.now
	for _, r := range f.releases {
		for _, t := range []time.Time{r.SprintEnd, r.SprintEnd.AddDate(0, 0, f.shifts[r.ID])} {
			if !r.SprintEnd.IsZero() && t.Before(first) {
				first = t
			}
			if t.After(last) {
				last = t
			}
		}
	}
	if limit := f.now.AddDate(0, 0, -lookBack); first.Before(limit) {
		first = limit
	}
	zone := f.calendar.Zone
	minutes := max(5, gcd(f.programme.SlotMinutes, 30))
	x := axis{origin: headway.DateOf(first.In(zone)).In(zone), slot: time.Duration(minutes) * time.Minute, zone: zone, year: f.now.In(zone).Year()}
	x.end = x.floor(last.AddDate(0, 0, lookAhead+2*f.programme.Gap.Maximum))
	return x
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// floor gives the slot that holds an instant.
func (x axis) floor(t time.Time) int {
	d := t.Sub(x.origin)
	n := int(d / x.slot)
	if d%x.slot < 0 {
		n--
	}
	return n
}

// ceil gives the first slot that begins at or after an instant.
func (x axis) ceil(t time.Time) int {
	n := x.floor(t)
	if x.at(n).Before(t) {
		n++
	}
	return n
}

// at gives the instant at which a slot begins.
func (x axis) at(slot int) time.Time { return x.origin.Add(time.Duration(slot) * x.slot).UTC() }

// span gives the whole slots inside a span, cut to the plan; ok is false when there are none.
func (x axis) span(i headway.Interval) (engine.Span, bool) {
	s := engine.Span{From: max(0, x.ceil(i.From)), To: min(x.end, x.floor(i.To))}
	return s, s.From < s.To
}

// around gives the slots that a span touches, cut to the plan.
func (x axis) around(i headway.Interval) (engine.Span, bool) {
	s := engine.Span{From: max(0, x.floor(i.From)), To: min(x.end, x.ceil(i.To))}
	return s, s.From < s.To
}

// slots gives the number of slots that a working time takes, at least one.
func (x axis) slots(d time.Duration) int { return max(1, int((d+x.slot-1)/x.slot)) }

// clock writes a slot as people of the programme read it.
func (x axis) clock(slot int) string { return writeTime(x.at(slot), x.zone, x.year) }

// writeTime writes an instant in a zone, with the year where it is not this one.
func writeTime(t time.Time, zone *time.Location, year int) string {
	t = t.In(zone)
	if t.Year() == year {
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("Mon 2 Jan 2006 15:04")
}

// hours gives a person's working slots: the hours of each working day in the
// person's zone, shortened at the day's end to the share of the week that they
// work and that is not kept for production support. Parts of a slot are carried
// over to the next day, so that the share holds over the weeks. Days off in
// overtime are worked like others.
func (x axis) hours(c headway.Calendar, p headway.Person, overtime ...dates) []engine.Span {
	if p.Zone != "" {
		if z, err := time.LoadLocation(p.Zone); err == nil {
			c.Zone = z
		}
	}
	share := float64(p.Percent) / 100 * (1 - float64(p.Reserve)/100)
	var out []engine.Span
	carry := 0.0
	last := headway.DateOf(x.at(x.end).In(c.Zone))
	for d := headway.DateOf(x.origin.In(c.Zone)); !d.After(last); d = d.AddDays(1) {
		shift, ok := c.Shift(d)
		if !ok && slices.ContainsFunc(overtime, func(o dates) bool { return o.holds(d) }) {
			shift = headway.Interval{From: d.At(c.From, c.Zone), To: d.At(c.To, c.Zone)}
		} else if !ok {
			continue
		}
		s, ok := x.span(shift)
		if !ok {
			continue
		}
		want := share*float64(s.To-s.From) + carry
		n := int(math.Floor(want + 1e-9))
		carry = want - float64(n)
		if n > 0 {
			out = append(out, engine.Span{From: s.From, To: min(s.To, s.From+n)})
		}
	}
	return out
}

// days gives a calendar in which every working day counts as one slot, its
// first: the engine then counts gaps in working days as the policy does.
func (x axis) days(c headway.Calendar) []engine.Span {
	var out []engine.Span
	last := headway.DateOf(x.at(x.end).In(c.Zone))
	for d := headway.DateOf(x.origin.In(c.Zone)); d.Before(last); d = d.AddDays(1) {
		if from := x.ceil(d.In(c.Zone)); c.IsWorkingDay(d) && from >= 0 && from < x.end {
			out = append(out, engine.Span{From: from, To: from + 1})
		}
	}
	return out
}

// union merges spans into sorted, disjoint ones.
func union(lists ...[]engine.Span) []engine.Span {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b engine.Span) int { return a.From - b.From })
	var out []engine.Span
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
