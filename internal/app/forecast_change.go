package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/forecast"
)

// altered gives facts whose people, work and releases can be changed without
// touching those they come from.
func (f *planFacts) altered() *planFacts {
	c := f.clone()
	for i := range c.people {
		c.people[i].Skills = slices.Clone(c.people[i].Skills)
	}
	c.playbook.Activities, c.facts = slices.Clone(f.playbook.Activities), maps.Clone(f.facts)
	return c
}

// addPerson adds somebody with one skill, with the hours of the programme.
func (f *planFacts) addPerson(skill headway.Skill) {
	f.people = append(f.people, headway.Person{
		ID: fmt.Sprintf("more-%s-%d", skill, len(f.people)), ProgrammeID: f.programme.ID, Name: "one more", Skills: []headway.Skill{skill}, Percent: 100,
	})
}

// scaleWork changes the estimates of one kind of work, and of what stands on
// the board of it and has not begun.
func (f *planFacts) scaleWork(by float64, of func(kind headway.ActivityKind) bool) {
	for i, a := range f.playbook.Activities {
		if of(a.Kind) {
			a.Estimate.Hours *= by
			per := map[string]float64{}
			for k, v := range a.Estimate.PerFact {
				per[k] = v * by
			}
			a.Estimate.PerFact = per
			f.playbook.Activities[i] = a
		}
	}
	items := map[string][]headway.BacklogItem{}
	for id, list := range f.items {
		list = slices.Clone(list)
		for i := range list {
			if of(list[i].Kind) && list[i].State == headway.ItemTodo {
				list[i].Estimate = max(time.Minute, time.Duration(float64(list[i].Estimate)*by))
			}
		}
		items[id] = list
	}
	f.items = items
}

// scaleFact multiplies one declared fact of every release.
func (f *planFacts) scaleFact(name string, by float64) {
	for id, facts := range f.facts {
		n, err := facts.Number(name)
		if err != nil || n == 0 {
			continue
		}
		facts = maps.Clone(facts)
		facts[name] = fmt.Sprintf("%.3f", n*by)
		f.facts[id] = facts
	}
}

// trainExtra is how much each further release adds to the work that a train
// does once: an assumption, said where it is used.
const trainExtra = 0.25

// train joins the planned releases of each fortnight into one: the work is
// done once, and each further release adds a quarter.
func (f *planFacts) train() {
	groups := map[int][]headway.Release{}
	var rest []headway.Release
	for _, r := range f.releases {
		if r.State != headway.ReleasePlanned || f.sprintEnd(r).Before(f.now) {
			rest = append(rest, r)
			continue
		}
		n := int(f.sprintEnd(r).Sub(f.now).Hours() / 24 / 14)
		groups[n] = append(groups[n], r)
	}
	most := 1
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		last := groups[n][len(groups[n])-1]
		rest, most = append(rest, last), max(most, len(groups[n]))
	}
	f.releases = rest
	f.scalePlanned(1 + trainExtra*float64(most-1))
}

// scalePlanned changes the work that is foreseen for releases without a candidate.
func (f *planFacts) scalePlanned(by float64) {
	items := f.items
	f.scaleWork(by, func(headway.ActivityKind) bool { return true })
	f.items = items
}

// sprintGrowth is how much more work a release of three weeks makes than one
// of two: half again of content, of which the proofs feel less.
const sprintGrowth = 1.2

// stretchSprints makes planned releases come every three weeks instead of two:
// of three, two are left, and each is larger.
func (f *planFacts) stretchSprints() {
	seen := map[string]int{}
	var rest []headway.Release
	for _, r := range f.releases {
		if r.State != headway.ReleasePlanned || f.sprintEnd(r).Before(f.now) {
			rest = append(rest, r)
			continue
		}
		n := seen[r.TeamID]
		seen[r.TeamID]++
		if n%3 == 2 {
			continue
		}
		f.shifts[r.ID] += 7 * (n%3 + 1)
		rest = append(rest, r)
	}
	f.releases = rest
	f.scalePlanned(sprintGrowth)
}

// endless takes every limit of people and places away, so that what is left of
// a gap is not waiting for either.
func (s *study) endless() {
	p := &s.Problem
	people := slices.Clone(p.People)
	for _, q := range p.People {
		q.Absences = nil
		for n := range 5 {
			c := q
			c.ID = fmt.Sprintf("%s+%d", q.ID, n)
			people = append(people, c)
		}
	}
	p.People = people
	p.Resources = slices.Clone(p.Resources)
	for i := range p.Resources {
		p.Resources[i].Capacity, p.Resources[i].Profile = 1000, nil
	}
}

// open takes change windows and freezes away.
func (s *study) open() {
	p := &s.Problem
	p.Freezes = nil
	p.Activities = slices.Clone(p.Activities)
	for i := range p.Activities {
		p.Activities[i].Windows = ""
	}
}

// certain lets everything take as long as estimated, and nobody fall ill.
func (s *study) certain() {
	s.Absences.PerSlot, s.Interrupts.PerSlot = 0, 0
	for i := range s.Laws {
		s.Laws[i] = forecast.Exact()
	}
}

// once lets no release need another candidate.
func (s *study) once() {
	s.Deliveries = slices.Clone(s.Deliveries)
	for i := range s.Deliveries {
		s.Deliveries[i].Again = 0
	}
}

// double gives every exclusive place but production a second one.
func (s *study) double() {
	out := slices.Clone(s.Problem.Resources)
	for i := range out {
		id, _, _ := strings.Cut(out[i].ID, "!")
		if s.b.places[id].Kind == headway.EnvProduction {
			continue
		}
		out[i].Capacity *= 2
		out[i].Profile = slices.Clone(out[i].Profile)
		for k := range out[i].Profile {
			out[i].Profile[k].Capacity++
		}
	}
	s.Problem.Resources = out
}
