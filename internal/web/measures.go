package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// measuresPageView is the measures with the figure that is looked into.
type measuresPageView struct {
	app.MeasuresView
	Open *headway.Measure // nil: none
}

// measureSpans are the spans that the page offers, in days.
var measureSpans = []int{30, 90, 180, 365}

func (s *Site) measuresPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "measures", "Measures")
	if err != nil {
		return err
	}
	v := measuresPageView{}
	if v.MeasuresView, err = s.app.MeasuresView(r.Context(), p.actor, p.Programme.Key, measureDays(r)); err != nil {
		return err
	}
	key := r.URL.Query().Get("figure")
	if i := slices.IndexFunc(v.Measures, func(m headway.Measure) bool { return m.Key == key }); i >= 0 {
		v.Open = &v.Measures[i]
	}
	return p.show(measuresBody(p.Page, v))
}

// measuresFile answers the figures as comma-separated values.
func (s *Site) measuresFile(w http.ResponseWriter, r *http.Request) error {
	b, err := s.app.MeasuresCSV(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), measureDays(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="measures.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // fails only when the reader has gone
	return nil
}

// measureDays reads the span; what cannot be read is the usual one.
func measureDays(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || !slices.Contains(measureSpans, n) {
		return 0
	}
	return n
}

// figureValue writes a value as its unit wants it.
func figureValue(v headway.MeasureValue, unit string) string {
	switch {
	case !v.Known:
		return "–"
	case unit == "%":
		return fmt.Sprintf("%.0f", v.Value)
	}
	return fmt.Sprintf("%.1f", v.Value)
}

// measureChange says how a figure moved, and whether that is good.
func measureChange(m headway.Measure) (text, tone string) {
	if !m.Now.Known || !m.Before.Known {
		return "nothing before", ""
	}
	moved := m.Now.Value - m.Before.Value
	before := "before " + figureValue(m.Before, m.Unit)
	if figureValue(m.Now, m.Unit) == figureValue(m.Before, m.Unit) {
		return "as " + before, ""
	}
	if (moved > 0) == (m.Better == headway.BetterMore) {
		return "better: " + before, "go"
	}
	return "worse: " + before, "stop"
}

// measuresAnswer says first what a reader wants to know.
func measuresAnswer(v app.MeasuresView) string {
	by := map[string]headway.Measure{}
	for _, m := range v.Measures {
		by[m.Key] = m
	}
	often, fails, gap := by["deployment-frequency"], by["change-fail-rate"], by["gap"]
	if !often.Now.Known {
		return fmt.Sprintf("Nothing reached production in the last %d days.", v.Days)
	}
	text := fmt.Sprintf("In the last %d days %d deployments reached production, %s a week", v.Days, often.Now.N, figureValue(often.Now, ""))
	if fails.Now.Known {
		text += fmt.Sprintf("; %s %% needed intervention", figureValue(fails.Now, "%"))
	}
	if gap.Now.Known {
		text += fmt.Sprintf("; half of the releases took %s working days or less from the end of their sprint", figureValue(gap.Now, ""))
	}
	return text + "."
}

// byValue gives the samples of a measure, the worst first.
func byValue(m headway.Measure) []headway.MeasureSample {
	out := slices.Clone(m.Samples)
	slices.SortStableFunc(out, func(a, b headway.MeasureSample) int {
		c := cmp.Compare(b.Value, a.Value)
		if m.Better == headway.BetterMore {
			c = -c
		}
		return cmp.Or(c, b.At.Compare(a.At))
	})
	return out
}

// flowArea is one band of the cumulative flow, drawn from the ground up to its line.
type flowArea struct {
	Class, Name, Path string
}

const flowHeight = 240.0

// layFlow draws cumulative flow above what was live already at its beginning.
func layFlow(flow []headway.FlowPoint) []flowArea {
	if len(flow) < 2 {
		return nil
	}
	ground, top := flow[0].Live, max(1, flow[len(flow)-1].Built-flow[0].Live)
	x := func(i int) float64 { return 1000 * float64(i) / float64(len(flow)-1) }
	y := func(n int) float64 { return flowHeight - float64(max(0, n-ground))/float64(top)*(flowHeight-16) }
	out := []flowArea{{"flow-built", "sprint over, not on the shelf", ""}, {"flow-shelf", "on the shelf, being proved", ""}, {"flow-go", "approved, waiting for its window", ""}, {"flow-live", "in production", ""}}
	for k, of := range []func(headway.FlowPoint) int{
		func(p headway.FlowPoint) int { return p.Built }, func(p headway.FlowPoint) int { return p.Shelved },
		func(p headway.FlowPoint) int { return p.Approved }, func(p headway.FlowPoint) int { return p.Live },
	} {
		var b strings.Builder
		fmt.Fprintf(&b, "M0 %.1f", flowHeight)
		for i, p := range flow {
			fmt.Fprintf(&b, "L%.1f %.1f", x(i), y(of(p)))
		}
		fmt.Fprintf(&b, "L1000 %.1fZ", flowHeight)
		out[k].Path = b.String()
	}
	return out
}

func flowNow(flow []headway.FlowPoint) string {
	p := flow[len(flow)-1]
	return fmt.Sprintf("now %d wait for the shelf, %d are on it, %d are approved", p.Built-p.Shelved, p.Shelved-p.Approved, p.Approved-p.Live)
}

// tellsWhy tells whether something stands behind any value of a measure.
func tellsWhy(m headway.Measure) bool {
	return slices.ContainsFunc(m.Samples, func(s headway.MeasureSample) bool { return s.Why != "" })
}
