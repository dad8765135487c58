package headway

import (
	"slices"
	"time"
)

// GapCause says what a stretch of a release's gap was spent on.
type GapCause string

// What a gap consists of.
const (
	GapShelving      GapCause = "waiting for the shelf"      // sprint end until the first candidate
	GapWorking       GapCause = "working"                    // an operations item is being done
	GapRework        GapCause = "rework"                     // from a blocking defect to the next candidate
	GapWaitingPeople GapCause = "waiting for operations"     // nothing is done although something could be
	GapWaitingPlace  GapCause = "waiting for an environment" // what comes next needs one that is booked for another release
	GapWaitingGo     GapCause = "waiting for approval"
	GapWaitingWindow GapCause = "waiting for a window"
	GapDeploying     GapCause = "deploying"
)

// GapSlice is a stretch of a gap with one cause.
type GapSlice struct {
	Span  Interval
	Cause GapCause
	Who   string // skill waited for or working, when it is one
}

// GapFacts is what is known of a release's way from sprint end to production.
type GapFacts struct {
	SprintEnd, Live time.Time // Live may be zero: then Now ends the gap so far
	Now             time.Time
	ShelvedAt       time.Time
	Working         []GapSlice // spans of operations work with the skill in Who
	Rework          []Interval // from a blocking defect found to the candidate that fixed it
	ReadyAt         time.Time  // all operations items before go/no-go done
	DecidedAt       time.Time
	DeployingFrom   time.Time
	WaitingFor      func(at time.Time) string // skill of the next open item; may be nil
	Taken           []GapSlice                // spans in which the environment in Who was booked for others
	Needs           func(at time.Time) string // environment of the next open item; may be nil
}

// MeasureGap cuts the time from sprint end to production into slices, each
// with one cause. At each instant the first that holds wins: before shelving,
// deploying, rework, working, waiting for a window, for approval, for an
// environment, for people.
func MeasureGap(f GapFacts) []GapSlice {
	end := f.Live
	if end.IsZero() {
		end = f.Now
	}
	if !end.After(f.SprintEnd) {
		return nil // production before the sprint's end: there is no gap
	}
	cuts := []time.Time{f.SprintEnd, end}
	add := func(ts ...time.Time) {
		for _, t := range ts {
			if t.After(f.SprintEnd) && t.Before(end) {
				cuts = append(cuts, t)
			}
		}
	}
	add(f.ShelvedAt, f.ReadyAt, f.DecidedAt, f.DeployingFrom)
	for _, w := range f.Working {
		add(w.Span.From, w.Span.To)
	}
	for _, r := range f.Rework {
		add(r.From, r.To)
	}
	for _, t := range f.Taken {
		add(t.Span.From, t.Span.To)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	var out []GapSlice
	for i := 1; i < len(cuts); i++ {
		span := Interval{cuts[i-1], cuts[i]}
		if !span.From.Before(span.To) {
			continue
		}
		cause, who := f.causeAt(span)
		if n := len(out); n > 0 && out[n-1].Cause == cause && out[n-1].Who == who {
			out[n-1].Span.To = span.To
			continue
		}
		out = append(out, GapSlice{span, cause, who})
	}
	return out
}

func (f GapFacts) causeAt(span Interval) (GapCause, string) {
	since := func(t time.Time) bool { return !t.IsZero() && !span.From.Before(t) }
	if !since(f.ShelvedAt) {
		return GapShelving, ""
	}
	if since(f.DeployingFrom) {
		return GapDeploying, ""
	}
	for _, r := range f.Rework {
		if r.Covers(span) {
			return GapRework, ""
		}
	}
	for _, w := range f.Working {
		if w.Span.Covers(span) {
			return GapWorking, w.Who
		}
	}
	switch {
	case since(f.DecidedAt):
		return GapWaitingWindow, ""
	case since(f.ReadyAt):
		return GapWaitingGo, ""
	}
	if f.Needs != nil {
		place := f.Needs(span.From)
		for _, t := range f.Taken {
			if place != "" && t.Who == place && t.Span.Covers(span) {
				return GapWaitingPlace, place
			}
		}
	}
	if f.WaitingFor != nil {
		return GapWaitingPeople, f.WaitingFor(span.From)
	}
	return GapWaitingPeople, ""
}

// Headways gives the times between consecutive releases reaching production,
// in the order of production.
func Headways(live []time.Time) []time.Duration {
	s := slices.Clone(live)
	slices.SortFunc(s, time.Time.Compare)
	var out []time.Duration
	for i := 1; i < len(s); i++ {
		out = append(out, s[i].Sub(s[i-1]))
	}
	return out
}
