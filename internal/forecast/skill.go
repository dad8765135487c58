package forecast

import (
	"maps"
	"math"
	"slices"
)

// How a model learns from its own success. Releases of one cycle move together,
// so what counts is not how many were forecast but how many independent
// observations they come to (see evidence).
const (
	gain85     = 0.12 // levels that P85 moves for each cycle that missed it wholly
	gain95     = 0.04 // and P95
	trials     = 20.0 // observations that the plain levels of P50 and P95 weigh against those seen
	levelLeast = 0.60 // of P85, however well releases kept it
	levelMost  = 0.98
	sway       = 0.2 // how far P50 may move from the middle
	sharpness  = 2.0 // how fast trust in a centre falls with its loss
	firstTrust = 0.7 // in the pooled centre, before anything was seen
)

// judged is how one release fared against what was given for it.
type judged struct {
	cycle          int
	kept85, kept95 bool
	tail, mid      float64          // share of the distribution, and of the kernel around the centre, that lay below what came
	loss           [centres]float64 // of each centre
}

func (r reading) judge(m Model, f Finished, cycle int) judged {
	y := bend(f.Gap)
	j := judged{
		cycle: cycle, kept85: f.Gap <= r.P85+1e-9, kept95: f.Gap <= r.P95+1e-9,
		tail: r.mix.below(y), mid: math.Erfc((r.centre-y)/m.tail.width/math.Sqrt2) / 2,
	}
	for k, c := range r.centres {
		j.loss[k] = Pinball(0.5, f.Gap, unbend(c))
	}
	return j
}

// tune sets the levels that quantiles are read at, and whom of the centres to
// trust, by what was seen. The level of P85 moves against the error after each
// cycle (the integral part of Angelopoulos, Candès and Tibshirani, Conformal
// PID Control for Time Series Prediction, 2023); P50 and P95 are read where
// earlier releases kept them (conformal prediction, shrunk to the plain level).
func (m *Model) tune(seen []judged) {
	m.at = levels{0.5, 0.85, 0.95}
	m.trust = firstly()
	if len(seen) == 0 {
		return
	}
	cycles := map[int][]judged{}
	for _, j := range seen {
		cycles[j.cycle] = append(cycles[j.cycle], j)
	}
	n := m.evidence(len(seen), len(cycles))
	var tails, mids []mass
	var loss [centres]float64
	for _, k := range slices.Sorted(maps.Keys(cycles)) {
		c := cycles[k]
		all, in85, in95 := float64(len(c)), 0.0, 0.0
		for _, j := range c {
			in85, in95 = in85+one(j.kept85), in95+one(j.kept95)
			// A cycle of many releases counts for more than one of few, but not by their number.
			tails, mids = append(tails, mass{j.tail, 1 / math.Sqrt(all)}), append(mids, mass{j.mid, 1 / math.Sqrt(all)})
			for k := range loss {
				loss[k] += j.loss[k] / all
			}
		}
		m.at.p85 += gain85 * (0.85 - in85/all)
		m.at.p95 += gain95 * (0.95 - in95/all)
	}
	shrunk := func(q float64, seen []mass) float64 {
		return (trials*q + n*newMixture(seen, 0).quantile(q)) / (trials + n)
	}
	m.at.p50 = math.Min(0.5+sway, math.Max(0.5-sway, shrunk(0.5, mids)))
	m.at.p85 = math.Min(levelMost, math.Max(levelLeast, m.at.p85))
	m.at.p95 = math.Min(0.995, math.Max(m.at.p85, m.at.p95+shrunk(0.95, tails)-0.95))
	m.trust = trusted(loss, n)
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// levels are the shares that the three quantiles are read at.
type levels struct{ p50, p85, p95 float64 }

func firstly() (t [centres]float64) {
	for k := range t {
		t[k] = (1 - firstTrust) / (centres - 1)
	}
	t[0] = firstTrust
	return t
}

// trusted weighs the centres by their loss over n observations (exponential
// weights; Vovk 1990).
func trusted(loss [centres]float64, n float64) [centres]float64 {
	t, sum := firstly(), 0.0
	least := slices.Min(loss[:]) + 1e-9
	for k := range t {
		t[k] *= math.Exp(-sharpness * n * (loss[k]/least - 1))
		sum += t[k]
	}
	for k := range t {
		t[k] /= sum
	}
	return t
}

// evidence is how many independent observations a number of releases of some
// cycles comes to: all of them where cycles do not matter, the cycles where
// only they do (Kish's design effect, 1965).
func (m Model) evidence(releases, cycles int) float64 {
	each := float64(releases) / float64(cycles)
	return float64(releases) / (1 + (each-1)*m.together)
}

// together estimates which share of what gaps move by is common to all
// releases of a cycle: with few cycles it leans on a half.
func together(history []Finished) float64 {
	own := map[string][]float64{}
	for _, f := range history {
		own[f.Component] = append(own[f.Component], f.Gap)
	}
	level := map[string]float64{}
	for c, gaps := range own {
		level[c] = median(gaps)
	}
	off := map[string][]float64{} // by cycle, from the component's level
	for _, f := range history {
		if len(own[f.Component]) > 1 {
			off[f.Cycle] = append(off[f.Cycle], f.Gap-level[f.Component])
		}
	}
	var shifts, rest []float64
	for _, c := range slices.Sorted(maps.Keys(off)) {
		shift := median(off[c])
		shifts = append(shifts, shift)
		for _, x := range off[c] {
			rest = append(rest, math.Abs(x-shift))
		}
	}
	const unknown = 0.5
	k := float64(len(shifts))
	if k < 2 {
		return unknown
	}
	single := math.Pow(1.4826*median(rest), 2)
	common := math.Max(0, variance(shifts)-math.Pi/2*single*k/float64(len(rest))) // a median's own noise taken off
	if common+single == 0 {
		return unknown
	}
	return ((k-1)*common/(common+single) + unknown) / k
}

func variance(values []float64) float64 {
	n, sum, squares := float64(len(values)), 0.0, 0.0
	for _, x := range values {
		sum += x
	}
	for _, x := range values {
		squares += (x - sum/n) * (x - sum/n)
	}
	return squares / math.Max(1, n-1)
}
