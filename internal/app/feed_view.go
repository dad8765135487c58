package app

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-ical"

	"headway"
	"headway/internal/store"
)

// A feed holds the days around now; what recurs is written as often as it does.
const (
	feedBack  = 30
	feedAhead = 180
)

// feedGuesses is the account under which looks for unknown feeds are counted.
const feedGuesses = "calendar feeds"

// FeedCalendar writes the calendar behind a feed's secret as iCalendar (RFC
// 5545), as far as its owner may still see it. An unknown secret, a revoked one
// and one whose owner has left look the same, and are counted by the network
// address they come from.
func (a *App) FeedCalendar(ctx context.Context, secret headway.Secret, client string) ([]byte, error) {
	f, by, programme, err := a.feedOf(ctx, secret)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return nil, a.unknownFeed(ctx, client)
	}
	if err != nil {
		return nil, err
	}
	today := headway.DateOf(a.Now())
	v, err := a.CalendarView(ctx, by, programme, today.AddDays(-feedBack), today.AddDays(feedAhead))
	if err != nil {
		return nil, err
	}
	if a.Now().Sub(f.UsedAt) >= tokenUseNoted {
		if err := a.change(ctx, headway.System(), func(c *change) error { return c.TouchFeed(ctx, f.ID, c.now) }); err != nil {
			a.log.WarnContext(ctx, "the use of a calendar address was not noted", "feed", f.ID, "err", err)
		}
	}
	v.Entries = slices.DeleteFunc(v.Entries, func(e CalendarEntry) bool { return !slices.Contains(f.Kinds, string(e.Kind)) })
	return v.feed(a.Now(), a.publicURL()+"/p/"+programme)
}

// feedOf finds a feed that holds, its owner narrowed to reading its programme,
// and the programme's key.
func (a *App) feedOf(ctx context.Context, secret headway.Secret) (f headway.Feed, by headway.Actor, programme string, err error) {
	gone := headway.NotFoundf("there is no calendar at this address")
	err = a.store.Read(ctx, func(q store.Q) error {
		if f, err = q.FeedByHash(ctx, hashSecret(secret.Reveal())); err != nil {
			return err
		}
		if !f.RevokedAt.IsZero() {
			return gone
		}
		if by, err = actorOf(ctx, q, f.UserID); headway.KindOf(err) == headway.Unauthenticated {
			return gone
		} else if err != nil {
			return err
		}
		p, err := q.Programme(ctx, f.ProgrammeID)
		programme = p.Key
		return err
	})
	by.Kind, by.TokenID, by.Scopes, by.ProgrammeID = headway.ActorToken, f.ID, []headway.Action{headway.ViewProgramme}, f.ProgrammeID
	if err == nil && !by.May(headway.ViewProgramme, f.ProgrammeID) {
		err = gone
	}
	return f, by, programme, err
}

// unknownFeed counts a look for a feed that is none.
func (a *App) unknownFeed(ctx context.Context, client string) error {
	account := hashSecret(feedGuesses)
	err := a.change(ctx, headway.System(), func(c *change) error {
		since := c.now.Add(-headway.GuessWindow)
		recent, err := c.PasswordGuesses(ctx, account, since)
		if err != nil {
			return err
		}
		var here []time.Time
		for _, g := range recent {
			if g.Client == client {
				here = append(here, g.At)
			}
		}
		if err := headway.FeedAskedTooOften(here, c.now); err != nil {
			return err
		}
		return c.AddPasswordGuess(ctx, store.PasswordGuess{ID: a.newID(), Account: account, Client: client, At: c.now})
	})
	if err != nil {
		return err
	}
	return headway.NotFoundf("there is no calendar at this address").WithHint("make a new one on the calendar page: an address that was revoked does not come back")
}

// feed writes the entries. Identifiers stay the same as long as a thing is the
// same, so that a calendar program moves what moved.
func (v ProgrammeCalendar) feed(now time.Time, site string) ([]byte, error) {
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//Headway//calendar//EN")
	cal.Props.SetText("X-WR-CALNAME", printable(v.Programme.Name+" releases"))
	every := ical.NewProp("REFRESH-INTERVAL")
	every.Params.Set(ical.ParamValue, "DURATION")
	every.Value = "PT1H"
	cal.Props.Set(every)
	cal.Props.SetText("X-PUBLISHED-TTL", "PT1H")
	for _, e := range v.Entries {
		cal.Children = append(cal.Children, v.feedEvent(e, now, site).Component)
	}
	if len(cal.Children) == 0 { // a calendar without a component is none
		cal.Children = append(cal.Children, utcZone())
	}
	var b bytes.Buffer
	err := ical.NewEncoder(&b).Encode(cal)
	return b.Bytes(), err
}

func (v ProgrammeCalendar) feedEvent(e CalendarEntry, now time.Time, site string) *ical.Event {
	event := ical.NewEvent()
	event.Props.SetText(ical.PropUID, feedID(e)+"@"+v.Programme.ID)
	event.Props.SetDateTime(ical.PropDateTimeStamp, now.UTC())
	from, to := e.Span.From, e.Span.To
	if e.WholeDays {
		event.Props.SetDate(ical.PropDateTimeStart, headway.DateOf(from.In(v.Calendar.Zone)).In(time.UTC))
		event.Props.SetDate(ical.PropDateTimeEnd, headway.DateOf(to.In(v.Calendar.Zone)).In(time.UTC))
	} else {
		event.Props.SetDateTime(ical.PropDateTimeStart, from.UTC())
		event.Props.SetDateTime(ical.PropDateTimeEnd, to.UTC())
	}
	event.Props.SetText(ical.PropSummary, printable(feedText(e)))
	event.Props.SetText(ical.PropCategories, string(e.Kind))
	event.Props.SetText(ical.PropTransparency, "TRANSPARENT")
	if e.ReleaseID != "" {
		link := ical.NewProp(ical.PropURL)
		link.Value = site + "/releases/" + e.ReleaseID
		event.Props.Set(link)
	}
	return event
}

// feedID names an entry. What recurs is told apart by its day.
func feedID(e CalendarEntry) string {
	switch e.Kind {
	case CalendarWindow, CalendarFreeze, CalendarHoliday:
		return fmt.Sprintf("%s-%s-%s", e.Kind, e.ID, e.Span.From.UTC().Format("20060102T1504Z"))
	case CalendarLive, CalendarPlanned: // a planned one becomes the real one
		return "production-" + e.ReleaseID
	}
	return string(e.Kind) + "-" + e.ID
}

// feedText says what an entry is to somebody who sees no legend.
func feedText(e CalendarEntry) string {
	switch e.Kind {
	case CalendarWindow:
		return "Change window: " + e.Text
	case CalendarFreeze:
		return "Deploy freeze: " + e.Text
	case CalendarBooking:
		return "Booked: " + e.Text
	case CalendarPlanned:
		return e.Text + " to production (planned)"
	case CalendarLive:
		return e.Text + " reached production"
	case CalendarAbsence:
		return e.Text + " is away"
	}
	return e.Text
}
