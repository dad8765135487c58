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
	return p.show(workBody(p.Page, v))
}

// readAll marks what the viewer was told as read: one thing, or without a name everything.
func (s *Site) readAll(w http.ResponseWriter, r *http.Request) error {
	id, text := r.PostFormValue("id"), "All of it is marked as read."
	if id != "" {
		text = "Marked as read."
	}
	err := s.app.MarkRead(r.Context(), auth.Actor(r.Context()), id)
	return s.settle(w, r, local(r.PostFormValue("back")), text, err)
}
