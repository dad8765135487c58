package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
)

// The box in which charts are drawn; it is stretched to where it stands.
const (
	chartWide = 1000.0
	chartHigh = 300.0
)

// chart is a drawing of lines over one axis.
type chart struct {
	title, top string // top is the value of the upper edge, with its unit
	ticks      []string
	lines      []chartLine
	bad        string // path of the errors, from below
}

type chartLine struct {
	name, class string
	points      string // of the line
	area        string // points of what is filled below it, may be empty
	dots        []string
}

// nice rounds up to a value that reads well.
func nice(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	scale := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if v <= step*scale {
			return step * scale
		}
	}
	return 10 * scale
}

func points(values []float64, top float64) string {
	var b strings.Builder
	for i, v := range values {
		if !(v >= 0) {
			continue
		}
		x := chartWide * float64(i) / float64(max(len(values)-1, 1))
		fmt.Fprintf(&b, "%.1f,%.1f ", x, chartHigh*(1-math.Min(v/top, 1)))
	}
	return strings.TrimSpace(b.String())
}

func below(line string) string {
	if line == "" {
		return ""
	}
	first, _, _ := strings.Cut(line, ",")
	last := line[strings.LastIndex(line, " ")+1:]
	last, _, _ = strings.Cut(last, ",")
	return fmt.Sprintf("%s,%.0f %s %s,%.0f", first, chartHigh, line, last, chartHigh)
}

func milliseconds(v float64) string {
	switch {
	case v < 0:
		return "–"
	case v >= 10_000:
		return strconv.FormatFloat(v/1000, 'f', 1, 64) + " s"
	case v < 10:
		return strconv.FormatFloat(v, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + " ms"
}

// tally writes a count, or a dash when the report lacks it.
func tally(n int64) string {
	if n < 0 {
		return "–"
	}
	return strconv.FormatInt(n, 10)
}

// curves draws the percentiles of the run, and of the baseline's total dashed.
func curves(v app.LoadStory) chart {
	c := chart{title: "Response time by percentile"}
	var all []headway.LoadCurve
	if d := v.Evidence.Detail; d != nil && d.Load != nil {
		all = d.Load.Curves
	}
	var then *headway.LoadCurve
	if b := v.Baseline; b != nil && b.Evidence.Detail != nil && b.Evidence.Detail.Load != nil {
		for i, k := range b.Evidence.Detail.Load.Curves {
			if k.Name == "" {
				then = &b.Evidence.Detail.Load.Curves[i]
			}
		}
	}
	highest := 0.0
	for _, k := range all {
		highest = max(highest, k.MS[len(k.MS)-1])
	}
	if then != nil {
		highest = max(highest, then.MS[len(then.MS)-1])
	}
	if len(all) == 0 {
		return c
	}
	top := nice(highest)
	c.top = milliseconds(top)
	for i, k := range all {
		name := k.Name
		if name == "" {
			name = "total"
		}
		c.lines = append(c.lines, chartLine{name: name, class: "c-" + strconv.Itoa(i+1), points: points(k.MS, top)})
	}
	if then != nil {
		c.lines = append(c.lines, chartLine{name: v.Baseline.Candidate.Name + ", total", class: "c-1 then", points: points(then.MS, top)})
	}
	for _, q := range headway.LoadQuantiles() {
		switch q {
		case 0.5, 0.9, 0.95, 0.99:
			c.ticks = append(c.ticks, fmt.Sprintf("p%.0f", q*100))
		case 0:
			c.ticks = append(c.ticks, "min")
		case 1:
			c.ticks = append(c.ticks, "max")
		default:
			c.ticks = append(c.ticks, "")
		}
	}
	return c
}

// overTime draws throughput and mean response time over the run, the
// baseline's at the same second dashed.
func overTime(v app.LoadStory) []chart {
	line := timelineOf(v.Evidence)
	if len(line) < 2 {
		return nil
	}
	perSecond := func(m headway.LoadMoment) float64 { return float64(m.Count) / m.Span }
	meanMS := func(m headway.LoadMoment) float64 {
		if m.Count == 0 {
			return -1
		}
		return m.MeanMS
	}
	rate := eachMoment(line, perSecond)
	errors := eachMoment(line, func(m headway.LoadMoment) float64 { return float64(m.Errors) / m.Span })
	mean := eachMoment(line, meanMS)
	var rateThen, meanThen []float64
	if v.Baseline != nil {
		then := atSeconds(line, timelineOf(v.Baseline.Evidence))
		rateThen, meanThen = eachMoment(then, perSecond), eachMoment(then, meanMS)
	}
	topRate, topMean := nice(peak(rate, rateThen)), nice(peak(mean, meanThen))
	through, response := points(rate, topRate), points(mean, topMean)
	seconds := v.Evidence.Detail.Load.Seconds
	ticks := []string{"0 s", clockText(seconds / 2), clockText(seconds)}
	charts := []chart{
		{title: "Throughput over time", top: strconv.FormatFloat(topRate, 'f', -1, 64) + " /s", ticks: ticks, bad: below(points(errors, topRate)), lines: []chartLine{{name: "requests per second", class: "c-3", points: through, area: below(through)}}},
		{title: "Mean response time over time", top: milliseconds(topMean), ticks: ticks, lines: []chartLine{{name: "mean", class: "c-1", points: response, area: below(response)}}},
	}
	for i, dashed := range []string{points(rateThen, topRate), points(meanThen, topMean)} {
		if dashed != "" {
			charts[i].lines = append(charts[i].lines, chartLine{name: v.Baseline.Candidate.Name, class: charts[i].lines[0].class + " then", points: dashed})
		}
	}
	return charts
}

func timelineOf(e headway.Evidence) []headway.LoadMoment {
	if e.Detail == nil || e.Detail.Load == nil {
		return nil
	}
	return e.Detail.Load.Timeline
}

// atSeconds gives the moments of another run at the seconds of a line; one
// without a span where the other run had not begun or was over.
func atSeconds(line, other []headway.LoadMoment) []headway.LoadMoment {
	if len(other) < 2 {
		return nil
	}
	out := make([]headway.LoadMoment, len(line))
	for i, m := range line {
		at := int((m.Second + m.Span/2 - other[0].Second) / other[0].Span)
		if at >= 0 && at < len(other) {
			out[i] = other[at]
		}
	}
	return out
}

func eachMoment(line []headway.LoadMoment, of func(headway.LoadMoment) float64) []float64 {
	out := make([]float64, len(line))
	for i, m := range line {
		if out[i] = -1; m.Span > 0 {
			out[i] = of(m)
		}
	}
	return out
}

func peak(lines ...[]float64) float64 {
	high := 0.0
	for _, line := range lines {
		for _, v := range line {
			high = max(high, v)
		}
	}
	return high
}

func clockText(seconds float64) string {
	switch {
	case seconds >= 7200:
		return fmt.Sprintf("%.1f h", seconds/3600)
	case seconds >= 180:
		return fmt.Sprintf("%.0f min", seconds/60)
	}
	return fmt.Sprintf("%.0f s", seconds)
}

// trend draws figures from release to release.
func trend(v app.LoadStory) chart {
	c := chart{title: "From release to release"}
	if len(v.Trend) < 2 {
		return c
	}
	var p50, p95, p99 []float64
	highest := 0.0
	for i, t := range v.Trend {
		f := t.Evidence.Load.Total
		p50, p95, p99 = append(p50, f.P50MS), append(p95, f.P95MS), append(p99, f.P99MS)
		highest = max(highest, f.P99MS, f.P95MS, f.P50MS)
		tick := ""
		if i == 0 || i == len(v.Trend)-1 {
			tick = t.Candidate.Name
		}
		c.ticks = append(c.ticks, tick)
	}
	top := nice(highest)
	c.top = milliseconds(top)
	for i, l := range []struct {
		name   string
		values []float64
	}{{"p99", p99}, {"p95", p95}, {"p50", p50}} {
		line := points(l.values, top)
		c.lines = append(c.lines, chartLine{name: l.name, class: "c-" + strconv.Itoa([]int{4, 1, 3}[i]), points: line, dots: strings.Fields(line)})
	}
	return c
}

// dotAt draws a dot as a line without length, so that stretching keeps it round.
func dotAt(point string) string {
	x, y, _ := strings.Cut(point, ",")
	return "M" + x + " " + y + "h0"
}

// loadRow is one transaction beside its baseline.
type loadRow struct {
	now headway.LoadFigure
	was *headway.LoadFigure
}

func loadRows(v app.LoadStory) []loadRow {
	was := map[string]headway.LoadFigure{}
	var total *headway.LoadFigure
	if v.Baseline != nil {
		total = &v.Baseline.Evidence.Load.Total
		for _, f := range v.Baseline.Evidence.Load.Transactions {
			was[f.Name] = f
		}
	}
	out := []loadRow{{v.Evidence.Load.Total, total}}
	out[0].now.Name = "Total"
	for _, f := range v.Evidence.Load.Transactions {
		row := loadRow{now: f}
		if b, ok := was[f.Name]; ok {
			row.was = &b
		}
		out = append(out, row)
	}
	return out
}

// since tells by how much p95 differs from the baseline, and in which class.
func (r loadRow) since() (text, class string) {
	if r.was == nil || r.was.P95MS <= 0 || r.now.P95MS < 0 {
		return "–", ""
	}
	change := r.now.P95MS/r.was.P95MS - 1
	switch {
	case change > 0.1:
		class = "worse"
	case change < -0.1:
		class = "better"
	}
	return fmt.Sprintf("%+.0f %%", 100*change), class
}
