package ui

import (
	"fmt"
	"time"

	"headway"
)

// Meter is the geometry of a gap meter, in the units of its viewBox.
type Meter struct {
	Policy         headway.GapPolicy
	Days           int
	Band           headway.GapBand
	Measured       bool
	Min, Tgt, Max  float64 // where the bounds lie
	End, At        float64
	Text           string
	TargetAt, MaxT string
}

const meterWidth = 280.0

// MeterOf lays a measured gap of working days on its policy. The scale ends a
// quarter beyond the maximum or the value, whichever is farther.
func MeterOf(policy headway.GapPolicy, days int, measured bool) Meter {
	far := max(policy.Maximum, days, 1)
	scale := meterWidth / (float64(far) * 1.2)
	m := Meter{Policy: policy, Days: days, Band: policy.Band(days), Measured: measured, End: meterWidth}
	m.Min, m.Tgt, m.Max = float64(policy.Minimum)*scale, float64(policy.Target)*scale, float64(policy.Maximum)*scale
	m.At = min(max(float64(days)*scale, 3), meterWidth-3)
	m.Text = Count(days, "working day") + ", " + BandName(m.Band)
	return m
}

func px(f float64) string { return fmt.Sprintf("%.1f", f) }

// Slice is one stretch of a gap bar.
type Slice struct {
	X, W  float64
	Class string
	Title string
}

// Causes lists what a gap consists of, in the order of the legend.
func Causes() []headway.GapCause { return headway.GapCauses() }

// CauseClass gives the colour class of a cause.
func CauseClass(c headway.GapCause) string {
	for i, known := range Causes() {
		if c == known {
			return fmt.Sprintf("cause-%d", i+1)
		}
	}
	return "cause-1"
}

// BarOf lays the slices of a gap over a width of 1000 units. Each stretch is
// at least a visible hair wide.
func BarOf(c Clock, slices []headway.GapSlice) []Slice {
	if len(slices) == 0 {
		return nil
	}
	from, to := slices[0].Span.From, slices[len(slices)-1].Span.To
	total := to.Sub(from)
	if total <= 0 {
		return nil
	}
	var out []Slice
	for _, s := range slices {
		x := 1000 * float64(s.Span.From.Sub(from)) / float64(total)
		w := 1000 * float64(s.Span.To.Sub(s.Span.From)) / float64(total)
		title := fmt.Sprintf("%s: %s (%s)", upperFirst(string(s.Cause)), Duration(s.Span.To.Sub(s.Span.From)), c.Span(s.Span))
		if s.Who != "" {
			title = fmt.Sprintf("%s, %s: %s (%s)", upperFirst(string(s.Cause)), headway.Skill(s.Who).Name(), Duration(s.Span.To.Sub(s.Span.From)), c.Span(s.Span))
		}
		out = append(out, Slice{x, max(w, 1.5), CauseClass(s.Cause), title})
	}
	return out
}

// Share is the part of a gap that one cause took.
type Share struct {
	Cause   headway.GapCause
	Length  time.Duration
	Percent int
}

// SharesOf sums a gap by cause, in the order of the legend.
func SharesOf(slices []headway.GapSlice) []Share {
	var total time.Duration
	by := map[headway.GapCause]time.Duration{}
	for _, s := range slices {
		d := s.Span.To.Sub(s.Span.From)
		by[s.Cause] += d
		total += d
	}
	var out []Share
	for _, c := range Causes() {
		if by[c] > 0 {
			out = append(out, Share{c, by[c], int(100*float64(by[c])/float64(total) + 0.5)})
		}
	}
	return out
}
