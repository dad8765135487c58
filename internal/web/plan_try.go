package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// takeChanges makes the changes of a preview facts. A page that has become
// stale is told so, and shows what the changes do now.
func (s *Site) takeChanges(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	q, err := s.formQuery(r)
	if err != nil {
		return err
	}
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		revision = -1
	}
	err = s.app.TakeChanges(r.Context(), auth.Actor(r.Context()), key, app.TakeChanges{Changes: q.Try, Revision: revision})
	if e, ok := refused(err); ok {
		return s.showPlan(w, r, status(e.Kind), publishForm{}, tryView{Err: e})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, planBack(r), "Taken. The draft follows in a moment.")
}

// keepScenario keeps the changes of a preview under a name.
func (s *Site) keepScenario(w http.ResponseWriter, r *http.Request) error {
	key, name := r.PathValue("programme"), strings.TrimSpace(r.PostFormValue("name"))
	q, err := s.formQuery(r)
	if err != nil {
		return err
	}
	kept, err := s.app.KeepScenario(r.Context(), auth.Actor(r.Context()), key, app.KeepScenario{Name: name, Changes: q.Try})
	if e, ok := refused(err); ok {
		return s.showPlan(w, r, status(e.Kind), publishForm{}, tryView{Err: e, Name: name})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/plan#scenarios", "Kept as the scenario “"+kept.Name+"”.")
}

// formQuery reads the view that a form was sent from, which stands in its address.
func (s *Site) formQuery(r *http.Request) (planQuery, error) {
	frame, err := s.app.FrameView(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"))
	if err != nil {
		return planQuery{}, err
	}
	return readPlanQuery(r, s.app.Now(), frame.Calendar.Zone)
}

// planBack is the plan as it was looked at, without what was previewed.
func planBack(r *http.Request) string {
	q := url.Values{}
	for name, values := range r.URL.Query() {
		if name != "try" && name != "pin" && name != "at" {
			q[name] = values
		}
	}
	to := "/p/" + r.PathValue("programme") + "/plan"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// scenarioVerb answers the buttons of a kept scenario.
func (s *Site) scenarioVerb(w http.ResponseWriter, r *http.Request) error {
	key, scenario, by := r.PathValue("programme"), r.PathValue("scenario"), auth.Actor(r.Context())
	var err error
	var text string
	switch r.PathValue("verb") {
	case "solve":
		_, err = s.app.SolveScenario(r.Context(), by, key, scenario)
		text = "Planned anew."
	case "take":
		_, err = s.app.TakeScenario(r.Context(), by, key, scenario)
		text = "Taken. The draft follows in a moment."
	case "remove":
		err = s.app.RemoveScenario(r.Context(), by, key, scenario)
		text = "Removed."
	default:
		return headway.NotFoundf("a scenario cannot do %q", r.PathValue("verb"))
	}
	return s.settle(w, r, "/p/"+key+"/plan#scenarios", text, err)
}
