package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// CalendarKind says what an entry of the calendar is.
type CalendarKind string

// The kinds of entries.
const (
	CalendarHoliday    CalendarKind = "holiday"
	CalendarSprint     CalendarKind = "sprint"     // its whole length
	CalendarWindow     CalendarKind = "window"     // one opening of a change window
	CalendarFreeze     CalendarKind = "freeze"     // one span in which production must not change
	CalendarBooking    CalendarKind = "booking"    // an environment held for a release
	CalendarAbsence    CalendarKind = "absence"    // of a person
	CalendarDeployment CalendarKind = "deployment" // that was begun and did not bring a release to production
	CalendarLive       CalendarKind = "production" // reached
	CalendarPlanned    CalendarKind = "planned"    // production, as the draft plan has it
)

// CalendarEntry is one thing in a programme's calendar. Whole days have no
// hours: then Span begins and ends at midnight of the programme.
type CalendarEntry struct {
	Kind                  CalendarKind
	Text                  string
	Span                  headway.Interval // From and To are one instant for what has no length
	WholeDays             bool
	TeamID, ReleaseID, ID string // of what it is, as far as there is such a thing
}

// ProgrammeCalendar is what lies in a span of days.
type ProgrammeCalendar struct {
	Cast
	First, Last headway.Date
	Entries     []CalendarEntry // by their beginning
}

// calendarMost is how many days can be asked for at once.
const calendarMost = 400

// CalendarView gathers windows, freezes, bookings, absences, sprints and
// deployments that touch the days from first to last, both included.
func (a *App) CalendarView(ctx context.Context, by headway.Actor, programme string, first, last headway.Date) (ProgrammeCalendar, error) {
	v := ProgrammeCalendar{First: first, Last: last}
	if days := first.DaysUntil(last) + 1; days < 1 || days > calendarMost {
		return v, headway.Invalidf("to", "%d days are outside 1–%d", days, calendarMost)
	}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		picture := PlanPicture{Cast: v.Cast}
		span := v.span()
		if picture.Draft, err = maybePlan(q.DraftPlan(ctx, p.ID)); err != nil {
			return err
		}
		if err := picture.surroundings(ctx, q, span); err != nil {
			return err
		}
		runs, err := q.Deployments(ctx, p.ID, 1000)
		if err != nil {
			return err
		}
		if picture.Releases, err = releasesWithin(ctx, q, picture, runs, span); err != nil {
			return err
		}
		v.days(picture)
		v.spans(picture, span)
		v.productions(picture)
		v.deployments(picture, runs)
		slices.SortStableFunc(v.Entries, func(x, y CalendarEntry) int { return x.Span.From.Compare(y.Span.From) })
		return nil
	})
	return v, err
}

// releasesWithin reads the releases that a span has to do with: by their sprint,
// a booking, a deployment, or their production, planned or reached. Of a programme
// of years it is a small part.
func releasesWithin(ctx context.Context, q store.Q, p PlanPicture, runs []headway.Deployment, span headway.Interval) (map[string]headway.Release, error) {
	var sprints, ids []string
	for _, s := range p.Sprints {
		sprints = append(sprints, s.ID)
	}
	for _, b := range p.Bookings {
		ids = append(ids, b.ReleaseID)
	}
	for _, r := range p.Draft.Releases {
		if !r.Production.Before(span.From) && r.Production.Before(span.To) {
			ids = append(ids, r.ReleaseID)
		}
	}
	for _, d := range runs {
		if d.StartedAt.Before(span.To) && (d.EndedAt.IsZero() || d.EndedAt.After(span.From)) {
			ids = append(ids, d.ReleaseID)
		}
	}
	slices.Sort(ids)
	ofSprints, err := q.ReleasesOfSprints(ctx, p.Programme.ID, sprints)
	if err != nil {
		return nil, err
	}
	others, err := q.ReleasesOf(ctx, p.Programme.ID, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	live, err := q.Releases(ctx, p.Programme.ID, store.ReleaseFilter{LiveSince: span.From, LiveUntil: span.To})
	out := map[string]headway.Release{}
	since := span.From.AddDate(0, 0, -60)
	for _, r := range slices.Concat(ofSprints, others, live) {
		if slices.Contains(onTheWay(), r.State) || !r.LiveAt.Before(since) {
			out[r.ID] = r
		}
	}
	return out, err
}

func (v *ProgrammeCalendar) span() headway.Interval {
	return headway.Interval{From: v.First.In(v.Calendar.Zone), To: v.Last.AddDays(1).In(v.Calendar.Zone)}
}

// add keeps what touches the span.
func (v *ProgrammeCalendar) add(e CalendarEntry) {
	span := v.span()
	if e.Span.From.Before(span.To) && (e.Span.To.After(span.From) || e.Span.From.Equal(e.Span.To) && !e.Span.From.Before(span.From)) {
		v.Entries = append(v.Entries, e)
	}
}

func (v *ProgrammeCalendar) wholeDays(from, to headway.Date) headway.Interval {
	return headway.Interval{From: from.In(v.Calendar.Zone), To: to.AddDays(1).In(v.Calendar.Zone)}
}

// days adds what lasts whole days.
func (v *ProgrammeCalendar) days(p PlanPicture) {
	for d, name := range v.Calendar.Holidays {
		v.add(CalendarEntry{Kind: CalendarHoliday, Text: name, Span: v.wholeDays(d, d), WholeDays: true})
	}
	release := map[string]string{}
	for id, r := range p.Releases {
		if r.SprintID != "" && !r.Hotfix {
			release[r.SprintID] = id
		}
	}
	for _, s := range p.Sprints {
		t, _ := v.Team(s.TeamID)
		v.add(CalendarEntry{Kind: CalendarSprint, Text: fmt.Sprintf("%s, sprint %d", t.Name, s.Number), Span: v.wholeDays(s.Start, s.End), WholeDays: true, TeamID: s.TeamID, ReleaseID: release[s.ID], ID: s.ID})
	}
	for _, x := range p.Absences {
		for _, name := range v.Names([]string{x.PersonID}) {
			v.add(CalendarEntry{Kind: CalendarAbsence, Text: name, Span: v.wholeDays(x.From, x.To), WholeDays: true, ID: x.ID})
		}
	}
}

// spans adds what begins and ends at some hour.
func (v *ProgrammeCalendar) spans(p PlanPicture, span headway.Interval) {
	for _, o := range p.Openings(span) {
		v.add(CalendarEntry{Kind: CalendarWindow, Text: o.Name, Span: o.Span, ID: o.Key})
	}
	for _, f := range p.Freezes {
		v.add(CalendarEntry{Kind: CalendarFreeze, Text: f.Name, Span: f.Span, ID: f.Key})
	}
	places := map[string]string{}
	for _, e := range p.Environments {
		places[e.ID] = e.Name
	}
	for _, b := range p.Bookings {
		r := p.Releases[b.ReleaseID]
		text := places[b.EnvironmentID]
		if t, i := v.Team(r.TeamID); i >= 0 {
			text += " for " + nameRelease(t, r)
		}
		if b.Purpose != "" {
			text += ": " + b.Purpose
		}
		v.add(CalendarEntry{Kind: CalendarBooking, Text: text, Span: b.Span, TeamID: r.TeamID, ReleaseID: r.ID, ID: b.ID})
	}
}

// productions adds when releases reached production, or are planned to.
func (v *ProgrammeCalendar) productions(p PlanPicture) {
	planned := map[string]time.Time{}
	for _, r := range p.Draft.Releases {
		planned[r.ReleaseID] = r.Production
	}
	for _, r := range p.Releases {
		t, _ := v.Team(r.TeamID)
		e := CalendarEntry{Kind: CalendarLive, Text: nameRelease(t, r), TeamID: r.TeamID, ReleaseID: r.ID, Span: headway.Interval{From: r.LiveAt, To: r.LiveAt}}
		if r.LiveAt.IsZero() {
			e.Kind, e.Span = CalendarPlanned, headway.Interval{From: planned[r.ID], To: planned[r.ID]}
		}
		if !e.Span.From.IsZero() {
			v.add(e)
		}
	}
	slices.SortFunc(v.Entries, func(x, y CalendarEntry) int { // maps have no order
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Text, y.Text), x.Span.From.Compare(y.Span.From))
	})
}

// deployments adds those that were begun, rehearsals too; what a release
// reached production by is that entry's own.
func (v *ProgrammeCalendar) deployments(p PlanPicture, runs []headway.Deployment) {
	for _, d := range runs {
		if d.State == headway.DeploymentSucceeded && !d.Rehearsal {
			if i := slices.IndexFunc(v.Entries, func(e CalendarEntry) bool { return e.Kind == CalendarLive && e.ReleaseID == d.ReleaseID }); i >= 0 {
				v.Entries[i].ID = d.ID
			}
			continue
		}
		end := d.EndedAt
		if end.IsZero() {
			end = d.StartedAt
		}
		r := p.Releases[d.ReleaseID]
		t, i := v.Team(r.TeamID)
		text := string(d.State)
		if i >= 0 {
			text = nameRelease(t, r) + " " + text
		}
		if d.Rehearsal {
			text += ", a rehearsal"
		}
		v.add(CalendarEntry{Kind: CalendarDeployment, Text: text, Span: headway.Interval{From: d.StartedAt, To: end}, TeamID: r.TeamID, ReleaseID: d.ReleaseID, ID: d.ID})
	}
}
