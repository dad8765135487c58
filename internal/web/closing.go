package web

import (
	"net/http"
	"slices"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// closingView is what is kept of a release on paper: its story, and the record
// of the decision that let it go to production.
type closingView struct {
	app.ReleaseStory
	Went app.DecisionView // its Record is nil when no go was used
}

func (s *Site) closingPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "releases", "Record")
	if err != nil {
		return err
	}
	var v closingView
	if v.ReleaseStory, err = s.app.ReleaseStoryView(r.Context(), p.actor, p.Programme.Key, r.PathValue("release")); err != nil {
		return err
	}
	if i := slices.IndexFunc(v.Decisions, func(d headway.Decision) bool { return d.State == headway.DecisionDeployed }); i >= 0 {
		if v.Went, err = s.app.DecisionView(r.Context(), p.actor, p.Programme.Key, v.Decisions[i].ID); err != nil {
			return err
		}
	}
	p.Title, p.Narrow = "Record of "+releaseTitle(v.ReleaseStory), true
	return p.show(closingBody(p.Page, v))
}

// closingTitle says whether the record is final.
func closingTitle(v closingView) string {
	if v.Release.State == headway.ReleaseClosed {
		return "Closing record"
	}
	return "Record so far"
}

// itemsDone counts the work of a release that is done, and all of it.
func itemsDone(v closingView) (done, all int) {
	for _, i := range headway.CountingItems(v.Items) {
		all++
		if i.State == headway.ItemDone {
			done++
		}
	}
	return done, all
}

func gapWords(v closingView) string {
	return ui.Count(v.GapDays, "working day") + ", " + ui.BandName(v.Programme.Gap.Band(v.GapDays))
}

// runWords says when a deployment ran, and how it went.
func runWords(d headway.Deployment, c ui.Clock) string {
	text := c.Absolute(d.StartedAt)
	if !d.EndedAt.IsZero() {
		text += ", took " + ui.Duration(d.EndedAt.Sub(d.StartedAt))
	}
	if d.Smoke == headway.Pass {
		text += ", smoke checks passed"
	}
	if d.Reason != "" {
		text += ": " + d.Reason
	}
	return text
}
