package headway

import (
	"testing"
	"time"
)

func TestTimeLeft(t *testing.T) {
	ahead := func(p50, p85, took int) StepAhead {
		m := func(n int) time.Duration { return time.Duration(n) * time.Minute }
		return StepAhead{DurationEstimate{P50: m(p50), P85: m(p85)}, m(took)}
	}
	for name, c := range map[string]struct {
		groups   [][]StepAhead
		p50, p85 int
	}{
		"nothing":                   {nil, 0, 0},
		"one":                       {[][]StepAhead{{ahead(10, 13, 0)}}, 10, 13},
		"has begun":                 {[][]StepAhead{{ahead(10, 13, 4)}}, 6, 9},
		"is late":                   {[][]StepAhead{{ahead(10, 13, 12)}}, 0, 1},
		"is very late":              {[][]StepAhead{{ahead(10, 13, 60)}, {ahead(5, 5, 0)}}, 5, 5},
		"together, the longest":     {[][]StepAhead{{ahead(10, 10, 0), ahead(20, 20, 5)}}, 15, 15},
		"spreads are not added up":  {[][]StepAhead{{ahead(10, 13, 0)}, {ahead(10, 14, 0)}}, 20, 25},
		"a quick one with a spread": {[][]StepAhead{{ahead(10, 10, 0), ahead(4, 12, 0)}}, 10, 12},
	} {
		got := TimeLeft(c.groups)
		if got.P50 != time.Duration(c.p50)*time.Minute || got.P85 != time.Duration(c.p85)*time.Minute {
			t.Errorf("%s: %v and %v, want %d and %d minutes", name, got.P50, got.P85, c.p50, c.p85)
		}
	}
}
