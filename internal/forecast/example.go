package forecast

import (
	"fmt"

	"headway/internal/engine"
)

// Example makes a study of a programme in which teams, each every two weeks,
// hand a release to one operations team: activities with hours, absences,
// windows, a freeze, exclusive environments, minimum gaps, rework, interrupts
// and illness. It serves benchmarks and tests.
func Example(teams, sprints, activities int) Study {
	const day = 48 // slots of half an hour
	days := 14*sprints + 120
	p := engine.Problem{SlotMinutes: 30, Horizon: day * days}
	hours := func(id string, from, to int) {
		c := engine.Calendar{ID: id}
		for d := range days {
			if d%7 < 5 {
				c.Working = append(c.Working, engine.Span{From: d*day + from, To: d*day + to})
			}
		}
		p.Calendars = append(p.Calendars, c)
	}
	hours("full", 18, 34)
	hours("part", 18, 31)
	gap := engine.Calendar{ID: "gap-days"}
	w := engine.WindowSet{ID: "windows"}
	for d := range days {
		if d%7 < 5 {
			gap.Working = append(gap.Working, engine.Span{From: d * day, To: d*day + 1})
		}
		if d%7 == 1 || d%7 == 3 {
			w.Spans = append(w.Spans, engine.Span{From: d*day + 16, To: d*day + 34})
		}
	}
	p.Calendars, p.Windows = append(p.Calendars, gap), []engine.WindowSet{w}
	p.Freezes = []engine.Freeze{{ID: "freeze", Kinds: []string{"production"}, Spans: []engine.Span{{From: 40 * day, To: 44 * day}}}}
	examplePeople(&p, teams, day)
	for k := range max(1, teams*2/5) {
		p.Resources = append(p.Resources, engine.Resource{ID: fmt.Sprint("staging", k), Capacity: 1})
	}
	s := Study{
		Problem: p, Laws: []Law{usual(), ThreePoint(0.9, 1, 1.2)}, Seed: 1,
		Interrupts: Interrupts{PerSlot: 0.01, Slots: 2}, Absences: Absences{PerSlot: 1.0 / (60 * day), Slots: 2 * day},
	}
	for sprint := range sprints {
		for team := range teams {
			s.exampleRelease(fmt.Sprintf("t%d.%d", team, sprint), team, (14*(sprint+1)-3+team%3)*day-14, activities)
		}
	}
	return s
}

var exampleSkills = []string{"dba", "appserver", "qa", "support", "release-manager"}

func examplePeople(p *engine.Problem, teams, day int) {
	for k := range max(5, teams*2) {
		q := engine.Person{ID: fmt.Sprint("p", k), Calendar: "full", Skills: []string{exampleSkills[k%5]}}
		if k%5 == 2 {
			q.Calendar = "part"
		}
		if k%4 == 0 {
			q.Absences = []engine.Absence{{Span: engine.Span{From: (20 + k) * day, To: (25 + k) * day}, Reason: "leave"}}
		}
		p.People = append(p.People, q)
	}
}

// exampleRelease adds a release: a chain with a branch, and a second round of
// its first proofs that takes place when another candidate is needed.
func (s *Study) exampleRelease(id string, team, sprintEnd, activities int) {
	p := &s.Problem
	release := len(s.Deliveries)
	lengths := []int{6, 8, 16, 12, 4, 2, 2, 8}
	skills := []int{0, 1, 2, 2, 3, 4, 1, 3}
	first := len(p.Activities)
	add := func(name string, k, rework int, after ...string) {
		a := engine.Activity{
			ID: id + "/" + name, Release: id, Duration: lengths[k%8], Earliest: sprintEnd,
			Demands: []engine.Demand{{Skill: exampleSkills[skills[k%8]], People: 1}},
		}
		if k%8 == 1 || k%8 == 2 {
			a.Uses = []engine.Use{{Resource: fmt.Sprint("staging", team%len(p.Resources)), Units: 1}}
		}
		if k == activities-1 {
			a.Kind, a.Windows, a.Duration = "production", "windows", 2
		}
		p.Activities = append(p.Activities, a)
		s.Works = append(s.Works, Work{Law: k % 2, Rework: rework, Release: release})
		for _, b := range after {
			p.Precedences = append(p.Precedences, engine.Precedence{From: id + "/" + b, To: a.ID})
		}
	}
	name := func(k int) string { return fmt.Sprint("a", k) }
	for k := range activities {
		var after []string
		if k > 0 {
			after = append(after, name(max(0, k-1-k%2)))
		}
		if k == activities-1 {
			after = append(after, name(max(0, k-1)), "again")
		}
		if k == activities-1 {
			add("again", 2, 1, name(max(0, k-1)))
		}
		add(name(k), k, 0, after...)
	}
	s.Deliveries = append(s.Deliveries, Delivery{Activity: len(p.Activities) - 1, Again: 0.3})
	p.Releases = append(p.Releases, engine.Release{
		ID: id, Delivery: p.Activities[len(p.Activities)-1].ID, SprintEnd: new(p.Activities[first].Earliest),
		Gap: engine.Gap{Min: 3, Target: 8, Max: 12, Calendar: "gap-days"},
	})
}
