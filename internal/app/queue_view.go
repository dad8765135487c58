package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"headway"
	"headway/internal/forecast"
)

// tight is the load from which waiting grows fast (a queue's wait goes with ρ/(1−ρ)).
const tight = 0.85

// QueueView says whether operations keeps up with the sprints.
type QueueView struct {
	Cast       `json:"-"`
	Computed   `json:"-"`
	Verdict    string // in words
	Settles    bool   // demand stays below capacity everywhere
	Tight      bool   // but somewhere by less than a seventh
	Load       float64
	Bottleneck string // key of a skill, or of skills that share people
	Named      string // the same for people
	People     []string
	Skills     []SkillLoad // highest load first
	Releases   float64     // handed over each week at this cadence
	Shelf      []ShelfAt   // now and in the weeks to come
	AgeNow     float64     // working days, mean of what is on the shelf
	AgeLater   float64     // in a quarter
	GrowsBy    float64     // releases a week that operations falls behind; 0 when it settles
	Gap        float64     // P85 of the simulated gaps
	Headway    float64     // mean days between productions
	Remedies   []Remedy    // by their effect on load, then gap
	Quarter    int         // weeks looked ahead
	Why        string      // why nothing can be said, where nothing can
}

// SkillLoad is what is asked of a skill each week, against what there is.
type SkillLoad struct {
	Skill              headway.Skill
	Demand, Capacity   float64 // person-hours a week
	Load               float64 // 1 is all there is; +Inf is written as -1: nobody has it
	People             []string
	Interrupts, Rework float64 // hours a week of it: kept for production support; for further candidates
}

// ShelfAt is what lies between sprint and production at some time.
type ShelfAt struct {
	Week     int
	At       time.Time
	Releases float64 // expected
	AgeDays  float64 // working days since their sprints
}

// Remedy is one way to help, simulated.
type Remedy struct {
	Name, Assumes       string
	Load                float64
	Gap, Headway        float64
	LoadBy, GapBy, Hway float64 // change
	Shelf               float64 // releases in a quarter
	Settles             bool
}

// quarterWeeks is how far ahead the shelf is looked at.
const quarterWeeks = 13

// QueueView says whether operations keeps up: as it was computed last, and
// asked for anew when that is not of today's facts.
func (a *App) QueueView(ctx context.Context, by headway.Actor, programme string) (QueueView, error) {
	v, c, say, err := answer[QueueView](ctx, a, by, programme, question{Kind: askQueue})
	v.Cast, v.Computed = c, say
	return v, err
}

// queue measures demand against capacity, simulates the shelf over a quarter
// and tries remedies. A queue that cannot settle is said to be so by its load; no
// simulation waits for it.
func (k *knowledge) queue(ctx context.Context) (QueueView, error) {
	v := QueueView{Quarter: quarterWeeks}
	if len(k.facts.playbook.Activities) == 0 {
		v.Why = "There is no playbook: what a release asks of operations is not known."
		return v, nil
	}
	v.Releases = k.facts.arrivals()
	if v.Releases == 0 {
		v.Why = "No development team has a cadence with versions: nothing is handed over in a rhythm."
		return v, nil
	}
	v.Skills = k.loads(k.facts)
	top := k.top(k.facts, v.Skills)
	v.Load, v.Bottleneck, v.Named, v.People = top.load, top.keys, top.name, top.people
	v.Settles, v.Tight = v.Load < 1, v.Load >= tight && v.Load < 1
	if !v.Settles {
		v.GrowsBy = v.Releases * (1 - 1/v.Load)
	}
	k.total = k.enough(adviceSimulations) * (1 + len(k.proposals(v, top)))
	base, err := k.tryQueue(ctx, k.facts, nil)
	if err != nil {
		return v, err
	}
	v.Shelf, v.Gap, v.Headway = base.shelf, base.gap, base.headway
	if n := len(v.Shelf); n > 0 {
		v.AgeNow, v.AgeLater = v.Shelf[0].AgeDays, v.Shelf[n-1].AgeDays
	}
	v.Verdict = v.words()
	v.Remedies, err = k.remedies(ctx, v, top)
	return v, err
}

func (v QueueView) words() string {
	switch {
	case !v.Settles && v.Load < 0:
		return fmt.Sprintf("The shelf grows without end: nobody does %s.", v.Named)
	case !v.Settles:
		return fmt.Sprintf("The shelf grows without end: %s is asked for %.0f %% of what there is, so operations falls behind by a release every %.1f weeks.",
			v.Named, 100*v.Load, 1/math.Max(0.01, v.GrowsBy))
	case v.Tight:
		return fmt.Sprintf("Operations keeps up, but only just: %s is asked for %.0f %% of what there is, and every trouble makes a queue.", v.Named, 100*v.Load)
	default:
		return fmt.Sprintf("Operations keeps up: %s is asked for most, %.0f %% of what there is.", v.Named, 100*v.Load)
	}
}

// arrivals is how many releases are handed over each week at the present cadence.
func (f *planFacts) arrivals() float64 {
	sum := 0.0
	for _, t := range f.teams {
		if t.Kind == headway.DevelopmentTeam && t.Cadence.Days > 0 && t.Cadence.Version != "" {
			sum += 7 / float64(t.Cadence.Days)
		}
	}
	return sum
}

// weekHours is the working time of a full-time person in a week.
func (f *planFacts) weekHours() float64 {
	days := 0
	for _, d := range f.calendar.Days {
		if d {
			days++
		}
	}
	return float64(days) * float64(f.calendar.To-f.calendar.From) / 60
}

// capacity is what a person gives in a week, less illness and what is kept for production support.
func (f *planFacts) capacity(p headway.Person) float64 {
	const present = 1 - float64(illnessDays)/float64(illnessEvery)
	return f.weekHours() * float64(p.Percent) / 100 * (1 - float64(p.Reserve)/100) * present
}

// demand is what the sprints ask of each skill in a week, and how much of it is rework.
func (k *knowledge) demand(f *planFacts) (all, rework map[headway.Skill]float64) {
	all, rework = map[headway.Skill]float64{}, map[headway.Skill]float64{}
	further := k.seen.again + k.seen.again*k.seen.again
	usual, again := forecast.UsualLaw().Mean(), reruns(f.playbook)
	for _, t := range f.teams {
		if t.Kind != headway.DevelopmentTeam || t.Cadence.Days <= 0 || t.Cadence.Version == "" {
			continue
		}
		needed, err := f.playbook.Needed(f.usualFacts(t.ID), time.Duration(f.programme.SlotMinutes)*time.Minute)
		if err != nil {
			needed, _ = f.playbook.Needed(nil, time.Duration(f.programme.SlotMinutes)*time.Minute)
		}
		for _, a := range needed {
			mean := usual
			if l, ok := k.seen.laws[a.Key]; ok {
				mean = l.Mean()
			}
			hours := a.Duration.Hours() * float64(max(1, a.People)) * mean * 7 / float64(t.Cadence.Days)
			all[a.Skill] += hours
			if again[a.Key] {
				all[a.Skill] += hours * further
				rework[a.Skill] += hours * further
			}
		}
	}
	return all, rework
}

// usualFacts are what a team's releases on their way declare.
func (f *planFacts) usualFacts(team string) headway.Facts {
	for _, r := range slices.Backward(f.releases) {
		if facts, ok := f.facts[r.ID]; ok && r.TeamID == team && len(facts) > 0 {
			return facts
		}
	}
	return nil
}

func (k *knowledge) loads(f *planFacts) []SkillLoad {
	all, rework := k.demand(f)
	var out []SkillLoad
	for skill, hours := range all {
		l := SkillLoad{Skill: skill, Demand: hours, Rework: rework[skill]}
		for _, p := range f.people {
			if slices.Contains(p.Skills, skill) {
				l.People = append(l.People, p.Name)
				l.Capacity += f.capacity(p)
				l.Interrupts += f.weekHours() * float64(p.Percent) / 100 * float64(p.Reserve) / 100
			}
		}
		if l.Load = -1; l.Capacity > 0 {
			l.Load = l.Demand / l.Capacity
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b SkillLoad) int {
		return cmp.Or(cmp.Compare(rank(b.Load), rank(a.Load)), cmp.Compare(a.Skill, b.Skill))
	})
	return out
}

// rank orders loads: nobody has the skill comes before every load.
func rank(load float64) float64 {
	if load < 0 {
		return math.Inf(1)
	}
	return load
}

type neck struct {
	skill  headway.Skill
	keys   string
	name   string
	load   float64
	people []string
}

// most is how many skills are looked at together.
const mostSkills = 12

// top finds the bottleneck: the set of skills whose demand is largest against
// all the people who have any of them (Hall's condition), so that people with
// several skills are counted once.
func (k *knowledge) top(f *planFacts, loads []SkillLoad) neck {
	n := min(len(loads), mostSkills)
	best := neck{}
	size := 0
	for set := 1; set < 1<<n; set++ {
		var c neck
		demand, capacity, count := 0.0, 0.0, 0
		for i := range n {
			if set>>i&1 == 1 {
				demand += loads[i].Demand
				if count++; c.skill == "" {
					c.skill, c.keys, c.name = loads[i].Skill, string(loads[i].Skill), loads[i].Skill.Name()
				} else {
					c.keys += " with " + string(loads[i].Skill)
					c.name += " with " + loads[i].Skill.Name()
				}
			}
		}
		for _, p := range f.people {
			for i := range n {
				if set>>i&1 == 1 && slices.Contains(p.Skills, loads[i].Skill) {
					capacity += f.capacity(p)
					c.people = append(c.people, p.Name)
					break
				}
			}
		}
		if c.load = -1; capacity > 0 {
			c.load = demand / capacity
		}
		if r := rank(c.load); size == 0 || r > rank(best.load)+1e-9 || r > rank(best.load)-1e-9 && count < size {
			best, size = c, count
		}
	}
	return best
}

// bottleneck is the skill that is asked for most.
func (k *knowledge) bottleneck() neck {
	return k.top(k.facts, k.loads(k.facts))
}
