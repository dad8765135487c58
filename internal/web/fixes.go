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

// fixesView is the fixes of a programme, or of one team.
type fixesView struct {
	app.FixList
	Query app.FixQuery
	Typed app.NoteFix
	Err   *headway.Error
}

func (s *Site) fixesPage(w http.ResponseWriter, r *http.Request) error {
	return s.showFixes(w, r, http.StatusOK, app.NoteFix{}, nil)
}

func (s *Site) showFixes(w http.ResponseWriter, r *http.Request, code int, typed app.NoteFix, problem *headway.Error) error {
	p, err := s.open(w, r, "fixes", "Fixes")
	if err != nil {
		return err
	}
	v := fixesView{Query: app.FixQuery{Team: r.URL.Query().Get("team"), Missing: r.URL.Query().Get("missing") != ""}, Typed: typed, Err: problem}
	if v.FixList, err = s.app.FixListView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	return p.showAs(code, fixesBody(p.Page, v))
}

func (s *Site) noteFix(w http.ResponseWriter, r *http.Request) error {
	in := app.NoteFix{Team: r.PostFormValue("team"), Title: strings.TrimSpace(r.PostFormValue("title")), Place: strings.TrimSpace(r.PostFormValue("place"))}
	if defect := strings.TrimSpace(r.PostFormValue("defect")); defect != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(defect), "D-"))
		if err != nil || n < 1 {
			return s.showFixes(w, r, http.StatusUnprocessableEntity, in, headway.Invalidf("defect", "%q is no defect", headway.Shorten(defect, 20)).WithHint("write it as D-12"))
		}
		in.Defect = n
	}
	f, err := s.app.NoteFix(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	e, ok := refused(err)
	if !ok && headway.KindOf(err) == headway.NotFound && err != nil {
		e, ok = headway.Invalidf("place", "there is no such defect, or this team has no such release").WithHint("write a version as 2.4.0, or trunk"), true
	}
	if ok {
		return s.showFixes(w, r, status(e.Kind), in, e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/fixes", f.Name()+" is noted.")
}

func (s *Site) markFix(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no fix %q", r.PathValue("number"))
	}
	_, err = s.app.MarkFix(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.MarkFix{
		Number: number, Place: r.PostFormValue("place"), State: headway.FixState(r.PostFormValue("state")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	})
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/fixes", "Noted; the gate judges by it.", err)
}

// fixMark gives the round sign of a fix in a place.
func fixMark(c headway.FixCell) string {
	switch c.State {
	case headway.FixIn:
		return "pass"
	case headway.FixMissing:
		if c.Asked {
			return "fail"
		}
		return "unknown"
	case headway.FixNotNeeded:
		return "waived"
	}
	return ""
}

// fixText says a cell in a word.
func fixText(c headway.FixCell) string {
	switch {
	case c.State == headway.FixMissing && !c.Asked:
		return "not told"
	case c.State == headway.FixNotNeeded:
		return "not needed"
	case c.State == headway.FixEarlier:
		return "older"
	}
	return string(c.State)
}

// fixWhy says by what a cell is known.
func fixWhy(c headway.FixCell) string {
	says := map[headway.FixSign]string{
		headway.SignTrailer: "its message names the defect", headway.SignPicked: "cherry-picked", headway.SignSame: "the same commit",
		headway.SignPatch: "the same patch", headway.SignShelved: "by the candidate", headway.SignTrunk: "came with trunk",
	}
	switch {
	case c.State == headway.FixIn && c.Sign != headway.SignHand:
		return says[c.Sign]
	case c.ByName != "" && c.Reason != "":
		return c.ByName + ": " + c.Reason
	case c.ByName != "":
		return "says " + c.ByName
	}
	return c.Reason
}

// fixesSummary is the answer that the page gives first.
func fixesSummary(v fixesView) string {
	rows, missing := 0, 0
	for _, m := range v.Matrices {
		rows += len(m.Rows) + m.More
		missing += m.Missing
	}
	switch {
	case rows == 0:
		return "No fix is on record."
	case missing == 0:
		return "No fix is missing from a release on the shelf or from trunk."
	case missing == 1:
		return "One fix is missing from a later release or from trunk: what it mended would come back."
	}
	return fmt.Sprintf("%d fixes are missing from later releases or from trunk: what they mended would come back.", missing)
}

// missingText counts what one team misses.
func missingText(m app.TeamFixes) string {
	if m.Missing == 1 {
		return "1 is missing"
	}
	return fmt.Sprintf("%d are missing", m.Missing)
}

// placeKey names a place in forms.
func placeKey(p headway.FixPlace) string {
	if p.ID == headway.Trunk {
		return headway.Trunk
	}
	return p.Release.Version
}

// lastCommit gives the newest commit of a cell that carries the fix; empty when none does.
func lastCommit(c headway.FixCell) headway.FixCommit {
	var out headway.FixCommit
	for _, k := range c.Commits {
		if k.Reverted == "" {
			out = k
		}
	}
	return out
}

func mayMark(p ui.Page, c headway.FixCell) bool {
	return p.Viewer.May(headway.TriageDefect) && c.State != headway.FixEarlier
}
