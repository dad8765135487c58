package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// A form of a card carries what the card showed, in words. Where it comes too
// late, they are laid beside what the card would show now.

const shownAt = "at"

// shownCard is what a card shows, as a hidden field of its forms.
func shownCard(p ui.Page, v boardView, i headway.BacklogItem) string {
	out := url.Values{shownAt: {strconv.FormatInt(p.Clock.Now.UnixMilli(), 10)}}
	for _, word := range cardWords(v.Cast, i, v.release(i)) {
		out.Set(word.Name, word.Value)
	}
	return out.Encode()
}

// cardWords tells of a card what people act on; what does not apply is left out.
func cardWords(c app.Cast, i headway.BacklogItem, name string) []ui.Value {
	hands := "nobody"
	if names := c.Names(i.Assignees); len(names) > 0 {
		hands = strings.Join(names, " and ")
	}
	out := []ui.Value{
		{Name: "Work", Value: i.Title},
		{Name: "Of", Value: name},
		{Name: "Column", Value: ui.ColumnName(i.State)},
		{Name: "In the hands of", Value: hands},
		{Name: "Estimate", Value: ui.Hours(i.Estimate) + manyAtOnce(i.People)},
	}
	if i.BlockedReason != "" {
		out = append(out, ui.Value{Name: "Blocked because", Value: headway.Shorten(i.BlockedReason, 100)})
	}
	if i.Outcome != "" {
		out = append(out, ui.Value{Name: "Result", Value: headway.Shorten(strings.TrimSuffix(string(i.Outcome)+": "+i.Result, ": "), 100)})
	}
	if !i.PinnedStart.IsZero() {
		out = append(out, ui.Value{Name: "Fixed at", Value: i.PinnedStart.In(c.Calendar.Zone).Format("Mon 2 Jan 15:04")})
	}
	return out
}

func manyAtOnce(people int) string {
	if people > 1 {
		return fmt.Sprintf(" for %d", people)
	}
	return ""
}

// cardDiffers lays what was shown beside the words of now; what is in one only
// differs from nothing.
func cardDiffers(shown url.Values, now []ui.Value) []ui.Difference {
	var out []ui.Difference
	for _, word := range now {
		if was := shown.Get(word.Name); was != word.Value {
			out = append(out, ui.Difference{What: word.Name, Was: orDash(was), Is: word.Value})
		}
		shown.Del(word.Name)
	}
	for _, gone := range []string{"Blocked because", "Result", "Fixed at"} {
		if was := shown.Get(gone); was != "" {
			out = append(out, ui.Difference{What: gone, Was: was, Is: orDash("")})
		}
	}
	return out
}

// settleCard ends a form of a card. One that came too late is told what the
// card was when the page was drawn, what it is, and who changed it.
func (s *Site) settleCard(w http.ResponseWriter, r *http.Request, text string, err error) error {
	back := boardBack(r)
	shown, bad := url.ParseQuery(r.PostFormValue("shown"))
	if bad != nil || len(shown) == 0 || headway.KindOf(err) != headway.Conflict {
		return s.settle(w, r, back, text, err)
	}
	v, failed := s.app.ItemView(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("item"))
	if failed != nil {
		return failed
	}
	if fmt.Sprint(v.Item.Version) == r.PostFormValue("version") {
		return s.settle(w, r, back, text, err)
	}
	differs := cardDiffers(shown, cardWords(v.Cast, v.Item, v.Name))
	if len(differs) == 0 {
		return s.settle(w, r, back, text, err)
	}
	word := fmt.Sprintf("“%s” was changed meanwhile, so this was not done. Look at what is different, and do it again if it still holds.", v.Item.Title)
	drawn, _ := strconv.ParseInt(shown.Get(shownAt), 10, 64)
	if v.Last.At.After(time.UnixMilli(drawn)) {
		clock := ui.Clock{Now: s.app.Now(), Calendar: v.Calendar}
		word += fmt.Sprintf(" %s, %s: %s.", v.Last.ActorName, clock.Relative(v.Last.At), v.Last.Text)
	}
	s.setFlash(w, ui.Flash{Text: word, Bad: true, Differs: differs})
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
