package app

import (
	"strings"
	"testing"

	"headway"
	"headway/internal/testkit"
)

const monthEnd = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:month-end
SUMMARY:Month end
DTSTART;TZID=America/New_York:20261127T180000
DTEND;TZID=America/New_York:20261128T060000
RRULE:FREQ=MONTHLY;BYDAY=-1FR
END:VEVENT
END:VCALENDAR
`

func TestFreezesComeFromACalendarOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		w.mustApply(atlasSetup)
		take := func(by headway.Actor, text string, preview bool) (ProgrammeChanges, error) {
			return w.app.ImportFreezes(t.Context(), by, "atlas", ImportFreezes{File: strings.NewReader(text), Name: "f.ics", Preview: preview})
		}
		wanted := func(c ProgrammeChanges, err error, added, changed int) {
			t.Helper()
			if err != nil || len(c.Added) != added || len(c.Changed) != changed || len(c.Removed) != 0 {
				t.Errorf("%+v, %v; want %d added, %d changed", c, err, added, changed)
			}
		}
		c, err := take(w.admin, monthEnd, true)
		wanted(c, err, 1, 0)
		c, err = take(w.admin, monthEnd, false)
		wanted(c, err, 1, 0)
		c, err = take(w.admin, monthEnd, false)
		wanted(c, err, 0, 0)
		c, err = take(w.admin, strings.Replace(monthEnd, "SUMMARY:Month end", "SUMMARY:Books close", 1), false)
		wanted(c, err, 0, 1)

		viewer := headway.Actor{Kind: headway.ActorPerson, UserID: "v", Name: "Vic", Roles: map[string][]headway.Role{w.p.ID: {headway.Viewer}}}
		_, err = take(viewer, "not even a calendar", false)
		wants(t, err, headway.Forbidden, "programme.edit")
		stranger := headway.Actor{Kind: headway.ActorPerson, UserID: "s", Name: "Sid"}
		_, err = take(stranger, monthEnd, false)
		wants(t, err, headway.NotFound, "not yours")

		all, err := w.app.FreezesView(t.Context(), viewer, "atlas", headway.Interval{From: testkit.Date("2026-11-01T00:00:00Z"), To: testkit.Date("2027-05-01T00:00:00Z")})
		if err != nil || len(all) != 7 { // six months' ends, and Christmas
			t.Fatalf("%d freezes, %v", len(all), err)
		}
		for _, f := range all {
			if f.Name == "Books close" && f.Span.From.In(f.Location(nil)).Format("Mon 15:04") != "Fri 18:00" {
				t.Errorf("begins at %s", f.Span.From)
			}
		}
	})
}
