package web

import (
	"strings"
	"testing"

	"headway"
	"headway/internal/app"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// TestEmptyLanesTeach: what is not there yet is named, with what it is for and
// where it comes from; what a filter hides is not said to be missing.
func TestEmptyLanesTeach(t *testing.T) {
	v := planView{PlanPicture: app.PlanPicture{Cast: app.Cast{Calendar: headway.Calendar{Zone: berlin}}}, Query: planQuery{From: day(0), Zoom: timeline.Week, Width: 900}}
	drawn := func() timeline.Drawing {
		return timeline.Lay(newDrafter(v, headway.Plan{}, ui.Clock{Now: fixtureNow, Calendar: v.Calendar}, ui.Ref{Key: "shop"}).picture())
	}
	leads := map[string]string{}
	for _, r := range drawn().Rows {
		leads[r.Label] = r.Href
	}
	for label, to := range map[string]string{
		"No teams yet": "/settings", "No people yet": "/settings", "The shelf is empty": "/shelf", "No environments yet": "/environments", "No windows yet": "/settings",
	} {
		if leads[label] != "/p/shop"+to {
			t.Errorf("%q leads to %q", label, leads[label])
		}
	}
	for _, s := range drawn().Sections {
		if s.Sub == "" {
			t.Errorf("%s does not say what it is for", s.Label)
		}
	}
	v.Query.Find = "nothing of that name"
	for _, r := range drawn().Rows {
		if strings.HasSuffix(r.Label, "yet") && r.Label != "No windows yet" {
			t.Errorf("a search says %q", r.Label)
		}
	}
}
