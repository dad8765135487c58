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

// teamsPage leads to the backlog of the viewer's own team, or of the first.
func (s *Site) teamsPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "teams", "Team backlog")
	if err != nil {
		return err
	}
	v, err := s.app.TeamBacklogView(r.Context(), p.actor, p.Programme.Key, "")
	if err != nil {
		return err
	}
	if v.Team.Key == "" {
		return p.show(noTeamsBody(p.Page))
	}
	http.Redirect(w, r, p.Programme.Path("/teams/"+v.Team.Key), http.StatusSeeOther)
	return nil
}

func (s *Site) teamPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "teams", "Team backlog")
	if err != nil {
		return err
	}
	v, err := s.app.TeamBacklogView(r.Context(), p.actor, p.Programme.Key, r.PathValue("team"))
	if err != nil {
		return err
	}
	budget, err := s.app.ReworkView(r.Context(), p.actor, p.Programme.Key, v.Team.Key)
	if err != nil {
		return err
	}
	p.Title = "Backlog of " + v.Team.Name
	return p.show(teamBody(p.Page, v, budget.Rework))
}

// addTeamItem answers the line at the end of a sprint.
func (s *Site) addTeamItem(w http.ResponseWriter, r *http.Request) error {
	back := "/p/" + r.PathValue("programme") + "/teams/" + r.PathValue("team")
	hours, err := typedHours(r.PostFormValue("hours"))
	var i headway.TeamItem
	if err == nil {
		i, err = s.app.AddTeamItem(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.AddTeamItem{
			Team: r.PathValue("team"), Title: strings.TrimSpace(r.PostFormValue("title")), Kind: headway.TeamItemKind(r.PostFormValue("kind")), Hours: hours, Sprint: r.PostFormValue("sprint"),
		})
	}
	return s.settle(w, r, back, i.Name()+" is in the backlog.", err)
}

// changeTeamItem answers the forms of an item. Fields that a form does not have stay.
func (s *Site) changeTeamItem(w http.ResponseWriter, r *http.Request) error {
	back := local(r.PostFormValue("back"))
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no item %q", r.PathValue("number"))
	}
	in := app.ChangeTeamItem{Number: number}
	if in.Version, err = seenVersion(r); err != nil {
		return err
	}
	if r.PostForm.Has("title") {
		title := strings.TrimSpace(r.PostFormValue("title"))
		in.Title = &title
	}
	if r.PostForm.Has("kind") {
		kind := headway.TeamItemKind(r.PostFormValue("kind"))
		in.Kind = &kind
	}
	if r.PostForm.Has("sprint") {
		sprint := r.PostFormValue("sprint")
		in.Sprint = &sprint
	}
	if r.PostForm.Has("state") {
		state := headway.ItemState(r.PostFormValue("state"))
		in.State = &state
	}
	if r.PostForm.Has("hours") {
		hours, err := typedHours(r.PostFormValue("hours"))
		if err != nil {
			return s.settle(w, r, back, "", err)
		}
		in.Hours = &hours
	}
	i, err := s.app.ChangeTeamItem(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	return s.settle(w, r, back, teamItemWord(i), err)
}

func typedHours(typed string) (float64, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return 0, nil
	}
	hours, err := strconv.ParseFloat(typed, 64)
	if err != nil {
		return 0, headway.Invalidf("hours", "%q is no number of hours", headway.Shorten(typed, 20))
	}
	return hours, nil
}

func teamItemWord(i headway.TeamItem) string {
	if i.State == headway.ItemDropped {
		return i.Name() + " was dropped; the history keeps it."
	}
	return fmt.Sprintf("%s is %s.", i.Name(), strings.ToLower(ui.ColumnName(i.State)))
}

// sprintFacts says in a line how a team's sprint stands.
func sprintFacts(s app.TeamSprint) string {
	text := fmt.Sprintf("%d of %s done", s.Work.Done, ui.Count(s.Work.Items, "item"))
	if s.Work.Hours > 0 {
		text += fmt.Sprintf(", %.0f of %s", s.Work.DoneHours.Hours(), ui.Hours(s.Work.Hours))
	}
	if s.Work.Unestimated > 0 {
		text += fmt.Sprintf("; %d not estimated", s.Work.Unestimated)
	}
	return text
}

// overfull tells whether more was taken in than the team's people have time for.
func overfull(s app.TeamSprint) bool { return s.Room > 0 && s.Work.Hours > s.Room }

// sprintBar gives the done and the whole of a sprint's bar: estimated hours, or
// items while nothing is estimated.
func sprintBar(w headway.TeamWork) (done, whole int) {
	if w.Hours > 0 {
		return int(w.DoneHours.Minutes()), int(w.Hours.Minutes())
	}
	return w.Done, max(w.Items, 1)
}

// defectExit says what was decided about a defect.
func defectExit(d headway.Defect) string {
	switch {
	case d.State == headway.DefectDeferred:
		return "in the next release"
	case d.State == headway.DefectAccepted:
		return "goes to production knowingly"
	case d.State == headway.DefectInvalid:
		return "was no defect"
	case d.State == headway.DefectFixed:
		return "fixed"
	case d.FixHere:
		return "fix in this release"
	case d.Blocks():
		return "holds the gate"
	}
	return "not decided yet"
}
