package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/web/timeline"
)

// planQuery is what of the plan is looked at; every view is an address.
type planQuery struct {
	Zoom     timeline.Zoom
	From     headway.Date // first day drawn
	Days     int          // drawn instead of the zoom's own span, to fit
	Team     string       // key; empty: all
	Skill    headway.Skill
	Person   string // key
	State    string // of work: open, done, blocked, foreseen, pinned
	Find     string
	Fold     []string       // keys of sections that are closed
	Against  string         // draft, published, or the number of a published plan
	Scenario string         // key of a scenario that is shown instead
	Try      headway.WhatIf // changes that are previewed
	Look     string         // activity that is looked at
	Lanes    int            // first lane whose bars are drawn, of a large programme
	Marks    int            // about how many bars and gaps are drawn; 0: all
	Width    int
	Base     string // address of the page
}

const (
	defaultWidth = 1020
	minWidth     = 480
	maxWidth     = 9600
	maxTry       = 16 << 10
	maxDays      = 800
	pageMarks    = 220 // more lanes are drawn when somebody comes to see them
)

func readPlanQuery(r *http.Request, now time.Time, zone *time.Location) (planQuery, error) {
	in := r.URL.Query()
	q := planQuery{
		Zoom: timeline.Zoom(in.Get("zoom")), Team: in.Get("team"), Skill: headway.Skill(in.Get("skill")), Person: in.Get("person"), State: in.Get("state"),
		Find: headway.Shorten(strings.TrimSpace(in.Get("find")), 100), Fold: in["fold"], Against: in.Get("show"), Scenario: in.Get("scenario"),
		Look: in.Get("look"), Width: defaultWidth, Marks: pageMarks, Base: "/p/" + r.PathValue("programme") + "/plan",
	}
	switch q.Zoom {
	case timeline.Day, timeline.Week, timeline.Month, timeline.Quarter:
	case "":
		q.Zoom = timeline.Week
	default:
		return q, headway.Invalidf("zoom", "%q is no zoom", q.Zoom).WithHint("use day, week, month or quarter")
	}
	if q.Against == "" {
		q.Against = "draft"
	}
	if _, err := strconv.Atoi(q.Against); err != nil && q.Against != "draft" && q.Against != "published" {
		return q, headway.Invalidf("show", "%q names no plan", q.Against).WithHint("use draft, published, or the number of a published plan")
	}
	if c, err := r.Cookie("plan_w"); err == nil {
		q.Width = bounded(c.Value, q.Width, minWidth, maxWidth)
	}
	q.Lanes = bounded(in.Get("lanes"), 0, 0, 100_000)
	q.Days = bounded(in.Get("days"), 0, 0, maxDays)
	q.From = q.start(headway.DateOf(now.In(zone)))
	if s := in.Get("from"); s != "" {
		d, err := headway.ParseDate(s)
		if err != nil {
			return q, err
		}
		q.From = d
	}
	return q, q.readTry(in, zone)
}

func bounded(s string, otherwise, low, high int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return min(max(n, low), high)
}

// readTry reads the changes that are previewed, and the one more that a form or
// a drag adds: an activity and its local start, or none to free it.
func (q *planQuery) readTry(in url.Values, zone *time.Location) error {
	if s := in.Get("try"); s != "" {
		if len(s) > maxTry {
			return headway.Errorf(headway.TooLarge, "the changes to try are larger than 16 KiB")
		}
		d := json.NewDecoder(bytes.NewReader([]byte(s)))
		d.DisallowUnknownFields()
		if err := d.Decode(&q.Try); err != nil {
			return headway.Invalidf("try", "the changes to try cannot be read").WithHint("start again from the plan")
		}
	}
	if pin := in.Get("pin"); pin != "" {
		p := headway.WhatIfPin{Activity: pin}
		if s := in.Get("at"); s != "" {
			t, err := time.ParseInLocation("2006-01-02T15:04", s, zone)
			if err != nil {
				return headway.Invalidf("at", "%q is no start", s).WithHint("write it as 2026-12-01T10:00")
			}
			p.Start = t.UTC()
		}
		q.Try = q.Try.And(headway.WhatIf{Pins: []headway.WhatIfPin{p}})
	}
	return q.Try.Check()
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

func (q planQuery) span() int {
	if q.Days > 0 {
		return q.Days
	}
	return q.Zoom.Days()
}

func (q planQuery) to() headway.Date { return q.From.AddDays(q.span() - 1) }

// link gives the address of this view with something changed.
func (q planQuery) link(change func(*planQuery)) string { return q.Base + q.query(change) }

// query gives what follows the path in the address of this view with something changed.
func (q planQuery) query(change func(*planQuery)) string {
	q.Fold = slices.Clone(q.Fold)
	change(&q)
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	out.Set("zoom", string(q.Zoom))
	set("from", q.From.String())
	set("team", q.Team)
	set("skill", string(q.Skill))
	set("person", q.Person)
	set("state", q.State)
	set("find", q.Find)
	set("scenario", q.Scenario)
	set("look", q.Look)
	if len(q.Fold) > 0 {
		out["fold"] = q.Fold
	}
	if q.Against != "draft" {
		out.Set("show", q.Against)
	}
	if q.Days > 0 {
		out.Set("days", strconv.Itoa(q.Days))
	}
	if q.Lanes > 0 {
		out.Set("lanes", strconv.Itoa(q.Lanes))
	}
	set("try", tryText(q.Try))
	return "?" + out.Encode()
}

// tryText writes changes into an address, nothing when there are none.
func tryText(w headway.WhatIf) string {
	if w.Count() == 0 {
		return ""
	}
	b, err := json.Marshal(w)
	if err != nil {
		return ""
	}
	return string(b)
}

func (q planQuery) moved(screens float64) string {
	return q.link(func(n *planQuery) { n.From = n.From.AddDays(int(screens * float64(n.span()))) })
}

func (q planQuery) zoomed(z timeline.Zoom) string {
	return q.link(func(n *planQuery) {
		middle := n.From.AddDays(n.span() / 4)
		n.Zoom, n.Days = z, 0
		n.From = n.start(middle)
	})
}

// lanesFrom gives the address of this view that draws from a lane on.
func (q planQuery) lanesFrom(lane int) string {
	return q.link(func(n *planQuery) { n.Lanes = lane }) + fmt.Sprintf("#lane-%d", lane)
}

// closer gives the address of the next nearer zoom, around a day.
func (q planQuery) closer(day headway.Date) string {
	return q.link(func(n *planQuery) {
		zooms := timeline.Zooms()
		n.Zoom, n.Days = zooms[max(0, slices.Index(zooms, n.Zoom)-1)], 0
		n.From = n.start(day)
	})
}

// tried gives the address of this view with changes to preview.
func (q planQuery) tried(w headway.WhatIf) string {
	return q.link(func(n *planQuery) { n.Try, n.Against, n.Scenario, n.Look = w, "draft", "", "" })
}

// looked gives the address of this view with an activity looked at.
func (q planQuery) looked(activity string) string {
	return q.link(func(n *planQuery) { n.Look = activity }) + "#look"
}

func (q planQuery) folds(key string) bool { return slices.Contains(q.Fold, key) }

// folded gives the address of this view with a section closed, or open again.
func (q planQuery) folded(key string) string {
	return q.link(func(n *planQuery) {
		if i := slices.Index(n.Fold, key); i >= 0 {
			n.Fold = slices.Delete(n.Fold, i, i+1)
		} else {
			n.Fold = append(n.Fold, key)
		}
	})
}

// unfiltered is the same view of everything.
func (q planQuery) unfiltered() string {
	return q.link(func(q *planQuery) { q.Team, q.Skill, q.Person, q.State, q.Find = "", "", "", "", "" })
}

// filters counts what narrows the view.
func (q planQuery) filters() int {
	n := 0
	for _, s := range []string{q.Team, string(q.Skill), q.Person, q.State, q.Find} {
		if s != "" {
			n++
		}
	}
	return n
}
