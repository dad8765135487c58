package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// planView is what the plan page shows.
type planView struct {
	app.PlanPicture
	Query    planQuery
	Drawing  timeline.Drawing
	Missed   bool         // the filters let nothing through
	Plan     headway.Plan // the one that is drawn
	Bands    []bandCount
	Changes  []planChange
	Pub      publishForm
	Try      tryView
	Look     lookView
	Lines    []app.ScenarioLine
	Scenario headway.Scenario // that is drawn; its ID is empty when none is
}

type bandCount struct {
	Band headway.GapBand
	N    int
}

type publishForm struct {
	Reason string
	Err    *headway.Error
}

// tryView is a preview of changes.
type tryView struct {
	On      bool
	Preview app.PlanPreview
	Words   []string
	Name    string         // typed for a scenario
	Err     *headway.Error // why it was not taken, or cannot be tried
}

// lookView is the activity that is looked at.
type lookView struct {
	On        bool
	Placement headway.Placement
	Release   headway.Release
	Movable   bool
}

func (s *Site) planPage(w http.ResponseWriter, r *http.Request) error {
	return s.showPlan(w, r, http.StatusOK, publishForm{}, tryView{})
}

func (s *Site) showPlan(w http.ResponseWriter, r *http.Request, code int, form publishForm, try tryView) error {
	p, err := s.open(w, r, "plan", "Plan")
	if err != nil {
		return err
	}
	p.at(strings.TrimSuffix(p.Programme.Path("/plan?"+r.URL.RawQuery), "?"))
	q, err := readPlanQuery(r, p.Clock.Now, p.Clock.Zone())
	if err != nil {
		return err
	}
	v, err := s.planView(r.Context(), p, q, try)
	if err != nil {
		return err
	}
	p.Wide = true
	v.Pub = form
	return p.showAs(code, planBody(p.Page, v))
}

// planView gathers the page: the plans, and on demand a preview or a scenario.
func (s *Site) planView(ctx context.Context, p *page, q planQuery, try tryView) (planView, error) {
	var v planView
	span := headway.Interval{From: q.From.In(p.Clock.Zone()), To: q.to().AddDays(1).In(p.Clock.Zone())}
	picture, err := s.app.PlanPictureView(ctx, p.actor, p.Programme.Key, span)
	if err != nil {
		return v, err
	}
	if try, err = s.try(ctx, p, q, try); err != nil {
		return v, err
	}
	shown := headway.Plan{}
	switch {
	case try.On:
		shown = try.Preview.Plan
	case q.Scenario != "":
		if v.Scenario, err = s.app.ScenarioView(ctx, p.actor, p.Programme.Key, q.Scenario); err != nil {
			return v, err
		}
		shown = v.Scenario.Plan
	case q.Against != "draft" && q.Against != "published":
		d, err := s.app.PlanDocumentView(ctx, p.actor, p.Programme.Key, q.Against)
		if err != nil {
			return v, err
		}
		shown = d.Plan
	}
	scenario := v.Scenario
	v = newPlanView(picture, q, p.Clock, p.Programme, withPlan{try, shown, scenario})
	lines, err := s.app.ScenariosView(ctx, p.actor, p.Programme.Key)
	v.Lines = lines.Lines
	return v, err
}

// try previews the changes of the address. Changes that cannot be tried leave
// the plan as it is, and the page says why.
func (s *Site) try(ctx context.Context, p *page, q planQuery, try tryView) (tryView, error) {
	if q.Try.Count() == 0 {
		return try, nil
	}
	preview, err := s.app.PreviewPlan(ctx, p.actor, p.Programme.Key, q.Try)
	if e, ok := refused(err); ok {
		try.Err = e
		return try, nil
	}
	if err != nil {
		return try, err
	}
	try.On, try.Preview, try.Words = true, preview, preview.Words
	return try, nil
}

// withPlan is what is drawn in place of the draft.
type withPlan struct {
	try      tryView
	shown    headway.Plan
	scenario headway.Scenario
}

func newPlanView(picture app.PlanPicture, q planQuery, c ui.Clock, programme ui.Ref, with withPlan) planView {
	v := planView{PlanPicture: picture, Query: q, Plan: picture.Draft, Try: with.try, Scenario: with.scenario}
	ghosts, instead := picture.Baseline, with.try.On || with.scenario.ID != "" || with.shown.ID != ""
	switch {
	case instead && with.shown.Status != "infeasible":
		v.Plan, ghosts = with.shown, picture.Draft
	case instead:
		v.Plan.Findings = with.shown.Findings
	case q.Against == "published":
		v.Plan, ghosts = picture.Baseline, headway.Plan{}
	}
	v.People = append(slices.Clone(v.People), with.try.Preview.Added...)
	v.Windows = picture.Windows
	d := newDrafter(v, ghosts, c, programme)
	v.Drawing, v.Missed = timeline.Lay(d.picture()), d.missed()
	count := map[headway.GapBand]int{}
	for _, r := range v.Plan.Releases {
		count[r.Band]++
	}
	for _, b := range []headway.GapBand{headway.BelowMinimum, headway.WithinTarget, headway.BeyondTarget, headway.BeyondMaximum} {
		if count[b] > 0 {
			v.Bands = append(v.Bands, bandCount{b, count[b]})
		}
	}
	v.Changes = planChanges(picture, c)
	v.Look = v.lookAt(q.Look)
	return v
}

// lookAt finds the activity that is looked at.
func (v planView) lookAt(activity string) lookView {
	i := slices.IndexFunc(v.Plan.Placements, func(p headway.Placement) bool { return activity != "" && p.Activity == activity })
	if i < 0 {
		return lookView{}
	}
	l := lookView{On: true, Placement: v.Plan.Placements[i]}
	l.Release = v.Releases[l.Placement.ReleaseID]
	l.Movable = movable(l.Placement, v.Items[l.Placement.ItemID])
	return l
}

// movable tells whether a placement has not begun.
func movable(p headway.Placement, item headway.BacklogItem) bool {
	return !p.Done && (p.ItemID == "" || item.State == headway.ItemTodo || item.State == headway.ItemBlocked)
}
