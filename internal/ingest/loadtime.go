package ingest

import (
	"cmp"
	"math"
	"slices"

	headway "headway"
)

// timeline counts the samples of a load run over time, in spans of equal length
// that double when the run turns out longer than they reach.
type timeline struct {
	first, width float64 // microseconds; the first span starts at first
	spans        []moment
}

type moment struct {
	count, errors int64
	sum, max      float64 // microseconds
}

const (
	maxSpans  = 240
	maxCurves = 8
)

func (t *timeline) add(start, took float64, failed bool) {
	if t.spans == nil {
		t.first, t.width, t.spans = start, 1e6, make([]moment, 0, maxSpans)
	}
	for start < t.first {
		t.widenBack(start)
	}
	i := (start - t.first) / t.width
	for i >= maxSpans {
		t.double()
		i = (start - t.first) / t.width
	}
	at := int(i)
	for len(t.spans) <= at {
		t.spans = append(t.spans, moment{})
	}
	m := &t.spans[at]
	m.count++
	m.sum += took
	m.max = max(m.max, took)
	if failed {
		m.errors++
	}
}

// widenBack makes room for a sample before the first span.
func (t *timeline) widenBack(start float64) {
	need := math.Ceil((t.first - start) / t.width)
	if need+float64(len(t.spans)) > maxSpans {
		t.double()
		return
	}
	t.spans = slices.Insert(t.spans, 0, make([]moment, int(need))...)
	t.first -= need * t.width
}

func (t *timeline) double() {
	half := t.spans[:0]
	for i := 0; i < len(t.spans); i += 2 {
		m := t.spans[i]
		if i+1 < len(t.spans) {
			o := t.spans[i+1]
			m = moment{m.count + o.count, m.errors + o.errors, m.sum + o.sum, max(m.max, o.max)}
		}
		half = append(half, m)
	}
	t.spans, t.width = half, 2*t.width
}

// Detail gives what pages draw of the run.
func (r *LoadReport) Detail() *headway.LoadDetail {
	d := &headway.LoadDetail{Start: r.Start}
	if r.End.After(r.Start) {
		d.Seconds = r.End.Sub(r.Start).Seconds()
	}
	for i, m := range r.times.spans {
		at := headway.LoadMoment{Second: float64(i) * r.times.width / 1e6, Span: r.times.width / 1e6, Count: m.count, Errors: m.errors, MaxMS: m.max / 1000}
		if m.count > 0 {
			at.MeanMS = m.sum / float64(m.count) / 1000
		}
		d.Timeline = append(d.Timeline, at)
	}
	largest := slices.Clone(r.Transactions)
	slices.SortStableFunc(largest, func(a, b Transaction) int { return cmp.Compare(b.Count, a.Count) })
	for _, t := range append([]Transaction{r.Total}, largest[:min(len(largest), maxCurves)]...) {
		if t.hist == nil || t.hist.n == 0 {
			continue
		}
		c := headway.LoadCurve{Name: t.Name}
		for _, q := range headway.LoadQuantiles() {
			c.MS = append(c.MS, t.hist.quantile(q)/1000)
		}
		d.Curves = append(d.Curves, c)
	}
	return d
}

// RunCases gives the cases in the form in which a programme keeps them.
func (r *TestReport) RunCases() []headway.RunCase {
	out := make([]headway.RunCase, len(r.Cases))
	for i := range r.Cases {
		c := &r.Cases[i]
		k := headway.RunCase{ID: headway.PlainText(c.ID), History: "e", Duration: c.Duration}
		switch {
		case c.Flaky:
			k.History = "~"
		case c.Outcome == CasePassed:
			k.History = "p"
		case c.Outcome == CaseFailed:
			k.History = "f"
		case c.Outcome == CaseSkipped:
			k.History = "s"
		}
		if c.Message != "" {
			k.Message = headway.PlainText(c.Message)
		}
		if c.File != "" {
			k.File = headway.PlainText(c.File)
		}
		for _, l := range c.Labels {
			k.Labels = append(k.Labels, headway.PlainText(l))
		}
		out[i] = k
	}
	return out
}
