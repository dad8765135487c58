package headway

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Threshold is one expression over the figures of a load run, such as
// `p95 < 300ms`, `login: errors < 0.5%` or `p95 <= baseline * 1.10`.
type Threshold struct {
	Expr        string // as written
	Transaction string // empty: the total
	metric      loadMetric
	op          string
	limit       float64 // in the metric's unit; a factor or a difference when relative
	relative    relation
}

type loadMetric struct {
	name string
	unit metricUnit
	of   func(LoadFigure) float64
}

type metricUnit uint8

const (
	unitMS metricUnit = iota
	unitShare
	unitPerSecond
	unitCount
)

type relation uint8

const (
	absolute relation = iota
	timesBaseline
	plusBaseline
)

var (
	thresholdPattern = regexp.MustCompile(`^(?:(.+?)\s*:\s*)?([a-z_]+\d{0,2}|p\(\d{2}\))\s*(<=|>=|<|>)\s*(.+)$`)
	baselinePattern  = regexp.MustCompile(`^baseline(?:\s*([*+])\s*(.+))?$`)
	amountPattern    = regexp.MustCompile(`^(\d{1,12}(?:\.\d{1,9})?)\s*(us|µs|ms|s|m|%|/s)?$`)
)

// metricNamed gives a metric by one of the names that people and tools use for it.
func metricNamed(name string) (loadMetric, bool) {
	switch name {
	case "p50", "p(50)", "med", "median":
		return loadMetric{"p50", unitMS, func(f LoadFigure) float64 { return f.P50MS }}, true
	case "p90", "p(90)":
		return loadMetric{"p90", unitMS, func(f LoadFigure) float64 { return f.P90MS }}, true
	case "p95", "p(95)":
		return loadMetric{"p95", unitMS, func(f LoadFigure) float64 { return f.P95MS }}, true
	case "p99", "p(99)":
		return loadMetric{"p99", unitMS, func(f LoadFigure) float64 { return f.P99MS }}, true
	case "max":
		return loadMetric{"max", unitMS, func(f LoadFigure) float64 { return f.MaxMS }}, true
	case "mean", "avg":
		return loadMetric{"mean", unitMS, func(f LoadFigure) float64 { return f.MeanMS }}, true
	case "errors", "error_rate":
		return loadMetric{"errors", unitShare, func(f LoadFigure) float64 { return f.ErrorRate }}, true
	case "throughput", "rate", "rps":
		return loadMetric{"throughput", unitPerSecond, func(f LoadFigure) float64 { return f.Throughput }}, true
	case "count":
		return loadMetric{"count", unitCount, func(f LoadFigure) float64 { return float64(f.Count) }}, true
	}
	return loadMetric{}, false
}

const thresholdHint = "write for example `p95 < 300ms`, `errors < 0.5%`, `login: p99 < 1s` or `p95 <= baseline * 1.10`"

// ParseThreshold reads an expression: an optional transaction (* for
// each) and a colon, a metric (p50, p90, p95, p99, max, mean, errors, throughput, count), one of
// < <= > >=, and an amount with its unit (us, ms, s, m; %; /s; a bare time is
// in ms) or baseline, optionally with * a factor or + an amount.
func ParseThreshold(expr string) (Threshold, error) {
	bad := func(format string, args ...any) (Threshold, error) {
		return Threshold{}, Invalidf("expr", format, args...).WithHint("%s", thresholdHint)
	}
	if len(expr) > 300 {
		return bad("the expression is longer than 300 characters")
	}
	m := thresholdPattern.FindStringSubmatch(strings.TrimSpace(expr))
	if m == nil {
		return bad("%q is no threshold", expr)
	}
	t := Threshold{Expr: strings.TrimSpace(expr), Transaction: strings.Trim(m[1], `"`), op: m[3]}
	var ok bool
	if t.metric, ok = metricNamed(m[2]); !ok {
		return bad("%q is no figure of a load run", m[2])
	}
	amount := strings.TrimSpace(m[4])
	if b := baselinePattern.FindStringSubmatch(amount); b != nil {
		switch b[1] {
		case "":
			t.relative, t.limit = timesBaseline, 1
			return t, nil
		case "*":
			t.relative = timesBaseline
			factor, err := strconv.ParseFloat(b[2], 64)
			if err != nil || !amountPattern.MatchString(b[2]) || factor > 1000 {
				return bad("%q is no factor", b[2])
			}
			t.limit = factor
			return t, nil
		}
		t.relative, amount = plusBaseline, b[2]
	}
	if t.limit, ok = t.metric.unit.amount(amount); !ok {
		return bad("%q is no amount that %s can be compared with", amount, t.metric.name)
	}
	return t, nil
}

// amount reads a number with its unit.
func (u metricUnit) amount(s string) (float64, bool) {
	m := amountPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	switch u {
	case unitMS:
		scale, ok := map[string]float64{"": 1, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[m[2]]
		return v * scale, ok
	case unitShare:
		if m[2] == "%" && v <= 100 {
			return v / 100, true
		}
		return v, m[2] == "" && v <= 1 && strings.Contains(m[1], ".") || m[2] == "" && v == 0
	case unitPerSecond:
		return v, m[2] == "" || m[2] == "/s"
	}
	return v, m[2] == ""
}

func (u metricUnit) text(v float64) string {
	switch u {
	case unitMS:
		if v >= 10_000 {
			return strconv.FormatFloat(v/1000, 'f', 2, 64) + "s"
		}
		return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".") + "ms"
	case unitShare:
		return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v*100, 'f', 3, 64), "0"), ".") + "%"
	case unitPerSecond:
		return strconv.FormatFloat(v, 'f', 1, 64) + "/s"
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Judge holds the figures of a run against the threshold and one baseline run,
// nil when there is none: see JudgeAgainst.
func (t Threshold) Judge(run LoadSummary, baseline *LoadSummary) (Outcome, string) {
	if baseline == nil {
		return t.JudgeAgainst(run, LoadBaseline{})
	}
	return t.JudgeAgainst(run, LoadBaseline{Runs: []LoadSummary{*baseline}, Last: 1})
}

// JudgeAgainst holds the figures of a run against the threshold. It waits when
// the run has no such transaction or figure, and when the expression speaks of
// a baseline and there is none, or none with that figure. A figure that is
// beyond a relative limit, but not surely so by the noise of the baseline runs,
// passes, and the reason says how sure it is.
func (t Threshold) JudgeAgainst(run LoadSummary, base LoadBaseline) (Outcome, string) {
	got, why := t.figure(run, "the run")
	if why != "" {
		return Waiting, why
	}
	limit, against := t.limit, t.metric.unit.text(t.limit)
	var figures []float64
	last := 0
	if t.relative != absolute {
		if figures, last, why = t.baseFigures(base); why != "" {
			return Waiting, why
		}
		middle := geometricMean(figures[:last])
		limit = middle * t.limit
		if t.relative == plusBaseline {
			limit = middle + t.limit
		}
		against = fmt.Sprintf("%s (baseline %s)", t.metric.unit.text(limit), t.metric.unit.text(middle))
	}
	subject := t.metric.name
	if t.Transaction != "" {
		subject += " of " + strconv.Quote(t.Transaction)
	}
	if t.holds(got, limit) {
		return Pass, fmt.Sprintf("%s is %s, as wanted %s %s", subject, t.metric.unit.text(got), t.op, against)
	}
	text := fmt.Sprintf("%s is %s, wanted %s %s", subject, t.metric.unit.text(got), t.op, against)
	if t.relative == absolute {
		return Fail, text
	}
	return t.judgeNoise(text, got, limit, figures, last)
}

// baseFigures gives the figure of each baseline run that has it, and how many
// of them are of the release last in production.
func (t Threshold) baseFigures(base LoadBaseline) (figures []float64, last int, why string) {
	if len(base.Runs) == 0 {
		return nil, 0, fmt.Sprintf("%s cannot be judged: there is no baseline run", t.Expr)
	}
	for i, b := range base.Runs {
		v, lacking := t.figure(b, "the baseline")
		switch {
		case lacking == "":
			figures = append(figures, v)
			if i < base.Last {
				last++
			}
		case i == 0:
			why = lacking
		}
	}
	if last == 0 {
		return nil, 0, why
	}
	return figures, last, ""
}

// judgeNoise judges a figure that is beyond a limit relative to the baseline.
func (t Threshold) judgeNoise(text string, got, limit float64, figures []float64, last int) (Outcome, string) {
	excess := math.Log(got / limit)
	if t.op == ">" || t.op == ">=" {
		excess = -excess
	}
	sure, known := beyond(excess, figures, last)
	switch {
	case !known || math.IsNaN(excess) || math.IsInf(excess, 0):
		return Fail, fmt.Sprintf("%s; how much runs differ by chance is not known from %d of them", text, len(figures))
	case sure < sureFrom:
		return Pass, fmt.Sprintf("%s, but that is within what %d baseline runs differ by chance (%s sure, wanted is %s)", text, len(figures), percent(math.Round(sure*100)/100), percent(sureFrom))
	}
	return Fail, fmt.Sprintf("%s, %s sure given how %d baseline runs differ", text, percent(math.Floor(sure*1000)/1000), len(figures))
}

func (t Threshold) holds(got, limit float64) bool {
	switch t.op {
	case "<":
		return got < limit
	case "<=":
		return got <= limit
	case ">":
		return got > limit
	}
	return got >= limit
}

// figure gives the number that the threshold speaks of, or why there is none.
func (t Threshold) figure(s LoadSummary, whose string) (float64, string) {
	f, found := s.Total, t.Transaction == ""
	for _, tr := range s.Transactions {
		if !found && tr.Name == t.Transaction {
			f, found = tr, true
		}
	}
	if !found {
		return 0, fmt.Sprintf("%s cannot be judged: %s has no transaction %q", t.Expr, whose, t.Transaction)
	}
	v := t.metric.of(f)
	if !(v >= 0) || f.Count == 0 && t.metric.unit != unitMS {
		return 0, fmt.Sprintf("%s cannot be judged: %s does not say %s", t.Expr, whose, t.metric.name)
	}
	return v, ""
}
