package forecast

import (
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway"
)

func run(t *testing.T, s Study, from, to int) Outcome {
	t.Helper()
	out, err := Simulate(context.Background(), s, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOutcomesAreTheSameOnAnyNumberOfCoresAndMergeExactly(t *testing.T) {
	s := Example(3, 3, 8)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := run(t, s, 0, 500)
	for _, cores := range []int{2, 5} {
		runtime.GOMAXPROCS(cores)
		if d := cmp.Diff(one, run(t, s, 0, 500)); d != "" {
			t.Errorf("%d cores:\n%s", cores, d)
		}
	}
	var merged Outcome
	for _, part := range [][2]int{{333, 500}, {0, 1}, {1, 333}} {
		merged.Merge(run(t, s, part[0], part[1]))
	}
	if d := cmp.Diff(one, merged); d != "" {
		t.Errorf("merged from parts:\n%s", d)
	}
	s.Seed++
	if cmp.Equal(one, run(t, s, 0, 500)) {
		t.Error("another seed gives the same")
	}
}

// TestQuantilesHoldOnSimulatedProgrammes forecasts every release of simulated
// programmes and lets 10,000 releases come true by other luck.
func TestQuantilesHoldOnSimulatedProgrammes(t *testing.T) {
	var n float64
	within := map[float64]float64{0.50: 0, 0.85: 0, 0.95: 0}
	for k, size := range [][3]int{{2, 3, 8}, {4, 2, 6}, {3, 4, 5}} {
		s := Example(size[0], size[1], size[2])
		known := run(t, s, 0, 2000)
		s.Seed = 77 + uint64(k)
		releases := size[0] * size[1]
		truth := run(t, s, 0, 3400/releases)
		for r := range truth.Production {
			total := float64(truth.Production[r].Total())
			n += total
			for q := range within {
				slot, ok := known.Production[r].Quantile(q)
				if !ok {
					t.Fatalf("release %d has no P%.0f", r, 100*q)
				}
				// Slots are whole and windows make dates alike: count what lies on the quantile by its part.
				below, at := truth.Production[r].Share(slot-1), truth.Production[r].Share(slot)
				a, b := known.Production[r].Share(slot-1), known.Production[r].Share(slot)
				within[q] += total * (below + (at-below)*(q-a)/(b-a))
			}
		}
	}
	t.Logf("%.0f releases: P50 %.3f, P85 %.3f, P95 %.3f", n, within[0.50]/n, within[0.85]/n, within[0.95]/n)
	for q, w := range within {
		if n < 10_000 || math.Abs(w/n-q) > 0.02 {
			t.Errorf("P%.0f holds %.3f of %.0f releases", 100*q, w/n, n)
		}
	}
}

func TestWithoutChanceThereIsOneDate(t *testing.T) {
	s := Example(3, 2, 8)
	s.Laws = []Law{Exact(), Exact()}
	s.Interrupts, s.Absences = Interrupts{}, Absences{}
	for k := range s.Deliveries {
		s.Deliveries[k].Again = 0
	}
	out := run(t, s, 0, 20)
	for r, c := range out.Production {
		p5, _ := c.Quantile(0.01)
		p99, ok := c.Quantile(0.99)
		if !ok || p5 != p99 {
			t.Errorf("release %d lies between %d and %d", r, p5, p99)
		}
	}
	if out.Candidates != 0 || out.Broken != 0 {
		t.Errorf("%d further candidates, %d broken", out.Candidates, out.Broken)
	}
}

// Each kind of trouble makes releases later.
func TestTroubleMakesReleasesLater(t *testing.T) {
	plain := Example(3, 3, 8)
	plain.Interrupts, plain.Absences = Interrupts{}, Absences{}
	for k := range plain.Deliveries {
		plain.Deliveries[k].Again = 0
	}
	late := func(change func(s *Study)) float64 {
		s := plain
		s.Deliveries = append([]Delivery(nil), plain.Deliveries...)
		s.Laws = append([]Law(nil), plain.Laws...)
		change(&s)
		sum := 0.0
		for _, c := range run(t, s, 0, 400).Production {
			sum += c.Mean()
		}
		return sum
	}
	base := late(func(*Study) {})
	for name, change := range map[string]func(s *Study){
		"rework":     func(s *Study) { s.Deliveries[0].Again = 0.9 },
		"interrupts": func(s *Study) { s.Interrupts = Interrupts{0.05, 4} },
		"illness":    func(s *Study) { s.Absences = Absences{1.0 / (20 * 48), 5 * 48} },
		"estimates":  func(s *Study) { s.Laws[0] = ThreePoint(1, 2, 3) },
	} {
		if got := late(change); got <= base {
			t.Errorf("%s: %.1f is not later than %.1f", name, got, base)
		}
	}
}

func TestStudiesThatMakeNoSenseAreRefused(t *testing.T) {
	for name, change := range map[string]func(s *Study){
		"works":      func(s *Study) { s.Works = s.Works[1:] },
		"law":        func(s *Study) { s.Works[0].Law = 9 },
		"release":    func(s *Study) { s.Works[0].Rework, s.Works[0].Release = 1, 99 },
		"again":      func(s *Study) { s.Deliveries[0].Again = math.NaN() },
		"delivery":   func(s *Study) { s.Deliveries[0].Activity = -1 },
		"interrupts": func(s *Study) { s.Interrupts.PerSlot = math.Inf(1) },
		"absences":   func(s *Study) { s.Absences.PerSlot = -1 },
		"problem":    func(s *Study) { s.Problem.Horizon = -1 },
	} {
		s := Example(2, 2, 8)
		change(&s)
		if _, err := Simulate(context.Background(), s, 0, 10); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Simulate(context.Background(), Example(1, 1, 8), 10, 10); headway.KindOf(err) != headway.Invalid {
		t.Errorf("no simulation: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Simulate(ctx, Example(1, 1, 8), 0, 1000); headway.KindOf(err) != headway.Unavailable {
		t.Errorf("stopped: %v", err)
	}
}

func TestLawsMoveFromTheUsualToWhatWasSeen(t *testing.T) {
	prior := UsualLaw()
	if n := LearnLaw(nil, prior); math.Abs(n.Mean()-prior.Mean()) > 0.01 || n.Own != 0 {
		t.Errorf("nothing seen: %.2f, not %.2f", n.Mean(), prior.Mean())
	}
	last := prior.Mean()
	for _, n := range []int{1, 4, 20, 200} {
		seen := make([]float64, n)
		for k := range seen {
			seen[k] = 3
		}
		l := LearnLaw(seen, prior)
		if l.Mean() <= last || l.Mean() > 3 || l.Own != n {
			t.Errorf("%d works three times as long as estimated: mean %.2f after %.2f", n, l.Mean(), last)
		}
		last = l.Mean()
	}
	absurd := LearnLaw([]float64{math.NaN(), math.Inf(1), -1, 0, 1e300}, prior)
	if m := absurd.Mean(); !(m > 0 && m < 20) || absurd.Own != 1 {
		t.Errorf("absurd works: mean %v of %d", m, absurd.Own)
	}
	if l := ThreePoint(1, 2, 4); l.At(0) < 1 || l.At(1) > 4 || math.Abs(l.Mean()-7.0/3) > 0.01 {
		t.Errorf("three points: %.2f–%.2f, mean %.3f", l.At(0), l.At(1), l.Mean())
	}
}

func TestCountsAnswerWhenNothingWasCounted(t *testing.T) {
	var c Counts
	if _, ok := c.Quantile(0.5); ok || c.Share(3) != 0 || c.Mean() != 0 {
		t.Error("an empty count has figures")
	}
	c = newCounts(3)
	c.add(2, true)
	c.add(0, false)
	c.add(7, true)
	if slot, ok := c.Quantile(0.3); !ok || slot != 2 {
		t.Errorf("%d %v", slot, ok)
	}
	if _, ok := c.Quantile(0.5); ok || c.Never != 2 {
		t.Error("what never came has a date")
	}
}

func BenchmarkSimulate(b *testing.B) {
	s := Example(10, 6, 8)
	placed := int64(0)
	for b.Loop() {
		out, err := Simulate(context.Background(), s, 0, 1000)
		if err != nil {
			b.Fatal(err)
		}
		placed += out.Placed
	}
	b.ReportMetric(float64(placed)/b.Elapsed().Seconds(), "activities/s")
}
