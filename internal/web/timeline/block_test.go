package timeline

import (
	"fmt"
	"testing"
	"time"

	"headway"
)

// crowded is a picture of so many lanes with so many short bars each.
func crowded(lanes, bars int) (Picture, *int) {
	p, told := picture(1000), new(int)
	s := Section{Label: "QA"}
	start := p.From.In(p.Calendar.Zone)
	for range lanes {
		var lane Lane
		for k := range bars {
			from := start.Add(time.Duration(k) * 34 * 24 * time.Hour / time.Duration(bars))
			lane.Bars = append(lane.Bars, Bar{Span: headway.Interval{From: from, To: from.Add(time.Hour)}, Tell: func(b *Bar) { b.What = "told"; *told++ }})
		}
		s.Lanes = append(s.Lanes, lane)
	}
	p.Sections = []Section{s}
	p.More = func(lane int) string { return fmt.Sprint("/more/", lane) }
	p.Closer = func(headway.Interval) string { return "/closer" }
	return p, told
}

func TestOnlyTheLanesThatAreAskedForAreDrawn(t *testing.T) {
	for _, c := range []struct{ marks, first int }{{100, 0}, {100, 30}, {100, 59}, {0, 0}, {5000, 0}} {
		p, told := crowded(60, 10)
		p.Marks, p.First = c.marks, c.first
		d := Lay(p)
		lanes, drawn, hit := 0, 0, false
		for _, b := range d.Blocks {
			if b.First != lanes {
				t.Fatalf("%+v: a block begins at lane %d, want %d", c, b.First, lanes)
			}
			lanes += b.Lanes
			if b.Drawn {
				drawn += len(b.Bars)
				hit = hit || c.first >= b.First && c.first < b.First+b.Lanes
			} else if b.More != fmt.Sprint("/more/", b.First) {
				t.Errorf("%+v: the way to lane %d is %q", c, b.First, b.More)
			}
		}
		most := c.marks + blockMarks + 10
		if c.marks == 0 || c.marks >= 600 {
			most = 600
		}
		if lanes != 60 || !hit || drawn > most || drawn < 10 || *told != drawn {
			t.Errorf("%+v: %d lanes, lane asked for drawn %v, %d bars drawn (at most %d), %d told", c, lanes, hit, drawn, most, *told)
		}
	}
}

func TestNarrowBarsAreGathered(t *testing.T) {
	p, _ := crowded(1, 120)
	d := Lay(p)
	sum := 0
	for _, b := range d.Bars {
		sum += max(b.Count, 1)
		if b.Count > 1 && (b.Href != "/closer" || b.W > bundle+1 || b.What != fmt.Sprintf("%d activities", b.Count)) {
			t.Errorf("bundle %+v", b)
		}
	}
	if sum != 120 || len(d.Bars) > 40 {
		t.Errorf("%d bars stand for %d", len(d.Bars), sum)
	}
	few, _ := crowded(1, crowd-1)
	if n := len(Lay(few).Bars); n != crowd-1 {
		t.Errorf("%d of %d bars of a lane that is not crowded", n, crowd-1)
	}
}

func TestDeploymentsThatLieOnEachOtherAreOne(t *testing.T) {
	p, _ := crowded(1, 1)
	p.Production.Deploys = nil
	for k := range 2 * busy {
		p.Production.Deploys = append(p.Production.Deploys, Deploy{At: p.Now.Add(time.Duration(k) * time.Hour), Label: "1.0"})
	}
	d := Lay(p)
	sum := 0
	for i, x := range d.Deploys {
		sum += max(x.Count, 1)
		if i > 0 && x.X-d.Deploys[i-1].X < touching {
			t.Errorf("two deployments lie %.1f pixels from each other", x.X-d.Deploys[i-1].X)
		}
	}
	if sum != 2*busy {
		t.Errorf("%d of %d deployments are drawn", sum, 2*busy)
	}
}
