package web

import (
	"fmt"
	"strings"
	"time"

	"headway"
)

// burnChart is the geometry of a burndown, in the units of its viewBox.
type burnChart struct {
	Ideal, Left string // points of a polyline
	Area        string // below Left
	TodayX      float64
	NowY        float64
	Top         string // what the upper edge stands for
	Days        []burnDay
}

type burnDay struct {
	X    float64
	Text string
}

const (
	burnWidth  = 560.0
	burnHeight = 120.0
)

// newBurnChart draws points from left to right; off days are drawn too, since
// windows lie on them.
func newBurnChart(points []headway.BurnPoint, today headway.Date) burnChart {
	var c burnChart
	if len(points) < 2 {
		return c
	}
	top := time.Hour
	for _, p := range points {
		top = max(top, p.Left, p.Ideal)
	}
	x := func(n int) float64 { return burnWidth * float64(n) / float64(len(points)-1) }
	y := func(d time.Duration) float64 { return burnHeight * (1 - float64(d)/float64(top)) }
	var ideal, left []string
	last := 0.0
	for n, p := range points {
		ideal = append(ideal, fmt.Sprintf("%.1f,%.1f", x(n), y(p.Ideal)))
		if p.Left >= 0 {
			left = append(left, fmt.Sprintf("%.1f,%.1f", x(n), y(p.Left)))
			last = x(n)
			c.NowY = y(p.Left)
		}
		if p.Day == today {
			c.TodayX = x(n)
		}
		if p.Day.Weekday() == time.Monday {
			c.Days = append(c.Days, burnDay{x(n), p.Day.In(time.UTC).Format("Mon 2 Jan")})
		}
	}
	c.Ideal, c.Left, c.Top = strings.Join(ideal, " "), strings.Join(left, " "), fmt.Sprintf("%.0f h", top.Hours())
	c.Area = fmt.Sprintf("0,%.1f %s %.1f,%.1f", burnHeight, c.Left, last, burnHeight)
	return c
}
