package web

import (
	"testing"
	"time"

	"headway"
	"headway/internal/web/ui"
)

// TestASprintToComeHasNotEnded: a planned release said so of its sprint.
func TestASprintToComeHasNotEnded(t *testing.T) {
	clock := ui.Clock{Now: fixtureNow}
	for want, end := range map[string]time.Time{"ends": fixtureNow.Add(time.Hour), "ended": fixtureNow.Add(-time.Hour)} {
		if got := sprintEnds(clock, headway.Release{SprintEnd: end}); got != want {
			t.Errorf("a sprint until %s %s, not %s", end, got, want)
		}
	}
}
