package headway

import "time"

// BurnPoint is the work of a sprint that was left at the end of a day.
type BurnPoint struct {
	Day   Date
	Left  time.Duration // estimated
	Scope time.Duration // of everything taken in by then
	Ideal time.Duration // if the scope of the first day burnt evenly over the working days
}

// BurnItem is a piece of work as a burndown sees it.
type BurnItem struct {
	Estimate time.Duration
	Since    time.Time // when it came in; before the sprint means from its first day
	DoneAt   time.Time // zero while it is open
}

// Burndown gives the work left in a sprint: first as it began, then at the end
// of each day up to today; later days have only the ideal, and a negative Left.
func Burndown(s Sprint, items []BurnItem, c Calendar, now time.Time) []BurnPoint {
	start := s.Start.In(c.Zone)
	at := func(t time.Time) (left, scope time.Duration) {
		for _, i := range items {
			if i.Since.After(t) && i.Since.After(start) {
				continue
			}
			scope += i.Estimate
			if i.DoneAt.IsZero() || i.DoneAt.After(t) {
				left += i.Estimate
			}
		}
		return left, scope
	}
	_, first := at(start)
	working := 0
	for d := s.Start; !d.After(s.End); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			working++
		}
	}
	begun := first
	for _, i := range items { // done before it began is no work of this sprint
		if !i.DoneAt.IsZero() && !i.DoneAt.After(start) {
			begun -= i.Estimate
		}
	}
	out := []BurnPoint{{Day: s.Start.AddDays(-1), Left: begun, Scope: first, Ideal: begun}}
	today, worked := DateOf(now.In(c.Zone)), 0
	for d := s.Start; !d.After(s.End); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			worked++
		}
		p := BurnPoint{Day: d, Left: -1}
		if working > 0 {
			p.Ideal = begun - begun*time.Duration(worked)/time.Duration(working)
		}
		switch {
		case d.Before(today):
			p.Left, p.Scope = at(d.AddDays(1).In(c.Zone).Add(-time.Millisecond))
		case d == today:
			p.Left, p.Scope = at(now)
		}
		out = append(out, p)
	}
	return out
}
