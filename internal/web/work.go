package web

import (
	"net/http"

	"headway/internal/auth"
)

func (s *Site) workPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "work", "My work")
	if err != nil {
		return err
	}
	v, err := s.app.MyWorkView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	p.Narrow = true
	return p.show(workBody(p.Page, v))
}

// readAll marks everything that the viewer was told as read.
func (s *Site) readAll(w http.ResponseWriter, r *http.Request) error {
	err := s.app.MarkRead(r.Context(), auth.Actor(r.Context()), "")
	return s.settle(w, r, local(r.PostFormValue("back")), "All of it is marked as read.", err)
}
