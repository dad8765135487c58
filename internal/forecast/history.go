package forecast

import (
	"cmp"
	"slices"
	"time"
)

// Finished is a release that reached production, with its gap.
type Finished struct {
	Cycle     string    // series, or the half-year of its production
	Component string    // what has habits of its own: a deliverable, or a team
	Version   string    // for words
	Shelved   time.Time // from when it could be forecast
	Live      time.Time // from when it can be learnt from
	Gap       float64   // days
}

// Version is one line of a release history: a candidate or a release.
type Version struct {
	Cycle, Component string
	Release          string // version that it belongs to
	Candidate        bool   // a candidate of it, else the release itself
	At               time.Time
}

// Pair finds the releases of a history that had a candidate first: their gap
// runs from the first candidate to the release, in elapsed days. Those that
// were released before their first candidate are counted as backwards and left out.
func Pair(versions []Version) (finished []Finished, backwards int) {
	type key struct{ cycle, component, release string }
	type span struct{ shelved, live time.Time }
	spans := map[key]span{}
	earlier := func(a, b time.Time) time.Time {
		if a.IsZero() || b.Before(a) {
			return b
		}
		return a
	}
	for _, v := range versions {
		k := key{v.Cycle, v.Component, v.Release}
		s := spans[k]
		if v.Candidate {
			s.shelved = earlier(s.shelved, v.At)
		} else {
			s.live = earlier(s.live, v.At)
		}
		spans[k] = s
	}
	for k, s := range spans {
		if s.shelved.IsZero() || s.live.IsZero() {
			continue
		}
		if s.live.Before(s.shelved) {
			backwards++
			continue
		}
		finished = append(finished, Finished{k.cycle, k.component, k.release, s.shelved, s.live, s.live.Sub(s.shelved).Hours() / 24})
	}
	sortHistory(finished)
	return finished, backwards
}

func sortHistory(h []Finished) {
	slices.SortFunc(h, func(a, b Finished) int {
		return cmp.Or(a.Shelved.Compare(b.Shelved), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Cycle, b.Cycle))
	})
}

// cyclesOf numbers the cycles of a history by their first candidate.
func cyclesOf(history []Finished) (names []string, number map[string]int) {
	sorted := slices.Clone(history)
	sortHistory(sorted)
	number = map[string]int{}
	for _, f := range sorted {
		if _, known := number[f.Cycle]; !known {
			number[f.Cycle] = len(names)
			names = append(names, f.Cycle)
		}
	}
	return names, number
}
