package web

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// boardView is what the board shows.
type boardView struct {
	app.Board
	Query app.BoardQuery
	Me    headway.Person // the viewer, zero when the account stands for nobody
	Back  string         // address with the filter
}

func (s *Site) boardPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "board", "Ops board")
	if err != nil {
		return err
	}
	in := r.URL.Query()
	v := boardView{Query: app.BoardQuery{Release: in.Get("release"), Person: in.Get("person"), Skill: headway.Skill(in.Get("skill"))}, Back: r.URL.RequestURI()}
	if v.Board, err = s.app.BoardView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	for _, person := range v.People {
		if person.UserID != "" && person.UserID == p.actor.UserID {
			v.Me = person
		}
	}
	p.Wide = true
	return p.show(boardBody(p.Page, v))
}

func (v boardView) link(key, value string) string {
	out := url.Values{}
	for k, text := range map[string]string{"release": v.Query.Release, "person": v.Query.Person, "skill": string(v.Query.Skill)} {
		if text != "" {
			out.Set(k, text)
		}
	}
	if value == "" {
		out.Del(key)
	} else {
		out.Set(key, value)
	}
	return "?" + out.Encode()
}

func (v boardView) skills() []headway.Skill {
	var out []headway.Skill
	seen := map[headway.Skill]bool{}
	for _, p := range v.People {
		for _, s := range p.Skills {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func (v boardView) release(i headway.BacklogItem) string {
	r := v.Releases[i.ReleaseID]
	if name := v.Names[i.CandidateID]; name != "" {
		return name
	}
	return r.Version
}

func columnCount(c app.BoardColumn) string {
	if c.Limit > 0 {
		return fmt.Sprintf("%d of %d", c.Count, c.Limit)
	}
	return fmt.Sprint(c.Count)
}

// spent tells estimate against actual.
func spent(i headway.BacklogItem, now time.Time) string {
	switch {
	case i.State == headway.ItemDone && i.Spent > 0:
		return fmt.Sprintf("%s of %s", ui.Hours(i.Spent), ui.Hours(i.Estimate))
	case !i.StartedAt.IsZero() && i.State != headway.ItemDone:
		return fmt.Sprintf("%s, started %s ago", ui.Hours(i.Estimate), ui.Duration(now.Sub(i.StartedAt)))
	}
	return ui.Hours(i.Estimate)
}
