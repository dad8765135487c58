package timeline

import (
	"fmt"
	"time"

	"headway"
)

// ticks writes the axis: one line of small steps and one of large ones.
func ticks(p Picture, a axis) []Tick {
	var out []Tick
	for i, d := range a.days {
		x, width := a.x[i], a.x[i+1]-a.x[i]
		if major := majorLabel(p.Zoom, d, i == 0); major != "" {
			if i == 0 && roomUntilMajor(p.Zoom, a) < float64(len(major))*charWidth+8 {
				major = ""
			}
			out = append(out, Tick{X: x, Text: major, Major: true, Rule: i > 0})
		}
		if minor, ok := minorLabel(p.Zoom, d, width); ok {
			out = append(out, Tick{X: x, Text: minor, Rule: minorRule(p.Zoom, d)})
		}
	}
	return out
}

func majorLabel(z Zoom, d headway.Date, first bool) string {
	switch z {
	case Quarter:
		if first || d.Month == time.January && d.Day == 1 {
			return fmt.Sprint(d.Year)
		}
	default:
		if first || d.Day == 1 {
			return fmt.Sprintf("%s %d", d.Month, d.Year)
		}
	}
	return ""
}

// roomUntilMajor tells how far the first large step reaches.
func roomUntilMajor(z Zoom, a axis) float64 {
	for i, d := range a.days {
		if i > 0 && majorLabel(z, d, false) != "" {
			return a.x[i]
		}
	}
	return a.x[len(a.x)-1]
}

func minorLabel(z Zoom, d headway.Date, width float64) (string, bool) {
	switch z {
	case Day:
		return fmt.Sprintf("%s %d", d.Weekday().String()[:3], d.Day), true
	case Week:
		switch {
		case width >= 40:
			return fmt.Sprintf("%s %d", d.Weekday().String()[:2], d.Day), true
		case width >= 17 || d.Weekday() == time.Monday:
			return fmt.Sprint(d.Day), true
		}
	case Month:
		if d.Weekday() == time.Monday {
			return fmt.Sprintf("%d", d.Day), true
		}
	case Quarter:
		if d.Day == 1 {
			return d.Month.String()[:3], true
		}
	}
	return "", false
}

func minorRule(z Zoom, d headway.Date) bool {
	switch z {
	case Day:
		return true
	case Week:
		return d.Weekday() == time.Monday
	default:
		return true
	}
}
