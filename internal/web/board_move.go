package web

import (
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// moveItem answers a card's "Move to…" form, which dragging sends as well.
func (s *Site) moveItem(w http.ResponseWriter, r *http.Request) error {
	key, back := r.PathValue("programme"), r.PostFormValue("back")
	if !strings.HasPrefix(back, "/p/") {
		back = "/p/" + key + "/board"
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return headway.Invalidf("version", "the version of the card is missing").WithHint("load the board again")
	}
	in := app.MoveItem{ID: r.PathValue("item"), To: headway.ItemState(r.PostFormValue("to")), Version: version, Outcome: headway.Outcome(r.PostFormValue("outcome"))}
	note := strings.TrimSpace(r.PostFormValue("reason"))
	if in.To == headway.ItemBlocked {
		in.Reason = note
	} else {
		in.Result = note
	}
	by := auth.Actor(r.Context())
	moved, err := s.app.MoveItem(r.Context(), by, key, in)
	if person := r.PostFormValue("take"); err == nil && person != "" {
		_, err = s.app.AssignItem(r.Context(), by, key, app.AssignItem{ID: in.ID, People: []string{person}, Version: moved.Item.Version})
	}
	return s.settle(w, r, local(back), "Moved “"+moved.Item.Title+"”.", err)
}
