package headway_test

import (
	"testing"
	"time"

	"headway"
)

func TestAResultIsAskedForWhenNobodyWorksOnIt(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		r               headway.Result
		asks, computing bool
	}{
		"never asked":             {headway.Result{}, true, false},
		"of today's facts":        {headway.Result{Basis: "b"}, false, false},
		"of other facts":          {headway.Result{Basis: "a"}, true, false},
		"waits in the queue":      {headway.Result{Wanted: "b", WantedAt: ago(29 * time.Minute)}, false, true},
		"was lost in the queue":   {headway.Result{Wanted: "b", WantedAt: ago(31 * time.Minute)}, true, false},
		"is being computed":       {headway.Result{Wanted: "b", WantedAt: ago(40 * time.Minute), BeatAt: ago(59 * time.Second)}, false, true},
		"its process has gone":    {headway.Result{Wanted: "b", WantedAt: ago(2 * time.Minute), BeatAt: ago(time.Minute)}, true, false},
		"other facts, on its way": {headway.Result{Wanted: "a", WantedAt: ago(time.Second)}, true, true},
		"failed just now":         {headway.Result{Failed: "b", FailedAt: ago(59 * time.Second)}, false, false},
		"failed a while ago":      {headway.Result{Failed: "b", FailedAt: ago(time.Minute)}, true, false},
		"failed for other facts":  {headway.Result{Failed: "a", FailedAt: now}, true, false},
	} {
		if got := c.r.Asks("b", now); got != c.asks {
			t.Errorf("%s: asks %v", name, got)
		}
		if got := c.r.Computing(now); got != c.computing {
			t.Errorf("%s: computing %v", name, got)
		}
	}
}
