package forecast

import (
	"fmt"
	"math"
	"slices"

	"headway"
)

// Backtest is how well forecasts of a history's own releases would have been.
type Backtest struct {
	Releases    int          `json:"releases"` // that were forecast
	P50         Quantile     `json:"p50"`
	P85         Quantile     `json:"p85"`
	P95         Quantile     `json:"p95"`
	Naive       Naive        `json:"naive"`
	Rows        []Forecasted `json:"rows"`
	Cycles      int          `json:"cycles"`
	WithoutPast int          `json:"without_past"` // finished releases with no earlier one of the same component
	Finished    int          `json:"finished"`
	Backwards   int          `json:"backwards"`     // released before their first candidate, left out
	BetterByP85 float64      `json:"better_by_p85"` // 1 − pinball of P85 over that of the better peer
}

// Quantile is how one quantile fared.
type Quantile struct {
	Coverage float64 `json:"coverage"` // share of releases within it
	Low      float64 `json:"low"`      // 95 % Wilson interval of the coverage
	High     float64 `json:"high"`
	Pinball  float64 `json:"pinball"` // days
}

// Naive holds the peers.
type Naive struct {
	Last  Peer `json:"last"`
	Mean5 Peer `json:"mean5"`
}

// Peer is how a naive forecast fared when taken for either quantile.
type Peer struct {
	P50 float64 `json:"p50_pinball"`
	P85 float64 `json:"p85_pinball"`
}

// Forecasted is one release with what was forecast for it.
type Forecasted struct {
	Series      string  `json:"series"`
	Deliverable string  `json:"deliverable"`
	Version     string  `json:"version"`
	GapDays     float64 `json:"gap_days"`
	P50         float64 `json:"p50"`
	P85         float64 `json:"p85"`
	P95         float64 `json:"p95"`
	Last        float64 `json:"last"`
	Mean5       float64 `json:"mean5"`
	Basis       Basis   `json:"basis"`
}

// Walk forecasts each release of a history from what was in production of
// earlier cycles when it was shelved, and compares with what came. Releases
// of components without a finished predecessor are not scored, because the
// naive peers have nothing to say of them.
func Walk(history []Finished) (Backtest, error) {
	h := slices.Clone(history)
	sortHistory(h)
	names, number := cyclesOf(h)
	b := Backtest{Finished: len(h), Cycles: len(names), Rows: []Forecasted{}}
	if len(h) == 0 {
		return b, headway.Errorf(headway.Invalid, "the history holds no release that had a candidate and reached production").
			WithHint("a back-test needs versions such as 2.4.0-rc.1 followed by 2.4.0")
	}
	if len(names) < 2 {
		return b, headway.Errorf(headway.Invalid, "every finished release (%d) belongs to the one cycle %q", len(h), names[0]).
			WithHint("walking forward needs at least two cycles (column series)")
	}
	models := map[[2]int]Model{}
	fared := make([]judged, len(h))
	for i, f := range h {
		now := number[f.Cycle]
		past := before(h, number, f)
		key := [2]int{now, len(past)}
		m, known := models[key]
		if !known {
			m, _ = learn(past, func(p Finished) int { return now - number[p.Cycle] })
			m.tune(seen(h[:i], fared, number, f))
			models[key] = m
		}
		if !m.known() {
			b.WithoutPast++
			continue
		}
		p := m.read(f.Component)
		fared[i] = p.judge(m, f, now)
		row, ok := forecastRow(f, past, p.Forecast)
		if !ok {
			b.WithoutPast++
			continue
		}
		b.Rows = append(b.Rows, row)
	}
	if len(b.Rows) == 0 {
		return b, headway.Errorf(headway.Invalid, "none of the %d finished releases has an earlier one of the same component", len(h)).
			WithHint("the history must follow the same components over several cycles")
	}
	b.score()
	return b, nil
}

// before gives what had reached production, of earlier cycles, when f was shelved.
func before(h []Finished, number map[string]int, f Finished) []Finished {
	var past []Finished
	for _, p := range h {
		if number[p.Cycle] < number[f.Cycle] && !p.Live.After(f.Shelved) {
			past = append(past, p)
		}
	}
	return past
}

// seen gives what was known when f was shelved of how releases of earlier cycles fared.
func seen(h []Finished, fared []judged, number map[string]int, f Finished) []judged {
	var out []judged
	for i, p := range h {
		if n := fared[i].cycle; n > 0 && n < number[f.Cycle] && !p.Live.After(f.Shelved) {
			out = append(out, fared[i])
		}
	}
	return out
}

func forecastRow(f Finished, past []Finished, p Forecast) (Forecasted, bool) {
	var own []Finished
	for _, p := range past {
		if p.Component == f.Component {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		return Forecasted{}, false
	}
	slices.SortStableFunc(own, func(a, b Finished) int { return a.Live.Compare(b.Live) })
	sum, five := 0.0, own[max(0, len(own)-5):]
	for _, o := range five {
		sum += o.Gap
	}
	return Forecasted{
		Series: f.Cycle, Deliverable: f.Component, Version: f.Version, GapDays: f.Gap,
		P50: p.P50, P85: p.P85, P95: p.P95, Last: own[len(own)-1].Gap, Mean5: sum / float64(len(five)), Basis: p.Basis,
	}, true
}

func (b *Backtest) score() {
	b.Releases = len(b.Rows)
	b.P50 = b.quantile(0.5, func(r Forecasted) float64 { return r.P50 })
	b.P85 = b.quantile(0.85, func(r Forecasted) float64 { return r.P85 })
	b.P95 = b.quantile(0.95, func(r Forecasted) float64 { return r.P95 })
	last := func(r Forecasted) float64 { return r.Last }
	mean := func(r Forecasted) float64 { return r.Mean5 }
	b.Naive = Naive{
		Last:  Peer{b.quantile(0.5, last).Pinball, b.quantile(0.85, last).Pinball},
		Mean5: Peer{b.quantile(0.5, mean).Pinball, b.quantile(0.85, mean).Pinball},
	}
	if peer := math.Min(b.Naive.Last.P85, b.Naive.Mean5.P85); peer > 0 {
		b.BetterByP85 = 1 - b.P85.Pinball/peer
	}
}

func (b *Backtest) quantile(q float64, of func(Forecasted) float64) Quantile {
	n, within, loss := float64(len(b.Rows)), 0.0, 0.0
	for _, r := range b.Rows {
		if r.GapDays <= of(r)+1e-9 {
			within++
		}
		loss += Pinball(q, r.GapDays, of(r))
	}
	low, high := wilson(within, n)
	return Quantile{Coverage: within / n, Low: low, High: high, Pinball: loss / n}
}

// Pinball is the loss of forecasting f for the q-quantile of what became y.
func Pinball(q, y, f float64) float64 {
	return math.Max(q*(y-f), (q-1)*(y-f))
}

// wilson gives the 95 % score interval of a share (Wilson 1927).
func wilson(hits, n float64) (low, high float64) {
	const z = 1.959964
	p := hits / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return math.Max(0, mid-half), math.Min(1, mid+half)
}

// String sums the back-test up for people.
func (b Backtest) String() string {
	return fmt.Sprintf("%d releases of %d cycles: P50 held %.0f %%, P85 %.0f %%, P95 %.0f %%", b.Releases, b.Cycles,
		100*b.P50.Coverage, 100*b.P85.Coverage, 100*b.P95.Coverage)
}
