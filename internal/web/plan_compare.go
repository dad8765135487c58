package web

import (
	"cmp"
	"fmt"
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// compareView gathers the plans that can be compared, and the comparison.
func (s *Site) compareView(p *page, r *http.Request) (compareView, error) {
	in := r.URL.Query()
	v := compareView{From: in.Get("from"), To: cmp.Or(in.Get("to"), "draft"), Choices: []choice{{"draft", "Draft"}}}
	published, err := s.app.PublishedPlansView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return v, err
	}
	for _, old := range published {
		v.Choices = append(v.Choices, choice{fmt.Sprint(old.Number), fmt.Sprintf("Plan %d, %s", old.Number, headway.Shorten(old.Reason, 60))})
	}
	if len(published) == 0 {
		return v, nil
	}
	v.From = cmp.Or(v.From, fmt.Sprint(published[0].Number))
	c, err := s.app.PlanComparisonView(r.Context(), p.actor, p.Programme.Key, v.From, v.To)
	if err != nil {
		return v, err
	}
	for _, r := range c.Releases {
		v.Sheet.Releases = append(v.Sheet.Releases, shiftText(p.Clock, r))
	}
	for _, x := range c.Changes {
		v.Sheet.Changes = append(v.Sheet.Changes, x.Text)
	}
	v.Sheet.Hit = peopleHit(c.People)
	return v, nil
}

// shiftText says when a plan has a release in production, and another had it.
func shiftText(c ui.Clock, r app.ReleaseShift) string {
	switch {
	case r.Before.IsZero():
		return fmt.Sprintf("%s is new: production %s", r.Release, c.Absolute(r.After))
	case r.After.IsZero():
		return r.Release + " is no longer planned"
	}
	return fmt.Sprintf("%s: production %s instead of %s", r.Release, c.Absolute(r.After), c.Absolute(r.Before))
}
