package forecast

import (
	"cmp"
	"slices"
	"time"
)

// Limits on how far back a model looks at its own success.
const (
	skillCycles   = 8
	skillReleases = 400 // of each cycle, the newest
)

// Learn makes a model from finished releases for a release of a later cycle.
// ok is false when there is nothing to learn from.
func Learn(history []Finished) (m Model, ok bool) {
	names, number := cyclesOf(history)
	m, ok = learn(history, func(f Finished) int { return len(names) - number[f.Cycle] })
	if ok {
		m.tune(success(history, names, number))
	}
	return m, ok
}

// success tells how releases of the last cycles would have fared with what was
// given for them in the middle of their cycle.
func success(history []Finished, names []string, number map[string]int) []judged {
	byCycle := make([][]Finished, len(names))
	for _, f := range history {
		byCycle[number[f.Cycle]] = append(byCycle[number[f.Cycle]], f)
	}
	var seen []judged
	for k := max(1, len(names)-skillCycles); k < len(names); k++ {
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
		was.tune(seen)
		given := map[string]reading{}
		for _, f := range newest(byCycle[k]) {
			p, asked := given[f.Component]
			if !asked {
				p = was.read(f.Component)
				given[f.Component] = p
			}
			seen = append(seen, p.judge(was, f, k))
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
	return c[:min(len(c), skillReleases)]
}
