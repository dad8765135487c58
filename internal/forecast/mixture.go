package forecast

import (
	"cmp"
	"math"
	"slices"
)

// mass is a past gap with its weight.
type mass struct{ at, weight float64 }

// maxKnots bounds the work on long histories; more values are merged.
const maxKnots = 512

// mixture is a distribution: masses, each smeared by a normal kernel.
type mixture struct {
	masses []mass    // in order, weights sum to 1
	sums   []float64 // of the weights before each
	width  float64
}

// newMixture makes the distribution of weighted values; there must be one.
func newMixture(masses []mass, width float64) mixture {
	m := slices.Clone(masses)
	slices.SortFunc(m, func(a, b mass) int { return cmp.Compare(a.at, b.at) })
	sum := 0.0
	for _, x := range m {
		sum += x.weight
	}
	for i := range m {
		m[i].weight /= sum
	}
	m = merge(m)
	sums := make([]float64, len(m)+1)
	for i, x := range m {
		sums[i+1] = sums[i] + x.weight
	}
	return mixture{m, sums, width}
}

// merge joins neighbours until at most maxKnots are left, at their mean.
func merge(m []mass) []mass {
	if len(m) <= maxKnots {
		return m
	}
	share := 1.0 / maxKnots
	var out []mass
	var cur mass
	for _, x := range m {
		if w := cur.weight + x.weight; w > 0 {
			cur.at, cur.weight = (cur.at*cur.weight+x.at*x.weight)/w, w
		}
		if cur.weight >= share {
			out, cur = append(out, cur), mass{}
		}
	}
	if cur.weight > 0 {
		out = append(out, cur)
	}
	return out
}

// with gives the mixture in which own values weigh share of the whole.
func (m mixture) with(own []mass, share float64) mixture {
	if len(own) == 0 || share <= 0 {
		return m
	}
	sum := 0.0
	for _, x := range own {
		sum += x.weight
	}
	all := make([]mass, 0, len(m.masses)+len(own))
	for _, x := range m.masses {
		all = append(all, mass{x.at, x.weight * (1 - share)})
	}
	for _, x := range own {
		all = append(all, mass{x.at, x.weight / sum * share})
	}
	return newMixture(all, m.width)
}

// quantile gives the value below which the share q of the distribution lies.
func (m mixture) quantile(q float64) float64 {
	if m.width <= 0 {
		return m.masses[m.reaching(q)].at
	}
	// Newton's method, kept within a bracket that shrinks: a handful of steps
	// where halving takes fifty.
	lo, hi := m.masses[0].at-6*m.width, m.masses[len(m.masses)-1].at+6*m.width
	x := m.masses[m.reaching(q)].at
	for range 100 {
		below, density := m.around(x)
		if below < q {
			lo = x
		} else {
			hi = x
		}
		next := x - (below-q)/density
		if !(next > lo && next < hi) { // too far, or flat here
			next = (lo + hi) / 2
		}
		step := math.Abs(next - x)
		x = next
		if step < quantileExact*m.width {
			break
		}
	}
	return x
}

// reaching gives the first mass with which the share q is reached.
func (m mixture) reaching(q float64) int {
	k, _ := slices.BinarySearchFunc(m.sums[1:], q-1e-12, cmp.Compare[float64])
	return min(k, len(m.masses)-1)
}

// quantileExact is how near a quantile is found, in widths of the kernel.
const quantileExact = 1e-10

// below gives the share of the distribution below x.
func (m mixture) below(x float64) float64 {
	share, _ := m.around(x)
	return share
}

// around gives the share of the distribution below x and the density there.
// Masses further than six widths away count wholly or not at all.
func (m mixture) around(x float64) (sum, density float64) {
	at := func(t float64) int {
		k, _ := slices.BinarySearchFunc(m.masses, t, func(a mass, t float64) int { return cmp.Compare(a.at, t) })
		return k
	}
	from, to := at(x-6*m.width), at(x+6*m.width)
	sum = m.sums[from]
	for _, k := range m.masses[from:to] {
		z := (k.at - x) / m.width
		sum += k.weight * math.Erfc(z/math.Sqrt2) / 2
		density += k.weight * math.Exp(-z*z/2)
	}
	return sum, density / (m.width * math.Sqrt(2*math.Pi))
}

// median gives the middle of values; there must be one.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
