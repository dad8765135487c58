package headway

import "time"

// Result is the answer to a question about a programme that takes simulations:
// computed by a job, kept, and shown with the time that it is of. One is kept
// for each question; a newer one takes its place.
type Result struct {
	ProgrammeID string
	Key         string // digest of the question
	Question    string // as JSON

	Basis string        // digest of what the kept answer was computed from; empty: there is none yet
	AsOf  time.Time     // of those facts
	Took  time.Duration // to compute it

	Wanted      string // basis that was asked for last; empty: nothing is on its way
	WantedAt    time.Time
	BeatAt      time.Time // when the job said last how far it is; zero: it has not begun
	Done, Total int       // simulations

	Failed   string // basis that could not be computed
	Failure  string // why
	FailedAt time.Time
}

// How long results are waited for.
const (
	resultBegins = 30 * time.Minute // before a job that was asked for has begun
	resultBeats  = time.Minute      // between two signs of life of one that has
	resultRests  = time.Minute      // before what failed is tried again
)

// ResultsKept is how many results are kept of a programme; those that were
// asked for longest ago give way.
const ResultsKept = 24

// Computing tells whether a job is on its way or at work.
func (r Result) Computing(now time.Time) bool {
	switch {
	case r.Wanted == "":
		return false
	case r.BeatAt.IsZero():
		return now.Before(r.WantedAt.Add(resultBegins))
	default:
		return now.Before(r.BeatAt.Add(resultBeats))
	}
}

// Asks tells whether a job is to be asked for, so that the answer comes to rest
// on a basis: it does not yet, nobody works on that, and it did not just fail.
func (r Result) Asks(basis string, now time.Time) bool {
	switch {
	case r.Basis == basis:
		return false
	case r.Wanted == basis && r.Computing(now):
		return false
	case r.Failed == basis:
		return !now.Before(r.FailedAt.Add(resultRests))
	}
	return true
}
