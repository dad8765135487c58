package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// nextView is what a next candidate of a release would mean.
type nextView struct {
	app.Shelved
	Name  string   // of the release
	Fixes []string // defects thought of as fixed
}

// nextPage shows, before anything is built, what a next candidate costs.
func (s *Site) nextPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "shelf", "Next candidate")
	if err != nil {
		return err
	}
	v := nextView{Fixes: r.URL.Query()["fix"]}
	if v.Shelved, err = s.app.NextCandidateView(r.Context(), p.actor, p.Programme.Key, r.PathValue("release"), v.Fixes); err != nil {
		return err
	}
	v.Name = v.Team.Name + " " + v.Release.Version
	return p.show(nextBody(p.Page, v))
}

// answer says in one sentence what the next candidate costs its release.
func (v nextView) answer(c ui.Clock) string {
	if v.Impact == nil {
		return "The plan cannot be told."
	}
	before, after := v.Impact.Window.Before, v.Impact.Window.After
	switch {
	case after.IsZero():
		return "With " + v.Candidate.Name + " there is no plan that brings this release to production."
	case before.IsZero():
		return fmt.Sprintf("With %s this release reaches production on %s.", v.Candidate.Name, c.Day(after))
	case !after.Equal(before):
		return fmt.Sprintf("With %s production moves from %s to %s.", v.Candidate.Name, c.Day(before), c.Day(after))
	}
	return fmt.Sprintf("%s still makes the window of %s.", v.Candidate.Name, c.Day(after))
}

// others lists the releases of which production moves besides this one.
func (v nextView) others() []app.ReleaseShift {
	return slices.DeleteFunc(slices.Clone(v.Impact.Releases), func(s app.ReleaseShift) bool { return s.ReleaseID == v.Release.ID })
}

// again gives the items that are done anew or for the first time, stands those that need not be.
func (v nextView) again() (anew, stands []headway.BacklogItem, hours time.Duration) {
	for _, i := range v.Items {
		switch i.Fate {
		case headway.ItemAdded, headway.ItemRebound:
			anew = append(anew, i.Item)
			hours += i.Item.Estimate * time.Duration(i.Item.People)
		case headway.ItemStands:
			stands = append(stands, i.Item)
		case headway.ItemTakenBack, headway.ItemPast:
		}
	}
	return anew, stands, hours
}

func (v nextView) wouldFix(d headway.Defect) bool {
	return slices.Contains(v.Fixes, fmt.Sprintf("D-%d", d.Number))
}

// shiftWords says how far a release moves.
func shiftWords(s app.ReleaseShift) string {
	switch {
	case s.After.IsZero():
		return "falls out of the plan"
	case s.Before.IsZero():
		return "comes into the plan"
	case s.Days > 0:
		return fmt.Sprintf("%.0f days later", s.Days)
	default:
		return fmt.Sprintf("%.0f days earlier", -s.Days)
	}
}

// hitWords says what changes for one person.
func hitWords(h app.PersonHit) string {
	var parts []string
	for _, x := range []struct {
		n    int
		text string
	}{{h.Joined, "new"}, {h.Moved, "moved"}, {h.Freed, "taken off"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.text))
		}
	}
	return strings.Join(parts, ", ")
}

func spanOrDash(c ui.Clock, i headway.Interval) string {
	if i.From.IsZero() {
		return "–"
	}
	return c.Span(i)
}

// mayHaveNext tells whether a release has a candidate that another could replace.
func mayHaveNext(v app.ReleaseStory) bool {
	switch v.Release.State {
	case headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved, headway.ReleaseRolledBack:
		return len(v.Candidates) > 0
	}
	return false
}
