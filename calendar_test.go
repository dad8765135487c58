package headway_test

import (
	"testing"
	"time"

	"headway"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) headway.Date {
	t.Helper()
	d, err := headway.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func office(t *testing.T, zoneName string, holidays ...string) headway.Calendar {
	t.Helper()
	c := headway.Calendar{Zone: zone(t, zoneName), From: 9 * 60, To: 17 * 60, Holidays: map[headway.Date]string{}}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Days[d] = true
	}
	for _, h := range holidays {
		c.Holidays[day(t, h)] = "holiday"
	}
	return c
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{"", "2026-13-01", "2026-02-30", "26-01-01", "1969-12-31", "2201-01-01", "2026-01-01T00:00", "9999-12-31"} {
		if _, err := headway.ParseDate(s); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestParseClock(t *testing.T) {
	for s, want := range map[string]headway.Clock{"00:00": 0, "09:05": 545, "24:00": 1440} {
		if got, err := headway.ParseClock(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "9:05", "09:60", "24:01", "-1:00", "09:5x", "09-05", "+9:05"} {
		if got, err := headway.ParseClock(s); err == nil {
			t.Errorf("%q gave %v", s, got)
		}
	}
}

func TestWorkingDaysOfTheGap(t *testing.T) {
	c := office(t, "Europe/Berlin", "2026-12-25")
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tc := range []struct {
		name, from, to string
		want           int
	}{
		{"Friday to Monday", "2026-11-20 18:00", "2026-11-23 07:00", 1},
		{"the same day", "2026-11-23 09:00", "2026-11-23 23:00", 0},
		{"two weeks", "2026-11-20 18:00", "2026-12-04 18:00", 10},
		{"over a weekend only", "2026-11-20 18:00", "2026-11-22 12:00", 0},
		{"over a holiday", "2026-12-24 18:00", "2026-12-28 09:00", 1},
		{"backwards", "2026-11-24 09:00", "2026-11-23 09:00", -1},
	} {
		if got := c.WorkingDays(at(tc.from), at(tc.to)); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestAddWorkingDaysSkipsWeekendsAndHolidays(t *testing.T) {
	c := office(t, "Europe/Berlin", "2026-12-25")
	if got := c.AddWorkingDays(day(t, "2026-12-23"), 2); got.String() != "2026-12-28" {
		t.Errorf("%s", got)
	}
}

func TestAddWorkingDaysEndsWhenNobodyEverWorks(t *testing.T) {
	c := headway.Calendar{Zone: time.UTC}
	c.AddWorkingDays(day(t, "2026-12-23"), 1)
}

func TestSkippedAndRepeatedTimesOfDaylightSaving(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for _, tc := range []struct{ name, date, clock, want string }{
		{"skipped in spring moves forward", "2027-03-28", "02:30", "2027-03-28T03:30:00+02:00"},
		{"repeated in autumn is the first", "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"},
		{"midnight as 24:00", "2026-11-23", "24:00", "2026-11-24T00:00:00+01:00"},
	} {
		c, err := headway.ParseClock(tc.clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := day(t, tc.date).At(c, berlin).Format(time.RFC3339); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// Zones with changes of one hour, half an hour, at midnight, and of a whole day.
var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia", "Asia/Tehran"}

func TestCivilTimesComeBackFromTheZoneData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Skip(err)
		}
		// Half of the draws lie within three hours of a change of the zone's offset.
		at := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 18000*1440).Draw(t, "minutes")) * time.Minute).In(z)
		if _, change := at.ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
			at = change.Add(time.Duration(rapid.IntRange(-180, 180).Draw(t, "around")) * time.Minute)
		}
		d, c := headway.DateOf(at), headway.Clock(at.Hour()*60+at.Minute())
		if rapid.Bool().Draw(t, "shift") {
			c = (c + headway.Clock(rapid.IntRange(0, 180).Draw(t, "by"))) % 1440
		}
		got := d.At(c, z)
		h, m := got.Hour(), got.Minute()
		if headway.DateOf(got) == d && headway.Clock(h*60+m) == c {
			// It exists: then no earlier instant shows the same wall clock.
			for back := 15 * time.Minute; back <= 3*time.Hour; back += 15 * time.Minute {
				e := got.Add(-back)
				if headway.DateOf(e) == d && headway.Clock(e.Hour()*60+e.Minute()) == c {
					t.Fatalf("%s %s in %s: %s is not the first", d, c, z, got)
				}
			}
			return
		}
		// It was skipped: no instant around shows that wall clock.
		for off := -26 * time.Hour; off <= 26*time.Hour; off += time.Minute {
			e := got.Add(off)
			if headway.DateOf(e) == d && headway.Clock(e.Hour()*60+e.Minute()) == c {
				t.Fatalf("%s %s in %s exists as %s but %s was given", d, c, z, e, got)
			}
		}
	})
}

func TestWorkingTimeAddsUp(t *testing.T) {
	c := office(t, "Europe/Berlin", "2026-12-25")
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 200*24*60).Draw(t, "start")) * time.Minute)
		a := start.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "a")) * time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "b")) * time.Minute)
		whole := c.WorkingTime(headway.Interval{From: start, To: b})
		parts := c.WorkingTime(headway.Interval{From: start, To: a}) + c.WorkingTime(headway.Interval{From: a, To: b})
		if whole != parts || whole > b.Sub(start) || whole < 0 {
			t.Fatalf("%s is not %s", whole, parts)
		}
	})
}

func TestWindowsOpenByTheWallClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	w := headway.Window{Key: "w", Name: "Sunday night", Days: []time.Weekday{time.Saturday}, Start: 22 * 60, Minutes: 6 * 60}
	span := headway.Interval{From: day(t, "2026-10-20").In(berlin), To: day(t, "2026-11-03").In(berlin)}
	var got []string
	for _, o := range w.Openings(span, berlin) {
		got = append(got, o.From.In(berlin).Format("01-02 15:04 -07")+" "+o.To.In(berlin).Format("01-02 15:04 -07"))
	}
	want := []string{"10-24 22:00 +02 10-25 03:00 +01", "10-31 22:00 +01 11-01 04:00 +01"}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAWindowOfSeveralDaysIsSeenFromItsEnd(t *testing.T) {
	w := headway.Window{Key: "w", Name: "Long", Days: []time.Weekday{time.Friday}, Start: 0, Minutes: 4 * 1440}
	monday := day(t, "2026-11-23").In(time.UTC)
	open := w.Openings(headway.Interval{From: monday, To: monday.Add(time.Hour)}, time.UTC)
	if len(open) != 1 || open[0].From.Weekday() != time.Friday {
		t.Errorf("%v", open)
	}
}

func TestAWindowWithoutZoneUsesTheProgrammes(t *testing.T) {
	w := headway.Window{Days: []time.Weekday{time.Monday}, Start: 9 * 60, Minutes: 60}
	ny := zone(t, "America/New_York")
	span := headway.Interval{From: day(t, "2026-11-23").In(ny), To: day(t, "2026-11-24").In(ny)}
	if o := w.Openings(span, ny); len(o) != 1 || o[0].From.UTC().Hour() != 14 {
		t.Errorf("%v", o)
	}
}
