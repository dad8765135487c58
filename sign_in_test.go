package headway

import (
	"errors"
	"testing"
	"time"
)

func TestGuessedTooOften(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	ago := func(n int, first time.Duration) (out []time.Time) {
		for i := range n {
			out = append(out, now.Add(-first).Add(time.Duration(i)*time.Second))
		}
		return out
	}
	for name, c := range map[string]struct {
		here, anywhere []time.Time
		wait           time.Duration
	}{
		"none":                       {},
		"one below the bound":        {here: ago(9, time.Minute), anywhere: ago(9, time.Minute)},
		"at the bound":               {here: ago(10, time.Minute), anywhere: ago(10, time.Minute), wait: 14 * time.Minute},
		"above it, the newest count": {here: ago(12, time.Minute), anywhere: ago(12, time.Minute), wait: 14*time.Minute + 2*time.Second},
		"many places, one below":     {here: ago(1, time.Minute), anywhere: ago(49, 5*time.Minute)},
		"many places":                {anywhere: ago(50, 5*time.Minute), wait: 10 * time.Minute},
	} {
		err := GuessedTooOften(c.here, c.anywhere, now)
		var e *Error
		switch {
		case c.wait == 0 && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.wait > 0 && (!errors.As(err, &e) || e.Kind != TooMany || e.Wait != c.wait):
			t.Errorf("%s: %+v, wanted to wait %v", name, err, c.wait)
		}
	}
}
