package web

import (
	"crypto/subtle"
	"errors"
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// signInForm is what was typed on the sign-in page.
type signInForm struct {
	Email, Back string
	Ended       bool // a session was there and is over
	Err         *headway.Error
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	needed, err := s.app.NeedsBootstrap(r.Context())
	if err != nil {
		return err
	}
	if needed && !s.FirstRunToken.IsZero() {
		http.Redirect(w, r, "/first-run", http.StatusSeeOther)
		return nil
	}
	return s.bare(w, r, http.StatusOK, "Sign in", signIn(signInForm{Back: local(r.URL.Query().Get("back")), Ended: r.URL.Query().Get("ended") != ""}))
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	form := signInForm{Email: r.PostFormValue("email"), Back: local(r.PostFormValue("back"))}
	secret, err := s.app.SignIn(r.Context(), credentials(r, form.Email, r.PostFormValue("password")))
	if headway.KindOf(err) == headway.Unauthenticated {
		form.Err = headway.Errorf(headway.Unauthenticated, "the address or the password is wrong").WithHint("try again, or ask an administrator for a new password")
		return s.bare(w, r, http.StatusUnauthorized, "Sign in", signIn(form))
	}
	if errors.As(err, &form.Err) && form.Err.Kind == headway.TooMany {
		return s.bare(w, r, http.StatusTooManyRequests, "Sign in", signIn(form))
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(auth.CookieName, secret.Reveal(), int(app.SessionLength.Seconds())))
	http.Redirect(w, r, form.Back, http.StatusSeeOther)
	return nil
}

// credentials are what was typed, with the address that it comes from.
func credentials(r *http.Request, email, password string) app.Credentials {
	return app.Credentials{Email: email, Password: headway.NewSecret(password), Client: auth.ClientOf(r.RemoteAddr)}
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(auth.CookieName); err == nil {
		if err := s.app.SignOut(r.Context(), auth.Actor(r.Context()), headway.NewSecret(c.Value)); err != nil {
			return err
		}
	}
	http.SetCookie(w, s.cookie(auth.CookieName, "", -1))
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// firstRunForm is what was typed on the first-run page.
type firstRunForm struct {
	Token, Email, Name string
	Err                *headway.Error
}

func (s *Site) firstRunPage(w http.ResponseWriter, r *http.Request) error {
	if err := s.firstRunOpen(r); err != nil {
		return err
	}
	return s.bare(w, r, http.StatusOK, "First run", firstRun(firstRunForm{Token: r.URL.Query().Get("token")}))
}

func (s *Site) firstRun(w http.ResponseWriter, r *http.Request) error {
	if err := s.firstRunOpen(r); err != nil {
		return err
	}
	form := firstRunForm{Token: r.PostFormValue("token"), Email: r.PostFormValue("email"), Name: r.PostFormValue("name")}
	password := headway.NewSecret(r.PostFormValue("password"))
	var err error
	if subtle.ConstantTimeCompare([]byte(form.Token), []byte(s.FirstRunToken.Reveal())) != 1 {
		err = headway.Invalidf("token", "this is not the one-time token").WithHint("the server printed it to its log when it started")
	} else {
		_, err = s.app.Bootstrap(r.Context(), app.NewUser{Email: form.Email, Name: form.Name, Password: password})
	}
	if e, ok := refused(err); ok {
		form.Err = e
		return s.bare(w, r, status(e.Kind), "First run", firstRun(form))
	}
	if err != nil {
		return err
	}
	secret, err := s.app.SignIn(r.Context(), credentials(r, form.Email, password.Reveal()))
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(auth.CookieName, secret.Reveal(), int(app.SessionLength.Seconds())))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *Site) firstRunOpen(r *http.Request) error {
	needed, err := s.app.NeedsBootstrap(r.Context())
	if err != nil {
		return err
	}
	if !needed || s.FirstRunToken.IsZero() {
		return headway.NotFoundf("this instance already has an administrator").WithHint("sign in, or ask them for an account")
	}
	return nil
}

// bare writes a page for nobody.
func (s *Site) bare(w http.ResponseWriter, r *http.Request, code int, title string, c component) error {
	p := ui.Page{Title: title, Assets: s.assets.Assets, Theme: theme(r)}
	return render(r.Context(), w, code, ui.Bare(p), c)
}
