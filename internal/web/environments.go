package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// stripDays is how many days the strip of environments shows.
const stripDays = 42

// environmentsView is the environments of some weeks, beside the form that was
// sent last.
type environmentsView struct {
	app.EnvironmentBoard
	First, Today headway.Date
	Lanes        []stripLane
	Form         environmentForm
	Err          *headway.Error
}

// environmentForm is what was typed into one of the forms of an environment.
type environmentForm struct {
	On, Do                     string // key of the environment; book, report or refresh
	Release, From, To, Purpose string
	Shared                     bool
	AsOf, GB, Hours            string
	Tried                      bool // it was asked what the booking would meet
	Met                        []app.ConflictView
	Would                      app.AskedRefresh // it was asked what the refresh would take
}

func (s *Site) environmentsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showEnvironments(w, r, http.StatusOK, environmentForm{Release: r.URL.Query().Get("release")}, nil)
}

func (s *Site) showEnvironments(w http.ResponseWriter, r *http.Request, code int, f environmentForm, problem *headway.Error) error {
	p, err := s.open(w, r, "environments", "Environments")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/environments"))
	v := environmentsView{Form: f, Err: problem, Today: headway.DateOf(p.Clock.Now.In(p.Clock.Zone()))}
	v.First = mondayOf(v.Today).AddDays(-7)
	if from := r.URL.Query().Get("from"); from != "" {
		if v.First, err = headway.ParseDate(from); err != nil {
			return headway.Invalidf("from", "%q is no day", headway.Shorten(from, 40)).WithHint("write it as 2026-12-01")
		}
		v.First = mondayOf(v.First)
	}
	if v.EnvironmentBoard, err = s.app.EnvironmentBoardView(r.Context(), p.actor, p.Programme.Key, v.First, v.First.AddDays(stripDays-1)); err != nil {
		return err
	}
	for _, e := range v.Environments {
		v.Lanes = append(v.Lanes, newStripLane(v.EnvironmentBoard, e, p.Clock))
	}
	return p.showAs(code, environmentsBody(p.Page, v))
}

// onEnvironment books, reports or refreshes an environment, or says what that
// would meet.
func (s *Site) onEnvironment(do string) auth.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return s.sentEnvironment(w, r, do) }
}

func (s *Site) sentEnvironment(w http.ResponseWriter, r *http.Request, do string) error {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := environmentForm{
		On: r.PathValue("environment"), Do: do, Release: value("release"), From: value("from"), To: value("to"), Purpose: value("purpose"),
		Shared: value("shared") != "", AsOf: value("data_as_of"), GB: value("data_gb"), Hours: value("hours"), Tried: value("preview") != "",
	}
	text, err := s.doOnEnvironment(r, &f)
	e, isRefused := refusedOrUnknown(err)
	switch {
	case isRefused:
		return s.showEnvironments(w, r, status(e.Kind), f, e)
	case err != nil:
		return err
	case f.Tried:
		return s.showEnvironments(w, r, http.StatusOK, f, nil)
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/environments#e-"+pathSegment(f.On), text)
}

func (s *Site) doOnEnvironment(r *http.Request, f *environmentForm) (said string, err error) {
	by, key := auth.Actor(r.Context()), r.PathValue("programme")
	team, version, _ := strings.Cut(f.Release, "/")
	gb, err := number("data_gb", f.GB)
	if err != nil {
		return "", err
	}
	switch f.Do {
	case "report":
		in := app.ReportEnvironment{Environment: f.On, DataGB: gb, Team: team, Version: version}
		if in.DataAsOf, err = s.typedTime(r, "data_as_of", f.AsOf); err == nil {
			_, err = s.app.ReportEnvironment(r.Context(), by, key, in)
		}
		return "Recorded.", err
	case "refresh":
		in := app.RefreshEnvironment{Environment: f.On, Team: team, Version: version, DataGB: gb, Preview: f.Tried}
		if in.Hours, err = number("hours", f.Hours); err == nil {
			f.Would, err = s.app.RefreshEnvironment(r.Context(), by, key, in)
		}
		return "The refresh is on the operations board; the plan places it.", err
	}
	in := app.BookEnvironment{Environment: f.On, Team: team, Version: version, Purpose: f.Purpose, Shared: f.Shared, Preview: f.Tried}
	if in.From, err = s.typedTime(r, "from", f.From); err == nil {
		in.To, err = s.typedTime(r, "to", f.To)
	}
	if err != nil {
		return "", err
	}
	b, err := s.app.BookEnvironment(r.Context(), by, key, in)
	f.Met = b.Conflicts
	return "Booked for " + b.Release + ".", err
}

// number reads a field that may be left empty.
func number(where, typed string) (float64, error) {
	n, err := strconv.ParseFloat(cmp.Or(typed, "0"), 64)
	if err != nil {
		return 0, headway.Invalidf(where, "%q is no number", headway.Shorten(typed, 40))
	}
	return n, nil
}

func (s *Site) cancelBooking(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	err := s.app.CancelBooking(r.Context(), auth.Actor(r.Context()), key, r.PathValue("booking"))
	if e, ok := refusedOrUnknown(err); ok {
		err = e
	}
	return s.settle(w, r, "/p/"+key+"/environments", "The environment is free again.", err)
}
