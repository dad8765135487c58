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

// defectsView is one page of defects.
type defectsView struct {
	app.DefectList
	Query app.DefectQuery
	Err   *headway.Error
	Typed app.ReportDefect
}

func (s *Site) defectsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showDefects(w, r, http.StatusOK, app.ReportDefect{}, nil)
}

func (s *Site) showDefects(w http.ResponseWriter, r *http.Request, code int, typed app.ReportDefect, problem *headway.Error) error {
	p, err := s.open(w, r, "defects", "Defects")
	if err != nil {
		return err
	}
	in := r.URL.Query()
	v := defectsView{Query: app.DefectQuery{State: headway.DefectState(in.Get("state")), Severity: headway.Severity(in.Get("severity")), Team: in.Get("team")}, Typed: typed, Err: problem}
	if v.Query.Before, err = strconv.Atoi(in.Get("before")); err != nil {
		v.Query.Before = 0
	}
	if v.DefectList, err = s.app.DefectListView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	return p.showAs(code, defectsBody(p.Page, v))
}

func (s *Site) reportDefect(w http.ResponseWriter, r *http.Request) error {
	in := app.ReportDefect{
		Team: r.PostFormValue("team"), Version: strings.TrimSpace(r.PostFormValue("version")), Title: strings.TrimSpace(r.PostFormValue("title")),
		Detail: r.PostFormValue("detail"), Severity: headway.Severity(r.PostFormValue("severity")),
		Component: strings.TrimSpace(r.PostFormValue("component")), Cause: r.PostFormValue("cause"), Incident: strings.TrimSpace(r.PostFormValue("incident")),
	}
	if joins := strings.TrimSpace(r.PostFormValue("joins")); joins != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(joins), "D-"))
		if err != nil || n < 1 {
			return s.showDefects(w, r, http.StatusUnprocessableEntity, in, headway.Invalidf("joins", "%q is no defect", headway.Shorten(joins, 20)).WithHint("write it as D-12"))
		}
		in.Joins = n
	}
	_, err := s.app.ReportDefect(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	e, ok := refused(err)
	if !ok && headway.KindOf(err) == headway.NotFound && err != nil {
		e, ok = headway.Invalidf("version", "this team has no such release on the shelf").WithHint("write the version of a release that has a candidate, as 2.4.0"), true
	}
	if ok {
		return s.showDefects(w, r, status(e.Kind), in, e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/defects", "The defect is open; its team is told.")
}

func (s *Site) triageDefect(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no defect %q", r.PathValue("number"))
	}
	hours, err := strconv.ParseFloat(cmp.Or(r.PostFormValue("hours"), "0"), 64)
	if err != nil || !(hours >= 0 && hours <= 1000) {
		return s.settle(w, r, "/p/"+r.PathValue("programme")+"/defects", "", headway.Invalidf("hours", "the hours of the repair are a number from 0 to 1000"))
	}
	_, err = s.app.TriageDefect(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.TriageDefect{
		Number: number, Decision: headway.Triage(r.PostFormValue("decision")), Severity: headway.Severity(r.PostFormValue("severity")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
		Cause: r.PostFormValue("cause"), Effort: time.Duration(hours * float64(time.Hour)).Truncate(time.Minute),
	})
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/defects", "Decided.", err)
}
