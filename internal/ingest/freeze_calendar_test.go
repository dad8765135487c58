package ingest_test

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/ingest"
)

const outlook = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Corp//Freezes//EN
X-WR-TIMEZONE:America/New_York
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:month-end
SUMMARY:Month end\, books close
DESCRIPTION:Nothing moves while
  finance closes.
DTSTART;TZID="W. Europe Standard Time":20261127T180000
DTEND;TZID="W. Europe Standard Time":20261128T060000
RRULE:FREQ=MONTHLY;BYDAY=-1FR
EXDATE;TZID="W. Europe Standard Time":20270226T180000
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:month-end
RECURRENCE-ID;TZID="W. Europe Standard Time":20261225T180000
SUMMARY:Month end\, early
DTSTART;TZID="W. Europe Standard Time":20261223T180000
DTEND;TZID="W. Europe Standard Time":20261224T060000
END:VEVENT
BEGIN:VEVENT
UID:month-end
STATUS:CANCELLED
RECURRENCE-ID;TZID="W. Europe Standard Time":20270129T180000
DTSTART;TZID="W. Europe Standard Time":20270129T180000
END:VEVENT
BEGIN:VEVENT
UID:year-end
SUMMARY:Year end
DTSTART;VALUE=DATE:20261219
DTEND;VALUE=DATE:20270104
END:VEVENT
BEGIN:VEVENT
UID:sale
SUMMARY:Sale
DTSTART:20261127T050000Z
DURATION:P1DT2H
RDATE:20271126T050000Z
END:VEVENT
END:VCALENDAR
`

func calendarOf(t *testing.T, text string) ([]headway.FreezePart, error) {
	t.Helper()
	return ingest.FreezeCalendar(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n")), "freezes.ics", time.UTC)
}

func TestACalendarBecomesFreezes(t *testing.T) {
	got, err := calendarOf(t, outlook)
	if err != nil {
		t.Fatal(err)
	}
	type want struct{ name, from, to, repeat, zone, except string }
	wants := []want{
		{"Month end, books close", "2026-11-27T17:00:00Z", "2026-11-28T05:00:00Z", "FREQ=MONTHLY;BYDAY=-1FR", "Europe/Berlin", "2027-02-26 2026-12-25 2027-01-29"},
		{"Year end", "2026-12-19T05:00:00Z", "2027-01-04T05:00:00Z", "", "", ""},
		{"Sale", "2026-11-27T05:00:00Z", "2026-11-28T07:00:00Z", "", "UTC", ""},
		{"Sale", "2027-11-26T05:00:00Z", "2027-11-27T07:00:00Z", "", "UTC", ""},
		{"Month end, early", "2026-12-23T17:00:00Z", "2026-12-24T05:00:00Z", "", "Europe/Berlin", ""},
	}
	if len(got) != len(wants) {
		t.Fatalf("%d freezes: %+v", len(got), got)
	}
	keys := map[string]bool{}
	for i, w := range wants {
		f := got[i]
		var except []string
		for _, d := range f.Except {
			except = append(except, d.String())
		}
		if g := (want{f.Name, f.From.Format(time.RFC3339), f.To.Format(time.RFC3339), f.Repeat, f.Zone, strings.Join(except, " ")}); g != w {
			t.Errorf("%d:\n got %v\nwant %v", i, g, w)
		}
		if keys[f.Key] {
			t.Errorf("the key %s is there twice", f.Key)
		}
		keys[f.Key] = true
	}
	if got[0].Reason != "Nothing moves while finance closes." {
		t.Errorf("reason %q", got[0].Reason)
	}
	again, err := calendarOf(t, strings.Replace(outlook, "SUMMARY:Year end", "SUMMARY:End of the year", 1))
	if err != nil || again[1].Key != got[1].Key || again[1].Name == got[1].Name {
		t.Errorf("renamed: %v, %v", again, err)
	}
}

func TestCalendarsThatAreRefused(t *testing.T) {
	event := func(lines string) string {
		return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\nSUMMARY:Sale\n" + lines + "\nEND:VEVENT\nEND:VCALENDAR\n"
	}
	for name, c := range map[string]struct{ in, says string }{
		"empty":                {"", "no end"},
		"no calendar":          {"hello", "none of iCalendar"},
		"half":                 {"BEGIN:VCALENDAR\nVERSION:2.0\n", "no end"},
		"a second calendar":    {outlook + outlook, "something follows"},
		"a parameter cut off":  {event("DTSTART;TZID=\nDTEND:20260101"), "none of iCalendar"},
		"a quote left open":    {event("DTSTART;TZID=\"x:20260101\nX:1"), "none of iCalendar"},
		"too deep":             {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\n", 50) + strings.Repeat("END:VEVENT\n", 50) + "END:VCALENDAR\n", "cannot"},
		"crossed":              {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "no iCalendar file"},
		"no event":             {"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "0"},
		"no start":             {event("DTEND:20260101T000000Z"), "Sale"},
		"ends before":          {event("DTSTART:20260102T000000Z\nDTEND:20260101T000000Z"), "ends before"},
		"year 9999":            {event("DTSTART:99991231T235959\nDTEND:99991231T235959"), "1970 and 2200"},
		"hourly":               {event("DTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nRRULE:FREQ=HOURLY"), "DAILY"},
		"never":                {event("DTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "no day"},
		"zone of nowhere":      {event("DTSTART;TZID=Mars/Olympus:20260101T000000\nDTEND:20260101T010000Z"), "Mars/Olympus"},
		"this machine's zone":  {event("DTSTART;TZID=Local:20260101T000000\nDTEND:20260101T010000Z"), "Local"},
		"negative length":      {event("DTSTART:20260101T000000Z\nDURATION:-P1D"), "length"},
		"overflowing length":   {event("DTSTART:20260101T000000Z\nDURATION:P99999999999999D"), "length"},
		"the same event twice": {strings.Replace(event("DTSTART:20260101\nDTEND:20260102"), "END:VCALENDAR", "BEGIN:VEVENT\nUID:a\nDTSTART:20260101\nDTEND:20260102\nEND:VEVENT\nEND:VCALENDAR", 1), "two events"},
		"a period of its own":  {event("DTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nRDATE;VALUE=PERIOD:20260101T000000Z/PT1H"), "no time"},
		"zero byte":            {"BEGIN:VCALENDAR\x00", "UTF-8"},
		"a very long line":     {event("DESCRIPTION:" + strings.Repeat("x", 10_000) + "\nDTSTART:20260101\nDTEND:20260102"), "longer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := calendarOf(t, c.in)
			if k := headway.KindOf(err); err == nil || k != headway.Invalid && k != headway.TooLarge || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func FuzzFreezeCalendar(f *testing.F) {
	f.Add(outlook)
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := ingest.FreezeCalendar(strings.NewReader(in), "f.ics", time.UTC)
		if err != nil {
			if k := headway.KindOf(err); k != headway.Invalid && k != headway.TooLarge {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range got {
			if err := p.Noun().Check(); err != nil || seen[p.Key] {
				t.Fatalf("%+v: %v", p, err)
			}
			seen[p.Key] = true
		}
	})
}
