package web

import (
	"net/http"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// accountsView is all accounts of the instance, with what was typed into the form.
type accountsView struct {
	Rows       []app.UserRow
	Form       userForm
	DrawnFor   string // whose new password is shown
	DrawnWords headway.Secret
}

// userForm is what was typed to make an account.
type userForm struct {
	Email, Name string
	Admin       bool
	Err         *headway.Error
}

func (s *Site) accountsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAccounts(w, r, http.StatusOK, accountsView{})
}

func (s *Site) showAccounts(w http.ResponseWriter, r *http.Request, code int, v accountsView) error {
	p, err := s.open(w, r, "", "Accounts")
	if err != nil {
		return err
	}
	p.at("/accounts")
	if v.Rows, err = s.app.UsersView(r.Context(), p.actor); err != nil {
		return err
	}
	return p.showAs(code, accountsBody(p.Page, v))
}

func (s *Site) addUser(w http.ResponseWriter, r *http.Request) error {
	form := userForm{Email: strings.TrimSpace(r.PostFormValue("email")), Name: strings.TrimSpace(r.PostFormValue("name")), Admin: r.PostFormValue("admin") != ""}
	in := app.NewUser{Email: form.Email, Name: form.Name, Password: headway.NewSecret(r.PostFormValue("password")), Admin: form.Admin}
	u, err := s.app.AddUser(r.Context(), auth.Actor(r.Context()), in)
	if e, ok := refused(err); ok {
		form.Err = e
		return s.showAccounts(w, r, status(e.Kind), accountsView{Form: form})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/accounts", u.Name+" has an account. What they may do is said by the members of each programme.")
}

func (s *Site) disableUser(w http.ResponseWriter, r *http.Request) error {
	email := r.PathValue("email")
	err := s.app.DisableUser(r.Context(), auth.Actor(r.Context()), email)
	return s.settle(w, r, "/accounts", email+" can no longer sign in, and their tokens no longer hold.", err)
}

func (s *Site) enableUser(w http.ResponseWriter, r *http.Request) error {
	email := r.PathValue("email")
	err := s.app.EnableUser(r.Context(), auth.Actor(r.Context()), email)
	return s.settle(w, r, "/accounts", email+" can sign in again.", err)
}

// drawPassword shows the new password on the page that answers: it is nowhere
// else, so a reload cannot show it again.
func (s *Site) drawPassword(w http.ResponseWriter, r *http.Request) error {
	email := r.PathValue("email")
	drawn, err := s.app.DrawPassword(r.Context(), auth.Actor(r.Context()), email)
	if err != nil {
		return s.settle(w, r, "/accounts", "", err)
	}
	return s.showAccounts(w, r, http.StatusOK, accountsView{DrawnFor: email, DrawnWords: drawn})
}
