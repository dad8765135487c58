package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// boardBack gives where a form of the board came from.
func boardBack(r *http.Request) string {
	if back := r.PostFormValue("back"); strings.HasPrefix(back, "/p/") {
		return local(back)
	}
	return "/p/" + r.PathValue("programme") + "/board"
}

func seenVersion(r *http.Request) (int64, error) {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return 0, headway.Invalidf("version", "the version of the card is missing").WithHint("load the board again")
	}
	return version, nil
}

// moveItem answers a card's "Move to…" form, which dragging sends as well.
func (s *Site) moveItem(w http.ResponseWriter, r *http.Request) error {
	key, back := r.PathValue("programme"), boardBack(r)
	version, err := seenVersion(r)
	if err != nil {
		return err
	}
	in := app.MoveItem{
		ID: r.PathValue("item"), To: headway.ItemState(r.PostFormValue("to")), Version: version, Outcome: headway.Outcome(r.PostFormValue("outcome")), Before: r.PostFormValue("before"),
	}
	note := strings.TrimSpace(r.PostFormValue("reason"))
	if in.To == headway.ItemBlocked {
		in.Reason = note
	} else {
		in.Result = note
	}
	if give := r.PostFormValue("give"); give != "" {
		return s.giveItem(w, r, in, give)
	}
	by := auth.Actor(r.Context())
	moved, err := s.app.MoveItem(r.Context(), by, key, in)
	if person := r.PostFormValue("take"); err == nil && person != "" {
		moved.Item, err = s.app.AssignItem(r.Context(), by, key, app.AssignItem{ID: in.ID, People: []string{person}, Version: moved.Item.Version})
	}
	text := fmt.Sprintf("“%s” is %s.", moved.Item.Title, strings.ToLower(ui.ColumnName(in.To)))
	from := headway.ItemState(r.PostFormValue("from"))
	if err == nil && canGoBack(from, in.To) && len(moved.Voided) == 0 {
		return s.doneUndo(w, r, back, text, ui.Undo{Action: r.URL.Path, Values: []ui.Value{
			{Name: "to", Value: string(from)}, {Name: "version", Value: fmt.Sprint(moved.Item.Version)}, {Name: "back", Value: back},
		}})
	}
	return s.settleCard(w, r, text, err)
}

// giveItem gives a card to the person into whose lane it was moved, and then
// moves it when its column changed too.
func (s *Site) giveItem(w http.ResponseWriter, r *http.Request, in app.MoveItem, to string) error {
	key, back, by := r.PathValue("programme"), boardBack(r), auth.Actor(r.Context())
	assign := app.AssignItem{ID: in.ID, Version: in.Version}
	text := "Nobody has “%s” now."
	if to != nobody {
		assign.People, text = []string{to}, "“%s” was given away."
	}
	item, err := s.app.AssignItem(r.Context(), by, key, assign)
	if err != nil {
		return s.settleCard(w, r, "", err)
	}
	text = fmt.Sprintf(text, item.Title)
	if string(in.To) != r.PostFormValue("from") {
		in.Version = item.Version
		moved, err := s.app.MoveItem(r.Context(), by, key, in)
		if e, ok := refused(err); ok {
			err = headway.Errorf(e.Kind, "%s, but it stays where it was: %s", strings.TrimSuffix(text, "."), e.Message).WithHint("%s", e.Hint).Because(err)
		}
		return s.settle(w, r, back, fmt.Sprintf("%s It is %s.", text, strings.ToLower(ui.ColumnName(moved.Item.State))), err)
	}
	had := r.PostFormValue("had")
	if had == "" {
		return s.done(w, r, back, text)
	}
	if had == nobody {
		had = ""
	}
	return s.doneUndo(w, r, back, text, ui.Undo{Action: "/p/" + key + "/items/" + in.ID + "/assign", Values: []ui.Value{
		{Name: "person", Value: had}, {Name: "version", Value: fmt.Sprint(item.Version)}, {Name: "back", Value: back},
	}})
}

// canGoBack tells whether a move is undone by the opposite one: what is done
// only goes back to doing, and blocking takes a reason.
func canGoBack(from, to headway.ItemState) bool {
	switch {
	case from == "" || from == to || from == headway.ItemBlocked:
		return false
	case to == headway.ItemDone:
		return from == headway.ItemDoing
	}
	return from != headway.ItemDone
}

// assignItem answers a card's "Give" form; nobody takes it back from all.
func (s *Site) assignItem(w http.ResponseWriter, r *http.Request) error {
	version, err := seenVersion(r)
	if err != nil {
		return err
	}
	in := app.AssignItem{ID: r.PathValue("item"), Version: version}
	if person := r.PostFormValue("person"); person != "" {
		in.People = []string{person}
	}
	item, err := s.app.AssignItem(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	text := fmt.Sprintf("“%s” was given away.", item.Title)
	if len(in.People) == 0 {
		text = fmt.Sprintf("Nobody has “%s” now.", item.Title)
	}
	return s.settleCard(w, r, text, err)
}

// logInterrupt answers the menu that logs production support.
func (s *Site) logInterrupt(w http.ResponseWriter, r *http.Request) error {
	back := boardBack(r)
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil {
		return s.settle(w, r, back, "", headway.Invalidf("minutes", "say how many minutes it took"))
	}
	key := r.PathValue("programme")
	i, err := s.app.LogInterrupt(r.Context(), auth.Actor(r.Context()), key, app.LogInterrupt{
		Person: r.PostFormValue("person"), Minutes: minutes, Title: strings.TrimSpace(r.PostFormValue("title")), Release: r.PostFormValue("release"),
	})
	if err != nil {
		return s.settle(w, r, back, "", err)
	}
	return s.doneUndo(w, r, back, fmt.Sprintf("%s of production support logged.", minutesText(minutes)),
		ui.Undo{Action: "/p/" + key + "/interrupts/" + i.ID + "/remove", Values: []ui.Value{{Name: "back", Value: back}}})
}

// removeInterrupt takes production support back that was logged by mistake.
func (s *Site) removeInterrupt(w http.ResponseWriter, r *http.Request) error {
	err := s.app.RemoveInterrupt(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("interrupt"))
	return s.settle(w, r, boardBack(r), "Taken back.", err)
}
