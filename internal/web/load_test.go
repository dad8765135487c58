package web

import (
	"strings"
	"testing"

	"headway"
	"headway/internal/app"
)

func TestChartsOverTimeStandBesideTheBaseline(t *testing.T) {
	run := func(span float64, counts ...int64) headway.Evidence {
		d := &headway.LoadDetail{Seconds: span * float64(len(counts))}
		for i, n := range counts {
			d.Timeline = append(d.Timeline, headway.LoadMoment{Second: float64(i) * span, Span: span, Count: n, MeanMS: float64(10 * n)})
		}
		return headway.Evidence{Detail: &headway.EvidenceDetail{Load: d}}
	}
	v := app.LoadStory{}
	v.Evidence = run(1, 2, 4, 4, 4)
	if c := overTime(v); len(c) != 2 || len(c[0].lines) != 1 {
		t.Fatalf("without a baseline: %+v", c)
	}
	v.Baseline = &app.LoadPoint{Evidence: run(0.5, 1, 1, 4, 4, 0, 0)}
	v.Baseline.Candidate.Name = "1.0.0"
	c := overTime(v)
	if len(c[0].lines) != 2 || c[0].lines[1].name != "1.0.0" || !strings.HasSuffix(c[0].lines[1].class, " then") || c[0].top != "8 /s" {
		t.Fatalf("got %+v", c[0])
	}
	// 2, 8 and 0 per second at the middle of its seconds 1 to 3, and over by the fourth.
	if got := c[0].lines[1].points; got != "0.0,225.0 333.3,0.0 666.7,300.0" {
		t.Errorf("throughput of the baseline: %s", got)
	}
	// A second without a request has no mean.
	if got := c[1].lines[1].points; got != "0.0,225.0 333.3,0.0" {
		t.Errorf("response time of the baseline: %s", got)
	}
}
