package web

import (
	"io"
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// importFreezes takes a calendar of freezes, or says what it would change.
func (s *Site) importFreezes(w http.ResponseWriter, r *http.Request) error {
	preview := r.URL.Query().Get("preview") != ""
	var changed app.ProgrammeChanges
	chosen := false
	_, err := upload(w, r, func(_ map[string][]string, name string, content io.Reader) (err error) {
		chosen = true
		changed, err = s.app.ImportFreezes(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.ImportFreezes{File: content, Name: headway.Shorten(headway.PlainText(name), 100), Preview: preview})
		return err
	})
	if err == nil && !chosen {
		err = headway.Invalidf("calendar", "no calendar was chosen").WithHint("choose an .ics file")
	}
	e, isRefused := refused(err)
	if err != nil && !isRefused {
		return err
	}
	r.SetPathValue("section", "freezes")
	sec, p, v, err := s.openSection(w, r)
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/settings/freezes"))
	if !preview && !isRefused {
		return s.done(w, r, p.Programme.Path("/settings/freezes"), savedText(changed))
	}
	view := sectionView{Section: sec, Seen: sec.only(v.File).Digest(), Import: e}
	view.Elements = sec.show(p.guide(v.File, view.Start), v.File)
	if isRefused {
		return p.showAs(status(e.Kind), sectionBody(p.Page, view))
	}
	view.Imported = &changed
	return p.show(sectionBody(p.Page, view))
}
