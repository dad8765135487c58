package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"headway"
	"headway/internal/forecast"
)

// queueTry is what a simulated queue comes to.
type queueTry struct {
	shelf        []ShelfAt
	gap, headway float64
}

// tryQueue simulates a programme as it is, or changed, over the quarter.
func (k *knowledge) tryQueue(ctx context.Context, f *planFacts, change func(*study)) (queueTry, error) {
	var out queueTry
	s, err := f.study(k.seen)
	if err != nil || len(s.Deliveries) == 0 {
		return out, err
	}
	if change != nil {
		change(s)
	}
	got, err := k.run(ctx, s, k.enough(adviceSimulations))
	if err != nil {
		return out, err
	}
	var gaps forecast.Counts
	for n := range s.releases {
		gaps.Merge(s.gaps(n, got.Production[n]))
	}
	out.gap = quantiles(gaps).P85
	out.headway = got.Headway.Mean() * s.b.axis.slot.Hours() / 24
	out.shelf = s.shelf(f, got)
	return out, nil
}

// shelf counts what lies between sprint and production, week by week, as far
// as sprints are planned.
func (s *study) shelf(f *planFacts, got forecast.Outcome) []ShelfAt {
	last := f.now
	for _, t := range s.from {
		if t.After(last) {
			last = t
		}
	}
	var out []ShelfAt
	for week := 0; week <= quarterWeeks; week++ {
		at := f.now.AddDate(0, 0, 7*week)
		if week > 0 && at.After(last.AddDate(0, 0, 7)) {
			break
		}
		p := ShelfAt{Week: week, At: at}
		for n := range s.releases {
			if s.from[n].After(at) {
				continue
			}
			still := 1 - got.Production[n].Share(s.b.axis.floor(at))
			p.Releases += still
			p.AgeDays += still * float64(max(0, f.calendar.WorkingDays(s.from[n], at)))
		}
		if p.Releases > 0 {
			p.AgeDays /= p.Releases
		}
		out = append(out, p)
	}
	return out
}

// remedy is a change to be tried.
type remedy struct {
	name, assumes string
	facts         func(*planFacts)
	study         func(*study)
	arrivals      float64 // times as many releases, 0 means 1
}

// remedies simulates what could help, side by side.
func (k *knowledge) remedies(ctx context.Context, v QueueView, top neck) ([]Remedy, error) {
	var out []Remedy
	later := 0.0
	if n := len(v.Shelf); n > 0 {
		later = v.Shelf[n-1].Releases
	}
	for _, r := range k.proposals(v, top) {
		f := k.facts.altered()
		if r.facts != nil {
			r.facts(f)
		}
		got, err := k.tryQueue(ctx, f, r.study)
		if err != nil {
			return nil, err
		}
		loads := k.loads(f)
		load := k.top(f, loads).load
		if r.arrivals > 0 {
			load *= r.arrivals
		}
		m := Remedy{Name: r.name, Assumes: r.assumes, Load: load, Gap: got.gap, Headway: got.headway, Settles: load >= 0 && load < 1, Shelf: later}
		m.LoadBy, m.GapBy, m.Hway = load-v.Load, got.gap-v.Gap, got.headway-v.Headway
		if n := len(got.shelf); n > 0 {
			m.Shelf = got.shelf[min(n, len(v.Shelf))-1].Releases
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		return cmp.Or(cmp.Compare(rank(a.Load), rank(b.Load)), cmp.Compare(a.Gap, b.Gap))
	})
	return out, nil
}

func (k *knowledge) proposals(v QueueView, top neck) []remedy {
	teams, fortnightly := 0, true
	for _, t := range k.facts.teams {
		if t.Kind == headway.DevelopmentTeam && t.Cadence.Version != "" {
			teams++
			fortnightly = fortnightly && t.Cadence.Days == 14
		}
	}
	out := []remedy{
		{name: fmt.Sprintf("One more person for %s", top.skill.Name()), assumes: "full time, nothing kept for production support", facts: func(f *planFacts) { f.addPerson(top.skill) }},
	}
	if helper := k.leastLoaded(v, top); helper != "" {
		out = append(out, remedy{name: fmt.Sprintf("%s learns %s", helper, top.skill.Name()), assumes: "as fast as those who have it", facts: func(f *planFacts) {
			for i := range f.people {
				if f.people[i].Name == helper {
					f.people[i].Skills = append(f.people[i].Skills, top.skill)
				}
			}
		}})
	}
	out = append(out,
		remedy{
			name: "Automate half of regression", assumes: "regression takes half as long",
			facts: func(f *planFacts) {
				f.scaleWork(0.5, func(kind headway.ActivityKind) bool { return kind == headway.KindRegression })
			},
		},
		remedy{name: "A second of every test environment", assumes: "equipped like the first", study: (*study).double},
		remedy{name: "Half the interrupts", assumes: "half of what is kept free for production support is freed", facts: func(f *planFacts) {
			for i := range f.people {
				f.people[i].Reserve /= 2
			}
		}})
	if fortnightly {
		out = append(out, remedy{
			name: "Three-week sprints", assumes: "two releases instead of three, each with a fifth more work", facts: (*planFacts).stretchSprints, arrivals: 2.0 / 3,
		})
	}
	if teams > 1 {
		out = append(out, remedy{
			name: "Batch all teams into a train", assumes: "one release a fortnight; each further team adds a quarter of the work",
			facts: (*planFacts).train, arrivals: 1 / float64(teams),
		})
	}
	return out
}

// leastLoaded is somebody in operations with time to spare who could learn the
// skill: of the least loaded skill that is asked for.
func (k *knowledge) leastLoaded(v QueueView, top neck) string {
	for _, l := range slices.Backward(v.Skills) {
		if l.Skill == top.skill || l.Load < 0 {
			continue
		}
		for _, p := range k.facts.people {
			if slices.Contains(p.Skills, l.Skill) && !slices.Contains(p.Skills, top.skill) {
				return p.Name
			}
		}
	}
	return ""
}
