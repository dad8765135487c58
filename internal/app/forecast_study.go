package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
	"headway/internal/forecast"
	"headway/internal/store"
)

// What simulations assume where a programme has not shown otherwise yet.
const (
	usualAgain    = 0.35 // releases that need another candidate; weighs as usualWeight releases
	usualWeight   = 4.0
	usualFixDays  = 2.0 // working days from a candidate to the next, beside the proofs
	illnessEvery  = 60  // days from one unplanned absence of a person to the next
	illnessDays   = 2
	historyWorks  = 5000
	historyShelf  = 200 // releases
	forecastSeed  = 1
	reworkMark    = "~rc"
	fixMark       = "~fix"
	likelyReworks = 2 // further candidates that are simulated at most
)

// experience is what finished work says of work to come.
type experience struct {
	laws     map[string]forecast.Law // by activity of the playbook
	fix      forecast.Law            // of the working time from finding a defect to the candidate that mends it
	again    float64                 // share of releases, after each candidate, that need another
	releases int                     // that say so
	works    int
}

func loadExperience(ctx context.Context, q store.Q, programmeID string, c headway.Calendar) (experience, error) {
	e := experience{laws: map[string]forecast.Law{}}
	works, err := q.FinishedWork(ctx, programmeID, historyWorks)
	if err != nil {
		return e, err
	}
	ratios := map[string][]float64{}
	for _, w := range works {
		ratios[w.Activity] = append(ratios[w.Activity], float64(w.Spent)/float64(w.Estimate))
	}
	e.works = len(works)
	for key, seen := range ratios {
		e.laws[key] = forecast.LearnLaw(seen, forecast.UsualLaw())
	}
	shelved, err := q.ShelvedOfFinished(ctx, programmeID, historyShelf)
	if err != nil {
		return e, err
	}
	further, last := 0, store.Shelved{}
	var fixes []float64
	for _, s := range shelved {
		if s.ReleaseID == last.ReleaseID {
			further++
			// From the finding on: what came before, waiting for the tests and the
			// tests themselves, is simulated by itself.
			if s.Found.After(last.At) && s.Found.Before(s.At) {
				fixes = append(fixes, float64(c.WorkingTime(headway.Interval{From: s.Found, To: s.At}))/float64(fixTime(c)))
			}
		} else {
			e.releases++
		}
		last = s
	}
	// Each candidate either was the last or asked for another.
	e.again = (float64(further) + usualAgain*usualWeight) / (float64(further+e.releases) + usualWeight)
	e.fix = forecast.LearnLaw(fixes, forecast.UsualLaw())
	return e, nil
}

// fixTime is the working time that a fix is reckoned with.
func fixTime(c headway.Calendar) time.Duration {
	return time.Duration(usualFixDays * float64(c.To-c.From) * float64(time.Minute))
}

// study is a programme ready to be simulated.
type study struct {
	forecast.Study
	b        *problem
	releases []headway.Release // by delivery
	from     []time.Time       // where the gap of each begins

	next map[string][]string // activity → those that follow it, as in Problem.Precedences
	of   map[string][]int    // release → its activities of the plan, in Problem.Activities
}

// study states what may happen on the way of the programme's releases: the
// plan's own problem, with lengths, further candidates and illness by chance.
func (f *planFacts) study(e experience) (*study, error) {
	b, err := f.problem()
	if err != nil {
		return nil, err
	}
	s := &study{b: b}
	s.Problem = b.Problem
	day := int(24 * time.Hour / b.axis.slot)
	s.Seed = forecastSeed
	s.Absences = forecast.Absences{PerSlot: 1.0 / float64(illnessEvery*day), Slots: float64(illnessDays * day)}
	laws := s.laws(e)
	index := map[string]int{}
	s.next, s.of = map[string][]string{}, map[string][]int{}
	for _, p := range s.Problem.Precedences {
		s.next[p.From] = append(s.next[p.From], p.To)
	}
	for k, a := range s.Problem.Activities {
		index[a.ID] = k
		s.of[a.Release] = append(s.of[a.Release], k)
		s.Works = append(s.Works, forecast.Work{Law: laws[b.jobs[a.ID].item.Activity]})
	}
	delivery := map[string]string{}
	for _, p := range b.Problem.Releases {
		delivery[p.ID] = p.Delivery
	}
	for _, r := range b.facts.releases {
		if delivery[r.ID] == "" || gapFrom(r).IsZero() {
			continue
		}
		from := f.sprintEnd(r)
		if from.IsZero() {
			from = gapFrom(r)
		}
		s.releases, s.from = append(s.releases, r), append(s.from, from)
		s.Deliveries = append(s.Deliveries, forecast.Delivery{Activity: index[delivery[r.ID]], Again: e.again})
	}
	for k, r := range s.releases {
		s.rework(k, r, f.playbook)
	}
	return s, nil
}

const lawFix = 1 // in study.Laws, after the usual one

func (s *study) laws(e experience) map[string]int {
	s.Laws = []forecast.Law{forecast.UsualLaw(), e.fix}
	of := map[string]int{}
	keys := make([]string, 0, len(e.laws))
	for k := range e.laws {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		of[k] = len(s.Laws)
		s.Laws = append(s.Laws, e.laws[k])
	}
	return of
}

// rework adds what another candidate of a release would take: the fix, which
// begins when the first tests are through, and again what the playbook wants to
// be done again, before all that follows.
func (s *study) rework(release int, r headway.Release, playbook headway.Playbook) {
	again := reruns(playbook)
	var proofs []int
	proof := map[string]bool{}
	for _, k := range s.of[r.ID] {
		a := s.Problem.Activities[k]
		if j, ok := s.b.jobs[a.ID]; ok && !j.production() && again[j.item.Activity] {
			proofs = append(proofs, k)
			proof[a.ID] = true
		}
	}
	if len(proofs) == 0 {
		return
	}
	inside, onward := s.behind(proofs, proof)
	before := s.firstTests(proofs)
	for round := 1; round <= likelyReworks; round++ {
		mark := fmt.Sprint(reworkMark, round)
		last := ""
		if round > 1 {
			last = fmt.Sprint(reworkMark, round-1)
		}
		fix := engine.Activity{ID: r.ID + fixMark + fmt.Sprint(round), Release: r.ID, Kind: string(headway.KindRework), Duration: s.fixSlots(), Calendar: officeHours}
		for _, id := range before {
			s.follow(id+last, fix.ID)
		}
		s.Problem.Activities = append(s.Problem.Activities, fix)
		s.Works = append(s.Works, forecast.Work{Law: lawFix, Rework: round, Release: release})
		for _, k := range proofs {
			c := s.Problem.Activities[k]
			s.follow(fix.ID, c.ID+mark)
			s.follow(c.ID+last, c.ID+mark)
			c.ID, c.Pin, c.Due, c.Deadline = c.ID+mark, nil, nil, nil
			s.Problem.Activities = append(s.Problem.Activities, c)
			s.Works = append(s.Works, forecast.Work{Law: s.Works[k].Law, Rework: round, Release: release})
		}
		for _, p := range inside {
			s.follow(p[0]+mark, p[1]+mark)
		}
		for _, p := range onward {
			s.follow(p[0]+mark, p[1])
		}
	}
}

func (s *study) follow(before, after string) {
	s.Problem.Precedences = append(s.Problem.Precedences, engine.Precedence{From: before, To: after})
	s.next[before] = append(s.next[before], after)
}

// behind tells which proofs come after which, also by way of work that is done
// only once, and what of that work waits for the last candidate: what no proof
// comes after. The rest is not done again, so it waits for nothing more.
func (s *study) behind(proofs []int, proof map[string]bool) (inside, onward [][2]string) {
	leads := map[string]bool{} // to a proof
	var walk func(id string) bool
	walk = func(id string) bool {
		if yes, known := leads[id]; known {
			return yes
		}
		leads[id] = false
		for _, to := range s.next[id] {
			leads[id] = walk(to) || proof[to] || leads[id]
		}
		return leads[id]
	}
	for _, k := range proofs {
		a := s.Problem.Activities[k]
		seen, queue := map[string]bool{}, slices.Clone(s.next[a.ID])
		for len(queue) > 0 {
			id := queue[0]
			queue = queue[1:]
			if seen[id] {
				continue
			}
			seen[id] = true
			switch {
			case proof[id]:
				inside = append(inside, [2]string{a.ID, id})
			case walk(id):
				queue = append(queue, s.next[id]...)
			default:
				onward = append(onward, [2]string{a.ID, id})
			}
		}
	}
	return inside, onward
}

// firstTests are the proofs that find most of what is wrong: the regression,
// else the load test, else whatever there is. The fix waits for no other.
func (s *study) firstTests(proofs []int) []string {
	var all []string
	for _, kind := range []headway.ActivityKind{headway.KindRegression, headway.KindLoadTest, ""} {
		for _, k := range proofs {
			if a := s.Problem.Activities[k]; kind == "" || s.b.jobs[a.ID].item.Kind == kind {
				all = append(all, a.ID)
			}
		}
		if len(all) > 0 {
			break
		}
	}
	return all
}

// reruns are the activities that are done again for another candidate: those
// that the playbook marks for every fix or, in doubt, for some, and the tests that
// find most of what is wrong. Other evidence stands.
func reruns(playbook headway.Playbook) map[string]bool {
	out, found := map[string]bool{}, headway.KindLoadTest
	for _, a := range playbook.Activities {
		if a.Kind == headway.KindRegression {
			found = headway.KindRegression
		}
	}
	for _, a := range playbook.Activities {
		if a.RerunOnFix || len(a.RerunFor) > 0 || a.Kind == found {
			out[a.Key] = true
		}
	}
	return out
}

// fixSlots is what a fix is reckoned with, in slots of office hours.
func (s *study) fixSlots() int {
	return s.b.axis.slots(fixTime(s.b.facts.calendar))
}

// gaps turns the dates that a simulated release had into gaps in working days.
func (s *study) gaps(release int, c forecast.Counts) forecast.Counts {
	var out forecast.Counts
	out.Never = c.Never
	from := headway.DateOf(s.from[release].In(s.b.axis.zone))
	days, last, known := 0, headway.Date{}, false
	for slot, n := range c.N {
		if n == 0 {
			continue
		}
		at := headway.DateOf(s.b.axis.at(slot).In(s.b.axis.zone))
		if !known || at != last {
			days, last, known = max(0, s.b.facts.calendar.WorkingDays(from.In(s.b.axis.zone), at.In(s.b.axis.zone))), at, true
		}
		for len(out.N) <= days {
			out.N = append(out.N, 0)
		}
		out.N[days] += n
	}
	return out
}

// run makes the simulations from, from+1, … to-1.
func (s *study) run(ctx context.Context, from, to int) (forecast.Outcome, error) {
	if len(s.Deliveries) == 0 {
		return forecast.Outcome{}, headway.Conflictf("no release is on its way: there is nothing to simulate").
			WithHint("give a team a cadence with a version, or shelve a candidate")
	}
	return forecast.Simulate(ctx, s.Study, from, to)
}
