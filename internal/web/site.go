package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/reqid"
	"headway/internal/web/ui"
)

// Options are what the pages need besides the verbs.
type Options struct {
	FirstRunToken headway.Secret // asked for by the first-run page; empty when there is an administrator
	Style         bool           // serve the living style page at /style
	Secure        bool           // browsers reach Headway by https: cookies say so
	Spec          []byte         // the OpenAPI document of the REST interface
	Log           *slog.Logger
}

// Site renders the pages of an instance.
type Site struct {
	app       *app.App
	assets    *assets
	reference reference
	Options
}

const (
	flashCookie = "headway_flash"
	themeCookie = "headway_theme"
	zoneCookie  = "headway_zone"
	formLimit   = 1 << 20
)

// page is one request on its way to a page.
type page struct {
	ui.Page
	w     http.ResponseWriter
	r     *http.Request
	actor headway.Actor
	frame app.Frame
}

// open gathers what the shell shows: who looks, at which programme, by whose clock.
func (s *Site) open(w http.ResponseWriter, r *http.Request, nav, title string) (*page, error) {
	p := &page{w: w, r: r, actor: auth.Actor(r.Context())}
	p.Page = ui.Page{Title: title, Nav: nav, Assets: s.assets.Assets, Theme: theme(r), Path: r.URL.RequestURI(), Held: r.Method == http.MethodPost, Flash: s.takeFlash(w, r)}
	p.Viewer = ui.Viewer{Name: p.actor.Name, Email: p.actor.Email, Admin: p.actor.Admin}
	p.Clock = ui.Clock{Now: s.app.Now()}
	if p.actor.Kind == headway.ActorNobody {
		return p, nil
	}
	frame, err := s.app.FrameView(r.Context(), p.actor, r.PathValue("programme"))
	if err != nil {
		return nil, err
	}
	p.frame = frame
	for _, f := range frame.Programmes {
		p.Programmes = append(p.Programmes, ui.Ref{Key: f.Key, Name: f.Name})
	}
	if frame.Programme.Key != "" {
		p.Programme = ui.Ref{Key: frame.Programme.Key, Name: frame.Programme.Name}
		p.Viewer.Roles = p.actor.RolesIn(frame.Programme.ID)
		p.Clock.Calendar = frame.Calendar
		p.Clock.Own = ownZone(r, frame.Zone)
		p.Counts = map[string]ui.Badge{
			"shelf": {N: frame.Shelved}, "decisions": {N: frame.OpenDecisions, Hot: frame.WaitForMe > 0},
			"deployments": {N: frame.RunningDeployments, Hot: frame.RunningDeployments > 0}, "defects": {N: frame.OpenDefects},
			"work": {N: frame.MyItems + frame.WaitForMe},
		}
	}
	return p, nil
}

// at tells the address of a page that answers a form which is sent elsewhere.
func (p *page) at(path string) {
	if p.Held {
		p.Path = path
	}
}

// show writes a page.
func (p *page) show(c templ.Component) error { return p.showAs(http.StatusOK, c) }

func (p *page) showAs(status int, c templ.Component) error {
	return render(p.r.Context(), p.w, status, ui.Shell(p.Page), c)
}

func render(ctx context.Context, w http.ResponseWriter, status int, shell, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := shell.Render(templ.WithChildren(ctx, c), buf); err != nil {
		return err
	}
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w) // fails only when the reader has gone
	return nil
}

// refused tells the error of input that people can correct; others end the request.
func refused(err error) (*headway.Error, bool) {
	var e *headway.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Kind {
	case headway.Invalid, headway.Conflict, headway.Forbidden, headway.TooLarge:
		return e, true
	}
	return nil, false
}

// done redirects after a verb, with a word about what was done.
func (s *Site) done(w http.ResponseWriter, r *http.Request, to, text string) error {
	s.leaveFlash(w, text, false)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// settle ends a form that was sent from a page: success and refusal both go
// back to it, with a word. Errors that nobody can correct there end the request.
func (s *Site) settle(w http.ResponseWriter, r *http.Request, to, text string, err error) error {
	if err == nil {
		return s.done(w, r, to, text)
	}
	e, ok := refused(err)
	if !ok {
		return err
	}
	s.leaveFlash(w, sentence(e), true)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func sentence(e *headway.Error) string {
	text := strings.ToUpper(e.Message[:1]) + e.Message[1:] + "."
	if e.Hint != "" {
		text += " " + strings.ToUpper(e.Hint[:1]) + e.Hint[1:] + "."
	}
	return text
}

func (s *Site) cookie(name, value string, age int) *http.Cookie {
	//nolint:gosec // Secure follows how browsers reach the instance
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}

func theme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// setTheme answers POST /theme.
func (s *Site) setTheme(w http.ResponseWriter, r *http.Request) error {
	value := r.PostFormValue("theme")
	if value != "light" && value != "dark" {
		http.SetCookie(w, s.cookie(themeCookie, "", -1))
	} else {
		http.SetCookie(w, s.cookie(themeCookie, value, 365*24*3600))
	}
	http.Redirect(w, r, local(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// setZone answers POST /zone: by which clock this browser shows times. An empty
// one is the programme's, or of people who are planned elsewhere their own.
func (s *Site) setZone(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("zone")
	if zone := zoneNamed(name); zone != nil {
		http.SetCookie(w, s.cookie(zoneCookie, name, 365*24*3600))
	} else if name == "" {
		http.SetCookie(w, s.cookie(zoneCookie, "", -1))
	} else {
		return headway.Invalidf("zone", "%q is no time zone", name).WithHint("name one as Europe/Berlin")
	}
	http.Redirect(w, r, local(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// ownZone is the zone in which a viewer reads times: the browser's when that
// was chosen, else the one that the viewer is planned in; nil: the programme's.
func ownZone(r *http.Request, person string) *time.Location {
	if c, err := r.Cookie(zoneCookie); err == nil {
		if zone := zoneNamed(c.Value); zone != nil {
			return zone
		}
	}
	return zoneNamed(person)
}

func zoneNamed(name string) *time.Location {
	if name == "" || name == "Local" || len(name) > 64 {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// local gives an address of our own site, or the start page.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

// Fail writes an error as a page. Nobody signed in goes to the sign-in page
// and comes back afterwards.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var e *headway.Error
	if !errors.As(err, &e) {
		s.Log.ErrorContext(r.Context(), "page failed", "err", err, "request_id", reqid.From(r.Context()))
		e = headway.Errorf(headway.Internal, "something went wrong on our side").WithHint("tell the administrator the request id %s", reqid.From(r.Context()))
	}
	if e.Kind == headway.Unauthenticated {
		to := signInAddress(r)
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p := ui.Page{Title: http.StatusText(status(e.Kind)), Assets: s.assets.Assets, Theme: theme(r)}
	// Also whoever waited too long is told so: the page does not ask whether there is still time.
	if err := render(context.WithoutCancel(r.Context()), w, status(e.Kind), ui.Bare(p), failure(e, status(e.Kind))); err != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "err", err)
	}
}

// signInAddress is where nobody signs in, to come back to the same place
// afterwards: also to the page from which a form was sent too late.
func signInAddress(r *http.Request) string {
	q := url.Values{}
	if r.Method == http.MethodGet {
		q.Set("back", r.URL.RequestURI())
	} else if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.Path != "/sign-in" {
		q.Set("back", from.RequestURI())
		q.Set("ended", "1") // who sends a form was signed in, also when the browser has dropped its cookie
	}
	if _, err := r.Cookie(auth.CookieName); err == nil {
		q.Set("ended", "1")
	}
	return strings.TrimSuffix("/sign-in?"+q.Encode(), "?")
}

func status(k headway.Kind) int {
	switch k {
	case headway.Invalid:
		return http.StatusUnprocessableEntity
	case headway.NotFound:
		return http.StatusNotFound
	case headway.Conflict:
		return http.StatusConflict
	case headway.Forbidden:
		return http.StatusForbidden
	case headway.Unauthenticated:
		return http.StatusUnauthorized
	case headway.TooLarge:
		return http.StatusRequestEntityTooLarge
	case headway.TooMany:
		return http.StatusTooManyRequests
	case headway.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
