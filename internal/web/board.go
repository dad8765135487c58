package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// boardView is what the board shows.
type boardView struct {
	app.Board
	Query   app.BoardQuery
	Lanes   string // release, person, skill or none
	Me      headway.Person
	Back    string // address with the filter
	Support app.Support
}

func (s *Site) boardPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "board", "Ops board")
	if err != nil {
		return err
	}
	in := r.URL.Query()
	v := boardView{Query: app.BoardQuery{Release: in.Get("release"), Person: in.Get("person"), Skill: headway.Skill(in.Get("skill"))}, Lanes: in.Get("lanes"), Back: r.URL.RequestURI()}
	if v.Board, err = s.app.BoardView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	if v.Support, err = s.app.SupportView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	v.Me = p.me(v.People)
	p.Wide = true
	return p.show(boardBody(p.Page, v))
}

// me finds who the viewer is among the people of the programme; zero when the
// account stands for nobody.
func (p *page) me(people []headway.Person) headway.Person {
	for _, person := range people {
		if person.UserID != "" && person.UserID == p.actor.UserID {
			return person
		}
	}
	return headway.Person{}
}

func (v boardView) link(key, value string) string {
	out := url.Values{}
	for k, text := range map[string]string{"release": v.Query.Release, "person": v.Query.Person, "skill": string(v.Query.Skill), "lanes": v.Lanes} {
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
	for _, p := range v.People {
		for _, s := range p.Skills {
			if !slices.Contains(out, s) {
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

// boardLane is one row of the board; a board without lanes has one.
type boardLane struct {
	Key, Title, Class, Href string
	Person                  string                  // key of the person whose lane it is, or nobody
	Cells                   [][]headway.BacklogItem // by column
	Count                   int
}

// nobody stands for the lane of cards that are in nobody's hands.
const nobody = "-"

// lanes sorts the cards into rows, in the order in which their first cards stand.
// People have a row each, with or without a card, so that one can be given to
// them; their rows stay in place when cards move.
func (v boardView) lanes() []boardLane {
	var out []boardLane
	at := map[string]int{}
	if v.Lanes == "person" {
		for n, lane := range v.people() {
			lane.Cells = make([][]headway.BacklogItem, len(v.Columns))
			at[lane.Key], out = n, append(out, lane)
		}
	}
	if v.Lanes != "release" && v.Lanes != "person" && v.Lanes != "skill" {
		out, at[""] = append(out, boardLane{Cells: make([][]headway.BacklogItem, len(v.Columns))}), 0
	}
	for c, col := range v.Columns {
		for _, i := range col.Items {
			lane := v.laneOf(i)
			n, ok := at[lane.Key]
			if !ok {
				n, lane.Cells = len(out), make([][]headway.BacklogItem, len(v.Columns))
				at[lane.Key], out = n, append(out, lane)
			}
			out[n].Cells[c] = append(out[n].Cells[c], i)
			out[n].Count++
		}
	}
	return out
}

// people lists the lanes of everybody who could be given a card, and of nobody.
func (v boardView) people() []boardLane {
	out := []boardLane{}
	if v.Query.Person == "" {
		for _, w := range v.Weeks {
			out = append(out, personLane(w.Person))
		}
	}
	return append(out, boardLane{Key: nobody, Title: "Nobody yet", Person: nobody})
}

func personLane(p headway.Person) boardLane {
	return boardLane{Key: p.Key, Title: p.Name, Person: p.Key}
}

func (v boardView) laneOf(i headway.BacklogItem) boardLane {
	switch v.Lanes {
	case "release":
		r := v.Releases[i.ReleaseID]
		return boardLane{Key: r.ID, Title: teamName(v.Cast, r.TeamID) + " " + v.release(i), Class: lineOf(v.Cast, r.TeamID), Href: "/releases/" + r.ID}
	case "skill":
		return boardLane{Key: string(i.Skill), Title: i.Skill.Name()}
	case "person":
		for _, id := range boardPeople(v, i) {
			if n := slices.IndexFunc(v.People, func(p headway.Person) bool { return p.ID == id }); n >= 0 {
				return personLane(v.People[n])
			}
		}
		return boardLane{Key: nobody, Title: "Nobody yet", Person: nobody}
	}
	return boardLane{}
}

// holder is the key of who has a card in hand, or nobody; empty when several have.
func (v boardView) holder(i headway.BacklogItem) string {
	switch len(i.Assignees) {
	case 0:
		return nobody
	case 1:
		for _, p := range v.People {
			if p.ID == i.Assignees[0] {
				return p.Key
			}
		}
	}
	return ""
}

func columnCount(c app.BoardColumn) string {
	if c.Limit > 0 {
		return fmt.Sprintf("%d of %d", c.Count, c.Limit)
	}
	return fmt.Sprint(c.Count)
}

func full(c app.BoardColumn) bool { return c.Limit > 0 && c.Count >= c.Limit }

// worked tells estimate against actual, and whether it is over.
func (v boardView) worked(i headway.BacklogItem, now time.Time) (text string, over bool) {
	switch {
	case i.State == headway.ItemDone && i.Spent > 0:
		return fmt.Sprintf("%s of %s", ui.Hours(i.Spent), ui.Hours(i.Estimate)), i.Spent > i.Estimate
	case i.State == headway.ItemDone:
		return ui.Hours(i.Estimate), false
	case !i.StartedAt.IsZero():
		spent := v.Calendar.WorkingTime(headway.Interval{From: i.StartedAt, To: now}).Round(30 * time.Minute)
		return fmt.Sprintf("%s of %s", ui.Hours(spent), ui.Hours(i.Estimate)), spent > i.Estimate
	}
	return ui.Hours(i.Estimate), false
}

// weekText says how free somebody is.
func weekText(w app.PersonWeek) string {
	return fmt.Sprintf("%s, %s free in 5 days", w.Person.Name, ui.Hours(w.Free().Round(30*time.Minute)))
}

// supporters lists who an interrupt may be logged for: the viewer first.
func (v boardView) supporters() []headway.Person {
	var out []headway.Person
	for _, w := range v.Weeks {
		out = append(out, w.Person)
	}
	slices.SortStableFunc(out, func(a, b headway.Person) int { return supportRank(b, v.Me) - supportRank(a, v.Me) })
	return out
}

func supportRank(p, me headway.Person) int {
	switch {
	case p.ID == me.ID:
		return 2
	case slices.Contains(p.Skills, headway.SkillSupport):
		return 1
	}
	return 0
}

func (v boardView) load(id string) headway.SupportLoad {
	for _, l := range v.Support.Loads {
		if l.Person.ID == id {
			return l.SupportLoad
		}
	}
	return headway.SupportLoad{}
}

func dayText(d headway.Date) string { return d.In(time.UTC).Format("Mon 2 Jan") }
