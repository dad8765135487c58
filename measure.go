package headway

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Attempt is one deployment to production, or of imported history the release
// itself. What counts as failed is what DORA counts: a change that needed
// intervention at once: a rollback, an incident, or a defect that could not wait.
type Attempt struct {
	ReleaseID   string
	At          time.Time // it ended, or gave up
	Committed   time.Time // when its changes were made, as far as it is known: the middle of their sprint
	Unplanned   bool      // made because of what happened in production: a hot fix, or one more try of one that failed
	Live        bool      // it stayed in production
	FailedAt    time.Time // zero: it did not fail
	RecoveredAt time.Time // zero: not yet
	Failure     string    // what made it fail, as people name it: rolled back, I-3, D-12
	Cause       string    // of an unplanned one: hot fix, tried again
}

// Trouble is one thing that made a deployment need intervention at once.
type Trouble struct {
	Name     string // I-3, D-12, rolled back
	From, To time.Time
}

// Troubled gives the attempt as its troubles left it: it failed when the first of
// them began, and was put right when no trouble that began until then was left.
// One without end is not over yet.
func (a Attempt) Troubled(by []Trouble) Attempt {
	if len(by) == 0 {
		return a
	}
	by = slices.SortedStableFunc(slices.Values(by), func(x, y Trouble) int { return x.From.Compare(y.From) })
	a.FailedAt, a.RecoveredAt = by[0].From, by[0].To
	var names []string
	for _, t := range by {
		names = append(names, t.Name)
		if !a.RecoveredAt.IsZero() && !t.From.After(a.RecoveredAt) && (t.To.IsZero() || t.To.After(a.RecoveredAt)) {
			a.RecoveredAt = t.To
		}
	}
	a.Failure = strings.Join(names, ", ")
	return a
}

// Delivered is a release in production, as measures see it.
type Delivered struct {
	ReleaseID  string
	SprintEnd  time.Time // zero where it is not known
	ShelvedAt  time.Time
	ApprovedAt time.Time
	LiveAt     time.Time // zero while it is on its way
	Candidates int       // 0: not known
	Escaped    int       // defects found in production
	Gap        []GapSlice
	Promised   time.Time // production as the first published plan that knew it had it; zero: none did
}

// MeasureFacts is what measures are computed from.
type MeasureFacts struct {
	Attempts []Attempt
	Releases []Delivered
	Days     func(Interval) float64 // working days of a span, 0 of one that ends before it begins
}

// Better says which way a measure should go.
type Better string

// The ways.
const (
	BetterMore Better = "more"
	BetterLess Better = "less"
)

// Measure is one figure over a span of time, with the releases behind it.
type Measure struct {
	Key, Name, Unit, Means string
	Source                 string // where its definition comes from; empty: Headway's own
	Better                 Better
	Now, Before            MeasureValue // of the span, and of the one as long before it
	Samples                []MeasureSample
}

// MeasureValue is a figure; Known is false where nothing says it.
type MeasureValue struct {
	Value float64
	Known bool
	N     int // releases, or deployments, behind it
}

// MeasureSample is what one release, or one deployment, put into a figure.
type MeasureSample struct {
	ReleaseID string
	At        time.Time
	Value     float64
	Why       string // incident, defect or rollback behind it; empty: none
}

// DORA is where the definitions of the five delivery metrics are published.
const DORA = "dora.dev/guides/dora-metrics"

// StableWithin is how many working days a production may move and the plan
// still counts as having held.
const StableWithin = 2

// measureRule computes a measure of a span.
type measureRule struct {
	Measure
	samples func(MeasureFacts, Interval) []MeasureSample
	sum     func([]MeasureSample, Interval) float64
}

// Measures computes every measure of a span, and of the one before.
func Measures(f MeasureFacts, span Interval) []Measure {
	before := Interval{span.From.Add(-span.To.Sub(span.From)), span.From}
	var out []Measure
	for _, r := range slices.Concat(doraRules(), gapRules()) {
		m := r.Measure
		m.Samples = r.samples(f, span)
		m.Now, m.Before = r.value(m.Samples, span), r.value(r.samples(f, before), before)
		out = append(out, m)
	}
	return out
}

func (r measureRule) value(s []MeasureSample, span Interval) MeasureValue {
	if len(s) == 0 {
		return MeasureValue{}
	}
	return MeasureValue{r.sum(s, span), true, len(s)}
}

func doraRules() []measureRule {
	all := func(Attempt) bool { return true }
	none := func(Attempt) string { return "" }
	failure := func(a Attempt) string { return a.Failure }
	return []measureRule{
		{
			Measure{
				Key: "deployment-frequency", Name: "Deployment frequency", Unit: "a week", Source: DORA, Better: BetterMore,
				Means: "Deployments to production that stayed, by week.",
			},
			attempts(func(a Attempt) bool { return a.Live }, func(Attempt) (float64, bool) { return 1, true }, none),
			func(s []MeasureSample, span Interval) float64 {
				return float64(len(s)) / (span.To.Sub(span.From).Hours() / 24 / 7)
			},
		},
		{
			Measure{
				Key: "change-lead-time", Name: "Change lead time", Unit: "days", Source: DORA, Better: BetterLess,
				Means: "From commit to production, median. Headway sees no commits: a change counts from the middle of its sprint.",
			},
			attempts(func(a Attempt) bool { return a.Live && !a.Committed.IsZero() }, func(a Attempt) (float64, bool) {
				d := a.At.Sub(a.Committed).Hours() / 24
				return d, d >= 0
			}, none), medianOf,
		},
		{
			Measure{
				Key: "change-fail-rate", Name: "Change fail rate", Unit: "%", Source: DORA, Better: BetterLess,
				Means: "Deployments that needed intervention at once: rolled back, given up, with an incident, or with a blocker found in production.",
			},
			attempts(all, func(a Attempt) (float64, bool) { return share(!a.FailedAt.IsZero()), true }, failure), meanOf,
		},
		{
			Measure{
				Key: "failed-deployment-recovery-time", Name: "Failed deployment recovery time", Unit: "hours", Source: DORA, Better: BetterLess,
				Means: "From a failed deployment, or from the incident or blocker that followed it, until production was well again; median.",
			},
			attempts(func(a Attempt) bool { return !a.FailedAt.IsZero() && !a.RecoveredAt.IsZero() }, func(a Attempt) (float64, bool) {
				return math.Max(0, a.RecoveredAt.Sub(a.FailedAt).Hours()), true
			}, failure), medianOf,
		},
		{
			Measure{
				Key: "deployment-rework-rate", Name: "Deployment rework rate", Unit: "%", Source: DORA, Better: BetterLess,
				Means: "Deployments that nobody had planned, made because of what happened in production: hot fixes, and further tries of one that failed.",
			},
			attempts(all, func(a Attempt) (float64, bool) { return share(a.Unplanned), true }, func(a Attempt) string { return a.Cause }), meanOf,
		},
	}
}

func gapRules() []measureRule {
	return []measureRule{
		{
			Measure{Key: "gap", Name: "Gap", Unit: "working days", Better: BetterLess, Means: "From the end of the sprint to production, median."},
			live(func(f MeasureFacts, d Delivered) (float64, bool) { return f.between(d.SprintEnd, d.LiveAt) }), medianOf,
		},
		{
			Measure{Key: "shelf-age", Name: "Shelf age", Unit: "working days", Better: BetterLess, Means: "From the first candidate on the shelf to production, median."},
			live(func(f MeasureFacts, d Delivered) (float64, bool) { return f.between(d.ShelvedAt, d.LiveAt) }), medianOf,
		},
		{
			Measure{Key: "candidates", Name: "Candidates per release", Better: BetterLess, Means: "Candidates that a release took, mean."},
			live(func(_ MeasureFacts, d Delivered) (float64, bool) { return float64(d.Candidates), d.Candidates > 0 }), meanOf,
		},
		{
			Measure{Key: "rework-rate", Name: "Rework rate", Unit: "%", Better: BetterLess, Means: "Part of the gap that went into waiting for and proving fixes, mean."},
			live(func(f MeasureFacts, d Delivered) (float64, bool) { return f.part(d, GapRework) }), meanOf,
		},
		{
			Measure{Key: "escaped-defects", Name: "Escaped defects", Unit: "a release", Better: BetterLess, Means: "Defects found in production, mean."},
			live(func(_ MeasureFacts, d Delivered) (float64, bool) { return float64(d.Escaped), true }), meanOf,
		},
		{
			Measure{Key: "flow-efficiency", Name: "Flow efficiency", Unit: "%", Better: BetterMore, Means: "Part of the gap in which somebody worked on the release, mean."},
			live(func(f MeasureFacts, d Delivered) (float64, bool) { return f.part(d, GapWorking, GapDeploying) }), meanOf,
		},
		{
			Measure{
				Key: "plan-stability", Name: "Plan stability", Unit: "%", Better: BetterMore,
				Means: "Releases in production within two working days of where the first published plan had them.",
			},
			live(func(f MeasureFacts, d Delivered) (float64, bool) {
				if d.Promised.IsZero() {
					return 0, false
				}
				moved := f.Days(Interval{d.Promised, d.LiveAt}) + f.Days(Interval{d.LiveAt, d.Promised}) // one of them is empty
				return share(moved <= StableWithin), true
			}), meanOf,
		},
	}
}

func attempts(which func(Attempt) bool, value func(Attempt) (float64, bool), why func(Attempt) string) func(MeasureFacts, Interval) []MeasureSample {
	return func(f MeasureFacts, span Interval) (out []MeasureSample) {
		for _, a := range f.Attempts {
			if !holds(span, a.At) || !which(a) {
				continue
			}
			if v, known := value(a); known {
				out = append(out, MeasureSample{a.ReleaseID, a.At, v, why(a)})
			}
		}
		return out
	}
}

func live(value func(MeasureFacts, Delivered) (float64, bool)) func(MeasureFacts, Interval) []MeasureSample {
	return func(f MeasureFacts, span Interval) (out []MeasureSample) {
		for _, d := range f.Releases {
			if d.LiveAt.IsZero() || !holds(span, d.LiveAt) {
				continue
			}
			if v, known := value(f, d); known {
				out = append(out, MeasureSample{ReleaseID: d.ReleaseID, At: d.LiveAt, Value: v})
			}
		}
		return out
	}
}

func (f MeasureFacts) between(from, to time.Time) (float64, bool) {
	if from.IsZero() || to.Before(from) {
		return 0, false
	}
	return f.Days(Interval{from, to}), true
}

// part gives the percentage of a gap that causes took, of gaps whose work is known.
func (f MeasureFacts) part(d Delivered, causes ...GapCause) (float64, bool) {
	all, mine, worked := 0.0, 0.0, false
	for _, s := range d.Gap {
		days := f.Days(s.Span)
		all += days
		worked = worked || s.Cause == GapWorking
		if slices.Contains(causes, s.Cause) {
			mine += days
		}
	}
	if !worked || all == 0 {
		return 0, false
	}
	return 100 * mine / all, true
}

func holds(s Interval, t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

func share(yes bool) float64 {
	if yes {
		return 100
	}
	return 0
}

func meanOf(s []MeasureSample, _ Interval) float64 {
	sum := 0.0
	for _, x := range s {
		sum += x.Value
	}
	return sum / float64(len(s))
}

func medianOf(s []MeasureSample, _ Interval) float64 {
	var v []float64
	for _, x := range s {
		v = append(v, x.Value)
	}
	slices.Sort(v)
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}
