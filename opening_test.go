package headway_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headway"
)

var everyDay = []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWindowOverDaylightSaving(t *testing.T) {
	night := func(start headway.Clock, minutes int) []headway.Window {
		return []headway.Window{{Key: "w", Name: "Night", Days: everyDay, Start: start, Minutes: minutes}}
	}
	tests := map[string]struct {
		zone, from, to string // span that is looked at
		start          headway.Clock
		minutes        int
		wantFrom, want string // first opening
	}{
		"Berlin before spring":               {"Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-28T12:00:00Z", 22 * 60, 120, "2026-03-27T21:00:00Z", "2026-03-27T23:00:00Z"},
		"Berlin after spring":                {"Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z", 22 * 60, 120, "2026-03-29T20:00:00Z", "2026-03-29T22:00:00Z"},
		"Berlin over the skipped hour":       {"Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z", 60, 120, "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"},
		"Berlin inside the skipped hour":     {"Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T12:00:00Z", 150, 60, "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"},
		"Berlin in the repeated hour: first": {"Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T12:00:00Z", 150, 60, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		"New York autumn":                    {"America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T20:00:00Z", 30, 180, "2026-11-01T04:30:00Z", "2026-11-01T07:30:00Z"},
		"Lord Howe, half an hour":            {"Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-04T12:00:00Z", 4 * 60, 60, "2026-10-03T17:00:00Z", "2026-10-03T18:00:00Z"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			got := headway.Openings(night(c.start, c.minutes), headway.Interval{From: instant(t, c.from), To: instant(t, c.to)}, zone(t, c.zone))
			if len(got) == 0 {
				t.Fatal("the window never opens")
			}
			if !got[0].From.Equal(instant(t, c.wantFrom)) || !got[0].To.Equal(instant(t, c.want)) {
				t.Errorf("opens %s – %s, want %s – %s", got[0].From.UTC(), got[0].To.UTC(), c.wantFrom, c.want)
			}
		})
	}
}

// TestWindowsOpenOnceADay takes random windows in zones with odd rules over two
// years: each opens exactly once on each of its days, keeps its length, and
// opens at its wall-clock time unless that time does not exist on the day.
func TestWindowsOpenOnceADay(t *testing.T) {
	const seed = 20261123
	rng := rand.New(rand.NewPCG(seed, 1))
	zones := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Chatham", "Africa/Casablanca", "UTC"}
	for n := range 200 {
		z := zone(t, zones[rng.IntN(len(zones))])
		start := headway.Clock(rng.IntN(1440))
		w := headway.Window{Days: everyDay, Start: start, Minutes: 5 + rng.IntN(600)}
		first := headway.Date{Year: 2025 + rng.IntN(2), Month: time.Month(1 + rng.IntN(12)), Day: 1 + rng.IntN(28)}
		last := first.AddDays(60)
		opened := map[headway.Date]int{}
		for _, o := range w.Openings(headway.Interval{From: first.In(z), To: last.In(z)}, z) {
			opened[headway.DateOf(o.From.In(z))]++
			if o.To.Sub(o.From) != time.Duration(w.Minutes)*time.Minute {
				t.Fatalf("seed %d, %d: opening of %s in %s", seed, n, o.To.Sub(o.From), z)
			}
			local := o.From.In(z)
			exists := time.Date(local.Year(), local.Month(), local.Day(), int(start)/60, int(start)%60, 0, 0, z)
			if int(start) != local.Hour()*60+local.Minute() && exists.Hour()*60+exists.Minute() == int(start) {
				t.Fatalf("seed %d, %d: opens at %s instead of %s in %s", seed, n, local, start, z)
			}
		}
		for d := first.AddDays(1); d.Before(last); d = d.AddDays(1) {
			if opened[d] != 1 {
				t.Fatalf("seed %d, %d: %d openings on %s in %s at %s", seed, n, opened[d], d, z, start)
			}
		}
	}
}

func weekdays(t *testing.T, name string, holidays ...string) headway.Calendar {
	t.Helper()
	c := headway.Calendar{Zone: zone(t, name), Days: [7]bool{false, true, true, true, true, true, false}, From: 540, To: 1020, Holidays: map[headway.Date]string{}}
	for _, h := range holidays {
		d, err := headway.ParseDate(h)
		if err != nil {
			t.Fatal(err)
		}
		c.Holidays[d] = "holiday"
	}
	return c
}

// TestNextOpeningIsTheFirstThatHolds compares with a search minute by minute.
func TestNextOpeningIsTheFirstThatHolds(t *testing.T) {
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 2))
	policy := headway.GapPolicy{Minimum: 2, Target: 5, Maximum: 9}
	for n := range 12 {
		cal := weekdays(t, []string{"Europe/Berlin", "America/New_York", "UTC"}[rng.IntN(3)])
		from := time.Date(2026, []time.Month{3, 10, 11}[rng.IntN(3)], 1+rng.IntN(28), rng.IntN(24), 0, 0, 0, time.UTC)
		var windows []headway.Window
		for i := range 1 + rng.IntN(2) {
			windows = append(windows, headway.Window{Name: fmt.Sprint(i), Days: everyDay[rng.IntN(7):], Start: headway.Clock(rng.IntN(1440)), Minutes: 30 + rng.IntN(300)})
		}
		at := from.Add(time.Duration(rng.IntN(100)) * time.Hour)
		freezes := []headway.Freeze{{Name: "f", Span: headway.Interval{From: at, To: at.Add(time.Duration(rng.IntN(60*48)) * time.Minute)}}}
		need, sprintEnd := time.Duration(10+rng.IntN(60))*time.Minute, from.AddDate(0, 0, -rng.IntN(3))
		got, ok := headway.NextOpening(windows, freezes, policy, cal, sprintEnd, from, need)
		want := time.Time{}
		for m := from; m.Before(from.AddDate(0, 0, 30)); m = m.Add(time.Minute) {
			change := headway.Interval{From: m, To: m.Add(need)}
			open := slices.ContainsFunc(headway.Openings(windows, change, cal.Zone), func(o headway.Interval) bool { return o.Covers(change) })
			if open && !freezes[0].Span.Overlaps(change) && cal.WorkingDays(sprintEnd, m) >= policy.Minimum {
				want = m
				break
			}
		}
		if ok == want.IsZero() || (ok && !got.From.Equal(want)) {
			t.Fatalf("seed %d, %d: %v %v, the search says %s", seed, n, got, ok, want)
		}
	}
}
