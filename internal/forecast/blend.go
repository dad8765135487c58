package forecast

import "math"

// turn is how many finished releases of a component weigh as much as the
// simulation of its plan. It is the weight at which own history takes over from
// the programme's in P50, which back-tests chose.
const turn = ownCentre

// FromBoth is the basis of a forecast in which history and simulation both count.
const FromBoth Basis = "own history and simulation"

// Beyond forecasts the gap of a release of a component that has been on its
// way for some days already: only longer gaps are still possible.
func (m Model) Beyond(component string, passed float64) Forecast {
	f := m.For(component)
	if !(passed > 0) {
		return f
	}
	mix := m.of(component)
	gone := mix.below(bend(passed))
	if gone < 0.05 {
		return f
	}
	if gone > 0.995 { // longer than anything seen: what is left is a guess that grows with what has passed
		rest := math.Max(1, 0.15*passed)
		f.P50, f.P85, f.P95 = passed+rest, passed+2.7*rest, passed+4.3*rest // an exponential of that median
		return f
	}
	at := func(q, least float64) float64 { return math.Max(least, unbend(mix.quantile(gone+q*(1-gone)))) }
	f.P50 = at(0.5, math.Max(f.P50, passed))
	f.P85 = at(m.at.p85, f.P50)
	f.P95 = at(m.at.p95, f.P85)
	return f
}

// Blend joins what a simulation of the plan says with what history says: n
// finished releases of the component weigh n/(n+4). Quantiles are averaged, not
// probabilities, so that neither widens the other.
func Blend(simulated, history Forecast) Forecast {
	n := float64(history.Own)
	w := n / (n + turn)
	mean := func(a, b float64) float64 { return (1-w)*a + w*b }
	f := Forecast{
		P50: mean(simulated.P50, history.P50), P85: mean(simulated.P85, history.P85), P95: mean(simulated.P95, history.P95),
		Basis: FromBoth, Own: history.Own, All: history.All,
	}
	if history.Own == 0 {
		f.Basis = BottomUp
	}
	return f
}

// Weight is the share that history has in a blend of n finished releases.
func Weight(n int) float64 { return float64(n) / (float64(n) + turn) }
