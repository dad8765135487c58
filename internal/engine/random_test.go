package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// draw makes a random problem with everything the engine knows.
func draw(r *rand.Rand) Problem {
	p := Problem{SlotMinutes: 60, Horizon: 1200, Objective: DefaultObjective()}
	p.Objective.Lexicographic = r.IntN(4) == 0
	for c, hours := range [][2]int{{8, 16}, {9, 13}, {0, 24}} {
		cal := Calendar{ID: fmt.Sprint("c", c)}
		for day := 0; day*24 < p.Horizon; day++ {
			if day%7 < 5 {
				cal.Working = append(cal.Working, Span{day*24 + hours[0], day*24 + hours[1]})
			}
		}
		p.Calendars = append(p.Calendars, cal)
	}
	cal := func() string { return []string{"", "c0", "c0", "c1", "c2"}[r.IntN(5)] }
	skills := []string{"qa", "dba", "app"}
	hours := cal()
	for k := range 3 + r.IntN(4) {
		q := Person{ID: fmt.Sprint("p", k), Calendar: hours, Skills: []string{skills[k%3]}}
		if r.IntN(3) == 0 {
			q.Skills = append(q.Skills, skills[(k+1)%3])
		}
		if r.IntN(3) == 0 {
			q.Calendar = cal()
		}
		if r.IntN(2) == 0 {
			from := r.IntN(300)
			q.Absences = []Absence{{Span{from, from + 1 + r.IntN(80)}, "leave"}}
		}
		p.People = append(p.People, q)
	}
	p.Resources = []Resource{{ID: "staging", Capacity: 1}, {ID: "lab", Capacity: 3, Calendar: cal(), Profile: []Level{{Span{50, 90}, 1}, {Span{120, 130}, 0}}}}
	p.Windows = []WindowSet{{ID: "w"}}
	for from := 30; from < p.Horizon; from += 24 + r.IntN(30) {
		p.Windows[0].Spans = append(p.Windows[0].Spans, Span{from, from + 24})
		from += 24
	}
	p.Freezes = []Freeze{{ID: "f", Kinds: []string{"deploy"}, Spans: []Span{{60, 84}}}}
	drawWork(&p, r, cal, skills)
	return p
}

func drawWork(p *Problem, r *rand.Rand, cal func() string, skills []string) {
	for k := range 2 + r.IntN(3) {
		rel := Release{ID: fmt.Sprint("r", k), Weight: r.IntN(3), SprintEnd: new(r.IntN(40)), Gap: Gap{Min: r.IntN(20), Target: 30 + r.IntN(30), Max: 90, Calendar: cal()}}
		if r.IntN(2) == 0 {
			rel.Due = new(60 + r.IntN(200))
		}
		n := 2 + r.IntN(5)
		for j := range n {
			a := Activity{ID: fmt.Sprintf("r%d.a%d", k, j), Release: rel.ID, Duration: r.IntN(7), Earliest: r.IntN(30), Calendar: cal()}
			for _, s := range skills {
				if r.IntN(3) == 0 {
					a.Demands = append(a.Demands, Demand{s, 1})
				}
			}
			if r.IntN(4) == 0 {
				a.Uses = append(a.Uses, Use{"staging", 1})
			} else if r.IntN(4) == 0 {
				a.Uses = append(a.Uses, Use{"lab", 1 + r.IntN(2)})
			}
			if j == n-1 {
				a.Kind = "deploy"
				if r.IntN(2) == 0 {
					a.Windows, a.Duration = "w", min(a.Duration, 2)
				}
				rel.Delivery = a.ID
			}
			if r.IntN(6) == 0 {
				a.Due = new(40 + r.IntN(100))
			}
			p.Activities = append(p.Activities, a)
			if j > 0 {
				drawLag(p, r, cal, k, j)
			}
		}
		p.Releases = append(p.Releases, rel)
	}
}

func drawLag(p *Problem, r *rand.Rand, cal func() string, k, j int) {
	pr := Precedence{From: fmt.Sprintf("r%d.a%d", k, r.IntN(j)), To: fmt.Sprintf("r%d.a%d", k, j), Calendar: cal(), MinLag: r.IntN(6) - 2}
	pr.Type = []Relation{FinishStart, FinishStart, StartStart, FinishFinish, StartFinish}[r.IntN(5)]
	if r.IntN(3) == 0 {
		pr.MaxLag = new(pr.MinLag + 12 + r.IntN(40))
		pr.MaxWeight = r.IntN(2)
	}
	p.Precedences = append(p.Precedences, pr)
}

func TestRandomProblemsPassTheChecker(t *testing.T) {
	const seed, n = 11, 400
	r := rand.New(rand.NewPCG(seed, 1))
	found, impossible := 0, 0
	for k := range n {
		p := draw(r)
		plan, err := Solve(context.Background(), p, Options{Steps: 30, Seed: uint64(k)})
		if err != nil {
			t.Fatalf("seed %d, problem %d: %v", seed, k, err)
		}
		switch plan.Status {
		case Feasible, Optimal:
			found++
			if bad := Check(p, plan); len(bad) > 0 {
				t.Fatalf("seed %d, problem %d: %+v", seed, k, bad)
			}
			if plan.CostBound > plan.Score.Total || plan.LowerBound > plan.Score.Makespan {
				t.Fatalf("seed %d, problem %d: it costs %d, bound %d; makespan %d, bound %d", seed, k, plan.Score.Total, plan.CostBound, plan.Score.Makespan, plan.LowerBound)
			}
			for _, q := range plan.Placements {
				if q.Why.Rule == "" {
					t.Fatalf("seed %d, problem %d: %s has no reason", seed, k, q.Activity)
				}
			}
		case Infeasible:
			impossible++
			fallthrough
		default:
			if len(plan.Findings) == 0 || len(plan.Findings[0].Clash) == 0 {
				t.Fatalf("seed %d, problem %d: %s without a clash", seed, k, plan.Status)
			}
		}
	}
	t.Logf("seed %d: %d problems, %d planned, %d impossible", seed, n, found, impossible)
	if found < n*8/10 {
		t.Errorf("only %d of %d were planned", found, n)
	}
}

func TestReplansPassTheCheckerAndAreCalm(t *testing.T) {
	const seed = 12
	r := rand.New(rand.NewPCG(seed, 1))
	for k := range 100 {
		p := draw(r)
		plan, err := Solve(context.Background(), p, Options{Steps: 20, Seed: 1})
		if err != nil || len(plan.Placements) == 0 {
			continue
		}
		p.Published = plan.Placements
		again, err := Solve(context.Background(), p, Options{Steps: 1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d := Diff(p, plan, again); len(d) > 0 {
			t.Fatalf("seed %d, problem %d: nothing changed but %s", seed, k, d[0].Words(slot))
		}
		p.Activities[r.IntN(len(p.Activities))].Duration++
		changed, err := Solve(context.Background(), p, Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(changed.Placements) > 0 {
			if bad := Check(p, changed); len(bad) > 0 {
				t.Fatalf("seed %d, problem %d: %+v", seed, k, bad)
			}
		}
	}
}

// TestLatenessThatNothingHelpsIsInTheBound has two releases that last longer
// than they may: with a tester each that is proved the best there is, with one
// tester the bound stays and the plan is only feasible.
func TestLatenessThatNothingHelpsIsInTheBound(t *testing.T) {
	p := Problem{Horizon: 100, Objective: Objective{Tardiness: 1000, Makespan: 1}}
	for k, id := range []string{"one", "two"} {
		p.People = append(p.People, Person{ID: "tester of " + id, Skills: []string{"qa"}})
		p.Activities = append(p.Activities, Activity{ID: id, Release: id, Duration: 8, Demands: []Demand{{"qa", 1}}})
		p.Releases = append(p.Releases, Release{ID: id, Delivery: id, Due: new(4 + k)})
	}
	for people, want := range map[int]struct {
		status Status
		total  int
	}{2: {Optimal, 7_008}, 1: {Feasible, 15_016}} {
		q := p
		q.People = p.People[:people]
		plan, err := Solve(context.Background(), q, Options{Steps: 50, Seed: 1})
		if err != nil || plan.Status != want.status || plan.Score.Total != want.total || plan.CostBound != 7_008 {
			t.Errorf("%d testers: %s, costs %d, bound %d, want %+v and 7008; %v", people, plan.Status, plan.Score.Total, plan.CostBound, want, err)
		}
	}
}

func slot(n int) string { return fmt.Sprint(n) }

func TestPlansAreTheSameOnOneAndTwoCores(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	for k := range 20 {
		p := draw(r)
		plan := func(cores int) string {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			got, err := Solve(context.Background(), p, Options{Steps: 60, Seed: 9})
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if one, two, again := plan(1), plan(2), plan(2); one != two || two != again {
			t.Fatalf("problem %d: plans differ:\n%s\n%s\n%s", k, one, two, again)
		}
	}
}

// TestImpossibleIsNeverSaidOfAProblemWithAPlan builds problems round a plan
// that exists: every date is what the plan has.
func TestImpossibleIsNeverSaidOfAProblemWithAPlan(t *testing.T) {
	const seed = 14
	r := rand.New(rand.NewPCG(seed, 1))
	planned, unknown := 0, 0
	for k := range 150 {
		p := draw(r)
		plan, err := Solve(context.Background(), p, Options{Steps: 10, Seed: 1})
		if err != nil || len(plan.Placements) == 0 {
			continue
		}
		for i := range p.Activities {
			if q := plan.Placements[i]; r.IntN(2) == 0 {
				p.Activities[i].Deadline = new(q.End)
			}
		}
		again, err := Solve(context.Background(), p, Options{Steps: 10, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		switch again.Status {
		case Infeasible:
			t.Fatalf("seed %d, problem %d is called impossible: %+v", seed, k, again.Findings)
		case Unknown:
			unknown++
		default:
			planned++
		}
	}
	t.Logf("seed %d: %d planned, %d not found", seed, planned, unknown)
}

func TestCheckSeesWhatIsBroken(t *testing.T) {
	const seed = 15
	r := rand.New(rand.NewPCG(seed, 1))
	seen := map[Rule]int{}
	for range 150 {
		p := draw(r)
		plan, err := Solve(context.Background(), p, Options{Steps: 3, Seed: 1})
		if err != nil || len(plan.Placements) == 0 {
			continue
		}
		i := r.IntN(len(plan.Placements))
		q := &plan.Placements[i]
		switch r.IntN(4) {
		case 0:
			q.Start++
		case 1:
			q.Start, q.End = q.Start-20, q.End-20
		case 2:
			if len(q.People) > 0 {
				q.People = q.People[1:]
			}
		default:
			plan.Placements = append(plan.Placements[:i:i], plan.Placements[i+1:]...)
		}
		for _, v := range Check(p, plan) {
			seen[v.Rule]++
		}
	}
	for _, rule := range []Rule{RuleMissing, RuleDuration, RuleHorizon, RuleEarliest, RuleSkill, RulePredecessor, RulePerson} {
		if seen[rule] == 0 {
			t.Errorf("seed %d: rule %s was never seen broken: %v", seed, rule, seen)
		}
	}
}

func TestAnEndedContextStopsAndKeepsThePlan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := draw(rand.New(rand.NewPCG(16, 1)))
	plan, err := Solve(ctx, p, Options{Steps: 1 << 40, Seed: 1})
	if err != nil || len(plan.Placements) == 0 {
		t.Errorf("%v %s", err, plan.Status)
	}
}
