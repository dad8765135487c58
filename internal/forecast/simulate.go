package forecast

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"headway"
	"headway/internal/engine"
)

// Study is a programme to be simulated: the engine's own problem with what may
// turn out otherwise.
type Study struct {
	Problem    engine.Problem
	Works      []Work // by activity of the problem
	Laws       []Law
	Deliveries []Delivery
	Interrupts Interrupts
	Absences   Absences
	Seed       uint64
}

// Work says what may happen to one activity.
type Work struct {
	Law     int // in Study.Laws
	Rework  int // takes place only if its release has this many candidates more; 0: always
	Release int // in Study.Deliveries, whose rework it is
}

// Delivery is a release: the activity that ends in production, and how likely
// another candidate is.
type Delivery struct {
	Activity int
	Again    float64 // probability of a further candidate after each one
}

// MaxRework is how many further candidates a simulated release may have.
const MaxRework = 3

// Interrupts of operations work by production support, beyond what is kept free for it.
type Interrupts struct {
	PerSlot float64 // interrupts for each working slot of an activity
	Slots   float64 // mean length
}

// Absences that nobody plans, such as illness.
type Absences struct {
	PerSlot float64 // absences of a person for each elapsed slot
	Slots   float64 // mean length, elapsed
}

// Outcome counts what the simulations came to.
type Outcome struct {
	Simulations int      `json:"simulations"`
	Placed      int64    `json:"placed"` // activities
	Broken      int      `json:"broken"` // simulations in which a hard limit could not be kept
	Production  []Counts `json:"production"`
	Headway     Counts   `json:"headway"`    // slots between consecutive productions
	Candidates  int64    `json:"candidates"` // further ones, over all releases
}

// Merge adds what was simulated elsewhere of the same study.
func (o *Outcome) Merge(p Outcome) {
	if o.Production == nil {
		o.Production = make([]Counts, len(p.Production))
	}
	for k := range p.Production {
		o.Production[k].Merge(p.Production[k])
	}
	o.Headway.Merge(p.Headway)
	o.Simulations, o.Placed, o.Broken, o.Candidates = o.Simulations+p.Simulations, o.Placed+p.Placed, o.Broken+p.Broken, o.Candidates+p.Candidates
}

// chunk is how many simulations a core takes at a time.
const chunk = 64

// AtOnce is how many simulations keep all cores busy when each makes at least so many.
func AtOnce(each int) int {
	return max(1, each/chunk) * chunk * runtime.GOMAXPROCS(0)
}

// Simulate runs the simulations from, from+1, … to-1 of a study. Each has its
// own stream of chance, drawn by activity, so that the outcome depends neither
// on the number of cores nor on how a range is cut, and two studies that differ
// in one thing meet the same luck in all others. When ctx ends, its error is returned.
func Simulate(ctx context.Context, s Study, from, to int) (Outcome, error) {
	if err := s.check(from, to); err != nil {
		return Outcome{}, err
	}
	lean, err := engine.NewLean(s.Problem)
	if err != nil {
		return Outcome{}, err
	}
	lanes := min(runtime.GOMAXPROCS(0), (to-from+chunk-1)/chunk)
	parts := make([]Outcome, lanes)
	next := make(chan int)
	var busy sync.WaitGroup
	for k := range lanes {
		busy.Go(func() {
			l := s.lane(lean)
			for first := range next {
				for n := first; n < min(first+chunk, to); n++ {
					l.simulate(uint64(n))
				}
			}
			parts[k] = l.out
		})
	}
	for n := from; n < to && ctx.Err() == nil; n += chunk {
		next <- n
	}
	close(next)
	busy.Wait()
	if err := ctx.Err(); err != nil {
		return Outcome{}, headway.Errorf(headway.Unavailable, "the simulation was stopped before its end").WithHint("ask for fewer simulations")
	}
	out := Outcome{Headway: newCounts(s.Problem.Horizon + 1)}
	for _, p := range parts {
		out.Merge(p)
	}
	return out, nil
}

func (s Study) check(from, to int) error {
	switch {
	case from < 0 || to <= from || to-from > 1_000_000:
		return headway.Invalidf("simulations", "%d simulations are outside 1–1,000,000", to-from)
	case len(s.Works) != len(s.Problem.Activities):
		return headway.Invalidf("works", "%d works for %d activities", len(s.Works), len(s.Problem.Activities))
	case !(s.Interrupts.PerSlot >= 0 && s.Interrupts.PerSlot <= 1 && s.Interrupts.Slots >= 0 && s.Interrupts.Slots <= 1000):
		return headway.Invalidf("interrupts", "interrupts of %v slots, %v for each slot of work, are absurd", s.Interrupts.Slots, s.Interrupts.PerSlot)
	case !(s.Absences.PerSlot >= 0 && s.Absences.PerSlot <= 0.1 && s.Absences.Slots >= 0):
		return headway.Invalidf("absences", "absences of %v slots, %v for each slot, are absurd", s.Absences.Slots, s.Absences.PerSlot)
	}
	for k, w := range s.Works {
		if w.Law < 0 || w.Law >= len(s.Laws) || w.Rework < 0 || w.Rework > 0 && (w.Release < 0 || w.Release >= len(s.Deliveries)) {
			return headway.Invalidf("works", "the work of activity %q names a law or a release that is not there", s.Problem.Activities[k].ID)
		}
	}
	for _, d := range s.Deliveries {
		if d.Activity < 0 || d.Activity >= len(s.Works) || !(d.Again >= 0 && d.Again <= 1) {
			return headway.Invalidf("deliveries", "a release is delivered by no activity, or needs another candidate with probability %v", d.Again)
		}
	}
	return nil
}

// lane is one core's room for simulations.
type lane struct {
	s       *Study
	lean    *engine.Lane
	dur     []int32
	nominal []float32
	rounds  []int8
	ends    []int
	out     Outcome
}

func (s *Study) lane(lean *engine.Lean) *lane {
	l := &lane{
		s: s, lean: lean.Lane(), dur: make([]int32, len(s.Works)), nominal: make([]float32, len(s.Works)),
		rounds: make([]int8, len(s.Deliveries)), ends: make([]int, 0, len(s.Deliveries)),
	}
	for k, a := range s.Problem.Activities {
		l.nominal[k] = float32(a.Duration)
	}
	l.out.Production = make([]Counts, len(s.Deliveries))
	for k := range l.out.Production {
		l.out.Production[k] = newCounts(s.Problem.Horizon + 1)
	}
	l.out.Headway = newCounts(s.Problem.Horizon + 1)
	return l
}

func (l *lane) simulate(n uint64) {
	seed := mix(l.s.Seed ^ mix(n+1))
	l.lean.Reset()
	l.rework(seed)
	l.lengths(seed)
	l.absent(seed)
	l.lean.Run(l.dur)
	l.count()
}

// rework draws how many further candidates each release needs.
func (l *lane) rework(seed uint64) {
	for k, d := range l.s.Deliveries {
		l.rounds[k] = 0
		x := seed ^ 0x5bd1e995<<32 ^ uint64(k)*0x9e3779b97f4a7c15
		for l.rounds[k] < MaxRework {
			if x = mix(x); unit(x) >= d.Again {
				break
			}
			l.rounds[k]++
		}
		l.out.Candidates += int64(l.rounds[k])
	}
}

// lengths draws how long each activity takes, 0 for one that does not take place.
func (l *lane) lengths(seed uint64) {
	rate := l.s.Interrupts.PerSlot
	for k := range l.s.Works {
		w := &l.s.Works[k]
		if w.Rework > 0 && int(l.rounds[w.Release]) < w.Rework || l.nominal[k] == 0 {
			l.dur[k] = 0
			continue
		}
		l.out.Placed++
		u := mix(seed + uint64(k)*0x9e3779b97f4a7c15)
		t := l.nominal[k] * l.s.Laws[w.Law].ratios[u>>54]
		if rate > 0 {
			t += float32(l.interrupted(u, rate*float64(t)))
		}
		l.dur[k] = max(1, int32(t+0.5))
	}
}

// interrupted draws the time that interrupts take off, as many as expected.
func (l *lane) interrupted(u uint64, expected float64) float64 {
	sum := 0.0
	for at := 0.0; ; {
		u = mix(u)
		if at -= math.Log(1 - unit(u)); at > expected {
			return sum
		}
		u = mix(u)
		sum -= l.s.Interrupts.Slots * math.Log(1-unit(u))
	}
}

// absent draws when each person is away unplanned.
func (l *lane) absent(seed uint64) {
	a := l.s.Absences
	if a.PerSlot <= 0 {
		return
	}
	for q := range l.s.Problem.People {
		u := mix(seed ^ 0xa5a5<<40 ^ uint64(q)*0xbf58476d1ce4e5b9)
		for at := 0.0; ; {
			u = mix(u)
			if at -= math.Log(1-unit(u)) / a.PerSlot; at >= float64(l.s.Problem.Horizon) {
				break
			}
			u = mix(u)
			length := -a.Slots * math.Log(1-unit(u))
			l.lean.Away(q, int(at), int(at+length+1))
			at += length
		}
	}
}

func (l *lane) count() {
	l.out.Simulations++
	if l.lean.Broken() > 0 {
		l.out.Broken++
	}
	l.ends = l.ends[:0]
	for k, d := range l.s.Deliveries {
		end, ok := l.lean.End(d.Activity)
		l.out.Production[k].add(end, ok)
		if ok {
			l.ends = append(l.ends, end)
		}
	}
	slices.Sort(l.ends)
	for k := 1; k < len(l.ends); k++ {
		l.out.Headway.add(l.ends[k]-l.ends[k-1], true)
	}
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit makes a number in [0, 1) of random bits.
func unit(u uint64) float64 { return float64(u>>11) / (1 << 53) }
