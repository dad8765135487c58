package headway

import "time"

// CaseChange says what became of a case since the run that it is compared with.
type CaseChange string

// The changes, worst first.
const (
	NewFailure   CaseChange = "new-failure"   // passed or was skipped then, or is new and bad
	StillFailing CaseChange = "still-failing" // bad in both
	Failing      CaseChange = "failing"       // bad, and there is nothing to compare with
	Missing      CaseChange = "missing"       // in the other run only: a finding, not a success
	FlakyNow     CaseChange = "flaky"         // passed after failing
	Slower       CaseChange = "slower"        // beyond SlowerThan
	NowSkipped   CaseChange = "now-skipped"   // ran then
	Fixed        CaseChange = "fixed"         // bad then, passed now
	NewCase      CaseChange = "new"           // not in the other run, not bad
	SameAsBefore CaseChange = ""
)

// CaseChanges lists the changes, worst first.
func CaseChanges() []CaseChange {
	return []CaseChange{NewFailure, StillFailing, Failing, Missing, FlakyNow, Slower, NowSkipped, Fixed, NewCase}
}

// SlowerThan says when a case that passed in both runs is called slower: by
// both the factor and the difference, so that the noise of short cases is none.
type SlowerThan struct {
	Factor float64       // as 2
	By     time.Duration // as 1s
}

// DefaultSlower is twice as long and at least a second more.
func DefaultSlower() SlowerThan { return SlowerThan{Factor: 2, By: time.Second} }

// ComparedCase is a case with what became of it.
type ComparedCase struct {
	*RunCase
	Was    *RunCase // nil when the other run lacks it, or there is none
	Change CaseChange
	Mute   *Mute // that matches it, expired or not; nil for most
	Muted  bool  // bad, and the mute holds: it does not count
}

// RunComparison is a regression run against another, known failures set apart.
type RunComparison struct {
	Run     *CaseRun
	Against *CaseRun // nil: there is nothing to compare with
	Cases   []ComparedCase
	Counts  map[CaseChange]int // without muted ones
	Tests   int                // without missing ones
	Passed  int                // flaky ones too
	Failed  int                // failures and errors that no mute covers
	Skipped int
	Muted   int      // failures and errors that a mute covers
	Quiet   []string // cases that pass though a mute covers them
	Expired []string // cases that fail and whose mute is over
}

// Partial tells why missing and new cases may not be true; empty when they are.
func (c RunComparison) Partial() string {
	if c.Run.Partial || c.Against != nil && c.Against.Partial {
		return "not every case of the two runs is listed: missing and new cases may not be true"
	}
	return ""
}

// CompareRuns tells what became of each case since another run, nil when there
// is none to compare with. Both are sorted by id, so one walk over both does.
func CompareRuns(run, against *CaseRun, mutes []Mute, now time.Time, slower SlowerThan) RunComparison {
	out := RunComparison{Run: run, Against: against, Counts: map[CaseChange]int{}, Cases: make([]ComparedCase, 0, len(run.Cases))}
	known := NewMuteIndex(mutes, now)
	var old []RunCase
	if against != nil {
		old = against.Cases
	}
	for i := range run.Cases {
		c := &run.Cases[i]
		for len(old) > 0 && old[0].ID < c.ID {
			out.missing(&old[0], known)
			old = old[1:]
		}
		var was *RunCase
		if len(old) > 0 && old[0].ID == c.ID {
			if was = &old[0]; was.Outcome() == CaseAbsent {
				was = nil
			}
			old = old[1:]
		}
		if c.Outcome() == CaseAbsent {
			if was != nil {
				out.missing(was, known)
			}
			continue
		}
		out.add(ComparedCase{RunCase: c, Was: was, Change: changeOf(c, was, against != nil, slower)}, known)
	}
	for i := range old {
		out.missing(&old[i], known)
	}
	return out
}

func (c *RunComparison) missing(was *RunCase, known MuteIndex) {
	if was.Outcome() == CaseAbsent {
		return
	}
	gone := c.Run.Find(was.ID)
	if gone == nil {
		gone = &RunCase{ID: was.ID, History: string(CaseAbsent), Duration: was.Duration}
	}
	c.Counts[Missing]++
	c.Cases = append(c.Cases, ComparedCase{RunCase: gone, Was: was, Change: Missing, Mute: known.Of(was.ID)})
}

func (c *RunComparison) add(k ComparedCase, known MuteIndex) {
	k.Mute = known.Of(k.ID)
	c.Tests++
	switch o := k.Outcome(); {
	case o.Bad() && k.Mute != nil && k.Mute.Holds(known.now):
		k.Muted = true
		c.Muted++
	case o.Bad():
		c.Failed++
		if k.Mute != nil {
			c.Expired = append(c.Expired, k.ID)
		}
	case o.Good():
		c.Passed++
		if o == CasePassed && k.Mute != nil && k.Mute.Holds(known.now) {
			c.Quiet = append(c.Quiet, k.ID)
		}
	default:
		c.Skipped++
	}
	if k.Change != SameAsBefore && !k.Muted {
		c.Counts[k.Change]++
	}
	c.Cases = append(c.Cases, k)
}

// changeOf gives the change of a case; was is nil when the other run lacks it.
func changeOf(n, was *RunCase, compared bool, slower SlowerThan) CaseChange {
	now, then := n.Outcome(), CaseAbsent
	if was != nil {
		then = was.Outcome()
	}
	switch {
	case now.Bad() && !compared:
		return Failing
	case now.Bad() && !then.Bad():
		return NewFailure
	case now.Bad():
		return StillFailing
	case now == CaseFlaky:
		return FlakyNow
	case !compared:
		return SameAsBefore
	case was == nil:
		return NewCase
	case now == CaseSkipped && then != CaseSkipped:
		return NowSkipped
	case now == CaseSkipped:
		return SameAsBefore
	case then.Bad():
		return Fixed
	case then.Good() && n.Duration-was.Duration >= slower.By && float64(n.Duration) >= slower.Factor*float64(was.Duration):
		return Slower
	}
	return SameAsBefore
}

// Figure gives a count by the name that criteria use; known is false for a name
// that is none, and for changes when there is nothing to compare with.
func (c RunComparison) Figure(name string) (value float64, known bool) {
	switch name {
	case "tests":
		return float64(c.Tests), true
	case "passed":
		return float64(c.Passed), true
	case "failed":
		return float64(c.Failed), true
	case "skipped":
		return float64(c.Skipped), true
	case "muted":
		return float64(c.Muted), true
	case "flaky":
		return float64(c.Counts[FlakyNow]), true
	case "new-failures":
		return float64(c.Counts[NewFailure]), c.Against != nil
	case "still-failing", "missing", "slower", "now-skipped", "fixed", "new":
		return float64(c.Counts[CaseChange(name)]), c.Against != nil
	}
	return 0, false
}

// Named lists the first cases with a change, muted ones left out.
func (c RunComparison) Named(change CaseChange, most int) []string {
	var out []string
	for i := range c.Cases {
		if k := &c.Cases[i]; k.Change == change && !k.Muted {
			if len(out) == most {
				break
			}
			out = append(out, k.ID)
		}
	}
	return out
}

// Failures lists the first failing cases that no mute covers, new ones first.
func (c RunComparison) Failures(most int) []string {
	var out []string
	for _, change := range []CaseChange{NewFailure, Failing, StillFailing} {
		out = append(out, c.Named(change, most-len(out))...)
	}
	return out
}
