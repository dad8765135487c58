package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"headway/internal/web/ui"
)

// A flash is one word after a redirect. It travels in a cookie that the next
// page takes.

const (
	flashLimit  = 2000 // bytes of its text
	cookieLimit = 2900 // bytes of all of it, before they are encoded: browsers keep 4096
)

func (s *Site) leaveFlash(w http.ResponseWriter, text string, bad bool) {
	s.setFlash(w, ui.Flash{Text: text, Bad: bad})
}

func (s *Site) setFlash(w http.ResponseWriter, f ui.Flash) {
	f.Text = strings.ToValidUTF8(f.Text[:min(len(f.Text), flashLimit)], "")
	raw, err := json.Marshal(f)
	for err == nil && len(raw) > cookieLimit && len(f.Differs) > 0 {
		f.Differs = f.Differs[:len(f.Differs)-1]
		raw, err = json.Marshal(f)
	}
	if err != nil {
		return // text and addresses always encode
	}
	http.SetCookie(w, s.cookie(flashCookie, base64.RawURLEncoding.EncodeToString(raw), 60))
}

// takeFlash reads the word once.
func (s *Site) takeFlash(w http.ResponseWriter, r *http.Request) ui.Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil || c.Value == "" || r.Method != http.MethodGet {
		return ui.Flash{}
	}
	http.SetCookie(w, s.cookie(flashCookie, "", -1))
	var f ui.Flash
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(raw, &f) != nil {
		return ui.Flash{}
	}
	if f.Undo != nil && local(f.Undo.Action) != f.Undo.Action {
		f.Undo = nil
	}
	return f
}

// doneUndo redirects after a verb whose effect did not leave the house, with
// the form that takes it back.
func (s *Site) doneUndo(w http.ResponseWriter, r *http.Request, to, text string, undo ui.Undo) error {
	s.setFlash(w, ui.Flash{Text: text, Undo: &undo})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
