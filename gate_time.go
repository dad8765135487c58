package headway

import (
	"fmt"
	"time"
)

// JudgeGap guards the minimum gap: production no earlier than that many
// working days after the end of the sprint. Without a plan it says from when.
func JudgeGap(policy GapPolicy, cal Calendar, sprintEnd time.Time, planned Interval, now time.Time) (Outcome, string) {
	if sprintEnd.IsZero() {
		return Pass, "the release belongs to no sprint"
	}
	when := planned.From
	if when.IsZero() {
		when = now
	}
	days := cal.WorkingDays(sprintEnd, when)
	if days >= policy.Minimum {
		return Pass, fmt.Sprintf("%d working days after the end of the sprint, at least %d wanted", days, policy.Minimum)
	}
	earliest := cal.AddWorkingDays(DateOf(sprintEnd.In(cal.Zone)), policy.Minimum)
	text := fmt.Sprintf("%d working days after the end of the sprint are less than the minimum of %d: possible from %s", days, policy.Minimum, earliest)
	if planned.From.IsZero() {
		return Waiting, text
	}
	return Fail, text
}

// JudgeWindow wants the planned span wholly inside a change window. Without a
// plan it names the next one.
func JudgeWindow(windows []Window, zone *time.Location, planned Interval, now time.Time) (Outcome, string) {
	if len(windows) == 0 {
		return Pass, "the programme has no change windows"
	}
	if planned.From.IsZero() {
		return Waiting, "no deployment is planned yet" + nextOpening(windows, zone, now)
	}
	for _, o := range Openings(windows, planned, zone) {
		if o.Covers(planned) {
			return Pass, fmt.Sprintf("lies in the change window from %s to %s", localTime(o.From, zone), localTime(o.To, zone))
		}
	}
	return Fail, fmt.Sprintf("%s to %s lies in no change window%s", localTime(planned.From, zone), localTime(planned.To, zone), nextOpening(windows, zone, planned.From))
}

func nextOpening(windows []Window, zone *time.Location, from time.Time) string {
	for _, o := range Openings(windows, Interval{from, from.AddDate(0, 0, 28)}, zone) {
		if !o.From.Before(from) {
			return fmt.Sprintf("; the next one opens on %s", localTime(o.From, zone))
		}
	}
	return ""
}

// JudgeFreeze wants the planned span outside every freeze. Without a plan it
// judges now.
func JudgeFreeze(freezes []Freeze, zone *time.Location, planned Interval, now time.Time) (Outcome, string) {
	span, unplanned := planned, planned.From.IsZero()
	if unplanned {
		span = Interval{now, now.Add(time.Minute)}
	}
	for _, f := range freezes {
		if !f.Span.Overlaps(span) {
			continue
		}
		text := fmt.Sprintf("the freeze %q lasts until %s", f.Name, localTime(f.Span.To, zone))
		if f.Reason != "" {
			text += ": " + Shorten(f.Reason, 120)
		}
		if unplanned {
			return Waiting, text
		}
		return Fail, text
	}
	return Pass, "no freeze is in the way"
}

func localTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2 Jan 2006 15:04 MST")
}
