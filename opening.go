package headway

import (
	"slices"
	"time"
)

// Openings lists the spans in which production may change, over several
// windows: those that touch or overlap are one span. zone stands in for windows
// that name none.
func Openings(windows []Window, span Interval, zone *time.Location) []Interval {
	var all []Interval
	for _, w := range windows {
		all = append(all, w.Openings(span, zone)...)
	}
	slices.SortFunc(all, func(a, b Interval) int { return a.From.Compare(b.From) })
	var merged []Interval
	for _, o := range all {
		if n := len(merged); n > 0 && !o.From.After(merged[n-1].To) {
			if o.To.After(merged[n-1].To) {
				merged[n-1].To = o.To
			}
			continue
		}
		merged = append(merged, o)
	}
	return merged
}

// NextOpening finds the first span in which a change fits: inside a window,
// after the minimum gap and free of freezes. It starts at from when the window
// is open already.
func NextOpening(windows []Window, freezes []Freeze, policy GapPolicy, calendar Calendar, sprintEnd, from time.Time, need time.Duration) (Interval, bool) {
	const ahead = 120 * 24 * time.Hour
	for _, o := range Openings(windows, Interval{from, from.Add(ahead)}, calendar.Zone) {
		for _, start := range starts(o, from, freezes, calendar) {
			change := Interval{start, start.Add(max(need, time.Millisecond))}
			early := !sprintEnd.IsZero() && calendar.WorkingDays(sprintEnd, start) < policy.Minimum
			frozen := slices.ContainsFunc(freezes, func(f Freeze) bool { return f.Span.Overlaps(change) })
			if o.Covers(change) && !early && !frozen {
				return Interval{start, o.To}, true
			}
		}
	}
	return Interval{}, false
}

// starts lists the instants of an opening at which something may begin to
// hold: its own start, the end of each freeze, and each midnight.
func starts(o Interval, from time.Time, freezes []Freeze, calendar Calendar) []time.Time {
	begin := o.From
	if from.After(begin) {
		begin = from
	}
	out := []time.Time{begin}
	add := func(t time.Time) {
		if t.After(begin) && t.Before(o.To) {
			out = append(out, t)
		}
	}
	for _, f := range freezes {
		add(f.Span.To)
	}
	for d := DateOf(begin.In(calendar.Zone)).AddDays(1); d.In(calendar.Zone).Before(o.To); d = d.AddDays(1) {
		add(d.In(calendar.Zone))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
