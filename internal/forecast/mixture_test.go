package forecast

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAQuantileHasItsShareBelow draws lumps of gaps with holes between them,
// where a step along the slope leads far away.
func TestAQuantileHasItsShareBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.Float64Range(0.01, 3).Draw(t, "width")
		var masses []mass
		for range rapid.IntRange(1, 40).Draw(t, "gaps") {
			masses = append(masses, mass{rapid.Float64Range(0, 60).Draw(t, "gap"), rapid.Float64Range(0.001, 1).Draw(t, "weight")})
		}
		m := newMixture(masses, width)
		q := rapid.Float64Range(0.01, 0.99).Draw(t, "share")
		x := m.quantile(q)
		if got := m.below(x); math.Abs(got-q) > 1e-8 {
			t.Fatalf("%v lies below %v, not %v", got, x, q)
		}
	})
}
