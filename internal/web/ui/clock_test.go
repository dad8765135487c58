package ui

import (
	"testing"
	"time"

	"headway"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestTimesAreSaidByTheViewersClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	c := Clock{Now: time.Date(2026, 11, 30, 9, 0, 0, 0, berlin), Calendar: headway.Calendar{Zone: berlin, Days: [7]bool{false, true, true, true, true, true, false}}}
	at := time.Date(2026, 12, 3, 14, 0, 0, 0, berlin)
	for _, x := range []struct{ own, absolute, theirs, beside, span string }{
		{"", "Thu 3 Dec, 14:00", "", "", "Thu 3 Dec, 14:00–16:00"},
		{"Europe/Paris", "Thu 3 Dec, 14:00", "", "", "Thu 3 Dec, 14:00–16:00"}, // another zone whose clock shows the same
		{"America/New_York", "Thu 3 Dec, 08:00 your time", "Thu 3 Dec, 14:00 in Europe/Berlin", "14:00 Berlin", "Thu 3 Dec, 08:00–10:00 your time"},
		{"Pacific/Auckland", "Fri 4 Dec, 02:00 your time", "Thu 3 Dec, 14:00 in Europe/Berlin", "Thu 14:00 Berlin", "Fri 4 Dec, 02:00–04:00 your time"},
	} {
		if x.own != "" {
			c.Own = zone(t, x.own)
		}
		if got := c.Absolute(at); got != x.absolute {
			t.Errorf("%s: %q, want %q", x.own, got, x.absolute)
		}
		if got := c.Theirs(at); got != x.theirs {
			t.Errorf("%s: the programme's %q, want %q", x.own, got, x.theirs)
		}
		if got := c.Beside(at); got != x.beside {
			t.Errorf("%s: beside it %q, want %q", x.own, got, x.beside)
		}
		if got := c.Span(headway.Interval{From: at, To: at.Add(2 * time.Hour)}); got != x.span {
			t.Errorf("%s: %q, want %q", x.own, got, x.span)
		}
		if got := c.Relative(at); got != "in 3 working days" {
			t.Errorf("%s: %q: working days are the programme's", x.own, got)
		}
	}
}

// TestTomorrowIsTheViewers: at four in the afternoon in Tokyo an evening of
// tomorrow in Berlin is the night to the day after; in Los Angeles today is not over yet.
func TestTomorrowIsTheViewers(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	c := Clock{Now: time.Date(2026, 11, 27, 8, 0, 0, 0, berlin), Calendar: headway.Calendar{Zone: berlin}}
	evening := time.Date(2026, 11, 28, 20, 0, 0, 0, berlin)
	for own, want := range map[string]string{"Europe/Berlin": "tomorrow", "Asia/Tokyo": "in 2 days", "America/New_York": "tomorrow", "America/Los_Angeles": "in 2 days"} {
		c.Own = zone(t, own)
		if got := c.Relative(evening); got != want {
			t.Errorf("%s: %q, want %q", own, got, want)
		}
	}
}

func TestAWeekendHasDaysButNoWorkingDays(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	c := Clock{Now: time.Date(2026, 11, 27, 9, 0, 0, 0, berlin), Calendar: headway.Calendar{Zone: berlin, Days: [7]bool{false, true, true, true, true, true, false}}}
	for in, want := range map[int]string{1: "tomorrow", 2: "in 2 days", 3: "in 1 working day", 4: "in 2 working days"} {
		if got := c.Relative(c.Now.AddDate(0, 0, in)); got != want {
			t.Errorf("in %d days: %q, want %q", in, got, want)
		}
	}
}
