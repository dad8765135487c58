package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// runbookForm is what was typed to start a rehearsal or to open a go/no-go.
type runbookForm struct {
	app.RunbookChoices
	Release     string // team/version
	Environment string
	From        string // of a go/no-go: when its window begins
	Values      map[string]string
	Err         *headway.Error
}

// variableField is the prefix of the fields with values for the runbook's variables.
const variableField = "var."

// typedRunbookForm reads it. Values that were left empty are left to their defaults.
func typedRunbookForm(in url.Values) runbookForm {
	f := runbookForm{Release: in.Get("release"), Environment: in.Get("environment"), From: in.Get("from"), Values: map[string]string{}}
	if f.Release == "" && in.Get("team") != "" {
		f.Release = in.Get("team") + "/" + in.Get("version")
	}
	for name := range in {
		if key, ok := strings.CutPrefix(name, variableField); ok && strings.TrimSpace(in.Get(name)) != "" {
			f.Values[key] = strings.TrimSpace(in.Get(name))
		}
	}
	return f
}

func (f runbookForm) team() string {
	team, _, _ := strings.Cut(f.Release, "/")
	return team
}

func (f runbookForm) version() string {
	_, version, _ := strings.Cut(f.Release, "/")
	return version
}

// begins reads the wanted start, in the programme's zone; zero when it is left open.
func (f runbookForm) begins(zone *time.Location) (time.Time, error) {
	if f.From == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", f.From, zone)
	if err != nil {
		return at, headway.Invalidf("from", "%q is no day and time", headway.Shorten(f.From, 40))
	}
	return at, nil
}

func (s *Site) rehearsalPage(w http.ResponseWriter, r *http.Request) error {
	return s.showRehearsal(w, r, http.StatusOK, typedRunbookForm(r.URL.Query()))
}

func (s *Site) showRehearsal(w http.ResponseWriter, r *http.Request, code int, f runbookForm) error {
	p, err := s.open(w, r, "deployments", "Rehearse")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/rehearsals/new"))
	if f.RunbookChoices, err = s.app.RunbookChoicesView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	p.Narrow = true
	return p.showAs(code, rehearsalBody(p.Page, f))
}

func (s *Site) startRehearsal(w http.ResponseWriter, r *http.Request) error {
	key, f := r.PathValue("programme"), typedRunbookForm(r.PostForm)
	d, err := s.app.StartRehearsal(r.Context(), auth.Actor(r.Context()), key,
		app.StartRehearsal{Team: f.team(), Version: f.version(), Environment: f.Environment, Variables: f.Values})
	if e, ok := refusedOrUnknown(err); ok {
		f.Err = e
		return s.showRehearsal(w, r, status(e.Kind), f)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/deployments/"+d.ID, "The rehearsal has started.")
}

func (s *Site) newDecisionPage(w http.ResponseWriter, r *http.Request) error {
	return s.showNewDecision(w, r, http.StatusOK, typedRunbookForm(r.URL.Query()))
}

func (s *Site) showNewDecision(w http.ResponseWriter, r *http.Request, code int, f runbookForm) error {
	p, err := s.open(w, r, "decisions", "Open a go/no-go")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/decisions/new"))
	if f.RunbookChoices, err = s.app.RunbookChoicesView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	p.Narrow = true
	return p.showAs(code, newDecisionBody(p.Page, f))
}

// openDecision opens a go/no-go. What is refused can be mended on the form, which
// also asks for the runbook's variables.
func (s *Site) openDecision(w http.ResponseWriter, r *http.Request) error {
	key, f := r.PathValue("programme"), typedRunbookForm(r.PostForm)
	by := auth.Actor(r.Context())
	v, err := s.app.RunbookChoicesView(r.Context(), by, key)
	if err != nil {
		return err
	}
	in := app.OpenDecision{Team: f.team(), Version: f.version(), Environment: f.Environment, Variables: f.Values}
	var d headway.Decision
	if in.From, err = f.begins(v.Calendar.Zone); err == nil {
		d, err = s.app.OpenDecision(r.Context(), by, key, in)
	}
	if e, ok := refusedOrUnknown(err); ok {
		f.Err = e
		return s.showNewDecision(w, r, status(e.Kind), f)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/decisions/"+d.ID, "The go/no-go is open. Its approvers are told.")
}

// refusedOrUnknown takes what a form names and is not there as a refusal too.
func refusedOrUnknown(err error) (*headway.Error, bool) {
	if err != nil && headway.KindOf(err) == headway.NotFound {
		return headway.Errorf(headway.Invalid, "%s", err.Error()), true
	}
	return refused(err)
}
