package headway_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"headway"
)

func TestAFreezeConcernsWhomItNames(t *testing.T) {
	production := headway.Environment{Key: "prod-eu", Kind: headway.EnvProduction}
	staging := headway.Environment{Key: "staging", Kind: headway.EnvStaging}
	tests := map[string]struct {
		teams, places []string
		team          string
		targets       []headway.Environment
		want          bool
	}{
		"everybody":                         {nil, nil, "web", []headway.Environment{production}, true},
		"everybody, not on staging":         {nil, nil, "web", []headway.Environment{staging}, false},
		"everybody, target not known":       {nil, nil, "web", nil, true},
		"the team":                          {[]string{"web"}, nil, "web", []headway.Environment{production}, true},
		"another team":                      {[]string{"pay"}, nil, "web", []headway.Environment{production}, false},
		"the environment":                   {nil, []string{"prod-eu"}, "web", []headway.Environment{production}, true},
		"another environment":               {nil, []string{"prod-us"}, "web", []headway.Environment{production}, false},
		"one of those that it may be":       {nil, []string{"prod-eu"}, "web", []headway.Environment{{Key: "prod-us", Kind: headway.EnvProduction}, production}, true},
		"staging by name":                   {nil, []string{"staging"}, "web", []headway.Environment{staging}, true},
		"the team, on another environment":  {[]string{"web"}, []string{"staging"}, "web", []headway.Environment{production}, false},
		"another team, on this environment": {[]string{"pay"}, []string{"prod-eu"}, "web", []headway.Environment{production}, false},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			f := headway.Freeze{Teams: c.teams, Environments: c.places}
			if got := f.Concerns(c.team, c.targets); got != c.want {
				t.Errorf("concerns: %t", got)
			}
		})
	}
}

func TestARecurringFreezeKeepsItsWallClockAndItsExceptions(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	f := headway.Freeze{
		Key: "night", Name: "Night of the batch", Repeat: "FREQ=DAILY", Except: []headway.Date{{Year: 2026, Month: 3, Day: 30}},
		Span: headway.Interval{From: instant(t, "2026-03-27T21:00:00Z"), To: instant(t, "2026-03-28T04:30:00Z")}, // 22:00–05:30
	}
	var days []headway.Date
	for d := (headway.Date{Year: 2026, Month: 3, Day: 20}); d.Before(headway.Date{Year: 2026, Month: 4, Day: 10}); d = d.AddDays(1) {
		days = append(days, d)
	}
	got := f.Times(days, headway.Interval{From: instant(t, "2026-03-28T00:00:00Z"), To: instant(t, "2026-03-31T23:00:00Z")}, berlin)
	want := []headway.Interval{
		{From: instant(t, "2026-03-27T21:00:00Z"), To: instant(t, "2026-03-28T04:30:00Z")},
		{From: instant(t, "2026-03-28T21:00:00Z"), To: instant(t, "2026-03-29T03:30:00Z")}, // the clock is put on
		{From: instant(t, "2026-03-29T20:00:00Z"), To: instant(t, "2026-03-30T03:30:00Z")},
		{From: instant(t, "2026-03-31T20:00:00Z"), To: instant(t, "2026-04-01T03:30:00Z")},
	}
	if len(got) != len(want) {
		t.Fatalf("%d times, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		if !got[i].Span.From.Equal(w.From) || !got[i].Span.To.Equal(w.To) {
			t.Errorf("%d: %s – %s, want %s – %s", i, got[i].Span.From.UTC(), got[i].Span.To.UTC(), w.From, w.To)
		}
	}
}

// TestRecurringFreezesInEveryZone lets freezes recur over every change of a
// zone's offset since 1988 and compares each time with a reading of the zone
// data by hand: it begins and ends when clocks first show it.
func TestRecurringFreezesInEveryZone(t *testing.T) {
	const seed = 120
	rng := rand.New(rand.NewPCG(seed, 1))
	zones, checked := allZones(t), 0
	for _, z := range zones {
		for at := time.Date(1988, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2038; {
			_, end := at.In(z).ZoneBounds()
			if end.IsZero() {
				break
			}
			at = end
			day := headway.DateOf(end.In(z)).AddDays(rng.IntN(3) - 1)
			start, long := headway.Clock(rng.IntN(1440)), rng.IntN(3)
			stop := headway.Clock(rng.IntN(1440))
			first := headway.Date{Year: 1987, Month: 6, Day: 1 + rng.IntN(20)}
			f := headway.Freeze{Repeat: "FREQ=DAILY", Span: headway.Interval{From: first.At(start, z), To: first.AddDays(long).At(stop, z)}}
			if shown := f.Span.From.In(z); !f.Span.From.Before(f.Span.To) || shown.Hour()*60+shown.Minute() != int(start) || f.Span.To.In(z).Hour()*60+f.Span.To.In(z).Minute() != int(stop) {
				continue // no freeze, or its first time itself was skipped
			}
			got := f.On(day, z)
			last := day.AddDays(long)
			from := civilByHand(z, time.Date(day.Year, day.Month, day.Day, 0, int(start), 0, 0, time.UTC))
			to := civilByHand(z, time.Date(last.Year, last.Month, last.Day, 0, int(stop), 0, 0, time.UTC))
			if !from.Before(to) {
				to = from.Add(f.Span.To.Sub(f.Span.From))
			}
			if !got.From.Equal(from) || !got.To.Equal(to) {
				t.Fatalf("seed %d: %s %v to %v (+%d days) in %s is %s – %s, by hand %s – %s", seed, day, start, stop, long, z, got.From.UTC(), got.To.UTC(), from, to)
			}
			checked++
		}
	}
	t.Logf("seed %d: %d zones, %d times", seed, len(zones), checked)
	if checked < 5000 {
		t.Error("that is not every zone")
	}
}
