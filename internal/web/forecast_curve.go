package web

import (
	"fmt"
	"math"
	"strconv"

	"headway"
	"headway/internal/app"
)

// dependence is one curve, drawn.
type dependence struct {
	Path   string
	Dots   []curveDot
	Labels []tick
	Target float64
	Word   float64 // where its name stands: above it, unless the curve is there
}

type curveDot struct {
	X, Y float64
	Now  bool
	Text string
}

const curveHeight = 150.0

func layCurve(c app.AdviceCurve, policy headway.GapPolicy) dependence {
	far := float64(policy.Target) * 1.3
	for _, p := range c.Points {
		far = max(far, p.Days)
	}
	y := func(d float64) float64 { return 18 + (1-d/max(1, far))*(curveHeight-44) }
	out := dependence{Target: y(float64(policy.Target))}
	out.Word = out.Target - 4
	if len(c.Points) > 0 && math.Abs(y(c.Points[0].Days)-out.Word) < 16 {
		out.Word = out.Target + 13
	}
	for i, p := range c.Points {
		x := 28 + float64(i)*(300-56)/float64(max(1, len(c.Points)-1))
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		out.Path += fmt.Sprintf("%s%.1f %.1f", verb, x, y(p.Days))
		out.Dots = append(out.Dots, curveDot{x, y(p.Days), p.Now, fmt.Sprintf("%.0f", p.Days)})
		out.Labels = append(out.Labels, tick{x, strconv.FormatFloat(p.X, 'f', -1, 64)})
	}
	return out
}
