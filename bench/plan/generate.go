package main

import (
	"fmt"
	"math/rand/v2"

	"headway/internal/engine"
)

// work of a release after its sprint: like shared/bench/release, in half days.
var work = []struct {
	kind  string
	slots int // 0: 6, 8 or 10
	need  map[string]int
}{
	{"restore", 2, map[string]int{"dba": 1}},
	{"install", 1, map[string]int{"app": 1}},
	{"regress", 0, map[string]int{"qa": 2}},
	{"load", 4, map[string]int{"qa": 1, "dba": 1}},
	{"fix", 2, map[string]int{"qa": 1}},
	{"notes", 1, map[string]int{"rm": 1}},
	{"deploy", 1, map[string]int{"dba": 1, "app": 1}},
	{"hyper", 4, map[string]int{"psa": 1}},
}

// skills with the slots that a release takes of each, on average.
var skills = []struct {
	id    string
	slots float64
}{{"dba", 7}, {"app", 2}, {"qa", 22}, {"rm", 1}, {"psa", 4}}

// generate makes a programme of teams × sprints, the busiest skill at about
// 85 % load, everybody two weeks away in turn.
func generate(teams, sprints int, seed uint64) engine.Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p := engine.Problem{SlotMinutes: 240, Horizon: sprints*20 + 1200, Objective: engine.Objective{Tardiness: 1000, Makespan: 1}}
	for _, s := range skills {
		n := max(1, int(float64(teams)*s.slots/20/0.85+0.999))
		for k := 1; k <= n; k++ {
			q := engine.Person{ID: fmt.Sprintf("%s%02d", s.id, k), Skills: []string{s.id}}
			for from := 10 * k % 130; n > 2 && from < sprints*20; from += 130 {
				q.Absences = append(q.Absences, engine.Absence{Span: engine.Span{From: from, To: from + 10}, Reason: "leave"})
			}
			p.People = append(p.People, q)
		}
	}
	for t := 1; t <= teams; t++ {
		team := fmt.Sprintf("team%03d", t)
		p.Resources = append(p.Resources, engine.Resource{ID: team, Capacity: 1})
		offset := 2 * r.IntN(10)
		for s := range sprints {
			release(&p, r, fmt.Sprintf("t%03d.s%02d", t, s+1), team, offset+20*s)
		}
	}
	return p
}

// release adds a sprint and the work behind it.
func release(p *engine.Problem, r *rand.Rand, id, team string, start int) {
	p.Activities = append(p.Activities, engine.Activity{
		ID: id, Kind: "sprint", Release: id, Duration: 20, Earliest: start, LatestStart: new(start),
		Uses: []engine.Use{{Resource: team, Units: 1}},
	})
	longest := 0
	for _, w := range work {
		a := engine.Activity{ID: id + "." + w.kind, Kind: w.kind, Release: id, Duration: w.slots}
		if w.slots == 0 {
			a.Duration = 6 + 2*r.IntN(3)
			longest = a.Duration
		}
		for _, s := range skills {
			if n := w.need[s.id]; n > 0 {
				a.Demands = append(a.Demands, engine.Demand{Skill: s.id, People: n})
			}
		}
		p.Activities = append(p.Activities, a)
	}
	tie := func(from, to string, lag int, most *int) {
		if from != "" {
			from = "." + from
		}
		p.Precedences = append(p.Precedences, engine.Precedence{From: id + from, To: id + "." + to, MinLag: lag, MaxLag: most})
	}
	tie("", "restore", 16, nil)
	tie("restore", "install", 0, nil)
	tie("install", "regress", 0, nil)
	tie("install", "load", 0, nil)
	tie("restore", "load", 0, new(40))
	tie("regress", "fix", 0, nil)
	tie("load", "fix", 0, nil)
	tie("fix", "notes", 0, nil)
	tie("notes", "deploy", 0, new(10))
	tie("deploy", "hyper", 0, new(1))
	p.Releases = append(p.Releases, engine.Release{ID: id, Delivery: id + ".deploy", Due: new(start + 20 + 16 + 2 + 1 + longest + 2 + 1 + 1 + 10)})
}
