package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headway/internal/app"
	"headway/internal/web/ui"
)

// planChange is one difference between the draft and the baseline, as a row.
type planChange struct {
	Release, Text, Href string
	Line                string
	Days                float64
}

// planChanges compares when the draft and the baseline see each release in production.
func planChanges(v app.PlanPicture, c ui.Clock) []planChange {
	if v.Baseline.ID == "" || v.Draft.ID == "" {
		return nil
	}
	before := map[string]time.Time{}
	for _, r := range v.Baseline.Releases {
		before[r.ReleaseID] = r.Production
	}
	var out []planChange
	for _, r := range v.Draft.Releases {
		rel, known := v.Releases[r.ReleaseID]
		was, published := before[r.ReleaseID]
		if !known || r.Production.Equal(was) || rel.State.InProduction() {
			continue
		}
		t, i := v.Team(rel.TeamID)
		row := planChange{Release: t.Name + " " + rel.Version, Href: "/releases/" + rel.ID, Line: ui.LineOf(max(i, 0)), Days: r.Production.Sub(was).Hours() / 24}
		if !published {
			row.Text, row.Days = "new: production "+c.Absolute(r.Production), 0
		} else {
			row.Text = fmt.Sprintf("production %s → %s", c.Day(was), c.Day(r.Production))
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b planChange) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Release, b.Release))
	})
	return out
}
