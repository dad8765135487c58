package headway

import (
	"fmt"
	"slices"
	"time"
)

// The guards judge whether production may be changed at an instant. They hold
// for the gate's criteria of the same kinds, and again when a deployment starts.

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

// JudgeWindow judges whether a change that starts at an instant and needs some
// time fits into one opening. Opening holds the instant, when there is one.
func JudgeWindow(windows []Window, zone *time.Location, at time.Time, need time.Duration) (outcome Outcome, reason string, opening Interval) {
	if len(windows) == 0 {
		return Waiting, "the programme has no change window", Interval{}
	}
	const ahead = 60 * 24 * time.Hour
	ends := at.Add(max(need, time.Millisecond))
	for _, o := range Openings(windows, Interval{at, at.Add(ahead)}, zone) {
		switch {
		case o.Covers(Interval{at, ends}):
			return Pass, fmt.Sprintf("the window is open until %s", inZone(o.To, zone)), o
		case !o.From.After(at):
			return Fail, fmt.Sprintf("the runbook needs %s, the window closes in %s", hours(need), hours(o.To.Sub(at))), o
		default:
			return Waiting, fmt.Sprintf("no window is open at %s, the next opens on %s", inZone(at, zone), inZone(o.From, zone)), Interval{}
		}
	}
	return Waiting, "no window opens within 60 days", Interval{}
}

// JudgeFreeze judges whether a span is free of freezes.
func JudgeFreeze(freezes []Freeze, span Interval, zone *time.Location) (Outcome, string) {
	for _, f := range freezes {
		if f.Span.Overlaps(span) {
			reason := fmt.Sprintf("%s: production is frozen from %s to %s", f.Name, inZone(f.Span.From, zone), inZone(f.Span.To, zone))
			if f.Reason != "" {
				reason += ", because " + f.Reason
			}
			return Fail, reason
		}
	}
	return Pass, "no freeze holds"
}

// JudgeGap judges the minimum gap: no production within that many working days
// of the end of the sprint. A release without a sprint has no gap to keep.
func JudgeGap(policy GapPolicy, calendar Calendar, sprintEnd, at time.Time) (Outcome, string) {
	if sprintEnd.IsZero() {
		return Pass, "the release belongs to no sprint"
	}
	days := calendar.WorkingDays(sprintEnd, at)
	if days >= policy.Minimum {
		return Pass, fmt.Sprintf("%d working days after the end of the sprint, the minimum is %d", days, policy.Minimum)
	}
	earliest := calendar.AddWorkingDays(DateOf(sprintEnd.In(calendar.Zone)), policy.Minimum)
	return Waiting, fmt.Sprintf("%d working days after the end of the sprint, the minimum of %d is reached on %s", days, policy.Minimum, earliest)
}

// NextOpening finds the first span in which a change fits: inside a window,
// after the minimum gap and free of freezes. It starts at from when the window
// is open already.
func NextOpening(windows []Window, freezes []Freeze, policy GapPolicy, calendar Calendar, sprintEnd, from time.Time, need time.Duration) (Interval, bool) {
	const ahead = 120 * 24 * time.Hour
	for _, o := range Openings(windows, Interval{from, from.Add(ahead)}, calendar.Zone) {
		for _, start := range starts(o, from, freezes, calendar) {
			change := Interval{start, start.Add(max(need, time.Millisecond))}
			gap, _ := JudgeGap(policy, calendar, sprintEnd, start)
			frozen, _ := JudgeFreeze(freezes, change, calendar.Zone)
			if o.Covers(change) && gap == Pass && frozen == Pass {
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

func inZone(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// hours writes a duration as people say it: 3 h 10 min.
func hours(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	default:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
}
