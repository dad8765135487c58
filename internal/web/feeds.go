package web

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// feedsView is the viewer's calendar addresses, with what was typed to make one.
type feedsView struct {
	Feeds []headway.Feed
	Form  feedForm
}

// feedForm is what was typed to make a calendar address. Address is shown once.
type feedForm struct {
	Name    string
	Kinds   []string
	Address headway.Secret
	Err     *headway.Error
}

// wants tells whether a kind is chosen; before anything is, the usual ones are.
func (f feedForm) wants(k app.CalendarKind) bool {
	if len(f.Kinds) == 0 {
		return slices.Contains(app.UsualFeed(), k)
	}
	return slices.Contains(f.Kinds, string(k))
}

// feedFile answers calendar programs. The address is the secret: nothing that
// is kept or sent elsewhere tells it.
func (s *Site) feedFile(w http.ResponseWriter, r *http.Request) error {
	secret := headway.NewSecret(strings.TrimSuffix(r.PathValue("feed"), ".ics"))
	body, err := s.app.FeedCalendar(r.Context(), secret, auth.ClientOf(r.RemoteAddr))
	w.Header().Set("Referrer-Policy", "no-referrer")
	if err != nil {
		var e *headway.Error
		if errors.As(err, &e) && e.Wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.Wait.Seconds()))))
		}
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="headway.ics"`)
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(body) //nolint:gosec // an attachment, never shown as a page; fails only when the reader has gone
	return nil
}

// addFeed makes a calendar address and shows it on the page that answers.
func (s *Site) addFeed(w http.ResponseWriter, r *http.Request) error {
	f := feedForm{Name: strings.TrimSpace(r.PostFormValue("name")), Kinds: r.PostForm["kind"]}
	in := app.NewFeed{Programme: r.PathValue("programme"), Name: f.Name}
	for _, k := range f.Kinds {
		in.Kinds = append(in.Kinds, app.CalendarKind(k))
	}
	_, address, err := s.app.AddFeed(r.Context(), auth.Actor(r.Context()), in)
	if e, ok := refused(err); ok {
		f.Err = e
		return s.showCalendar(w, r, status(e.Kind), f)
	}
	if err != nil {
		return err
	}
	return s.showCalendar(w, r, http.StatusCreated, feedForm{Name: f.Name, Address: address})
}

func (s *Site) revokeFeed(w http.ResponseWriter, r *http.Request) error {
	err := s.app.RevokeFeed(r.Context(), auth.Actor(r.Context()), r.PathValue("feed"))
	if e, ok := refusedOrUnknown(err); ok {
		err = e
	}
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/calendar#feeds", "The address no longer holds.", err)
}
