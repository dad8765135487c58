package web

import (
	"net/http"

	"headway/internal/app"
)

// homePage lists the programmes that the viewer may see.
func (s *Site) homePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "", "Programmes")
	if err != nil {
		return err
	}
	rows, err := s.app.ProgrammesView(r.Context(), p.actor)
	if err != nil {
		return err
	}
	return p.show(homeBody(p.Page, rows))
}

func homeTotal(rows []app.ProgrammeRow) (live int) {
	for _, r := range rows {
		live += r.Live
	}
	return live
}
