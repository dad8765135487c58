package timeline

import (
	"sort"
	"time"

	"headway"
)

const (
	offWeight = 0.42 // width of a day off against a working day
	nightPart = 0.07 // share of a day's width before and after work, each
)

// axis places instants. Each day has a width; within a day the hours of work
// take what the two nights leave.
type axis struct {
	zone     *time.Location
	from, to headway.Clock
	days     []headway.Date
	starts   []time.Time // of each day, and of the day after the last
	x        []float64   // of each start
}

func newAxis(p Picture) axis {
	a := axis{zone: p.Calendar.Zone, from: p.Calendar.From, to: p.Calendar.To}
	if a.zone == nil {
		a.zone = time.UTC
	}
	if a.from >= a.to {
		a.from, a.to = 0, 24*60
	}
	var sum float64
	var weights []float64
	for d := p.From; !d.After(p.To); d = d.AddDays(1) {
		w := 1.0
		if !p.Calendar.IsWorkingDay(d) {
			w = offWeight
		}
		a.days, a.starts, weights = append(a.days, d), append(a.starts, d.In(a.zone)), append(weights, w)
		sum += w
	}
	a.starts = append(a.starts, p.To.AddDays(1).In(a.zone))
	at := 0.0
	for _, w := range weights {
		a.x = append(a.x, at)
		at += w / sum * float64(p.Width)
	}
	a.x = append(a.x, float64(p.Width))
	return a
}

// at gives the position of an instant, held within the drawing.
func (a axis) at(t time.Time) float64 {
	last := len(a.starts) - 1
	switch {
	case last < 1 || !t.After(a.starts[0]):
		return 0
	case !t.Before(a.starts[last]):
		return a.x[last]
	}
	i := sort.Search(len(a.starts), func(i int) bool { return a.starts[i].After(t) }) - 1
	return a.x[i] + a.within(a.days[i], t)*(a.x[i+1]-a.x[i])
}

// within gives the share of a day's width that lies before an instant of it.
func (a axis) within(d headway.Date, t time.Time) float64 {
	work := headway.Interval{From: d.At(a.from, a.zone), To: d.At(a.to, a.zone)}
	night := nightPart
	if a.from == 0 && a.to == 24*60 {
		night = 0
	}
	part := func(from, to time.Time) float64 {
		if !from.Before(to) {
			return 0
		}
		return min(max(float64(t.Sub(from))/float64(to.Sub(from)), 0), 1)
	}
	start, end := d.In(a.zone), d.AddDays(1).In(a.zone)
	switch {
	case t.Before(work.From):
		return night * part(start, work.From)
	case t.Before(work.To):
		return night + (1-2*night)*part(work.From, work.To)
	default:
		return 1 - night + night*part(work.To, end)
	}
}

// sees tells whether any of a span is drawn.
func (a axis) sees(i headway.Interval) bool {
	return i.Overlaps(headway.Interval{From: a.starts[0], To: a.starts[len(a.starts)-1]})
}
