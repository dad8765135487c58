package app

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-ical"

	"headway"
)

// PlanCalendar writes a plan as iCalendar (RFC 5545): the work of one person by
// key, or for an empty key that of all. Instants are UTC; identifiers stay the
// same over replans, so that a calendar program moves what moved.
func (a *App) PlanCalendar(ctx context.Context, by headway.Actor, programme, plan, person string) ([]byte, error) {
	d, err := a.PlanDocumentView(ctx, by, programme, plan)
	if err != nil {
		return nil, err
	}
	id, err := d.personID(person)
	if err != nil {
		return nil, err
	}
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//Headway//release plan//EN")
	cal.Props.SetText("X-WR-CALNAME", printable(d.Programme.Name+" release plan"))
	for _, p := range d.Plan.Placements {
		if id != "" && !slices.Contains(p.People, id) {
			continue
		}
		cal.Children = append(cal.Children, d.event(p).Component)
	}
	if len(cal.Children) == 0 { // a calendar without a component is none
		cal.Children = append(cal.Children, utcZone())
	}
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (d PlanDocument) personID(key string) (string, error) {
	if key == "" {
		return "", nil
	}
	for _, p := range d.People {
		if p.Key == key {
			return p.ID, nil
		}
	}
	return "", headway.NotFoundf("there is no person %q in the programme", key).At("person")
}

func (d PlanDocument) event(p headway.Placement) *ical.Event {
	e := ical.NewEvent()
	e.Props.SetText(ical.PropUID, p.Activity+"@"+d.Programme.ID)
	e.Props.SetDateTime(ical.PropDateTimeStamp, d.Plan.At.UTC())
	e.Props.SetDateTime(ical.PropDateTimeStart, p.Start.UTC())
	e.Props.SetDateTime(ical.PropDateTimeEnd, p.End.UTC())
	e.Props.SetText(ical.PropSummary, printable(p.Title+" – "+d.ReleaseName(p.ReleaseID)))
	e.Props.SetText(ical.PropDescription, printable(strings.Join(d.names(p.People), ", ")+". "+p.Why))
	if p.Environment != "" {
		e.Props.SetText(ical.PropLocation, p.Environment)
	}
	return e
}

// printable takes control characters out, which iCalendar does not allow in text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// names gives the names of people by id.
func (d PlanDocument) names(ids []string) []string {
	var out []string
	for _, id := range ids {
		i := slices.IndexFunc(d.People, func(p headway.Person) bool { return p.ID == id })
		if i >= 0 {
			out = append(out, d.People[i].Name)
		}
	}
	return out
}

// utcZone is a time zone component that says nothing new.
func utcZone() *ical.Component {
	zone := ical.NewComponent(ical.CompTimezone)
	zone.Props.SetText(ical.PropTimezoneID, "UTC")
	standard := ical.NewComponent(ical.CompTimezoneStandard)
	standard.Props.SetDateTime(ical.PropDateTimeStart, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC))
	standard.Props.SetText(ical.PropTimezoneOffsetFrom, "+0000")
	standard.Props.SetText(ical.PropTimezoneOffsetTo, "+0000")
	zone.Children = append(zone.Children, standard)
	return zone
}

// PlanCSV writes a plan as comma-separated values (RFC 4180), one activity a
// line, with instants in UTC.
func (a *App) PlanCSV(ctx context.Context, by headway.Actor, programme, plan string) ([]byte, error) {
	d, err := a.PlanDocumentView(ctx, by, programme, plan)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"activity", "release", "title", "kind", "skill", "people", "environment", "start", "end", "done", "pinned", "why"}}
	for _, p := range d.Plan.Placements {
		rows = append(rows, []string{
			p.Activity, d.ReleaseName(p.ReleaseID), p.Title, p.Kind, string(p.Skill), strings.Join(d.names(p.People), "; "), p.Environment,
			p.Start.UTC().Format(time.RFC3339), p.End.UTC().Format(time.RFC3339), yes(p.Done), yes(p.Pinned), p.Why,
		})
	}
	return writeCSV(rows)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// plainCell keeps spreadsheets from taking text of others for a formula (OWASP,
// CSV injection).
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
