package web

import "net/http"

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
