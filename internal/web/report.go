package web

import (
	"errors"
	"io"
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// reportView is the form that hands in reports, and what was judged.
type reportView struct {
	Teams                      []headway.Team
	Environments               []headway.Environment
	Team, Version, Environment string
	Judged                     []app.Judged
	Err                        *headway.Error
}

func (s *Site) reportPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.showReport(w, r, http.StatusOK, reportView{Team: q.Get("team"), Version: q.Get("version")})
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, code int, v reportView) error {
	p, err := s.open(w, r, "releases", "Hand in a report")
	if err != nil {
		return err
	}
	setup, err := s.app.SettingsView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	v.Environments = setup.Environments
	for _, t := range setup.Teams {
		if t.Kind == headway.DevelopmentTeam {
			v.Teams = append(v.Teams, t)
		}
	}
	return p.showAs(code, reportBody(p.Page, v))
}

// report judges each file while it streams, and shows the verdicts.
func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	var v reportView
	fields, err := upload(w, r, func(fields map[string][]string, name string, content io.Reader) error {
		out, err := s.app.AddEvidence(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.AddEvidence{
			Team: typed(fields, "team"), Version: typed(fields, "version"), Environment: typed(fields, "environment"), FileName: name, Content: content,
		})
		if err == nil {
			v.Judged = append(v.Judged, out)
		}
		return err
	})
	v.Team, v.Version, v.Environment = typed(fields, "team"), typed(fields, "version"), typed(fields, "environment")
	if err == nil && len(v.Judged) == 0 {
		err = headway.Invalidf("file", "no report was chosen").WithHint("choose one or more files")
	}
	if e, ok := errors.AsType[*headway.Error](err); ok && e.Kind == headway.NotFound {
		err = headway.Errorf(headway.Invalid, "%s", e.Message).At(e.Where).WithHint("%s", e.Hint)
	}
	if e, ok := refused(err); ok {
		v.Err = e
		return s.showReport(w, r, status(e.Kind), v)
	}
	if err != nil {
		return err
	}
	return s.showReport(w, r, http.StatusOK, v)
}
