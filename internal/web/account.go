package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// accountView is one's own account, with what was typed into its forms.
type accountView struct {
	app.AccountView
	Programmes  []app.ProgrammeRef
	Token       tokenForm
	PasswordErr *headway.Error
}

// tokenForm is what was typed to make an API token. Secret is shown once.
type tokenForm struct {
	Name, Purpose, Programme string
	Days                     int
	Secret                   headway.Secret
	Err                      *headway.Error
}

// purpose is a set of scopes that people make tokens for.
type purpose struct {
	Key, Label, Help string
	Scopes           []headway.Action
}

func purposes() []purpose {
	return []purpose{
		{"ci", "Continuous integration", "Sees the programme, shelves candidates, hands in reports.", []headway.Action{headway.ViewProgramme, headway.ShelveCandidate, headway.AddEvidence}},
		{"read", "Reading", "Sees everything of the programme and changes nothing.", []headway.Action{headway.ViewProgramme}},
		{"agent", "Agent beside a target", "Claims and reports the command steps of deployments.", []headway.Action{headway.ViewProgramme, headway.RunAgent}},
		{"all", "All that I may do", "For your own command line. Keep it where you keep passwords.", headway.Scopes()},
	}
}

func (s *Site) accountPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, accountView{Token: tokenForm{Purpose: "ci", Days: 90}})
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, code int, v accountView) error {
	p, err := s.open(w, r, "", "Your account")
	if err != nil {
		return err
	}
	p.at("/account")
	if v.AccountView, err = s.app.MyAccount(r.Context(), p.actor); err != nil {
		return err
	}
	v.Programmes = p.frame.Programmes
	p.Narrow = true
	return p.showAs(code, accountBody(p.Page, v))
}

func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	by := auth.Actor(r.Context())
	v := accountView{Token: tokenForm{Purpose: "ci", Days: 90}}
	replacement := headway.NewSecret(r.PostFormValue("new"))
	err := s.app.ChangePassword(r.Context(), credentials(r, by.Email, r.PostFormValue("old")), replacement, sessionOf(r))
	if e, ok := refused(err); ok {
		if e.Where == "password" {
			e = e.At("new")
		}
		v.PasswordErr = e
		return s.showAccount(w, r, status(e.Kind), v)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/account", "Your password is changed. Everywhere else you have to sign in again.")
}

func (s *Site) endSessions(w http.ResponseWriter, r *http.Request) error {
	err := s.app.SignOutElsewhere(r.Context(), auth.Actor(r.Context()), sessionOf(r))
	return s.settle(w, r, "/account", "You are signed out everywhere else.", err)
}

func sessionOf(r *http.Request) headway.Secret {
	c, err := r.Cookie(auth.CookieName)
	if err != nil {
		return headway.Secret{}
	}
	return headway.NewSecret(c.Value)
}

// addToken makes an API token and shows its secret on the page that answers:
// it is nowhere else, so a reload cannot show it again.
func (s *Site) addToken(w http.ResponseWriter, r *http.Request) error {
	form := tokenForm{Name: r.PostFormValue("name"), Purpose: r.PostFormValue("purpose"), Programme: r.PostFormValue("programme")}
	form.Days, _ = strconv.Atoi(r.PostFormValue("days")) // what is no number is out of range
	in := app.NewToken{Name: form.Name, Programme: form.Programme, Days: form.Days}
	if i := slices.IndexFunc(purposes(), func(p purpose) bool { return p.Key == form.Purpose }); i >= 0 {
		in.Scopes = purposes()[i].Scopes
	}
	_, secret, err := s.app.AddToken(r.Context(), auth.Actor(r.Context()), in)
	if e, ok := refused(err); ok {
		form.Err = e
		return s.showAccount(w, r, status(e.Kind), accountView{Token: form})
	}
	if err != nil {
		return err
	}
	return s.showAccount(w, r, http.StatusCreated, accountView{Token: tokenForm{Purpose: "ci", Days: 90, Name: form.Name, Secret: secret}})
}

func (s *Site) revokeToken(w http.ResponseWriter, r *http.Request) error {
	err := s.app.RevokeToken(r.Context(), auth.Actor(r.Context()), r.PathValue("token"))
	return s.settle(w, r, "/account#tokens", "The token no longer holds.", err)
}

// scopeText says in a word what a token is for.
func scopeText(scopes []headway.Action) string {
	for _, p := range purposes() {
		if slices.Equal(slices.Sorted(slices.Values(p.Scopes)), slices.Sorted(slices.Values(scopes))) {
			return p.Label
		}
	}
	return fmt.Sprintf("%d scopes", len(scopes))
}
