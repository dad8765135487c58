package headway

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// Volume says how a step's duration grows with data: a declared fact, such as
// data-gb or rows, divided by what is done in a minute.
type Volume struct {
	Fact      string  `json:"fact" yaml:"fact"`
	PerMinute float64 `json:"per_minute" yaml:"per_minute"`               // as a rule
	Slowest   float64 `json:"slowest,omitempty" yaml:"slowest,omitempty"` // per minute, on a bad day; 0: as a rule
	Safety    float64 `json:"safety,omitempty" yaml:"safety,omitempty"`   // factor on the bad day; 0: 1
}

func (v *Volume) check(where string) error {
	if v == nil {
		return nil
	}
	if err := CheckKey(where+".fact", v.Fact); err != nil {
		return err
	}
	if !(v.PerMinute > 0 && v.PerMinute <= 1e12) {
		return Invalidf(where+".per_minute", "%v is outside 0–1,000,000,000,000", v.PerMinute)
	}
	if v.Slowest != 0 && !(v.Slowest > 0 && v.Slowest <= v.PerMinute) {
		return Invalidf(where+".slowest", "the slowest rate lies above 0 and not above per_minute")
	}
	if v.Safety != 0 && !(v.Safety >= 1 && v.Safety <= 10) {
		return Invalidf(where+".safety", "a safety factor lies within 1–10")
	}
	return nil
}

// StepRun is how long a step took once, with how much data.
type StepRun struct {
	Step   string // key
	Took   time.Duration
	Amount float64 // of the fact that its volume names, then; 0: not known
}

// DurationEstimate is how long something will take: as often longer as shorter (P50),
// and longer only in about one of seven cases (P85).
type DurationEstimate struct {
	P50, P85 time.Duration
	Source   string // in words
}

// declaredSpread is how much longer than declared a step takes at P85 as long
// as nobody has measured it; fewRuns is the margin on the slowest of a few runs.
const (
	declaredSpread = 1.5
	fewRuns        = 1.15
	enoughRuns     = 7
)

// Estimate tells how long the step will take for a candidate: from the runs of
// it that were measured, scaled to the amount of data, else from its declared
// minutes and rate.
func (s RunbookStep) Estimate(f Facts, runs []StepRun) (DurationEstimate, error) {
	amount := 0.0
	if s.Volume != nil {
		var err error
		if amount, err = f.Number(s.Volume.Fact); err != nil {
			return DurationEstimate{}, err
		}
	}
	var took []time.Duration
	for _, r := range runs {
		if r.Step == s.Key && r.Took > 0 {
			took = append(took, scaled(r, amount))
		}
	}
	if len(took) > 0 {
		return measured(took), nil
	}
	fixed := float64(s.Minutes)
	e := DurationEstimate{P50: minutes(fixed), P85: minutes(fixed * declaredSpread), Source: "declared"}
	if s.Volume == nil || amount == 0 {
		return e, nil
	}
	slowest, safety := s.Volume.Slowest, max(s.Volume.Safety, 1)
	if slowest == 0 {
		slowest = s.Volume.PerMinute
	}
	e.P50 += minutes(amount / s.Volume.PerMinute)
	e.P85 += minutes(amount / slowest * safety)
	e.Source = fmt.Sprintf("declared: %g %s at %g per minute", amount, s.Volume.Fact, s.Volume.PerMinute)
	return e, nil
}

// scaled gives how long a run would have taken with another amount of data.
func scaled(r StepRun, amount float64) time.Duration {
	if r.Amount <= 0 || amount <= 0 {
		return r.Took
	}
	return time.Duration(min(float64(r.Took)*amount/r.Amount, float64(100*24*time.Hour)))
}

// measured takes the median of runs, and as P85 their 85th percentile, or with
// few runs the slowest and a margin.
func measured(took []time.Duration) DurationEstimate {
	slices.Sort(took)
	n := len(took)
	e := DurationEstimate{P50: (took[(n-1)/2] + took[n/2]) / 2, Source: fmt.Sprintf("measured %d times", n)}
	if n == 1 {
		e.Source = "measured once"
	}
	if n < enoughRuns {
		e.P85 = time.Duration(float64(took[n-1]) * fewRuns)
		return e
	}
	e.P85 = took[int(math.Ceil(0.85*float64(n)))-1]
	return e
}

func minutes(n float64) time.Duration {
	return time.Duration(min(n, 100*24*60) * float64(time.Minute))
}

// EstimatePhases tells how long the steps of phases will take together, left
// out those whose condition does not hold. Of steps that run together the
// longest counts; what the steps take beyond their P50 is taken as independent.
func (r Runbook) EstimatePhases(f Facts, runs []StepRun, phases ...Phase) (DurationEstimate, error) {
	var total DurationEstimate
	beyond, unmeasured := 0.0, 0
	for _, p := range phases {
		for _, group := range r.Phase(p) {
			var longest DurationEstimate
			for _, s := range group {
				if holds, err := s.When.Holds(f); err != nil || !holds {
					if err != nil {
						return total, err
					}
					continue
				}
				e, err := s.Estimate(f, runs)
				if err != nil {
					return total, err
				}
				if !isMeasured(s, runs) {
					unmeasured++
				}
				longest.P50, longest.P85 = max(longest.P50, e.P50), max(longest.P85, e.P85)
			}
			total.P50 += longest.P50
			beyond += math.Pow(float64(longest.P85-longest.P50), 2)
		}
	}
	total.P85 = total.P50 + time.Duration(math.Sqrt(beyond))
	total.Source = "every step was measured"
	if unmeasured > 0 {
		total.Source = fmt.Sprintf("%d steps were never measured", unmeasured)
	}
	return total, nil
}

func isMeasured(s RunbookStep, runs []StepRun) bool {
	return slices.ContainsFunc(runs, func(r StepRun) bool { return r.Step == s.Key && r.Took > 0 })
}

// TargetFacts are a candidate's facts with those of where it goes: target.KEY
// and target.KIND of the environment are true, and so is rehearsal in one.
func TargetFacts(f Facts, e Environment, rehearsal bool) Facts {
	out := Facts{"target." + e.Key: "true", "target." + string(e.Kind): "true"}
	maps.Copy(out, f)
	if rehearsal {
		out["rehearsal"] = "true"
	}
	return out
}

// HoursMinutes writes a duration as people say it: 3 h 10 min.
func HoursMinutes(d time.Duration) string {
	total := int(d.Round(time.Minute) / time.Minute)
	switch h, m := total/60, total%60; {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d min", h, m)
	}
}
