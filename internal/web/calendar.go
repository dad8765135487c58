package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// calendarView is one month of the programme.
type calendarView struct {
	Month headway.Date // its first day
	Days  []calendarDay
}

type calendarDay struct {
	Date           headway.Date
	Working, Today bool
	Outside        bool // of the month
	Entries        []calendarEntry
}

type calendarEntry struct {
	Kind, Text, Line, Href string
	At                     time.Time
}

func (s *Site) calendarPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "calendar", "Calendar")
	if err != nil {
		return err
	}
	month := headway.DateOf(p.Clock.Now.In(p.Clock.Zone()))
	if in := r.URL.Query().Get("month"); in != "" {
		if month, err = headway.ParseDate(in + "-01"); err != nil {
			return headway.Invalidf("month", "%q is no month", in).WithHint("write it as 2026-12")
		}
	}
	month.Day = 1
	first, last := monthSpan(month)
	span := headway.Interval{From: first.In(p.Clock.Zone()), To: last.AddDays(1).In(p.Clock.Zone())}
	picture, err := s.app.PlanPictureView(r.Context(), p.actor, p.Programme.Key, span)
	if err != nil {
		return err
	}
	return p.show(calendarBody(p.Page, newCalendar(picture, month, p.Clock, p.Programme)))
}

// monthSpan gives the Monday before a month and the Sunday after it.
func monthSpan(month headway.Date) (first, last headway.Date) {
	first = month
	for first.Weekday() != time.Monday {
		first = first.AddDays(-1)
	}
	last = headway.DateOf(month.In(time.UTC).AddDate(0, 1, -1))
	for last.Weekday() != time.Sunday {
		last = last.AddDays(1)
	}
	return first, last
}

func (v calendarView) moved(months int) string {
	return "?month=" + v.Month.In(time.UTC).AddDate(0, months, 0).Format("2006-01")
}

func newCalendar(v app.PlanPicture, month headway.Date, c ui.Clock, at ui.Ref) calendarView {
	out := calendarView{Month: month}
	first, last := monthSpan(month)
	entries := calendarEntries(v, first, last, c, at)
	for d := first; !d.After(last); d = d.AddDays(1) {
		day := calendarDay{Date: d, Working: v.Calendar.IsWorkingDay(d), Today: d == headway.DateOf(c.Now.In(c.Zone())), Outside: d.Month != month.Month, Entries: entries[d]}
		if name, off := v.Calendar.Holidays[d]; off {
			day.Entries = append([]calendarEntry{{Kind: "holiday", Text: name}}, day.Entries...)
		}
		slices.SortStableFunc(day.Entries, func(a, b calendarEntry) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
		out.Days = append(out.Days, day)
	}
	return out
}

func calendarEntries(v app.PlanPicture, first, last headway.Date, c ui.Clock, at ui.Ref) map[headway.Date][]calendarEntry {
	out := map[headway.Date][]calendarEntry{}
	zone := c.Zone()
	put := func(d headway.Date, e calendarEntry) {
		if !d.Before(first) && !d.After(last) {
			out[d] = append(out[d], e)
		}
	}
	d := newDrafter(planView{PlanPicture: v, Plan: v.Draft, Query: planQuery{Against: "draft", From: first, Days: first.DaysUntil(last) + 1}}, headway.Plan{}, c, at)
	for _, s := range v.Sprints {
		t, _ := v.Team(s.TeamID)
		put(s.End, calendarEntry{Kind: "sprint", Text: t.Name + " sprint ends", Line: d.line(s.TeamID)})
	}
	for _, x := range d.production().Deploys {
		kind := "live"
		if x.Planned {
			kind = "planned"
		}
		put(headway.DateOf(x.At.In(zone)), calendarEntry{Kind: kind, Text: x.At.In(zone).Format("15:04 ") + d.releaseName(v.Releases[x.Release]), Line: x.Line, Href: x.Href, At: x.At})
	}
	span := headway.Interval{From: first.In(zone), To: last.AddDays(1).In(zone)}
	for _, o := range v.Openings(span) {
		put(headway.DateOf(o.Span.From.In(zone)), calendarEntry{Kind: "window", Text: o.Span.From.In(zone).Format("15:04") + "–" + o.Span.To.In(zone).Format("15:04 ") + o.Name, At: o.Span.From})
	}
	for day := first; !day.After(last); day = day.AddDays(1) {
		for _, f := range v.Freezes {
			if f.Span.Overlaps(headway.Interval{From: day.In(zone), To: day.AddDays(1).In(zone)}) {
				put(day, calendarEntry{Kind: "freeze", Text: f.Name})
			}
		}
		for _, a := range v.Absences {
			if !day.Before(a.From) && !day.After(a.To) && v.Calendar.IsWorkingDay(day) {
				for _, name := range v.Names([]string{a.PersonID}) {
					put(day, calendarEntry{Kind: "absence", Text: name + " is away"})
				}
			}
		}
	}
	return out
}
