package headway

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestBurndown(t *testing.T) {
	c := supportCalendar(t)
	s := Sprint{Start: Date{2026, 11, 23}, End: Date{2026, 12, 4}} // Monday to Friday of the week after
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, c.Zone) }
	items := []BurnItem{
		{Estimate: 8 * time.Hour, Since: at(10, 9), DoneAt: at(23, 16)},
		{Estimate: 10 * time.Hour, Since: at(10, 9)},
		{Estimate: 2 * time.Hour, Since: at(10, 9), DoneAt: at(20, 9)},  // done before it began
		{Estimate: 4 * time.Hour, Since: at(24, 11), DoneAt: at(25, 9)}, // taken in later
	}
	p := Burndown(s, items, c, at(25, 10))
	if len(p) != 13 {
		t.Fatalf("%d points", len(p))
	}
	for i, want := range []struct{ left, scope, ideal int }{{18, 20, 180}, {10, 20, 162}, {14, 24, 144}, {10, 24, 126}} {
		if got := p[i]; int(got.Left.Hours()) != want.left || int(got.Scope.Hours()) != want.scope || int(got.Ideal.Minutes())/6 != want.ideal {
			t.Errorf("%s: left %s of %s, ideal %s; want %+v", got.Day, got.Left, got.Scope, got.Ideal, want)
		}
	}
	if p[4].Left >= 0 || p[12].Ideal != 0 {
		t.Errorf("the days ahead: %+v", p[4:])
	}
	if p[6].Ideal != p[7].Ideal {
		t.Error("the weekend burns")
	}
}

// Against a count by hand of every day, for random items.
func TestBurndownOfAnything(t *testing.T) {
	c := supportCalendar(t)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(7, seed))
		s := Sprint{Start: Date{2026, 10, 1 + r.IntN(28)}}
		s.End = s.Start.AddDays(r.IntN(21))
		moment := func() time.Time { return s.Start.In(c.Zone).Add(time.Duration(r.IntN(40*24)-8*24) * time.Hour) }
		var items []BurnItem
		for range r.IntN(12) {
			i := BurnItem{Estimate: time.Duration(1+r.IntN(20)) * time.Hour, Since: moment()}
			if r.IntN(2) == 0 {
				i.DoneAt = i.Since.Add(time.Duration(r.IntN(200)) * time.Hour)
			}
			items = append(items, i)
		}
		now := moment()
		for n, p := range Burndown(s, items, c, now) {
			if n == 0 || p.Left < 0 {
				continue
			}
			end := p.Day.AddDays(1).In(c.Zone)
			if now.Before(end) {
				end = now.Add(time.Millisecond)
			}
			var left time.Duration
			for _, i := range items {
				came := i.Since.Before(end) || !i.Since.After(s.Start.In(c.Zone))
				if open := i.DoneAt.IsZero() || !i.DoneAt.Before(end); came && open {
					left += i.Estimate
				}
			}
			if p.Left != left {
				t.Fatalf("seed %d, %s: %s left, by hand %s", seed, p.Day, p.Left, left)
			}
		}
	}
}
