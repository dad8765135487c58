package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// calendarQuery is which days of the calendar are looked at, and what of them.
type calendarQuery struct {
	Week        bool
	First, Last headway.Date   // the days that are drawn, Monday to Sunday
	Month       headway.Date   // its first day
	Hide        []string       // kinds of entries
	Today       headway.Date   // of the viewer
	zone        *time.Location // the viewer's
}

// calendarView is a month or a week of the programme.
type calendarView struct {
	calendarQuery
	Days []calendarDay
}

// bare tells that no day has an entry.
func (v calendarView) bare() bool {
	return !slices.ContainsFunc(v.Days, func(d calendarDay) bool { return len(d.Entries) > 0 })
}

type calendarDay struct {
	Date           headway.Date
	Working, Today bool
	Outside        bool // of the month
	Entries        []calendarEntry
}

// calendarEntry is one line of a day.
type calendarEntry struct {
	Kind, Text, Line, Href string
	At                     time.Time // zero for whole days
	When                   string    // by the viewer's clock
	Beside, Theirs         string    // by the programme's where that differs, shortly and in full
}

func (s *Site) calendarPage(w http.ResponseWriter, r *http.Request) error {
	return s.showCalendar(w, r, http.StatusOK, feedForm{Name: "My calendar"})
}

func (s *Site) showCalendar(w http.ResponseWriter, r *http.Request, code int, f feedForm) error {
	p, err := s.open(w, r, "calendar", "Calendar")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/calendar"))
	q, err := readCalendarQuery(r.URL.Query(), p.Clock)
	if err != nil {
		return err
	}
	// A viewer's day may begin in the programme's day before, and end in the one after.
	v, err := s.app.CalendarView(r.Context(), p.actor, p.Programme.Key, q.First.AddDays(-1), q.Last.AddDays(1))
	if err != nil {
		return err
	}
	feeds, err := s.app.FeedsView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	return p.showAs(code, calendarBody(p.Page, newCalendar(v, q, p.Clock, p.Programme), feedsView{feeds, f}))
}

func readCalendarQuery(in url.Values, c ui.Clock) (q calendarQuery, err error) {
	q = calendarQuery{Today: headway.DateOf(c.Now.In(c.OwnZone())), Hide: in["hide"], zone: c.OwnZone()}
	if week := in.Get("week"); week != "" {
		day := q.Today
		if week != "now" {
			if day, err = headway.ParseDate(week); err != nil {
				return q, headway.Invalidf("week", "%q is no day", week).WithHint("write a day of the week as 2026-12-03")
			}
		}
		q.Week, q.First = true, mondayOf(day)
		q.Last = q.First.AddDays(6)
		q.Month = day
		q.Month.Day = 1
		return q, nil
	}
	q.Month = q.Today
	if month := in.Get("month"); month != "" {
		if q.Month, err = headway.ParseDate(month + "-01"); err != nil {
			return q, headway.Invalidf("month", "%q is no month", month).WithHint("write it as 2026-12")
		}
	}
	q.Month.Day = 1
	q.First = mondayOf(q.Month)
	q.Last = mondayOf(headway.DateOf(q.Month.In(time.UTC).AddDate(0, 1, -1))).AddDays(6)
	return q, nil
}

func mondayOf(d headway.Date) headway.Date {
	for d.Weekday() != time.Monday {
		d = d.AddDays(-1)
	}
	return d
}

// address gives the calendar with something changed; an empty value leaves it out.
func (q calendarQuery) address(week bool, day headway.Date, hide []string) string {
	out := url.Values{}
	if week {
		out.Set("week", day.String())
	} else {
		out.Set("month", day.In(time.UTC).Format("2006-01"))
	}
	for _, h := range hide {
		out.Add("hide", h)
	}
	return "?" + out.Encode()
}

func (q calendarQuery) moved(n int) string {
	if q.Week {
		return q.address(true, q.First.AddDays(7*n), q.Hide)
	}
	return q.address(false, headway.DateOf(q.Month.In(time.UTC).AddDate(0, n, 0)), q.Hide)
}

// toggled gives the same days with a kind of entries shown or hidden.
func (q calendarQuery) toggled(kind string) string {
	hide := slices.Clone(q.Hide)
	if i := slices.Index(hide, kind); i >= 0 {
		hide = slices.Delete(hide, i, i+1)
	} else {
		hide = append(hide, kind)
	}
	if q.Week {
		return q.address(true, q.First, hide)
	}
	return q.address(false, q.Month, hide)
}

func (q calendarQuery) title() string {
	if !q.Week {
		return q.Month.In(time.UTC).Format("January 2006")
	}
	first, last := q.First.In(time.UTC), q.Last.In(time.UTC)
	if first.Month() == last.Month() {
		return first.Format("2") + "–" + last.Format("2 January 2006")
	}
	return first.Format("2 January") + " – " + last.Format("2 January 2006")
}

// calendarKinds are what can be hidden, in the order of the legend.
func calendarKinds() []app.CalendarKind {
	return []app.CalendarKind{
		app.CalendarSprint, app.CalendarWindow, app.CalendarFreeze, app.CalendarBooking, app.CalendarAbsence,
		app.CalendarPlanned, app.CalendarLive, app.CalendarDeployment,
	}
}

func newCalendar(v app.ProgrammeCalendar, q calendarQuery, c ui.Clock, at ui.Ref) calendarView {
	out := calendarView{calendarQuery: q}
	entries := map[headway.Date][]calendarEntry{}
	for _, e := range v.Entries {
		if !slices.Contains(q.Hide, string(e.Kind)) {
			q.spread(entries, v, e, c, at)
		}
	}
	for d := q.First; !d.After(q.Last); d = d.AddDays(1) {
		day := calendarDay{Date: d, Working: v.Calendar.IsWorkingDay(d), Today: d == q.Today, Outside: !q.Week && d.Month != q.Month.Month, Entries: entries[d]}
		slices.SortStableFunc(day.Entries, func(a, b calendarEntry) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
		out.Days = append(out.Days, day)
	}
	return out
}

// spread puts an entry on the days of the viewer that it touches. A sprint
// stands on its first and last day only.
func (q calendarQuery) spread(into map[headway.Date][]calendarEntry, v app.ProgrammeCalendar, e app.CalendarEntry, c ui.Clock, at ui.Ref) {
	line := calendarEntry{Kind: string(e.Kind), Text: e.Text, Line: lineOf(v.Cast, e.TeamID), Href: calendarLink(e, at)}
	zone := q.zone
	if e.WholeDays {
		zone = v.Calendar.Zone // whole days are days of the programme
	}
	first, last := headway.DateOf(e.Span.From.In(zone)), headway.DateOf(e.Span.To.Add(-1).In(zone))
	if last.Before(first) {
		last = first
	}
	if e.Kind == app.CalendarSprint {
		begins, ends := line, line
		begins.Text, ends.Text = e.Text+" begins", e.Text+" ends"
		begins.Kind = "sprint begins"
		into[last] = append(into[last], ends)
		if q.Week { // a month would be crowded
			into[first] = append(into[first], begins)
		}
		return
	}
	for d := maxDate(first, q.First); !d.After(last) && !d.After(q.Last); d = d.AddDays(1) {
		one := line
		if e.Kind == app.CalendarAbsence {
			if !v.Calendar.IsWorkingDay(d) {
				continue
			}
			one.Text += " is away"
		}
		if !e.WholeDays && d == first {
			one.At, one.When, one.Theirs = e.Span.From, e.Span.From.In(zone).Format("15:04"), c.Theirs(e.Span.From)
			one.Beside = c.Beside(e.Span.From)
			if e.Kind == app.CalendarWindow {
				one.When += "–" + e.Span.To.In(zone).Format("15:04")
			}
		}
		if ends := e.Span.To.In(zone); !e.WholeDays && d == last && d != first && ends.Hour()+ends.Minute() > 0 {
			one.When, one.Beside, one.Theirs = "until "+ends.Format("15:04"), c.Beside(ends), c.Theirs(ends)
		}
		into[d] = append(into[d], one)
		if e.Kind == app.CalendarWindow {
			return // a night's window belongs to the evening
		}
	}
}

func maxDate(a, b headway.Date) headway.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// calendarLink leads to the thing itself.
func calendarLink(e app.CalendarEntry, at ui.Ref) string {
	switch {
	case e.Kind == app.CalendarDeployment, e.Kind == app.CalendarLive && e.ID != "":
		return at.Path("/deployments/" + e.ID)
	case e.Kind == app.CalendarBooking:
		return at.Path("/environments")
	case e.ReleaseID != "":
		return at.Path("/releases/" + e.ReleaseID)
	case e.Kind == app.CalendarWindow:
		return at.Path("/settings/windows")
	case e.Kind == app.CalendarFreeze:
		return at.Path("/settings/freezes")
	case e.Kind == app.CalendarAbsence:
		return at.Path("/settings/people")
	}
	return ""
}

// clockWords says by whose clock the calendar is written.
func clockWords(c ui.Clock) string {
	own, theirs := c.OwnZone().String(), c.Zone().String()
	if own == theirs {
		return "Times in " + own + ", the programme's zone."
	}
	return "Times in " + own + ", your zone; the programme's, " + strings.TrimSpace(theirs) + ", beside them where they differ. What lasts whole days lasts the programme's."
}

func (q calendarQuery) unit() string {
	if q.Week {
		return "Week"
	}
	return "Month"
}

// weekToShow is the week that the month turns into: today's where it lies within.
func (q calendarQuery) weekToShow() headway.Date {
	if q.Week {
		return q.First
	}
	if !q.Today.Before(q.First) && !q.Today.After(q.Last) {
		return q.Today
	}
	return q.Month
}

func (q calendarQuery) nowAddress(at ui.Ref) string {
	return at.Path("/calendar" + q.address(q.Week, q.Today, q.Hide))
}

func kindWords(k app.CalendarKind) string {
	switch k {
	case app.CalendarSprint:
		return "sprints"
	case app.CalendarWindow:
		return "change windows"
	case app.CalendarFreeze:
		return "freezes"
	case app.CalendarBooking:
		return "bookings"
	case app.CalendarAbsence:
		return "absences"
	case app.CalendarPlanned:
		return "planned production"
	case app.CalendarLive:
		return "production"
	}
	return "other deployments"
}

func kindAction(v calendarView, kind string) string {
	if slices.Contains(v.Hide, kind) {
		return "Hidden: show"
	}
	return "Shown: hide"
}
