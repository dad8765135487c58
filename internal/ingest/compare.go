package ingest

import (
	"cmp"
	"slices"
	"time"
)

// Change says what became of a case since the baseline run.
type Change string

// The changes, worst first.
const (
	NewFailure   Change = "new-failure"   // passed or was skipped in the baseline, or is new and bad
	StillFailing Change = "still-failing" // bad in both
	Missing      Change = "missing"       // in the baseline only: a finding, not a success
	FlakyNow     Change = "flaky"         // passed after failing
	Slower       Change = "slower"        // beyond SlowerThan
	NowSkipped   Change = "now-skipped"   // ran in the baseline
	Fixed        Change = "fixed"         // bad in the baseline, passed now
	NewCase      Change = "new"           // not in the baseline, not bad
)

var changeOrder = []Change{NewFailure, StillFailing, Missing, FlakyNow, Slower, NowSkipped, Fixed, NewCase}

// CaseChange is a case that differs from the baseline.
type CaseChange struct {
	ID       string
	Change   Change
	Now, Was CaseOutcome // empty when the case is not in that run
	Took     time.Duration
	TookThen time.Duration
	Message  string // of a case that is bad or flaky now
}

// SlowerThan says when a case that passed in both runs is called slower: by
// both the factor and the difference, so that the noise of short cases is none.
type SlowerThan struct {
	Factor float64       // as 2
	By     time.Duration // as 1s
}

// DefaultSlower is twice as long and at least a second more.
func DefaultSlower() SlowerThan { return SlowerThan{Factor: 2, By: time.Second} }

// Comparison of a run with its baseline.
type Comparison struct {
	Changes []CaseChange // worst first, then by id
	Counts  map[Change]int
	Same    int    // cases of this run with no change
	Partial string // why cases may lack: one of the reports does not list all; empty when both do
}

// Compare tells what became of each case since the baseline. Cases are known
// again by their id.
func Compare(now, baseline *TestReport, slower SlowerThan) Comparison {
	out := Comparison{Counts: map[Change]int{}}
	if now.Partial || baseline.Partial {
		out.Partial = "not every case of the two runs is listed: missing and new cases may not be true"
	}
	was := make(map[string]int32, len(baseline.Cases))
	for i := range baseline.Cases {
		was[baseline.Cases[i].ID] = int32(i)
	}
	met := make([]bool, len(baseline.Cases))
	for i := range now.Cases {
		n := &now.Cases[i]
		ch := CaseChange{ID: n.ID, Now: n.Outcome, Took: n.Duration}
		var b *Case
		if k, ok := was[n.ID]; ok {
			b, met[k] = &baseline.Cases[k], true
			ch.Was, ch.TookThen = b.Outcome, b.Duration
		}
		ch.Change = changeOf(n, b, slower)
		if ch.Change == "" {
			out.Same++
			continue
		}
		if n.Outcome.Bad() || n.Flaky {
			ch.Message = n.Message
		}
		out.Counts[ch.Change]++
		out.Changes = append(out.Changes, ch)
	}
	for k, seen := range met {
		if b := &baseline.Cases[k]; !seen {
			out.Counts[Missing]++
			out.Changes = append(out.Changes, CaseChange{ID: b.ID, Change: Missing, Was: b.Outcome, TookThen: b.Duration})
		}
	}
	slices.SortFunc(out.Changes, func(a, b CaseChange) int {
		return cmp.Or(cmp.Compare(slices.Index(changeOrder, a.Change), slices.Index(changeOrder, b.Change)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// changeOf gives the change of a case; b is nil when the baseline lacks it.
func changeOf(n, b *Case, slower SlowerThan) Change {
	switch {
	case n.Outcome.Bad() && (b == nil || !b.Outcome.Bad()):
		return NewFailure
	case n.Outcome.Bad():
		return StillFailing
	case n.Flaky:
		return FlakyNow
	case b == nil:
		return NewCase
	case n.Outcome == CaseSkipped && b.Outcome != CaseSkipped:
		return NowSkipped
	case n.Outcome == CaseSkipped:
		return ""
	case b.Outcome.Bad():
		return Fixed
	case b.Outcome == CasePassed && n.Duration-b.Duration >= slower.By && float64(n.Duration) >= slower.Factor*float64(b.Duration):
		return Slower
	}
	return ""
}
