package forecast

import (
	"fmt"
	"math"
	"time"
)

// Rework is the working time that mending defects is to be expected to take in
// one sprint.
type Rework struct {
	Mean, P50, P85 time.Duration
	Sprints        int // finished ones that it is learned from
	Repairs        int // in them
	Told           int // repairs whose effort was told; that of the others is guessed
	Few            bool
	Method         string // in a sentence, with its source
}

// fewSprints is how many finished sprints are too few to lean on.
const fewSprints = 6

// ReworkMethod says how rework is forecast.
const ReworkMethod = "The number of repairs in a sprint is taken as negative binomial, with the mean and the spread of the finished sprints " +
	"(Greenwood & Yule 1920); each repair takes as long as one of those before; the distribution of the sum is computed exactly by Panjer's recursion (1981)."

// ReworkBySprint forecasts the next sprint from the repairs of finished ones.
func ReworkBySprint(sprints [][]time.Duration, told int) Rework {
	r := Rework{Sprints: len(sprints), Told: told, Few: len(sprints) < fewSprints, Method: ReworkMethod}
	var sizes []time.Duration
	for _, s := range sprints {
		sizes = append(sizes, s...)
	}
	r.Repairs = len(sizes)
	if r.Sprints == 0 {
		r.Method = "No sprint of this team is finished yet: there is nothing to learn from."
		return r
	}
	if r.Few {
		r.Method = fmt.Sprintf("Only %d finished sprints: lean on it little. ", r.Sprints) + r.Method
	}
	if len(sizes) == 0 {
		return r
	}
	mean, variance := countMoments(sprints)
	size, sizeVariance := sizeMoments(sizes)
	r.Mean = time.Duration(mean * size)
	if mean > manyRepairs {
		spread := math.Sqrt(mean*sizeVariance + variance*size*size)
		r.P50, r.P85 = r.Mean, r.Mean+time.Duration(z85*spread)
		return r
	}
	steps := stepsOf(sizes)
	r.P50 = panjer(mean, variance, steps).at(0.5)
	r.P85 = panjer(mean, variance*(1+2/float64(r.Sprints)), steps).at(0.85) // the variance is learned from few sprints too
	return r
}

const (
	manyRepairs = 200    // in a sprint: beyond it the sum is as good as normal, and its first probability too small to write
	z85         = 1.0364 // quantile of the normal distribution
)

// step is the grid on which the sum is computed.
const step = 30 * time.Minute

// countMoments gives the mean number of repairs in the next sprint and its
// variance: of the sprints among each other, which is never below Poisson's, and
// of the mean itself, which few sprints leave unsure.
func countMoments(sprints [][]time.Duration) (mean, variance float64) {
	n := float64(len(sprints))
	for _, s := range sprints {
		mean += float64(len(s)) / n
	}
	for _, s := range sprints {
		variance += (float64(len(s)) - mean) * (float64(len(s)) - mean) / math.Max(1, n-1)
	}
	variance = math.Max(variance, mean)
	return mean, variance * (1 + 1/n)
}

// stepsOf gives the share of repairs that take so many steps, from 1 on.
func stepsOf(sizes []time.Duration) []float64 {
	most := 1
	for _, s := range sizes {
		most = max(most, int(math.Ceil(float64(s)/float64(step))))
	}
	share := make([]float64, most+1)
	for _, s := range sizes {
		share[max(1, int(math.Ceil(float64(s)/float64(step))))] += 1 / float64(len(sizes))
	}
	return share
}

// sizeMoments gives mean and variance of what a repair takes.
func sizeMoments(sizes []time.Duration) (mean, variance float64) {
	for _, s := range sizes {
		mean += float64(s) / float64(len(sizes))
	}
	for _, s := range sizes {
		variance += (float64(s) - mean) * (float64(s) - mean) / float64(len(sizes))
	}
	return mean, variance
}

// sum is the distribution of a sum on the grid: the probability of each number
// of steps.
type sum []float64

// maxSteps bounds the recursion; beyond it the rest lies at its end.
const maxSteps = 20_000

// panjer computes the distribution of the sum of a negative binomial number of
// sizes. The variance of the number is above its mean.
func panjer(mean, variance float64, size []float64) sum {
	beta := math.Max(variance/mean-1, 1e-6)
	r := mean / beta
	a := beta / (1 + beta)
	b := (r - 1) * a
	out := sum{math.Exp(-r * math.Log1p(beta))}
	for total := out[0]; total < 0.999 && len(out) < maxSteps; {
		s, p := len(out), 0.0
		for j := 1; j <= min(s, len(size)-1); j++ {
			p += (a + b*float64(j)/float64(s)) * size[j] * out[s-j]
		}
		out = append(out, p)
		total += p
	}
	return out
}

// at gives a quantile.
func (l sum) at(q float64) time.Duration {
	total := 0.0
	for s, p := range l {
		if total += p; total >= q {
			return time.Duration(s) * step
		}
	}
	return time.Duration(len(l)-1) * step
}
