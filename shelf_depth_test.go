package headway

import (
	"testing"
	"time"
)

func TestShelfDepth(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	c := Calendar{Zone: zone, Days: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true}}
	releases := []Release{
		{ID: "went live", ShelvedAt: at("2026-11-18 17:00"), LiveAt: at("2026-11-24 20:00")},
		{ID: "waits", ShelvedAt: at("2026-11-23 23:30")},
		{ID: "closed without", ShelvedAt: at("2026-11-20 09:00"), ClosedAt: at("2026-11-21 09:00")},
		{ID: "to come", ShelvedAt: at("2026-11-25 18:00")},
		{ID: "never shelved"},
	}
	now := at("2026-11-25 12:00")
	got := ShelfDepth(releases, c, Date{2026, 11, 19}, Date{2026, 11, 25}, now)
	want := []ShelfDay{
		{Date{2026, 11, 19}, 1, 1},
		{Date{2026, 11, 20}, 2, 2},
		{Date{2026, 11, 21}, 1, 2}, // Saturday ages nothing
		{Date{2026, 11, 22}, 1, 2},
		{Date{2026, 11, 23}, 2, 3}, // shelved half an hour before midnight in Berlin
		{Date{2026, 11, 24}, 1, 1},
		{Date{2026, 11, 25}, 1, 2}, // at noon: what is shelved in the evening does not count yet
	}
	if len(got) != len(want) {
		t.Fatalf("%d days, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("day %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}
