package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// incidentsView is one page of incidents, beside what was typed.
type incidentsView struct {
	app.IncidentList
	Query app.IncidentQuery
	Typed incidentForm
	Err   *headway.Error
}

type incidentForm struct{ Release, Title, Detail, Severity, Started string }

func (s *Site) incidentsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showIncidents(w, r, http.StatusOK, incidentForm{Release: r.URL.Query().Get("of")}, nil)
}

func (s *Site) showIncidents(w http.ResponseWriter, r *http.Request, code int, typed incidentForm, problem *headway.Error) error {
	p, err := s.open(w, r, "incidents", "Incidents")
	if err != nil {
		return err
	}
	in := r.URL.Query()
	v := incidentsView{Query: app.IncidentQuery{State: headway.IncidentState(in.Get("state")), Release: in.Get("release")}, Typed: typed, Err: problem}
	if v.Query.Before, err = strconv.Atoi(cmp.Or(in.Get("before"), "0")); err != nil {
		v.Query.Before = 0
	}
	if v.IncidentList, err = s.app.IncidentsView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	return p.showAs(code, incidentsBody(p.Page, v))
}

func (s *Site) openIncident(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := incidentForm{Release: value("release"), Title: value("title"), Detail: r.PostFormValue("detail"), Severity: value("severity"), Started: value("started")}
	began, err := s.typedTime(r, "started", f.Started)
	var i headway.Incident
	if err == nil {
		i, err = s.app.OpenIncident(r.Context(), auth.Actor(r.Context()), key,
			app.OpenIncident{Release: f.Release, Title: f.Title, Detail: f.Detail, Severity: headway.Severity(f.Severity), StartedAt: began})
	}
	if e, ok := refusedOrUnknown(err); ok {
		return s.showIncidents(w, r, status(e.Kind), f, e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/incidents", i.Name()+" is open; everybody is told.")
}

// typedTime reads a field with day and time in the programme's zone; zero when it was left empty.
func (s *Site) typedTime(r *http.Request, where, typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	frame, err := s.app.FrameView(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"))
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", typed, frame.Calendar.Zone)
	if err != nil {
		return at, headway.Invalidf(where, "%q is no day and time", headway.Shorten(typed, 40))
	}
	return at, nil
}

// moveIncident mitigates, traces or closes an incident.
func (s *Site) moveIncident(w http.ResponseWriter, r *http.Request) error {
	key, by := r.PathValue("programme"), auth.Actor(r.Context())
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no incident %q", r.PathValue("number"))
	}
	var text string
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	switch r.PostFormValue("do") {
	case "mitigate":
		var ended time.Time
		if ended, err = s.typedTime(r, "at", r.PostFormValue("at")); err == nil {
			_, err = s.app.MitigateIncident(r.Context(), by, key, number, reason, ended)
		}
		text = "The trouble has ended; the time to restore is counted until then."
	case "close":
		_, err = s.app.CloseIncident(r.Context(), by, key, number, reason)
		text = "The incident is closed."
	default:
		joins := 0
		if typed := strings.TrimSpace(r.PostFormValue("joins")); typed != "" {
			if joins, err = strconv.Atoi(strings.TrimPrefix(strings.ToUpper(typed), "D-")); err != nil || joins < 1 {
				err = headway.Invalidf("joins", "%q is no defect", headway.Shorten(typed, 20)).WithHint("write it as D-12")
			}
		}
		if err == nil {
			_, _, err = s.app.BlameIncident(r.Context(), by, key, app.IncidentDefect{Number: number, Joins: joins, Cause: r.PostFormValue("cause")})
		}
		text = "The defect is known; its team is told."
	}
	if e, ok := refusedOrUnknown(err); ok {
		err = e
	}
	return s.settle(w, r, "/p/"+key+"/incidents", text, err)
}
