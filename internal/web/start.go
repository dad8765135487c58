package web

import (
	"net/http"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// startSteps is the way from nothing to a first plan; without Steps the page
// is none of it.
type startSteps struct {
	Steps []startStep
	At    int
}

type startStep struct{ Slug, Title string }

// startAt places a section on the way, if the request is on it.
func startAt(r *http.Request, slug string) startSteps {
	steps := []startStep{{"", "Programme"}, {"teams", "Teams"}, {"people", "People"}, {"playbook", "Playbook"}, {"programme", "Gap policy"}}
	at := slices.IndexFunc(steps, func(s startStep) bool { return s.Slug == slug })
	if at < 0 || slug != "" && r.URL.Query().Get("start") == "" {
		return startSteps{}
	}
	return startSteps{steps, at}
}

// told names the section as the step that it is: the programme's own form is
// the step of the gap policy there, and shows that alone.
func (s startSteps) told(sec section) section {
	if len(s.Steps) > 0 && sec.slug == "programme" {
		sec.title = s.Steps[s.At].Title
		sec.intro = "The gap is the way from the end of a sprint to production, in working days: never below the minimum, with the target in view, and with a warning beyond the maximum."
	}
	return sec
}

// done is the word that a saved step leaves behind.
func (s startSteps) done(changed app.ProgrammeChanges) string {
	switch {
	case len(s.Steps) == 0:
		return savedText(changed)
	case s.At+1 == len(s.Steps):
		return "Your first plan. Below it stands what does not fit yet, and why; publish it when everybody can work by it."
	case changed.None():
		return ""
	}
	return s.Steps[s.At].Title + " saved."
}

// after is where a saved section leads: back to the settings, or to the next
// step and at last to the plan.
func (s startSteps) after(p ui.Ref) string {
	switch {
	case len(s.Steps) == 0:
		return p.Path("/settings")
	case s.At+1 == len(s.Steps):
		return p.Path("/plan")
	}
	return p.Path("/settings/" + s.Steps[s.At+1].Slug + "?start=1")
}

// newProgrammeForm is what was typed to make a programme.
type newProgrammeForm struct {
	Name, Key, Zone, Playbook string
	Err                       *headway.Error
	Start                     startSteps
}

func (s *Site) newProgrammePage(w http.ResponseWriter, r *http.Request) error {
	return s.showNewProgramme(w, r, http.StatusOK, newProgrammeForm{Zone: "Europe/Berlin", Playbook: headway.PlaybookGallery()[0].Key})
}

func (s *Site) showNewProgramme(w http.ResponseWriter, r *http.Request, code int, form newProgrammeForm) error {
	p, err := s.open(w, r, "", "New programme")
	if err != nil {
		return err
	}
	form.Start = startAt(r, "")
	return p.showAs(code, newProgrammeBody(p.Page, form))
}

// addProgramme makes a programme and goes on to its teams.
func (s *Site) addProgramme(w http.ResponseWriter, r *http.Request) error {
	form := newProgrammeForm{
		Name: strings.TrimSpace(r.PostFormValue("name")), Key: strings.TrimSpace(r.PostFormValue("key")),
		Zone: strings.TrimSpace(r.PostFormValue("zone")), Playbook: r.PostFormValue("playbook"),
	}
	key := form.Key
	if key == "" {
		key = headway.Slug(form.Name)
	}
	p, err := s.open(w, r, "", "New programme")
	if err != nil {
		return err
	}
	if err = headway.CheckName("name", form.Name); err == nil { // before the key, which is made of it
		_, err = s.app.AddProgramme(r.Context(), p.actor, app.AddProgramme{Key: key, Name: form.Name, Zone: form.Zone, Playbook: form.Playbook})
	}
	if e, ok := refused(err); ok {
		form.Err = e
		return s.showNewProgramme(w, r, status(e.Kind), form)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/settings/teams?start=1", form.Name+" is made. Now its teams.")
}
