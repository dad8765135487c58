package headway

import (
	"math"
	"time"
)

// Interrupt is production support that broke into the planned work of a person.
type Interrupt struct {
	ID, ProgrammeID, PersonID string
	ReleaseID                 string // in production, that it was about; may be empty
	Title                     string
	EndedAt                   time.Time
	Spent                     time.Duration // working time that it took
	LoggedBy, LoggedByName    string
}

// Check refuses an interrupt that could not have happened by now.
func (i Interrupt) Check(now time.Time) error {
	if err := CheckText("title", i.Title, 200); err != nil {
		return err
	}
	if i.Spent < time.Minute || i.Spent > 24*time.Hour {
		return Invalidf("minutes", "%s is outside one minute to a day", i.Spent).WithHint("log a longer one day by day")
	}
	if i.EndedAt.After(now) {
		return Invalidf("ended_at", "an interrupt is logged when it is over").WithHint("leave the time out: it means now")
	}
	if i.EndedAt.Before(now.AddDate(0, 0, -90)) {
		return Invalidf("ended_at", "it ended more than 90 days ago, which no measurement looks back to")
	}
	return nil
}

// SupportDays is how many working days, today among them, production support is
// measured over.
const SupportDays = 20

// SupportSpan gives what production support is measured over: whole days up to
// the end of today, so that the measure changes with a log entry or a new day.
func SupportSpan(c Calendar, now time.Time) Interval {
	today := DateOf(now.In(c.Zone))
	first := today
	for n := 1; n < SupportDays && today.DaysUntil(first) > -366; {
		if first = first.AddDays(-1); c.IsWorkingDay(first) {
			n++
		}
	}
	return Interval{From: first.In(c.Zone), To: today.AddDays(1).In(c.Zone)}
}

// SupportLoad is what production support takes of a person's working time.
type SupportLoad struct {
	Spent    time.Duration
	Working  time.Duration // the person's working time in the same span
	Measured int           // percent, rounded up to five
	Reserve  int           // percent kept free by the setup
	Counts   int           // percent that the plan leaves free: the larger of both
}

// supportStep is what the measure is rounded up to, so that one short call does
// not move everybody's plan.
const supportStep = 5

// MeasureSupport weighs production support against a person's working time,
// absences already left out of it.
func MeasureSupport(p Person, spent, working time.Duration) SupportLoad {
	l := SupportLoad{Spent: spent, Working: working * time.Duration(p.Percent) / 100, Reserve: p.Reserve}
	if l.Spent > 0 {
		share := 1.0
		if l.Working > 0 {
			share = float64(l.Spent) / float64(l.Working)
		}
		l.Measured = min(maxReserve, supportStep*int(math.Ceil(share*100/supportStep-1e-9)))
	}
	l.Counts = max(l.Reserve, l.Measured)
	return l
}
