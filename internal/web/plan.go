package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// planQuery is what of the plan is looked at; every view is an address.
type planQuery struct {
	Zoom    timeline.Zoom
	From    headway.Date // first day drawn
	Team    string       // key; empty: all
	Skill   headway.Skill
	Against string // draft: show the draft with the baseline as ghosts; baseline: only what is published
	Width   int
}

const (
	defaultWidth = 1020
	minWidth     = 480
	maxWidth     = 3200
)

func readPlanQuery(r *http.Request, now time.Time, zone *time.Location) (planQuery, error) {
	in := r.URL.Query()
	q := planQuery{Zoom: timeline.Zoom(in.Get("zoom")), Team: in.Get("team"), Skill: headway.Skill(in.Get("skill")), Against: in.Get("show"), Width: defaultWidth}
	switch q.Zoom {
	case timeline.Day, timeline.Week, timeline.Month, timeline.Quarter:
	case "":
		q.Zoom = timeline.Week
	default:
		return q, headway.Invalidf("zoom", "%q is no zoom", q.Zoom).WithHint("use day, week, month or quarter")
	}
	if q.Against != "published" {
		q.Against = "draft"
	}
	if c, err := r.Cookie("plan_w"); err == nil {
		if n, err := strconv.Atoi(c.Value); err == nil {
			q.Width = min(max(n, minWidth), maxWidth)
		}
	}
	q.From = q.start(headway.DateOf(now.In(zone)))
	if s := in.Get("from"); s != "" {
		d, err := headway.ParseDate(s)
		if err != nil {
			return q, err
		}
		q.From = d
	}
	return q, nil
}

// start puts today at a quarter of the drawing, and begins on a Monday.
func (q planQuery) start(today headway.Date) headway.Date {
	d := today.AddDays(-q.Zoom.Days() / 4)
	if q.Zoom == timeline.Day {
		d = today.AddDays(-1)
	}
	for q.Zoom != timeline.Day && d.Weekday() != time.Monday {
		d = d.AddDays(-1)
	}
	return d
}

func (q planQuery) to() headway.Date { return q.From.AddDays(q.Zoom.Days() - 1) }

// link gives the address of this view with something changed.
func (q planQuery) link(change func(*planQuery)) string {
	change(&q)
	out := url.Values{}
	out.Set("zoom", string(q.Zoom))
	if !q.From.IsZero() {
		out.Set("from", q.From.String())
	}
	if q.Team != "" {
		out.Set("team", q.Team)
	}
	if q.Skill != "" {
		out.Set("skill", string(q.Skill))
	}
	if q.Against != "draft" {
		out.Set("show", q.Against)
	}
	return "?" + out.Encode()
}

func (q planQuery) moved(screens float64) string {
	return q.link(func(n *planQuery) { n.From = n.From.AddDays(int(screens * float64(n.Zoom.Days()))) })
}

func (q planQuery) zoomed(z timeline.Zoom) string {
	return q.link(func(n *planQuery) {
		middle := n.From.AddDays(n.Zoom.Days() / 4)
		n.Zoom = z
		n.From = n.start(middle)
	})
}

// planView is what the plan page shows.
type planView struct {
	app.PlanPicture
	Query   planQuery
	Drawing timeline.Drawing
	Plan    headway.Plan // the one that is drawn
	Bands   []bandCount
	Changes []planChange
	Pub     publishForm
}

type bandCount struct {
	Band headway.GapBand
	N    int
}

type publishForm struct {
	Reason string
	Err    *headway.Error
}

func (s *Site) planPage(w http.ResponseWriter, r *http.Request) error {
	return s.showPlan(w, r, http.StatusOK, publishForm{})
}

func (s *Site) showPlan(w http.ResponseWriter, r *http.Request, code int, form publishForm) error {
	p, err := s.open(w, r, "plan", "Plan")
	if err != nil {
		return err
	}
	q, err := readPlanQuery(r, p.Clock.Now, p.Clock.Zone())
	if err != nil {
		return err
	}
	span := headway.Interval{From: q.From.In(p.Clock.Zone()), To: q.to().AddDays(1).In(p.Clock.Zone())}
	picture, err := s.app.PlanPictureView(r.Context(), p.actor, p.Programme.Key, span)
	if err != nil {
		return err
	}
	p.Wide = true
	v := newPlanView(picture, q, p.Clock, p.Programme)
	v.Pub = form
	return p.showAs(code, planBody(p.Page, v))
}

func newPlanView(picture app.PlanPicture, q planQuery, c ui.Clock, programme ui.Ref) planView {
	v := planView{PlanPicture: picture, Query: q, Plan: picture.Draft}
	if q.Against == "published" {
		v.Plan = picture.Baseline
	}
	d := drafter{v: picture, plan: v.Plan, q: q, clock: c, at: programme}
	v.Drawing = timeline.Lay(d.picture())
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
	return v
}
