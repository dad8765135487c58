package web

import (
	"net/http"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// connectionsView lists the connections, beside what was typed into the form.
// Secrets go in and never come out, not even after a refusal.
type connectionsView struct {
	All  []app.ConnectionView
	Form connectionForm
}

type connectionForm struct {
	Key, Kind, URL, Username string
	Err                      *headway.Error
}

func (s *Site) connectionsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showConnections(w, r, http.StatusOK, connectionForm{Key: r.URL.Query().Get("key")})
}

func (s *Site) showConnections(w http.ResponseWriter, r *http.Request, code int, f connectionForm) error {
	p, err := s.open(w, r, "settings", "Connections")
	if err != nil {
		return err
	}
	v := connectionsView{Form: f}
	if v.All, err = s.app.Connections(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	for _, c := range v.All {
		if f.Err == nil && c.Key == f.Key { // to be changed: begin with how it is
			v.Form.Kind, v.Form.URL, v.Form.Username = string(c.Kind), c.URL, c.Username
		}
	}
	p.Narrow = true
	return p.showAs(code, connectionsBody(p.Page, v))
}

func (s *Site) setConnection(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := connectionForm{Key: value("connection"), Kind: value("kind"), URL: value("connection.url"), Username: value("connection.username")}
	_, err := s.app.SetConnection(r.Context(), auth.Actor(r.Context()), key, app.SetConnection{
		Key: f.Key, Kind: headway.StepKind(f.Kind), URL: f.URL, Username: f.Username,
		Secret: headway.NewSecret(r.PostFormValue("connection.secret")), Signing: headway.NewSecret(r.PostFormValue("connection.signing")),
	})
	if e, ok := refused(err); ok {
		f.Err = e
		return s.showConnections(w, r, status(e.Kind), f)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/settings/connections", "The connection "+f.Key+" is kept. Its secrets are not shown again.")
}

func (s *Site) removeConnection(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	err := s.app.RemoveConnection(r.Context(), auth.Actor(r.Context()), key, r.PathValue("connection"))
	return s.settle(w, r, "/p/"+key+"/settings/connections", "The connection and its secrets are forgotten.", err)
}
