package forecast

import (
	"cmp"
	"math"
	"slices"
)

// Law is how much longer (above 1) or shorter than estimated a piece of work
// may take: a table of equally likely ratios in rising order.
type Law struct {
	ratios [lawSize]float32
	Own    int // finished works of this kind that it was learnt from
}

const lawSize = 1024

// Exact is the law of work that takes just what was estimated.
func Exact() Law { return ThreePoint(1, 1, 1) }

// ThreePoint gives the triangular law between a lowest and a highest ratio
// with its peak at the likely one, as an estimate in three points says it.
func ThreePoint(low, likely, high float64) Law {
	var l Law
	for i := range l.ratios {
		u := (float64(i) + 0.5) / lawSize
		x := likely
		if width := high - low; width > 0 {
			if peak := (likely - low) / width; u < peak {
				x = low + math.Sqrt(u*width*(likely-low))
			} else {
				x = high - math.Sqrt((1-u)*width*(high-likely))
			}
		}
		l.ratios[i] = float32(x)
	}
	return l
}

// usual is what estimates of operations work are off by before anything is
// known: seldom much shorter, sometimes nearly twice as long.
func usual() Law { return ThreePoint(0.7, 1, 1.9) }

// priorWorks is how many finished works the usual law weighs as much as.
const priorWorks = 4.0

// LearnLaw shrinks what was seen (actual over estimated time of finished works
// of one kind) towards the law given: n works weigh n/(n+4). Absurd ratios are cut.
func LearnLaw(ratios []float64, prior Law) Law {
	n := float64(len(ratios))
	masses := make([]mass, 0, len(ratios)+lawSize/8)
	for i := 4; i < lawSize; i += 8 {
		masses = append(masses, mass{float64(prior.ratios[i]), priorWorks / (n + priorWorks) / (lawSize / 8)})
	}
	l := Law{}
	for _, r := range ratios {
		if !(r > 0) || math.IsInf(r, 0) {
			continue
		}
		l.Own++
		masses = append(masses, mass{math.Min(20, math.Max(0.05, r)), 1 / (n + priorWorks)})
	}
	slices.SortFunc(masses, func(a, b mass) int { return cmp.Compare(a.at, b.at) })
	all := 0.0
	for _, x := range masses {
		all += x.weight
	}
	k, below := 0, 0.0
	for i := range l.ratios {
		want := (float64(i) + 0.5) / lawSize * all
		for k < len(masses)-1 && below+masses[k].weight < want {
			below += masses[k].weight
			k++
		}
		l.ratios[i] = float32(masses[k].at)
	}
	return l
}

// UsualLaw is the law where nothing was seen yet.
func UsualLaw() Law { return usual() }

// At gives the ratio that the share q of works keeps within.
func (l Law) At(q float64) float64 {
	return float64(l.ratios[min(lawSize-1, max(0, int(q*lawSize)))])
}

// Mean gives the mean ratio.
func (l Law) Mean() float64 {
	sum := 0.0
	for _, r := range l.ratios {
		sum += float64(r)
	}
	return sum / lawSize
}
