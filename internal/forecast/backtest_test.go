package forecast

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/ingest"
)

var origin = time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC)

// simulated makes a history of known truth: each component has its level, each
// cycle moves all of them, and each release has its own noise.
func simulated(seed uint64, cycles, components int) []Finished {
	r := rand.New(rand.NewPCG(seed, 1))
	level := make([]float64, components)
	for c := range level {
		level[c] = 10 + 10*r.Float64()
	}
	var h []Finished
	for y := range cycles {
		shift := r.NormFloat64() * 1.5
		for c := range level {
			gap := math.Max(0.5, level[c]+shift+r.NormFloat64())
			at := origin.AddDate(0, 0, y*180+r.IntN(3))
			h = append(h, Finished{fmt.Sprint("c", y), fmt.Sprint("p", c), fmt.Sprint(y, ".0.0"), at, at.Add(time.Duration(gap * 24 * float64(time.Hour))), gap})
		}
	}
	return h
}

// The truth of a simulated history is known, and is another than the model
// assumes: of 10,000 releases each quantile has to hold about its share.
func TestWalkCoversSimulatedHistories(t *testing.T) {
	const seeds = 27
	var within50, within85, within95, n, better float64
	for seed := range uint64(seeds) {
		b, err := Walk(simulated(seed, 20, 20))
		if err != nil {
			t.Fatal(err)
		}
		m := float64(b.Releases)
		within50, within85, within95, n = within50+b.P50.Coverage*m, within85+b.P85.Coverage*m, within95+b.P95.Coverage*m, n+m
		better += b.BetterByP85 / seeds
	}
	t.Logf("%d seeds, %.0f forecasts: P50 %.3f, P85 %.3f, P95 %.3f, better by %.2f", seeds, n, within50/n, within85/n, within95/n, better)
	if better < 0.25 {
		t.Errorf("P85 is better than the naive peers by %.2f", better)
	}
	for q, within := range map[float64]float64{0.50: within50, 0.85: within85, 0.95: within95} {
		if c := within / n; math.Abs(c-q) > 0.02 {
			t.Errorf("P%.0f covers %.3f of %.0f releases", 100*q, c, n)
		}
	}
}

func TestWalkNeverLooksAhead(t *testing.T) {
	h := simulated(7, 6, 8)
	full, err := Walk(h)
	if err != nil {
		t.Fatal(err)
	}
	_, number := cyclesOf(h)
	changed := append([]Finished(nil), h...)
	for i, f := range changed {
		if number[f.Cycle] >= 4 {
			changed[i].Gap *= 50
			changed[i].Live = f.Live.AddDate(3, 0, 0)
		}
	}
	other, err := Walk(changed)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range full.Rows {
		if number[r.Series] >= 5 {
			break // learns from what was changed
		}
		o := other.Rows[i]
		o.GapDays = r.GapDays
		if d := cmp.Diff(r, o); d != "" {
			t.Fatalf("the forecast of %s %s changed with the future:\n%s", r.Series, r.Deliverable, d)
		}
	}
}

func TestWalkLearnsOnlyFromWhatWasLive(t *testing.T) {
	day := func(n int) time.Time { return origin.AddDate(0, 0, n) }
	h := []Finished{
		{"a", "x", "1.0", day(0), day(10), 10},
		{"a", "x", "1.1", day(1), day(400), 399}, // still on its way when 2.0 is shelved
		{"b", "x", "2.0", day(100), day(112), 12},
	}
	b, err := Walk(h)
	if err != nil {
		t.Fatal(err)
	}
	if b.Releases != 1 || b.Rows[0].Last != 10 || b.Rows[0].P95 > 20 {
		t.Fatalf("%+v", b.Rows)
	}
}

func TestWalkRefusesHistoriesThatSayNothing(t *testing.T) {
	one := Finished{"a", "x", "1.0", origin, origin.AddDate(0, 0, 3), 3}
	other := one
	other.Component, other.Cycle, other.Shelved = "y", "b", origin.AddDate(1, 0, 0)
	for name, h := range map[string][]Finished{
		"empty": nil, "one release": {one}, "no predecessor": {one, other},
	} {
		if _, err := Walk(h); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestForecastsOfAbsurdHistoriesAreFigures(t *testing.T) {
	for name, gaps := range map[string][]float64{
		"all zero": {0, 0, 0}, "one": {5}, "huge": {1e9, 1, 1e12}, "equal": {7, 7, 7, 7},
	} {
		var h []Finished
		for i, g := range gaps {
			h = append(h, Finished{fmt.Sprint(i), "x", "", origin.AddDate(i, 0, 0), origin.AddDate(i, 0, 1), g})
		}
		m, ok := Learn(h)
		if !ok {
			t.Fatal(name)
		}
		for _, component := range []string{"x", "unknown"} {
			f := m.For(component)
			if !(f.P50 >= 0 && f.P50 <= f.P85 && f.P85 <= f.P95 && f.P95 < math.Inf(1)) {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
	if _, ok := Learn(nil); ok {
		t.Error("learnt from nothing")
	}
}

func TestPairTakesTheFirstCandidateAndLeavesOutBackwards(t *testing.T) {
	at := func(d int) time.Time { return origin.AddDate(0, 0, d) }
	got, backwards := Pair([]Version{
		{"a", "x", "1.0", true, at(3)},
		{"a", "x", "1.0", true, at(0)},
		{"a", "x", "1.0", false, at(10)},
		{"a", "x", "1.1", false, at(20)},
		{"a", "y", "1.0", true, at(9)},
		{"a", "y", "1.0", false, at(8)},
		{"a", "z", "1.0", true, at(9)},
	})
	want := []Finished{{"a", "x", "1.0", at(0), at(10), 10}}
	if d := cmp.Diff(want, got); d != "" || backwards != 1 {
		t.Errorf("%d backwards, %s", backwards, d)
	}
}

func TestLongHistoriesAreMerged(t *testing.T) {
	m, _ := Learn(simulated(3, 40, 100))
	if n := len(m.tail.masses); n > maxKnots+1 {
		t.Errorf("%d knots", n)
	}
	sum := 0.0
	for _, x := range m.tail.masses {
		sum += x.weight
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("weights sum to %v", sum)
	}
}

// openStack reads seven cycles of real releases, which lie outside the repository.
func openStack(t *testing.T) []Finished {
	t.Helper()
	const file = "../../../shared/data/openstack/releases.csv"
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the release history lies outside the repository and is not here: " + file)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var versions []Version
	for row, err := range ingest.Releases(f, file) {
		if err != nil {
			t.Fatal(err)
		}
		if s := row.Version.Stage; s == ingest.StageCandidate || s == ingest.StageFinal {
			versions = append(versions, Version{row.Series, row.Deliverable, row.Version.Release, s == ingest.StageCandidate, row.ReleasedAt})
		}
	}
	finished, _ := Pair(versions)
	return finished
}

// The targets that the forecast must keep on real releases of seven cycles.
func TestOpenStackHistory(t *testing.T) {
	b, err := Walk(openStack(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s; P50 %.3f days, P85 %.3f, peers %+v, better by %.0f %%", b, b.P50.Pinball, b.P85.Pinball, b.Naive, 100*b.BetterByP85)
	if b.P85.Coverage < 0.80 || b.P85.Coverage > 0.90 {
		t.Errorf("P85 covers %.3f", b.P85.Coverage)
	}
	if b.BetterByP85 < 0.30 {
		t.Errorf("P85 is better by %.2f", b.BetterByP85)
	}
	if b.P50.Pinball > math.Min(b.Naive.Last.P50, b.Naive.Mean5.P50) {
		t.Errorf("P50 is worse than a naive peer")
	}
}

// Other cycles than those that the constants were chosen on: each left out in
// turn, and histories that begin later.
func TestOpenStackHistoryWithOtherCycles(t *testing.T) {
	h := openStack(t)
	names, number := cyclesOf(h)
	walk := func(label string, keep func(cycle int) bool) Backtest {
		var some []Finished
		for _, f := range h {
			if keep(number[f.Cycle]) {
				some = append(some, f)
			}
		}
		b, err := Walk(some)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-17s P85 held %.3f, better by %.0f %%; P50 %.2f against %.2f", label, b.P85.Coverage, 100*b.BetterByP85,
			b.P50.Pinball, math.Min(b.Naive.Last.P50, b.Naive.Mean5.P50))
		return b
	}
	for out, name := range names {
		b := walk("without "+name, func(c int) bool { return c != out })
		if b.P85.Coverage < 0.78 || b.P85.Coverage > 0.92 || b.BetterByP85 < 0.28 || b.P50.Pinball > math.Min(b.Naive.Last.P50, b.Naive.Mean5.P50) {
			t.Errorf("without %s: %+v", name, b.P85)
		}
	}
	for from := 1; from <= 3; from++ {
		b := walk("from "+names[from], func(c int) bool { return c >= from })
		if b.P85.Coverage < 0.80 || b.P85.Coverage > 0.90 || b.BetterByP85 < 0.3 {
			t.Errorf("from %s: %+v", names[from], b.P85)
		}
	}
}

func TestLevelsMoveAgainstTheError(t *testing.T) {
	cycle := func(k, kept, all int) (out []judged) {
		for i := range all {
			out = append(out, judged{cycle: k, kept85: i < kept, kept95: true, mid: (float64(i) + 0.5) / float64(all), tail: (float64(i) + 0.5) / float64(all)})
		}
		return out
	}
	for name, c := range map[string]struct {
		seen     []judged
		low, top float64
	}{
		"nothing seen":     {nil, 0.85, 0.85},
		"just right":       {append(cycle(1, 85, 100), cycle(2, 85, 100)...), 0.849, 0.851},
		"always kept":      {append(append(cycle(1, 9, 9), cycle(2, 400, 400)...), cycle(3, 1, 1)...), 0.79, 0.80},
		"never kept":       {append(cycle(1, 0, 5), cycle(2, 0, 5)...), levelMost, levelMost},
		"cycles weigh one": {append(cycle(1, 0, 1), cycle(2, 1000, 1000)...), 0.933, 0.935},
	} {
		m := Model{together: 0.5}
		m.tune(c.seen)
		if l := m.at.p85; l < c.low-1e-12 || l > c.top+1e-12 {
			t.Errorf("%s: level %.3f", name, l)
		}
	}
	var m Model
	late := cycle(1, 85, 100)
	for i := range late { // every gap came out above the middle
		late[i].mid = 0.9
	}
	if m.tune(late); m.at.p50 < 0.69 {
		t.Errorf("P50 is read at %.2f although gaps are always longer", m.at.p50)
	}
}

func TestTrustGoesToTheCentreThatWasRight(t *testing.T) {
	if first := trusted([centres]float64{1, 1, 1}, 5); math.Abs(first[0]-firstTrust) > 1e-9 {
		t.Errorf("of equal centres the first has %.2f", first[0])
	}
	if turned := trusted([centres]float64{2, 1, 2}, 5); turned[1] < 0.95 {
		t.Errorf("the better centre has %.2f", turned[1])
	}
	if none := trusted([centres]float64{0, 0, 0}, 5); math.IsNaN(none[0]) {
		t.Error("without any loss there is no trust")
	}
}

// Few cycles make wide kernels, unless releases of a cycle have nothing in common.
func TestCautionFallsWithWhatWasSeen(t *testing.T) {
	last := math.Inf(1)
	for _, cycles := range []int{1, 2, 3, 5, 8, 20} {
		c := Model{count: 40 * cycles, together: 1}.caution(cycles)
		if c >= last || c < 1 {
			t.Errorf("%d cycles: %.2f after %.2f", cycles, c, last)
		}
		last = c
	}
	if c := (Model{count: 80, together: 0}).caution(2); c > 1.05 {
		t.Errorf("80 independent releases of two cycles still need %.2f", c)
	}
}

func TestTogetherTellsCyclesFromChance(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	make20 := func(common, single float64) (h []Finished) {
		for y := range 20 {
			shift := r.NormFloat64() * common
			for c := range 10 {
				at := origin.AddDate(0, 0, 180*y)
				h = append(h, Finished{fmt.Sprint(y), fmt.Sprint(c), "", at, at, 30 + float64(c) + shift + single*r.NormFloat64()})
			}
		}
		return h
	}
	if s := together(make20(2, 0.2)); s < 0.85 {
		t.Errorf("cycles that move as one: %.2f", s)
	}
	if s := together(make20(0, 2)); s > 0.15 {
		t.Errorf("gaps that have nothing in common: %.2f", s)
	}
	if s := together(make20(2, 0)[:10]); s != 0.5 {
		t.Errorf("one cycle says nothing, yet %.2f", s)
	}
}

func TestCalmingKeepsTheSpread(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var values []mass
	for range 4000 {
		values = append(values, mass{3 * r.NormFloat64(), 1})
	}
	for _, width := range []float64{0.5, 1, 2} {
		m := newMixture(calm(values, width), width)
		if got := (m.quantile(0.841345) - m.quantile(0.158655)) / 2; math.Abs(got-3) > 0.15 {
			t.Errorf("kernel of %.1f: the deviation is %.2f, not 3", width, got)
		}
	}
}
