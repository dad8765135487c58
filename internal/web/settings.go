package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// settingsView is the setup, and what of it was typed wrongly.
type settingsView struct {
	app.Settings
	Absence absenceForm
	Member  memberForm
}

type memberForm struct {
	Email, Person, Name string
	Roles               []headway.Role
	Err                 *headway.Error
}

type absenceForm struct {
	Person, From, To, Reason string
	Err                      *headway.Error
}

func (s *Site) settingsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSettings(w, r, http.StatusOK, settingsView{})
}

// showSettings shows the setup beside what was typed into its forms.
func (s *Site) showSettings(w http.ResponseWriter, r *http.Request, code int, v settingsView) error {
	p, err := s.open(w, r, "settings", "Settings")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/settings"))
	if v.Settings, err = s.app.SettingsView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	return p.showAs(code, settingsBody(p.Page, v))
}

func (s *Site) addAbsence(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	form := absenceForm{Person: r.PostFormValue("person"), From: r.PostFormValue("from"), To: r.PostFormValue("to"), Reason: strings.TrimSpace(r.PostFormValue("reason"))}
	in := app.AddAbsence{Programme: key, Person: form.Person, Reason: form.Reason}
	err := in.From.UnmarshalText([]byte(form.From))
	if err == nil {
		err = in.To.UnmarshalText([]byte(form.To))
	}
	if err == nil {
		_, err = s.app.AddAbsence(r.Context(), auth.Actor(r.Context()), in)
	}
	if e, ok := refused(err); ok {
		form.Err = e
		return s.showSettings(w, r, status(e.Kind), settingsView{Absence: form})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/settings#absences", "The absence is kept; the plan is computed anew.")
}

func (s *Site) removeAbsence(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	err := s.app.RemoveAbsence(r.Context(), auth.Actor(r.Context()), key, r.PathValue("absence"))
	return s.settle(w, r, "/p/"+key+"/settings#absences", "The absence is gone; the plan is computed anew.", err)
}

// setMember gives an account roles in the programme. An administrator of the
// instance makes the account on the way when there is none.
func (s *Site) setMember(w http.ResponseWriter, r *http.Request) error {
	key, by := r.PathValue("programme"), auth.Actor(r.Context())
	form := memberForm{Email: strings.TrimSpace(r.PostFormValue("email")), Person: r.PostFormValue("person"), Name: strings.TrimSpace(r.PostFormValue("name"))}
	for _, role := range r.PostForm["role"] {
		form.Roles = append(form.Roles, headway.Role(role))
	}
	in := app.SetMember{Programme: key, Email: form.Email, Roles: form.Roles, Person: form.Person}
	m, err := s.app.SetMember(r.Context(), by, in)
	if headway.KindOf(err) == headway.NotFound && form.Name != "" {
		if _, err = s.app.AddUser(r.Context(), by, app.NewUser{Email: form.Email, Name: form.Name, Password: headway.NewSecret(r.PostFormValue("password"))}); err == nil {
			m, err = s.app.SetMember(r.Context(), by, in)
		}
	}
	if e, ok := errors.AsType[*headway.Error](err); ok && e.Kind == headway.NotFound {
		err = headway.Errorf(headway.Invalid, "%s", e.Message).At("email").WithHint("%s", e.Hint)
	}
	if e, ok := refused(err); ok {
		form.Err = e
		return s.showSettings(w, r, status(e.Kind), settingsView{Member: form})
	}
	if err != nil {
		return err
	}
	text := m.User.Name + " is no longer a member."
	if len(m.Roles) > 0 {
		text = m.User.Name + " now has the roles " + roleNames(m.Roles) + "."
	}
	return s.done(w, r, "/p/"+key+"/settings#member", text)
}

func weekdays(days []time.Weekday) string {
	var out []string
	for _, d := range days {
		out = append(out, d.String()[:3])
	}
	return strings.Join(out, ", ")
}

func (v settingsView) person(id string) headway.Person {
	if i := slices.IndexFunc(v.People, func(p headway.Person) bool { return p.ID == id }); i >= 0 {
		return v.People[i]
	}
	return headway.Person{Name: "somebody who left"}
}

func skillNames(skills []headway.Skill) string {
	var out []string
	for _, s := range skills {
		out = append(out, s.Name())
	}
	return strings.Join(out, ", ")
}

// estimateText writes how an estimate is made: "4 h + 0.05 h per data-gb".
func estimateText(e headway.Estimate) string {
	s := fmt.Sprintf("%g h", e.Hours)
	var parts []string
	for fact, each := range e.PerFact {
		parts = append(parts, fmt.Sprintf(" + %g h per %s", each, fact))
	}
	slices.Sort(parts)
	return s + strings.Join(parts, "")
}

func criterionText(c headway.Criterion) string {
	s := ui.KindName(string(c.Kind))
	if len(c.Expr) > 0 {
		s += ": " + strings.Join(c.Expr, ", ")
	}
	if c.Allow > 0 {
		s += fmt.Sprintf(", %d failures tolerated", c.Allow)
	}
	if c.NoDeploy != nil {
		s += ": " + c.NoDeploy.String()
	}
	if c.Soak != nil {
		s += ": " + c.Soak.String()
	}
	if c.When != "" {
		s += ", when " + string(c.When)
	}
	return s
}

// zonePlace is the place that a zone is named after: Berlin of Europe/Berlin.
func zonePlace(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}

func roleNames(roles []headway.Role) string { return strings.Join(headway.RoleNames(roles), ", ") }
