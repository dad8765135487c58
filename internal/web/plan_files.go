package web

import (
	"bytes"
	"net/http"

	"headway"
	"headway/internal/auth"
	"headway/internal/web/timeline"
)

// planFile answers the exports of the plan page.
func (s *Site) planFile(w http.ResponseWriter, r *http.Request) error {
	by, key, in := auth.Actor(r.Context()), r.PathValue("programme"), r.URL.Query()
	var body []byte
	var err error
	var kind string
	name := r.PathValue("file")
	switch name {
	case "timeline.svg":
		kind = "image/svg+xml"
		body, err = s.planSVG(w, r)
	case "plan.csv":
		kind = "text/csv; charset=utf-8"
		body, err = s.app.PlanCSV(r.Context(), by, key, in.Get("plan"))
	case "plan.ics":
		kind = "text/calendar; charset=utf-8"
		body, err = s.app.PlanCalendar(r.Context(), by, key, in.Get("plan"), in.Get("person"))
	default:
		return headway.NotFoundf("the plan has no file %q", name).WithHint("ask for timeline.svg, plan.csv or plan.ics")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) //nolint:gosec // an attachment, never shown as a page; fails only when the reader has gone
	return nil
}

// planSVG draws the view of the address as one picture that needs no page around it.
func (s *Site) planSVG(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	p, err := s.open(w, r, "plan", "Plan")
	if err != nil {
		return nil, err
	}
	q, err := readPlanQuery(r, p.Clock.Now, p.Clock.Zone())
	if err != nil {
		return nil, err
	}
	q.Marks = 0 // a file has all lanes
	v, err := s.planView(r.Context(), p, q, tryView{})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = timeline.Export(v.Drawing, p.Programme.Name+", "+p.Clock.Day(q.From.In(p.Clock.Zone()))+" – "+p.Clock.Day(q.to().In(p.Clock.Zone()))).Render(r.Context(), &b)
	return b.Bytes(), err
}

type compareView struct {
	From, To string // names of the plans
	Choices  []choice
	Sheet    planSheet
}

type planSheet struct {
	Releases, Changes []string
	Hit               string
}

// comparePage puts what differs between any two plans into words.
func (s *Site) comparePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "plan", "Compare plans")
	if err != nil {
		return err
	}
	v, err := s.compareView(p, r)
	if err != nil {
		return err
	}
	return p.show(compareBody(p.Page, v))
}
