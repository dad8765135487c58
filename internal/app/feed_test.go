package app

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"headway"
	"headway/internal/store"
)

// TestAFeedReadsTheCalendarAndNothingElse makes an address, reads it, and ends
// it: it is no token, its secret is stored nowhere, and it ends with its owner.
func TestAFeedReadsTheCalendarAndNothingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		u, err := s.AddUser(s.ctx, headway.System(), NewUser{Email: "vera@example.org", Name: "Vera", Password: headway.NewSecret("correct horse")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetMember(s.ctx, headway.System(), SetMember{Programme: "shop", Email: u.Email, Roles: []headway.Role{headway.Viewer}}); err != nil {
			t.Fatal(err)
		}
		vera := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Roles: map[string][]headway.Role{s.p.ID: {headway.Viewer}}}
		now := s.clock.Now()
		s.write(t, func(tx *store.Tx) error {
			return tx.PutFreeze(s.ctx, headway.Freeze{ID: "f", ProgrammeID: s.p.ID, Key: "sale", Name: "Winter sale", Span: headway.Interval{From: now.Add(time.Hour), To: now.Add(50 * time.Hour)}})
		})
		token := vera
		token.Kind = headway.ActorToken
		_, _, err = s.AddFeed(s.ctx, token, NewFeed{Programme: "shop", Name: "phone"})
		wants(t, err, headway.Forbidden, "signed-in person")
		_, _, err = s.AddFeed(s.ctx, vera, NewFeed{Programme: "bank", Name: "phone"})
		wants(t, err, headway.NotFound, "bank")
		_, _, err = s.AddFeed(s.ctx, vera, NewFeed{Programme: "shop", Name: "phone", Kinds: []CalendarKind{"secrets"}})
		wants(t, err, headway.Invalid, "secrets")

		f, address, err := s.AddFeed(s.ctx, vera, NewFeed{Programme: "shop", Name: "phone"})
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(address.Reveal(), "/calendar/")
		secret := headway.NewSecret(strings.TrimSuffix(name, ".ics"))
		body, err := s.FeedCalendar(s.ctx, secret, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		cal, err := ical.NewDecoder(bytes.NewReader(body)).Decode()
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		held := map[string]int{}
		for _, e := range cal.Events() {
			held[e.Props.Get(ical.PropCategories).Value]++
			if id := e.Props.Get(ical.PropUID).Value; strings.Contains(id, "freeze") && !strings.HasPrefix(id, "freeze-sale-") {
				t.Errorf("the freeze is %q", id)
			}
		}
		if held["freeze"] != 1 || held["sprint"] != 0 {
			t.Errorf("it holds %v", held)
		}
		again, err := s.FeedCalendar(s.ctx, secret, "10.0.0.1")
		if err != nil || !bytes.Equal(body, again) {
			t.Errorf("the same calendar reads otherwise: %v", err)
		}
		if _, err := s.ActorByToken(s.ctx, secret); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("it is taken for a token: %v", err)
		}
		s.read(t, func(q store.Q) error {
			events, err := q.EventsOf(s.ctx, s.p.ID, f.ID)
			if err != nil || len(events) != 1 || strings.Contains(events[0].Text+events[0].Data, secret.Reveal()) {
				t.Errorf("the audit log: %+v, %v", events, err)
			}
			mine, err := q.Feeds(s.ctx, u.ID)
			if len(mine) != 1 || mine[0].UsedAt.IsZero() {
				t.Errorf("its use was not noted: %+v", mine)
			}
			return err
		})
		wants(t, s.RevokeFeed(s.ctx, s.po, f.ID), headway.NotFound, "of yours")
		if err := s.RevokeFeed(s.ctx, vera, f.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.FeedCalendar(s.ctx, secret, "10.0.0.1")
		wants(t, err, headway.NotFound, "no calendar")

		_, address, err = s.AddFeed(s.ctx, vera, NewFeed{Programme: "shop", Name: "phone"})
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ = strings.Cut(address.Reveal(), "/calendar/")
		if _, err := s.SetMember(s.ctx, headway.System(), SetMember{Programme: "shop", Email: u.Email}); err != nil {
			t.Fatal(err)
		}
		_, err = s.FeedCalendar(s.ctx, headway.NewSecret(strings.TrimSuffix(name, ".ics")), "10.0.0.1")
		wants(t, err, headway.NotFound, "no calendar")
	})
}

// TestUnknownFeedsAreBoundedByPlace asks for addresses that are none: from one
// place only so often, and a good one is read all the same.
func TestUnknownFeedsAreBoundedByPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		for range headway.GuessesFromOnePlace {
			_, err := s.FeedCalendar(s.ctx, headway.NewSecret("hwcal_wrong"), "10.0.0.1")
			wants(t, err, headway.NotFound, "no calendar")
		}
		_, err := s.FeedCalendar(s.ctx, headway.NewSecret("hwcal_wrong"), "10.0.0.1")
		var e *headway.Error
		if !errors.As(err, &e) || e.Kind != headway.TooMany || e.Wait != headway.GuessWindow {
			t.Errorf("once more: %v", err)
		}
		_, err = s.FeedCalendar(s.ctx, headway.NewSecret("hwcal_wrong"), "10.0.0.2")
		wants(t, err, headway.NotFound, "no calendar")
		s.clock.Advance(headway.GuessWindow)
		_, err = s.FeedCalendar(s.ctx, headway.NewSecret("hwcal_wrong"), "10.0.0.1")
		wants(t, err, headway.NotFound, "no calendar")
	})
}
