package forecast

import (
	"math"
	"slices"
)

// Constants of the model; see the package comment.
const (
	ownTail    = 2.0  // own gaps weigh n/(n+ownTail) in P85 and P95
	ownCentre  = 4.0  // and n/(n+ownCentre) in P50
	decayTail  = 0.7  // weight of a cycle against the next, in P85 and P95
	decayMid   = 0.5  // in P50
	priorWidth = 0.05 // movement between cycles, as part of the median, before it was seen
	leastWidth = 0.05 // and what is always to be reckoned with beside what was seen
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
	level     float64 // that P85 is read at, from feedback; 0 means 0.85
}

type learnt struct {
	gap float64
	age int // cycles before the one that is forecast; 1 is the newest
}

func learn(history []Finished, age func(Finished) int) (Model, bool) {
	if len(history) == 0 {
		return Model{}, false
	}
	m := Model{own: map[string][]learnt{}, count: len(history)}
	tail, mid := make([]mass, 0, len(history)), make([]mass, 0, len(history))
	for _, f := range history {
		a := age(f)
		m.own[f.Component] = append(m.own[f.Component], learnt{f.Gap, a})
		tail = append(tail, mass{f.Gap, math.Pow(decayTail, float64(a))})
		mid = append(mid, mass{f.Gap, math.Pow(decayMid, float64(a))})
	}
	width := kernelWidth(history)
	m.tail, m.mid = newMixture(tail, width), newMixture(mid, width)
	return m, true
}

// kernelWidth estimates how much gaps move from cycle to cycle: the median step
// between consecutive gaps of a component, as the deviation of a normal
// (1.4826 times the median, over √2 for a difference of two), shrunk to a part
// of the median gap while few cycles have been seen.
func kernelWidth(history []Finished) float64 {
	h := slices.Clone(history)
	slices.SortStableFunc(h, func(a, b Finished) int { return a.Live.Compare(b.Live) })
	last := map[string]float64{}
	var steps, gaps []float64
	for _, f := range h {
		if before, ok := last[f.Component]; ok {
			steps = append(steps, math.Abs(f.Gap-before))
		}
		last[f.Component] = f.Gap
		gaps = append(gaps, f.Gap)
	}
	prior := priorWidth * median(gaps)
	if len(steps) == 0 {
		return math.Hypot(prior, leastWidth*median(gaps))
	}
	names, _ := cyclesOf(history)
	seen := float64(max(1, len(names)-1))
	return math.Hypot((seen*median(steps)*1.4826/math.Sqrt2+prior)/(seen+1), leastWidth*median(gaps))
}

// For forecasts the next gap of a component.
func (m Model) For(component string) Forecast {
	own := m.own[component]
	n := float64(len(own))
	mid := make([]mass, 0, len(own))
	for _, o := range own {
		mid = append(mid, mass{o.gap, math.Pow(decayMid, float64(o.age))})
	}
	f := Forecast{Basis: FromProgramme, Own: len(own), All: m.count, P50: m.mid.quantile(0.5)}
	if len(own) > 0 {
		f.Basis = FromComponent
		share := n / (n + ownCentre)
		f.P50 = share*newMixture(mid, m.mid.width).quantile(0.5) + (1-share)*f.P50
	}
	mix := m.of(component)
	f.P85 = math.Max(f.P50, mix.quantile(m.at85()))
	f.P95 = math.Max(f.P85, mix.quantile(0.95))
	return f
}

// of gives the distribution that P85 and P95 of a component are read from.
func (m Model) of(component string) mixture {
	own := m.own[component]
	tail := make([]mass, 0, len(own))
	for _, o := range own {
		tail = append(tail, mass{o.gap, math.Pow(decayTail, float64(o.age))})
	}
	n := float64(len(own))
	return m.tail.with(tail, n/(n+ownTail))
}

func (m Model) at85() float64 {
	if m.level == 0 {
		return 0.85
	}
	return m.level
}

func (m Model) known() bool { return m.own != nil }

// holds tells whether a finished release kept its P85.
func (f Forecast) holds(r Finished) bool { return r.Gap <= f.P85+1e-9 }

// FromPlan gives a bottom-up forecast where there is no history: what the plan
// says, with the spread that plans of known work are usually off by: half as
// long again at P85 and twice as long at P95. It is a guess, and labelled so.
func FromPlan(gap float64) Forecast {
	gap = math.Max(0, gap)
	return Forecast{P50: gap, P85: 1.5 * gap, P95: 2 * gap, Basis: BottomUp}
}
