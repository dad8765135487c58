package recur_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/recur"
)

func day(t *testing.T, s string) headway.Date {
	t.Helper()
	d, err := headway.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRulesFallOnTheirDays(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 1, 30, 22, 0, 0, 0, berlin) // a Friday
	tests := map[string]struct{ rule, want string }{
		"last Friday of the month":      {"FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30 2026-02-27 2026-03-27 2026-04-24"},
		"with the name, in small":       {"RRULE:freq=monthly;byday=-1fr", "2026-01-30 2026-02-27 2026-03-27 2026-04-24"},
		"a count":                       {"FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-01-30 2026-02-27"},
		"until a day":                   {"FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260327", "2026-01-30 2026-02-27 2026-03-27"},
		"until an instant just before":  {"FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260327T205959Z", "2026-01-30 2026-02-27"},
		"until an instant just then":    {"FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260327T210000Z", "2026-01-30 2026-02-27 2026-03-27"},
		"the first counts though it is": {"FREQ=MONTHLY;BYMONTHDAY=1", "2026-01-30 2026-02-01 2026-03-01 2026-04-01"},
		"only days that are there":      {"FREQ=MONTHLY;BYMONTHDAY=30", "2026-01-30 2026-03-30 2026-04-30"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := recur.Days(c.rule, first, berlin, day(t, "2026-01-01"), day(t, "2026-04-30"))
			if err != nil || strings.Trim(fmt.Sprint(got), "[]") != c.want {
				t.Errorf("%v, %v, want %s", got, err, c.want)
			}
			if err := recur.Check(c.rule, first, berlin); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	first := time.Date(2026, 1, 30, 22, 0, 0, 0, time.UTC)
	for rule, says := range map[string]string{
		"":                                        "no part",
		"every Friday":                            "no part",
		"FREQ=HOURLY":                             "DAILY, WEEKLY",
		"FREQ=SECONDLY;BYSECOND=1":                "DAILY, WEEKLY",
		"FREQ=DAILY;BYHOUR=3":                     "BYHOUR",
		"FREQ=DAILY;INTERVAL=0":                   "INTERVAL",
		"FREQ=DAILY;INTERVAL=99999999999":         "INTERVAL",
		"FREQ=DAILY;COUNT=-1":                     "COUNT",
		"FREQ=DAILY;FREQ=WEEKLY":                  "twice",
		"FREQ=WEEKLY;BYDAY=XX":                    "no recurrence rule",
		"FREQ=DAILY;UNTIL=99991231T000000Z":       "1970–2200",
		"FREQ=DAILY;COUNT=3;UNTIL=20270101":       "both",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30":      "falls on no day",
		"FREQ=YEARLY;UNTIL=20200101":              "falls on no day",
		"FREQ=MONTHLY;BYDAY=1FR;BYSETPOS=5":       "falls on no day",
		"BYDAY=FR":                                "no recurrence rule",
		"FREQ=DAILY;X-EVIL=1":                     "X-EVIL",
		"DTSTART=20200101T000000Z;FREQ=DAILY":     "DTSTART",
		"FREQ=YEARLY;BYEASTER=1":                  "BYEASTER",
		"FREQ=MONTHLY;BYMONTHDAY=32;BYDAY=9999FR": "no recurrence rule",
	} {
		err := recur.Check(rule, first, time.UTC)
		if headway.KindOf(err) != headway.Invalid || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", rule, err, says)
		}
	}
}

// TestRulesAgainstACalendar compares random weekly and monthly rules with a
// walk over the calendar that knows nothing of them.
func TestRulesAgainstACalendar(t *testing.T) {
	const seed = 5545
	rng := rand.New(rand.NewPCG(seed, 1))
	names := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	for n := range 300 {
		first := headway.Date{Year: 2020 + rng.IntN(10), Month: time.Month(1 + rng.IntN(12)), Day: 1 + rng.IntN(28)}
		weekday, nth, every := time.Weekday(rng.IntN(7)), []int{1, 2, 3, 4, -1}[rng.IntN(5)], 1+rng.IntN(3)
		monthly := rng.IntN(2) == 0
		rule := fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", every, names[weekday])
		if monthly {
			rule = fmt.Sprintf("FREQ=MONTHLY;INTERVAL=%d;BYDAY=%d%s", every, nth, names[weekday])
		}
		from, to := first.AddDays(rng.IntN(300)), first.AddDays(900)
		got, err := recur.Days(rule, first.In(time.UTC), time.UTC, from, to)
		if err != nil {
			t.Fatalf("seed %d, %s: %v", seed, rule, err)
		}
		monday := first.AddDays(-((int(first.Weekday()) + 6) % 7))
		var want []headway.Date
		for d := first; !d.After(to); d = d.AddDays(1) {
			falls := d.Weekday() == weekday
			if monthly {
				months := (d.Year-first.Year)*12 + int(d.Month-first.Month)
				place := (d.Day-1)/7 + 1
				last := d.AddDays(7).Month != d.Month
				falls = falls && months%every == 0 && (nth == place || nth == -1 && last)
			} else {
				falls = falls && monday.DaysUntil(d)/7%every == 0
			}
			if (falls || d == first) && !d.Before(from) {
				want = append(want, d)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d, %d: %s from %s:\n got %v\nwant %v", seed, n, rule, first, got, want)
		}
	}
}

func FuzzRule(f *testing.F) {
	for _, s := range []string{"FREQ=MONTHLY;BYDAY=-1FR", "FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=YEARLY;BYWEEKNO=-1;BYSETPOS=1", "FREQ=WEEKLY;WKST=SU;COUNT=3"} {
		f.Add(s)
	}
	first := time.Date(2026, 1, 30, 22, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, rule string) {
		if len(rule) > 300 {
			return
		}
		from, to := headway.Date{Year: 2026, Month: 1, Day: 1}, headway.Date{Year: 2028, Month: 1, Day: 1}
		if err := recur.Check(rule, first, time.UTC); err != nil {
			if headway.KindOf(err) != headway.Invalid {
				t.Errorf("%q: %v", rule, err)
			}
			return
		}
		days, err := recur.Days(rule, first, time.UTC, from, to)
		if err != nil || len(days) > 732 {
			t.Errorf("%q: %d days, %v", rule, len(days), err)
		}
	})
}
