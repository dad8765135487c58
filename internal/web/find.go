package web

import (
	"net/http"

	"headway/internal/app"
	"headway/internal/web/ui"
)

// findPage lists what a text is met in; the palette shows its list as one types.
func (s *Site) findPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "", "Find")
	if err != nil {
		return err
	}
	text := r.URL.Query().Get("q")
	found, err := s.app.FindView(r.Context(), p.actor, p.Programme.Key, text)
	if err != nil {
		return err
	}
	p.Narrow = true
	return p.show(findBody(p.Page, text, found))
}

// foundPath gives the page of something found.
func foundPath(at ui.Ref, f app.Found) string {
	switch f.Kind {
	case "release":
		return at.Path("/releases/" + f.ID)
	case "team":
		return at.Path("/releases?team=" + f.ID)
	case "person":
		return at.Path("/board?person=" + f.ID)
	}
	return at.Path("/defects#d-" + f.ID)
}
