package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// forecastView is a forecast with how earlier ones fared, and what is tried.
type forecastView struct {
	app.ProgrammeForecast
	Backtest app.BacktestFound
	Tried    forecastTried
	Skills   []headway.Skill
	First    int // of the releases that are shown
}

// forecastRows is how many releases are shown at once.
const forecastRows = 60

// shown are the releases of this part of the list.
func (v forecastView) shown() []app.ReleaseOutlook {
	return v.Releases[min(v.First, len(v.Releases)):min(v.First+forecastRows, len(v.Releases))]
}

// forecastTried is the what-if of the page, as it was asked.
type forecastTried struct {
	Again       int // percent, -1: as it was
	Was         int // percent, as it was; -1: not said
	SupportDays float64
	Skill       string
}

func (s *Site) forecastPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "forecast", "Forecast")
	if err != nil {
		return err
	}
	in, tried := forecastAsked(r)
	f, err := s.app.ForecastView(r.Context(), p.actor, p.Programme.Key, in)
	if err != nil {
		return err
	}
	b, err := s.app.BacktestView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	v := forecastView{ProgrammeForecast: f, Backtest: b, Tried: tried}
	if n, err := strconv.Atoi(r.URL.Query().Get("from")); err == nil && n > 0 {
		v.First = n / forecastRows * forecastRows
	}
	for _, q := range f.People {
		for _, k := range q.Skills {
			v.addSkill(k)
		}
	}
	return p.show(forecastBody(p.Page, v))
}

func (v *forecastView) addSkill(k headway.Skill) {
	if !slices.Contains(v.Skills, k) {
		v.Skills = append(v.Skills, k)
	}
}

// forecastAsked reads the what-if; what cannot be read is not tried.
func forecastAsked(r *http.Request) (app.ForecastIf, forecastTried) {
	q := r.URL.Query()
	in, t := app.ForecastIf{}, forecastTried{Again: -1, Was: -1}
	if n, err := strconv.Atoi(q.Get("was")); err == nil && n >= 0 && n <= 100 {
		t.Was = n
	}
	if n, err := strconv.Atoi(q.Get("again")); err == nil && n >= 0 && n <= 95 && n != t.Was {
		share := float64(n) / 100
		in.Again, t.Again = &share, n
	}
	if d, err := strconv.ParseFloat(q.Get("support"), 64); err == nil && d > 0 && d <= 15 {
		in.SupportDays, t.SupportDays = d, d
	}
	if k := q.Get("skill"); headway.CheckKey("skill", k) == nil {
		in.People, t.Skill = []headway.WhatIfPerson{{Skills: []headway.Skill{headway.Skill(k)}, Count: 1}}, k
	}
	return in, t
}

// from gives the address of the part of the list that begins with a release.
func (t forecastTried) from(first int) string {
	q := url.Values{}
	if t.Again >= 0 {
		q.Set("again", strconv.Itoa(t.Again))
		q.Set("was", strconv.Itoa(t.Was))
	}
	if t.SupportDays > 0 {
		q.Set("support", strconv.FormatFloat(t.SupportDays, 'f', -1, 64))
	}
	if t.Skill != "" {
		q.Set("skill", t.Skill)
	}
	q.Set("from", strconv.Itoa(first))
	return "/forecast?" + q.Encode()
}

func (t forecastTried) any() bool { return t.Again >= 0 || t.SupportDays > 0 || t.Skill != "" }

func (s *Site) advicePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "advice", "Gap advice")
	if err != nil {
		return err
	}
	confidence := 0.85
	if n, err := strconv.Atoi(r.URL.Query().Get("confidence")); err == nil && n >= 50 && n <= 99 {
		confidence = float64(n) / 100
	}
	v, err := s.app.GapAdviceView(r.Context(), p.actor, p.Programme.Key, confidence)
	if err != nil {
		return err
	}
	return p.show(adviceBody(p.Page, v))
}

func (s *Site) queuePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "queue", "Queue")
	if err != nil {
		return err
	}
	v, err := s.app.QueueView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	return p.show(queueBody(p.Page, v))
}

// span is a row of the chart of dates: P50 to P85 thick, to P95 thin.
type span struct {
	Outlook            app.ReleaseOutlook
	Y                  float64
	A, B, C, Plan, Due float64 // Plan and Due below 0: none
	Title              string
}

// dateChart is a time axis with one row for each release.
type dateChart struct {
	Height float64
	Rows   []span
	Ticks  []tick
	Today  float64
}

type tick struct {
	X    float64
	Text string
}

const (
	chartRows  = 14
	rowHeight  = 30.0
	chartLeft  = 210.0
	chartWidth = 1000.0
)

func layDates(c ui.Clock, v forecastView) dateChart {
	rows := v.Releases[:min(len(v.Releases), chartRows)]
	from, to := c.Now, c.Now.AddDate(0, 0, 14)
	for _, o := range rows {
		if last := o.P95.In(c.Zone()).AddDate(0, 0, 2); last.After(to) {
			to = last
		}
	}
	from = headway.DateOf(from.In(c.Zone())).In(c.Zone())
	x := func(t time.Time) float64 {
		return chartLeft + min(1, max(0, t.Sub(from).Hours()/to.Sub(from).Hours()))*(chartWidth-chartLeft-12)
	}
	noon := func(d headway.Date) float64 { return x(d.At(12*60, c.Zone())) }
	d := dateChart{Height: rowHeight*float64(len(rows)) + 34, Today: x(c.Now)}
	step := 7
	if to.Sub(from) > 75*24*time.Hour {
		step = 14
	}
	for t := from.AddDate(0, 0, (8-int(from.Weekday()))%7); t.Before(to); t = t.AddDate(0, 0, step) {
		d.Ticks = append(d.Ticks, tick{x(t), t.Format("2 Jan")})
	}
	for i, o := range rows {
		s := span{Outlook: o, Y: 26 + rowHeight*float64(i), A: noon(o.P50), B: noon(o.P85), C: noon(o.P95), Plan: -1, Due: -1}
		if !o.Planned.IsZero() && o.Planned.After(from) {
			s.Plan = x(o.Planned)
		}
		if !o.Due.IsZero() {
			s.Due = noon(o.Due)
		}
		s.Title = fmt.Sprintf("%s: P50 %s, P85 %s, P95 %s", o.Name, dateText(c, o.P50), dateText(c, o.P85), dateText(c, o.P95))
		d.Rows = append(d.Rows, s)
	}
	return d
}

func percentText(x float64) string {
	switch {
	case x > 0 && x < 0.005:
		return "< 1 %"
	case x > 0.995 && x < 1:
		return "> 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

func chanceTone(x float64) string {
	switch {
	case x >= 0.85:
		return "go"
	case x >= 0.5:
		return "warn"
	}
	return "stop"
}

// fillPart gives the width of a part of a bar of 100, and where it begins.
type fillPart struct {
	Name     string
	X, W     float64
	Days     float64
	Negative bool
}

func layFills(fills []app.GapFill) []fillPart {
	sum := 0.0
	for _, f := range fills {
		sum += max(0, f.Days)
	}
	var out []fillPart
	at := 0.0
	for _, f := range fills {
		s := fillPart{Name: f.Name, X: at, Days: f.Days, Negative: f.Days < -0.05}
		if f.Days > 0 && sum > 0 {
			s.W = 1000 * f.Days / sum
		}
		at += s.W
		out = append(out, s)
	}
	return out
}

func loadTone(load float64) string {
	switch {
	case load < 0 || load >= 1:
		return "stop"
	case load >= 0.85:
		return "warn"
	}
	return "go"
}

func loadText(load float64) string {
	if load < 0 {
		return "nobody"
	}
	return fmt.Sprintf("%.0f %%", 100*load)
}

// loadWidth draws a load on a bar of 100 whose end is 150 %.
func loadWidth(load float64) float64 {
	if load < 0 {
		return 100
	}
	return min(100, load/1.5*100)
}

func layShelf(shelf []app.ShelfAt) (path string, dots []curveDot) {
	far := 1.0
	for _, s := range shelf {
		far = max(far, s.Releases)
	}
	for i, s := range shelf {
		x := 30 + float64(i)*(1000-60)/float64(max(1, len(shelf)-1))
		y := 20 + (1-s.Releases/far)*90
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		path += fmt.Sprintf("%s%.1f %.1f", verb, x, y)
		dots = append(dots, curveDot{x, y, i == 0, fmt.Sprintf("%.1f", s.Releases)})
	}
	return path, dots
}

func aheadText(n int) string {
	if n == 0 {
		return "now"
	}
	return "+" + strconv.Itoa(n)
}

// differText says how far the simulation by itself is from what happened, and
// what most of it is.
func differText(v forecastView) string {
	x := v.Explained
	than := "longer"
	if x.Simulated < x.History {
		than = "shorter"
	}
	text := fmt.Sprintf("By itself the simulation has 85 of 100 releases in production within %.0f working days; of the last %s 85 of 100 took at most %.0f, so its gaps are %s.",
		x.Simulated, ui.Count(x.Own, "finished release"), x.History, than)
	if w := v.Releases[0].Weight; w > 0 {
		text += fmt.Sprintf(" The dates above lean on history with %.0f %%, because so many releases are finished.", 100*w)
	}
	if len(x.Fills) > 0 && x.Fills[0].Days > 0 {
		text += fmt.Sprintf(" Most of a simulated gap is %s: %.1f days.", x.Fills[0].Name, x.Fills[0].Days)
	}
	return text
}
