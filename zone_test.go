package headway_test

import (
	"archive/zip"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway"
)

// allZones lists every zone of the zone data that Go comes with.
func allZones(t *testing.T) []*time.Location {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip")
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	var out []*time.Location
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		out = append(out, zone(t, f.Name))
	}
	return out
}

// stretch is a span in which a zone keeps one offset.
type stretch struct {
	from, to time.Time
	offset   time.Duration
}

// stretches lists those of a zone within two days around an instant.
func stretches(z *time.Location, around time.Time) (out []stretch) {
	for at := around.Add(-48 * time.Hour); at.Before(around.Add(48 * time.Hour)); {
		start, end := at.In(z).ZoneBounds()
		_, offset := at.In(z).Zone()
		if end.IsZero() {
			end = around.Add(1000 * time.Hour)
		}
		out = append(out, stretch{start, end, time.Duration(offset) * time.Second})
		at = end
	}
	return out
}

// civilByHand says when a wall clock first shows a time, or, when it is
// skipped, what that time would have been by the offset before.
func civilByHand(z *time.Location, civil time.Time) time.Time {
	all := stretches(z, civil)
	for i, s := range all {
		at := civil.Add(-s.offset)
		if !at.Before(s.from) && at.Before(s.to) {
			return at
		}
		if i+1 < len(all) {
			shownBefore, shownAfter := s.to.Add(s.offset), s.to.Add(all[i+1].offset)
			if !civil.Before(shownBefore.UTC()) && civil.Before(shownAfter.UTC()) {
				return civil.Add(-s.offset)
			}
		}
	}
	return time.Time{}
}

// TestCivilTimeInEveryZone compares the wall clock, near every change of a
// zone's offset in fifty years and at random, with a reading of the zone data by hand.
func TestCivilTimeInEveryZone(t *testing.T) {
	const seed = 3
	rng := rand.New(rand.NewPCG(seed, 3))
	zones, changes, checked := allZones(t), 0, 0
	for _, z := range zones {
		for at := time.Date(1988, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2038; {
			_, end := at.In(z).ZoneBounds()
			if end.IsZero() {
				break
			}
			changes++
			for range 6 {
				civil := end.In(z).Add(time.Duration(rng.IntN(2*26*60)-26*60) * time.Minute)
				day, clock := headway.DateOf(civil), headway.Clock(rng.IntN(1440))
				if rng.IntN(2) == 0 {
					clock = headway.Clock(civil.Hour()*60 + civil.Minute())
				}
				want := civilByHand(z, time.Date(day.Year, day.Month, day.Day, int(clock)/60, int(clock)%60, 0, 0, time.UTC))
				if got := day.At(clock, z); !got.Equal(want) {
					t.Fatalf("seed %d: %s %v in %s is %s, by hand %s", seed, day, clock, z, got.UTC(), want.UTC())
				}
				checkOpening(t, z, day, clock)
				checked++
			}
			at = end
		}
	}
	t.Logf("seed %d: %d zones, %d changes of offset, %d times", seed, len(zones), changes, checked)
	if len(zones) < 400 || changes < 10_000 {
		t.Error("that is not every zone")
	}
}

// checkOpening checks that a daily window opens once a day at its wall-clock
// time, keeps its length, and that what adjoins is one opening.
func checkOpening(t *testing.T, z *time.Location, day headway.Date, start headway.Clock) {
	t.Helper()
	from := day.At(start, z)
	daily := headway.Window{Key: "w", Name: "Daily", Days: everyDay, Start: start, Minutes: 90}
	opens := 0
	for _, o := range daily.Openings(headway.Interval{From: from, To: from.Add(time.Minute)}, z) {
		if o.To.Sub(o.From) != 90*time.Minute {
			t.Fatalf("%s %v in %s lasts %s", day, start, z, o.To.Sub(o.From))
		}
		if o.From.Equal(from) {
			opens++
		}
	}
	if opens == 0 {
		t.Fatalf("%s %v in %s does not open", day, start, z)
	}
	next := daily
	next.Key, next.Start = "n", (start+90)%1440
	o := headway.Openings([]headway.Window{daily, next}, headway.Interval{From: from, To: from.Add(time.Minute)}, z)
	if len(o) == 0 || !o[0].Covers(headway.Interval{From: from, To: from.Add(90 * time.Minute)}) {
		t.Fatalf("%s %v in %s: adjoining windows are %v", day, start, z, o)
	}
}
