package forecast

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// Feedback keeps P85 honest when few cycles are known: releases of one cycle
// move together, so seven cycles are rather seven observations than hundreds.
// After each cycle the level that P85 is read at is moved against the error
// (the integral part of Angelopoulos, Candès and Tibshirani, Conformal PID
// Control for Time Series Prediction, 2023).
const (
	gain       = 0.12 // levels for each cycle that missed P85 wholly
	levelLeast = 0.60 // however well releases kept their P85
	levelMost  = 0.98
)

// tally counts releases and how many kept their P85.
type tally struct{ kept, all int }

func (t tally) add(kept bool) tally {
	t.all++
	if kept {
		t.kept++
	}
	return t
}

// feedback gives the level for P85 from how it was kept, each cycle counting
// the same; 0 where no cycle was seen.
func feedback(cycles map[int]tally) float64 {
	if len(cycles) == 0 {
		return 0
	}
	level := 0.85
	for _, k := range slices.Sorted(maps.Keys(cycles)) {
		level += gain * (0.85 - float64(cycles[k].kept)/float64(cycles[k].all))
	}
	return math.Min(levelMost, math.Max(levelLeast, level))
}

// Limits on how far back a model looks at its own success.
const (
	feedbackCycles   = 8
	feedbackReleases = 400 // of each cycle, the newest
)

// Learn makes a model from finished releases for a release of a later cycle.
// ok is false when there is nothing to learn from.
func Learn(history []Finished) (m Model, ok bool) {
	names, number := cyclesOf(history)
	m, ok = learn(history, func(f Finished) int { return len(names) - number[f.Cycle] })
	if !ok || len(names) < 2 {
		return m, ok
	}
	m.level = feedback(success(history, names, number))
	return m, true
}

// success counts how releases of the last cycles would have kept the P85 given
// to them in the middle of their cycle.
func success(history []Finished, names []string, number map[string]int) map[int]tally {
	byCycle := make([][]Finished, len(names))
	for _, f := range history {
		byCycle[number[f.Cycle]] = append(byCycle[number[f.Cycle]], f)
	}
	seen := map[int]tally{}
	for k := max(1, len(names)-feedbackCycles); k < len(names); k++ {
		first := midShelved(byCycle[k])
		var past []Finished
		for _, p := range byCycle[:k] {
			for _, f := range p {
				if !f.Live.After(first) {
					past = append(past, f)
				}
			}
		}
		was, known := learn(past, func(f Finished) int { return k - number[f.Cycle] })
		if !known {
			continue
		}
		was.level = feedback(seen)
		given := map[string]Forecast{}
		for _, f := range newest(byCycle[k]) {
			p, asked := given[f.Component]
			if !asked {
				p = was.For(f.Component)
				given[f.Component] = p
			}
			seen[k] = seen[k].add(p.holds(f))
		}
	}
	return seen
}

// midShelved gives when the middle release of a cycle was shelved: what was
// live by then could be learnt from.
func midShelved(cycle []Finished) time.Time {
	at := make([]time.Time, 0, len(cycle))
	for _, f := range cycle {
		at = append(at, f.Shelved)
	}
	slices.SortFunc(at, time.Time.Compare)
	return at[len(at)/2]
}

func newest(cycle []Finished) []Finished {
	c := slices.Clone(cycle)
	slices.SortStableFunc(c, func(a, b Finished) int {
		return cmp.Or(b.Live.Compare(a.Live), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Version, b.Version))
	})
	return c[:min(len(c), feedbackReleases)]
}
