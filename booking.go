package headway

import (
	"fmt"
	"time"
)

// Booking reserves an environment for a release: for it alone, or beside others
// that share it.
type Booking struct {
	ID, EnvironmentID, ReleaseID string
	Span                         Interval
	Purpose                      string
	Shared                       bool
	By, ByName                   string // empty: Headway
}

// maxBooking is how long an environment can be booked at one go.
const maxBooking = 90 * 24 * time.Hour

// Check refuses a booking that has no length, is over, or never ends.
func (b Booking) Check(now time.Time) error {
	switch {
	case !b.Span.From.Before(b.Span.To):
		return Invalidf("to", "the booking ends before it starts")
	case !now.Before(b.Span.To):
		return Invalidf("to", "the booking is over already")
	case b.Span.To.Sub(b.Span.From) > maxBooking:
		return Invalidf("to", "a booking lasts 90 days at most").WithHint("book the rest later")
	}
	for _, t := range []time.Time{b.Span.From, b.Span.To} {
		if err := CheckTime(t); err != nil {
			return err
		}
	}
	return CheckText("purpose", b.Purpose, 200)
}

// PlannedUse is work of the plan that occupies an environment.
type PlannedUse struct {
	ReleaseID, Title string
	Span             Interval
	Installs         bool // puts another candidate there
}

// BookingConflict is what stands in the way of a booking, or would come between.
type BookingConflict struct {
	Kind      string // of another booking, of the plan, or of a candidate that would be replaced
	ReleaseID string // whose
	Span      Interval
	Text      string // what it is, without the release's name
}

// The kinds of conflict. Only another booking forbids one.
const (
	ConflictBooked   = "booked"
	ConflictPlanned  = "planned"
	ConflictReplaced = "replaced"
)

// Conflicts lists what a booking meets: bookings of others that share the time
// when one of the two is exclusive, and planned work of others, which an
// exclusive booking pushes away, and which puts another candidate there.
func (b Booking) Conflicts(others []Booking, uses []PlannedUse) []BookingConflict {
	var out []BookingConflict
	for _, o := range others {
		if o.EnvironmentID != b.EnvironmentID || o.ReleaseID == b.ReleaseID || o.ID == b.ID || !o.Span.Overlaps(b.Span) || o.Shared && b.Shared {
			continue
		}
		out = append(out, BookingConflict{ConflictBooked, o.ReleaseID, o.Span, "is booked there: " + o.Purpose})
	}
	for _, u := range uses {
		switch {
		case u.ReleaseID == b.ReleaseID || !u.Span.Overlaps(b.Span):
		case u.Installs:
			out = append(out, BookingConflict{ConflictReplaced, u.ReleaseID, u.Span, fmt.Sprintf("would replace the candidate while it is booked: %s", u.Title)})
		case !b.Shared:
			out = append(out, BookingConflict{ConflictPlanned, u.ReleaseID, u.Span, fmt.Sprintf("is planned there: %s", u.Title)})
		}
	}
	return out
}

// Replaced lists the installations that put another release's candidate on the
// environment while it was booked.
func (b Booking) Replaced(stays []Stay) []BookingConflict {
	var out []BookingConflict
	for _, s := range stays {
		if s.EnvironmentID != b.EnvironmentID || s.ReleaseID == b.ReleaseID || !s.From.After(b.Span.From) || !s.From.Before(b.Span.To) {
			continue
		}
		text := "replaced the candidate while it was booked"
		if s.By != "" {
			text += ": " + s.By
		}
		out = append(out, BookingConflict{ConflictReplaced, s.ReleaseID, Interval{s.From, s.From}, text})
	}
	return out
}
