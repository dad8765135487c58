package headway

import (
	"testing"
	"time"
)

func supportCalendar(t *testing.T) Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return Calendar{Zone: zone, Days: [7]bool{false, true, true, true, true, true, false}, From: 9 * 60, To: 17 * 60, Holidays: map[Date]string{}}
}

func TestSupportIsMeasuredOverTwentyWorkingDays(t *testing.T) {
	c := supportCalendar(t)
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC) // a Thursday
	span := SupportSpan(c, now)
	if got := DateOf(span.From); got != (Date{2026, 10, 30}) {
		t.Errorf("from %s", got)
	}
	if got := DateOf(span.To); got != (Date{2026, 11, 27}) {
		t.Errorf("to %s", got)
	}
	if got := c.WorkingTime(span); got != 20*8*time.Hour {
		t.Errorf("%s of working time", got)
	}
	later := SupportSpan(c, now.Add(8*time.Hour))
	if later != span {
		t.Error("the span moves within a day")
	}
	if empty := SupportSpan(Calendar{Zone: time.UTC}, now); !empty.From.Before(empty.To) {
		t.Errorf("without working days: %v", empty)
	}
}

func TestMeasureSupport(t *testing.T) {
	for _, c := range []struct {
		name                      string
		percent, reserve          int
		spent, working            time.Duration
		measured, counts, workedH int
	}{
		{"nothing logged keeps the reserve", 100, 20, 0, 160 * time.Hour, 0, 20, 160},
		{"one short call is one step", 100, 0, 15 * time.Minute, 160 * time.Hour, 5, 5, 160},
		{"exactly ten percent", 100, 0, 16 * time.Hour, 160 * time.Hour, 10, 10, 160},
		{"a little more is the next step", 100, 0, 16*time.Hour + time.Minute, 160 * time.Hour, 15, 15, 160},
		{"half a week counts double", 50, 0, 16 * time.Hour, 160 * time.Hour, 20, 20, 80},
		{"below the reserve", 100, 30, 16 * time.Hour, 160 * time.Hour, 10, 30, 160},
		{"more than there is", 100, 0, 300 * time.Hour, 160 * time.Hour, 90, 90, 160},
		{"away all the time", 100, 0, time.Hour, 0, 90, 90, 0},
	} {
		l := MeasureSupport(Person{Percent: c.percent, Reserve: c.reserve}, c.spent, c.working)
		if l.Measured != c.measured || l.Counts != c.counts || int(l.Working.Hours()) != c.workedH {
			t.Errorf("%s: %+v", c.name, l)
		}
	}
}

func TestInterruptCheck(t *testing.T) {
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	good := Interrupt{Title: "Orders stuck", EndedAt: now, Spent: 30 * time.Minute}
	if err := good.Check(now); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Interrupt){
		"no title":        func(i *Interrupt) { i.Title = "" },
		"hidden letters":  func(i *Interrupt) { i.Title = "a\x1b[31m" },
		"no time":         func(i *Interrupt) { i.Spent = 0 },
		"more than a day": func(i *Interrupt) { i.Spent = 25 * time.Hour },
		"not over yet":    func(i *Interrupt) { i.EndedAt = now.Add(time.Minute) },
		"long ago":        func(i *Interrupt) { i.EndedAt = now.AddDate(-1, 0, 0) },
	} {
		bad := good
		change(&bad)
		if KindOf(bad.Check(now)) != Invalid {
			t.Errorf("%s was taken", name)
		}
	}
}
