package forecast

import (
	"math"
	"slices"
)

// Constants of the model; see the package comment.
const (
	ownTail    = 2.0  // own gaps weigh n/(n+ownTail) in P85 and P95
	ownCentre  = 4.0  // and n/(n+ownCentre) in the centre that follows the newest
	ownFive    = 0.5  // the last five,
	ownAll     = 1.0  // all alike
	decayTail  = 0.7  // weight of a cycle against the next, in P85 and P95
	decayMid   = 0.5  // in P50
	priorWidth = 0.05 // movement between cycles, as part of the median, before it was seen
	leastWidth = 0.05 // and what is always to be reckoned with beside what was seen
	careful    = 0.8  // part of the caution for few observations that is taken
)

// Forecast is a gap with its probabilities.
type Forecast struct {
	P50, P85, P95 float64 // days
	Basis         Basis
	Own, All      int // finished releases of the component, and of all, that it rests on
}

// Basis says what a forecast rests on.
type Basis string

// The bases of a forecast, strongest first.
const (
	FromComponent Basis = "own history"       // of the component, with the programme's behind it
	FromProgramme Basis = "programme history" // of other components only
	BottomUp      Basis = "bottom-up"         // from the plan: there is no history
)

// Model is what was learnt from a history, ready to forecast.
type Model struct {
	own       map[string][]learnt
	tail, mid mixture
	count     int
	together  float64 // share of what gaps move by that all of a cycle have in common
	at        levels
	trust     [centres]float64
}

type learnt struct {
	gap float64 // on the bent scale
	age int     // cycles before the one that is forecast; 1 is the newest
}

// Gaps are reckoned with on the scale of their square roots: long ones scatter
// more than short ones, yet not in proportion.
func bend(gap float64) float64 { return math.Sqrt(math.Max(0, gap)) }

func unbend(x float64) float64 { return math.Max(0, x) * math.Max(0, x) }

func learn(history []Finished, age func(Finished) int) (Model, bool) {
	if len(history) == 0 {
		return Model{}, false
	}
	history = slices.Clone(history)
	sortHistory(history)
	gaps := make([]float64, len(history))
	for i, f := range history {
		history[i].Gap, gaps[i] = bend(f.Gap), f.Gap
	}
	m := Model{own: map[string][]learnt{}, count: len(history), together: together(history)}
	tail, mid := make([]mass, 0, len(history)), make([]mass, 0, len(history))
	for _, f := range history {
		a := age(f)
		m.own[f.Component] = append(m.own[f.Component], learnt{f.Gap, a})
		tail = append(tail, mass{f.Gap, math.Pow(decayTail, float64(a))})
		mid = append(mid, mass{f.Gap, math.Pow(decayMid, float64(a))})
	}
	names, _ := cyclesOf(history)
	width := math.Max(1e-9, kernelWidth(history, len(names), bend(median(gaps))/2)*m.caution(len(names)))
	m.tail, m.mid = newMixture(calm(tail, width), width), newMixture(mid, width)
	m.tune(nil)
	return m, true
}

// kernelWidth estimates how much gaps move from cycle to cycle: the median step
// between consecutive gaps of a component, as the deviation of a normal
// (1.4826 times the median, over √2 for a difference of two), shrunk to a part
// of the unit given while few cycles have been seen. The unit is what a gap
// twice as long as the median would move by, to first order.
func kernelWidth(history []Finished, cycles int, unit float64) float64 {
	h := slices.Clone(history)
	slices.SortStableFunc(h, func(a, b Finished) int { return a.Live.Compare(b.Live) })
	last := map[string]float64{}
	var steps []float64
	for _, f := range h {
		if before, ok := last[f.Component]; ok {
			steps = append(steps, math.Abs(f.Gap-before))
		}
		last[f.Component] = f.Gap
	}
	prior := priorWidth * unit
	if len(steps) == 0 {
		return math.Hypot(prior, leastWidth*unit)
	}
	seen := float64(max(1, cycles-1))
	return math.Hypot((seen*median(steps)*1.4826/math.Sqrt2+prior)/(seen+1), leastWidth*unit)
}

// caution is how much wider the kernel has to be because the movement was
// itself estimated from few observations: by Student's law instead of the
// normal's at 85 %, and for the uncertain centre (Fisher 1935).
func (m Model) caution(cycles int) float64 {
	const z = 1.036433 // 85 % of a normal
	n := m.evidence(m.count, cycles)
	nu := math.Max(1, n-1)
	t := z + (z*z*z+z)/(4*nu) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*nu*nu) // Cornish and Fisher's expansion
	return 1 + careful*(t/z*math.Sqrt(1+1/math.Max(1, n))-1)
}

// calm draws values towards their mean, so that smearing them by the kernel
// leaves their variance as it was (Jones 1991), or the kernel's where that is more.
func calm(values []mass, width float64) []mass {
	sum, squares, mean, spread := 0.0, 0.0, 0.0, 0.0
	for _, x := range values {
		sum, squares, mean = sum+x.weight, squares+x.weight*x.weight, mean+x.weight*x.at
	}
	mean /= sum
	for _, x := range values {
		spread += x.weight / sum * (x.at - mean) * (x.at - mean)
	}
	if n := sum * sum / squares; n > 1.01 {
		spread *= n / (n - 1)
	}
	keep := 0.0
	if spread > width*width {
		keep = math.Sqrt(1 - width*width/spread)
	}
	out := make([]mass, len(values))
	for i, x := range values {
		out[i] = mass{mean + keep*(x.at-mean), x.weight}
	}
	return out
}

// reading is a forecast with what it was read from.
type reading struct {
	Forecast
	mix     mixture
	centres [centres]float64
	centre  float64 // blend of them
}

// For forecasts the next gap of a component.
func (m Model) For(component string) Forecast { return m.read(component).Forecast }

func (m Model) read(component string) reading {
	r := reading{Forecast: Forecast{Basis: FromProgramme, Own: len(m.own[component]), All: m.count}, mix: m.of(component), centres: m.centresOf(component)}
	if r.Own > 0 {
		r.Basis = FromComponent
	}
	for k, c := range r.centres {
		r.centre += m.trust[k] * c
	}
	r.P50 = unbend(r.centre + m.tail.width*math.Sqrt2*math.Erfinv(2*m.at.p50-1))
	r.P85 = math.Max(r.P50, unbend(r.mix.quantile(m.at.p85)))
	r.P95 = math.Max(r.P85, unbend(r.mix.quantile(m.at.p95)))
	return r
}

// centres is how many ways there are to tell the middle of the next gap.
const centres = 3

// centresOf tells the middle of a component's next gap in three ways, each
// leaning on the programme's while its own gaps are few: by the newest gaps
// above all, by the last five, by all alike. Which is best depends on whether
// gaps wander or stay; see trusted.
func (m Model) centresOf(component string) [centres]float64 {
	own, pool := m.own[component], m.mid.quantile(0.5)
	n := float64(len(own))
	if n == 0 {
		return [centres]float64{pool, pool, pool}
	}
	mid, all, five := make([]mass, 0, len(own)), 0.0, 0.0
	for k, o := range own {
		mid = append(mid, mass{o.gap, math.Pow(decayMid, float64(o.age))})
		all += o.gap / n
		if k >= len(own)-5 {
			five += o.gap / math.Min(n, 5)
		}
	}
	lean := func(own, n, weight float64) float64 { return (n*own + weight*pool) / (n + weight) }
	return [centres]float64{
		lean(newMixture(mid, m.mid.width).quantile(0.5), n, ownCentre), lean(five, math.Min(n, 5), ownFive), lean(all, n, ownAll),
	}
}

// of gives the distribution that P85 and P95 of a component are read from.
func (m Model) of(component string) mixture {
	own := m.own[component]
	if len(own) == 0 {
		return m.tail
	}
	tail := make([]mass, 0, len(own))
	for _, o := range own {
		tail = append(tail, mass{o.gap, math.Pow(decayTail, float64(o.age))})
	}
	n := float64(len(own))
	return m.tail.with(calm(tail, m.tail.width), n/(n+ownTail))
}

func (m Model) known() bool { return m.own != nil }

// FromPlan gives a bottom-up forecast where there is no history: what the plan
// says, with the spread that plans of known work are usually off by: half as
// long again at P85 and twice as long at P95. It is a guess, and labelled so.
func FromPlan(gap float64) Forecast {
	gap = math.Max(0, gap)
	return Forecast{P50: gap, P85: 1.5 * gap, P95: 2 * gap, Basis: BottomUp}
}
