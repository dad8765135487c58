package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// sprintsDrawn draws sprints whose number of repairs varies more than Poisson's.
func sprintsDrawn(r *rand.Rand, n int) [][]time.Duration {
	out := make([][]time.Duration, n)
	for i := range out {
		rate := 3 * (r.ExpFloat64() + r.ExpFloat64()) / 2
		for limit, p := math.Exp(-rate), r.Float64(); p > limit; p *= r.Float64() {
			out[i] = append(out[i], time.Duration(1+r.IntN(16))*time.Hour/2)
		}
	}
	return out
}

func total(s []time.Duration) (t time.Duration) {
	for _, d := range s {
		t += d
	}
	return t
}

// TestReworkKeepsItsWord draws teams of known truth and asks of each how the next
// sprint compares with what was said of it.
func TestReworkKeepsItsWord(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, history := range []int{4, 12} {
		const teams = 3000
		below50, below85, said, was := 0, 0, time.Duration(0), time.Duration(0)
		for range teams {
			f := ReworkBySprint(sprintsDrawn(r, history), 0)
			next := total(sprintsDrawn(r, 1)[0])
			said, was = said+f.Mean, was+next
			if next <= f.P50 {
				below50++
			}
			if next <= f.P85 {
				below85++
			}
		}
		p50, p85 := 100*float64(below50)/teams, 100*float64(below85)/teams
		t.Logf("%d sprints of history, %d teams: %.1f %% within P50, %.1f %% within P85, mean said %.1f h, was %.1f h (seed 7)", history, teams, p50, p85, said.Hours()/teams, was.Hours()/teams)
		if p85 < 80 || p85 > 90 || p50 < 45 || p50 > 60 || math.Abs(said.Hours()/was.Hours()-1) > 0.05 {
			t.Errorf("with %d sprints the forecast does not keep its word", history)
		}
	}
}

func TestReworkOfLittleHistory(t *testing.T) {
	if f := ReworkBySprint(nil, 0); f.Mean != 0 || !f.Few || f.Sprints != 0 {
		t.Errorf("%+v", f)
	}
	if f := ReworkBySprint(make([][]time.Duration, 6), 0); f.Mean != 0 || f.P85 != 0 || f.Few {
		t.Errorf("six clean sprints: %+v", f)
	}
	one := ReworkBySprint([][]time.Duration{{4 * time.Hour}}, 1)
	if one.Mean != 4*time.Hour || one.P85 < 4*time.Hour || !one.Few {
		t.Errorf("%+v", one)
	}
	many := make([]time.Duration, 2000)
	for i := range many {
		many[i] = 1000 * time.Hour
	}
	if f := ReworkBySprint([][]time.Duration{many, many, many}, 0); f.P85 < 0 || f.Mean != 2_000_000*time.Hour {
		t.Errorf("absurd history: %+v", f)
	}
	if f := ReworkBySprint([][]time.Duration{{0}, {time.Minute}}, 0); f.P85 <= 0 || f.P85 > 8*time.Hour {
		t.Errorf("tiny repairs: %+v", f)
	}
}
