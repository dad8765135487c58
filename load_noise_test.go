package headway

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Quantiles of Student's t as printed in tables.
func TestStudentsDistribution(t *testing.T) {
	for _, c := range []struct{ t, freedom, want float64 }{
		{6.314, 1, 0.95}, {2.920, 2, 0.95}, {2.015, 5, 0.95}, {1.812, 10, 0.95}, {3.365, 5, 0.99}, {2.764, 10, 0.99}, {-2.015, 5, 0.05}, {0, 3, 0.5}, {1.645, 1e6, 0.95},
	} {
		if got := studentCDF(c.t, c.freedom); math.Abs(got-c.want) > 2e-4 {
			t.Errorf("t=%g with %g: %g, wanted %g", c.t, c.freedom, got, c.want)
		}
	}
}

func p95Run(ms float64) LoadSummary { return LoadSummary{Total: LoadFigure{Count: 100, P95MS: ms}} }

func TestARegressionIsCalledOnlyBeyondNoise(t *testing.T) {
	threshold, err := ParseThreshold("p95 <= baseline * 1.10")
	if err != nil {
		t.Fatal(err)
	}
	base := func(last int, ms ...float64) LoadBaseline {
		b := LoadBaseline{Last: last}
		for _, v := range ms {
			b.Runs = append(b.Runs, p95Run(v))
		}
		return b
	}
	for _, tt := range []struct {
		name string
		now  float64
		base LoadBaseline
		want Outcome
		says string
	}{
		{"within the limit", 109, base(1, 100, 99, 101), Pass, "as wanted"},
		{"beyond, runs differ little", 120, base(1, 100, 99, 101, 100), Fail, "sure given how 4 baseline runs differ"},
		{"beyond, runs differ much", 120, base(1, 100, 60, 150, 80), Pass, "within what 4 baseline runs differ by chance"},
		{"far beyond, runs differ much", 900, base(1, 100, 60, 150, 80), Fail, "sure given"},
		{"nobody knows the noise", 111, base(1, 100), Fail, "is not known from 1 of them"},
		{"equal runs are not taken to be without noise", 110.5, base(1, 100, 100, 100), Pass, "by chance"},
		{"no baseline", 1, LoadBaseline{}, Waiting, "there is no baseline run"},
		{"the last release is the baseline, the others tell the noise", 105, base(1, 100, 50, 51, 52), Pass, "(baseline 100ms)"},
	} {
		got, why := threshold.JudgeAgainst(p95Run(tt.now), tt.base)
		if got != tt.want || !strings.Contains(why, tt.says) {
			t.Errorf("%s: %s, %s", tt.name, got, why)
		}
	}
}

// Runs drawn from one distribution are called a regression in no more than one
// of twenty, and a true change is found.
func TestFalseAlarmsAreAsRareAsStated(t *testing.T) {
	threshold, err := ParseThreshold("p95 <= baseline")
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 4000
	for _, tt := range []struct {
		slower    float64
		low, high float64
	}{{1, 0.03, 0.065}, {1.5, 0.9, 1}} {
		r := rand.New(rand.NewPCG(5, 5))
		draw := func(factor float64) float64 { return 200 * factor * math.Exp(0.08*r.NormFloat64()) }
		alarms := 0
		for range rounds {
			b := LoadBaseline{Last: 1}
			for range 6 {
				b.Runs = append(b.Runs, p95Run(draw(1)))
			}
			if o, _ := threshold.JudgeAgainst(p95Run(draw(tt.slower)), b); o == Fail {
				alarms++
			}
		}
		if rate := float64(alarms) / rounds; rate < tt.low || rate > tt.high {
			t.Errorf("slower by %g: called a regression in %.3f", tt.slower, rate)
		} else {
			t.Logf("slower by %g: called a regression in %.3f (seed 5)", tt.slower, rate)
		}
	}
}

func TestBaselineIsOfTheSameEnvironment(t *testing.T) {
	run := Evidence{Environment: "load"}
	s := p95Run(1)
	released := []Evidence{{CandidateID: "b", Environment: "test", Load: &s}, {CandidateID: "b", Environment: "load", Load: &s}, {CandidateID: "a", Environment: "load", Load: &s}}
	if b := BaselineOf(run, released); len(b.Runs) != 2 || b.Last != 1 {
		t.Errorf("%d runs, %d of the last release", len(b.Runs), b.Last)
	}
	run.Environment = "lab"
	if b := BaselineOf(run, released); len(b.Runs) != 3 || b.Last != 2 {
		t.Errorf("elsewhere: %d runs, %d of the last release", len(b.Runs), b.Last)
	}
}

func TestEveryTransactionIsJudged(t *testing.T) {
	s := LoadSummary{Transactions: []LoadFigure{{Name: "a", Count: 1, P95MS: 100}, {Name: "b", Count: 1, P95MS: 400}}}
	e := &Evidence{Load: &s}
	if o, why := JudgeLoad(Criterion{Expr: []string{"*: p95 < 300ms"}}, e, nil); o != Fail || !strings.Contains(why, `1 of 2 transactions: p95 of "b" is 400ms`) {
		t.Errorf("%s, %s", o, why)
	}
	if o, why := JudgeLoad(Criterion{Expr: []string{"*: p95 < 500ms"}}, e, nil); o != Pass {
		t.Errorf("%s, %s", o, why)
	}
}
