package web

import (
	"net/http"
	"net/url"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

func (s *Site) shelfPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "shelf", "Shelf")
	if err != nil {
		return err
	}
	v, err := s.app.ShelfView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	return p.show(shelfBody(p.Page, v))
}

// lineOf gives the line colour of a team of the cast.
func lineOf(c app.Cast, teamID string) string {
	if _, i := c.Team(teamID); i >= 0 {
		return ui.LineOf(i)
	}
	return ""
}

func teamName(c app.Cast, teamID string) string {
	t, _ := c.Team(teamID)
	return t.Name
}

// blockedBy says in a few words what keeps a candidate from going on.
func blockedBy(row app.ShelfRow) []string {
	var out []string
	if row.Blockers > 0 {
		out = append(out, ui.Count(row.Blockers, "blocker"))
	}
	for _, i := range row.Blocked {
		out = append(out, i.Title+": "+i.BlockedReason)
	}
	for _, e := range row.Evidence {
		if e.Outcome == headway.Fail {
			out = append(out, ui.KindName(string(e.Kind))+" failed")
		}
	}
	return out
}

func oldest(rows []app.ShelfRow) int {
	age := 0
	for _, r := range rows {
		age = max(age, r.AgeDays)
	}
	return age
}

func teamKey(c app.Cast, teamID string) string {
	t, _ := c.Team(teamID)
	return t.Key
}

// pathSegment escapes a name for one segment of an address.
func pathSegment(s string) string { return url.PathEscape(s) }
