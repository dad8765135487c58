package jobs

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPlanningRestsLongerThanItWorks(t *testing.T) {
	for worked, want := range map[time.Duration]time.Duration{
		50 * time.Millisecond: 400 * time.Millisecond,
		10 * time.Second:      2 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			pace{make(chan struct{})}.rest(worked)
			if got := time.Since(begun); got != want {
				t.Errorf("after %v of planning it rested %v, want %v", worked, got, want)
			}
		})
	}
}

func TestARunnerThatStopsDoesNotRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quit := make(chan struct{})
		close(quit)
		begun := time.Now()
		pace{quit}.rest(time.Minute)
		if got := time.Since(begun); got != 0 {
			t.Errorf("it rested %v", got)
		}
	})
}
