package web

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// TestTheCalendarOfAViewerElsewhere: an evening in Berlin is the next morning
// in Tokyo and the forenoon in Los Angeles; each sees the own hour on the own day, and
// the programme's beside it. Whole days stay the programme's.
func TestTheCalendarOfAViewerElsewhere(t *testing.T) {
	tuesday := headway.Date{Year: 2026, Month: 11, Day: 24}
	at := func(d headway.Date, hour int) time.Time { return d.At(headway.Clock(hour*60), berlin) }
	v := app.ProgrammeCalendar{Cast: fixtureCast(), Entries: []app.CalendarEntry{
		{Kind: app.CalendarWindow, Text: "Evening window", Span: headway.Interval{From: at(tuesday, 20), To: at(tuesday, 23)}},
		{Kind: app.CalendarFreeze, Text: "Stocktaking", Span: headway.Interval{From: at(tuesday, 0), To: at(tuesday.AddDays(2), 0)}},
		{Kind: app.CalendarHoliday, Text: "Founders' day", WholeDays: true, Span: headway.Interval{From: at(tuesday, 0), To: at(tuesday.AddDays(1), 0)}},
	}}
	for _, x := range []struct {
		own  string
		want []string // day: hour|beside|text
	}{
		{"Europe/Berlin", []string{"24: ||Founders' day", "24: 00:00||Stocktaking", "24: 20:00–23:00||Evening window", "25: ||Stocktaking"}},
		{"Asia/Tokyo", []string{
			"24: ||Founders' day", "24: 08:00|00:00 Berlin|Stocktaking", "25: ||Stocktaking", "25: 04:00–07:00|Tue 20:00 Berlin|Evening window", "26: until 08:00|00:00 Berlin|Stocktaking",
		}},
		{"America/Los_Angeles", []string{
			"23: 15:00|Tue 00:00 Berlin|Stocktaking", "24: ||Stocktaking", "24: ||Founders' day", "24: 11:00–14:00|20:00 Berlin|Evening window", "25: until 15:00|Thu 00:00 Berlin|Stocktaking",
		}},
	} {
		zone, err := time.LoadLocation(x.own)
		if err != nil {
			t.Fatal(err)
		}
		c := ui.Clock{Now: fixtureNow, Calendar: v.Calendar, Own: zone}
		q, err := readCalendarQuery(map[string][]string{"week": {"2026-11-24"}}, c)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range newCalendar(v, q, c, ui.Ref{Key: "atlas"}).Days {
			for _, e := range d.Entries {
				got = append(got, d.Date.In(time.UTC).Format("2")+": "+e.When+"|"+e.Beside+"|"+e.Text)
			}
		}
		if a, b := strings.Join(got, "\n"), strings.Join(x.want, "\n"); a != b {
			t.Errorf("%s:\n%s\nwant\n%s", x.own, a, b)
		}
	}
}

// TestAnEmptyCalendarTeaches what would stand there, or that kinds are hidden.
func TestAnEmptyCalendarTeaches(t *testing.T) {
	for _, tt := range []struct{ hide, want string }{{"", "Nothing in this month yet. Sprints and releases come with the teams"}, {"window", "of the kinds that are shown"}} {
		q := sampleCalendarQuery("")
		if tt.hide != "" {
			q.Hide = []string{tt.hide}
		}
		p := fixturePage("calendar", "Calendar")
		c := app.Cast{Programme: fixtureCast().Programme, Calendar: headway.Calendar{Zone: time.UTC}}
		got := renderSample(t, sample{"calendar", p, calendarBody(p, newCalendar(app.ProgrammeCalendar{Cast: c}, q, fixtureClock(), p.Programme), feedsView{})})
		if !strings.Contains(string(got), tt.want) {
			t.Errorf("hiding %q, an empty calendar does not say %q", tt.hide, tt.want)
		}
	}
}
