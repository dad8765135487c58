package ingest

import (
	"cmp"
	"io"
	"slices"
	"time"
)

// History is a release history put together: all rows of a release in one place.
type History struct {
	Rows, Betas, Tags int              // rows read, and those among them that are no release
	Teams             []string         // in the order in which the file first names them
	Releases          []HistoryRelease // in the order in which the file first names them
}

// HistoryRelease is one release of one component with its candidates.
type HistoryRelease struct {
	Team, Component, Series, Version string
	Candidates                       []HistoryCandidate // by number, each number once
	Live                             time.Time          // production; zero when the file does not have it
	Rows                             int                // of the file that are about it
}

// HistoryCandidate is a candidate that was put on the shelf.
type HistoryCandidate struct {
	Number int
	At     time.Time
}

type historyKey struct{ team, component, version string }

// ReadHistory reads a release history as Releases does, and puts it together.
// Of two rows that say the same thing the earlier time holds.
func ReadHistory(r io.Reader, name string) (History, error) {
	var h History
	at, teams := map[historyKey]int{}, map[string]bool{}
	for row, err := range Releases(r, name) {
		if err != nil {
			return History{}, err
		}
		h.Rows++
		if !teams[row.Team] {
			teams[row.Team] = true
			h.Teams = append(h.Teams, row.Team)
		}
		switch row.Version.Stage {
		case StageBeta:
			h.Betas++
			continue
		case StageTag:
			h.Tags++
			continue
		}
		key := historyKey{row.Team, row.Deliverable, row.Version.Release}
		i, known := at[key]
		if !known {
			i = len(h.Releases)
			at[key] = i
			h.Releases = append(h.Releases, HistoryRelease{Team: row.Team, Component: row.Deliverable, Series: row.Series, Version: row.Version.Release})
		}
		h.Releases[i].add(row)
	}
	for i := range h.Releases {
		h.Releases[i].order()
	}
	return h, nil
}

func (r *HistoryRelease) add(row ReleaseRow) {
	r.Rows++
	t := row.ReleasedAt.UTC().Truncate(time.Millisecond)
	if row.Version.Stage == StageCandidate {
		r.Candidates = append(r.Candidates, HistoryCandidate{row.Version.Number, t})
		return
	}
	if r.Live.IsZero() || t.Before(r.Live) {
		r.Live, r.Series = t, row.Series
	}
}

// order sorts the candidates by number and keeps the earliest of each.
func (r *HistoryRelease) order() {
	slices.SortFunc(r.Candidates, func(a, b HistoryCandidate) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), a.At.Compare(b.At))
	})
	r.Candidates = slices.CompactFunc(r.Candidates, func(a, b HistoryCandidate) bool { return a.Number == b.Number })
}

// Shelved gives when the first candidate was put on the shelf; zero when there is none.
func (r HistoryRelease) Shelved() time.Time {
	var first time.Time
	for _, c := range r.Candidates {
		if first.IsZero() || c.At.Before(first) {
			first = c.At
		}
	}
	return first
}
