package headway

import (
	"math"
	"time"
)

// StepAhead is a step that has not ended: how long it should take, and how
// long it has been at it.
type StepAhead struct {
	Expected DurationEstimate
	Took     time.Duration
}

// TimeLeft tells how long groups of steps will still take, one group after the
// other. In a group the longest counts; what the groups may take beyond their
// P50 is taken as independent. A step that has had its time already counts as
// about to end.
func TimeLeft(groups [][]StepAhead) DurationEstimate {
	var left DurationEstimate
	beyond := 0.0
	for _, g := range groups {
		var longest DurationEstimate
		for _, s := range g {
			longest.P50 = max(longest.P50, s.Expected.P50-s.Took)
			longest.P85 = max(longest.P85, s.Expected.P85-s.Took)
		}
		left.P50 += longest.P50
		beyond += math.Pow(float64(longest.P85-longest.P50), 2)
	}
	left.P85 = left.P50 + time.Duration(math.Sqrt(beyond))
	return left
}
