package jobs

import "time"

// pace keeps the greater part of a core free of planning. A burst of changes
// would otherwise have plan after plan computed beside the requests that make
// them, each plan out of date when it is done. The first change is planned at
// once; what comes during the rest is planned together after it.
type pace struct{ quit <-chan struct{} }

const (
	restFor  = 8 // times as long as the plan took
	restMost = 2 * time.Second
)

// rest returns when the next plan may begin, or when the runner stops.
func (p pace) rest(worked time.Duration) {
	t := time.NewTimer(min(restFor*worked, restMost))
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.quit:
	}
}
