package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"headway/internal/engine"
	"headway/internal/engine/instance"
)

// programmes measures the shared programmes and generated ones of other sizes.
func (b bench) programmes() {
	fmt.Println("\n| programme | activities | steps | s | CPU s | MB | mean tardiness, days | at least | late | interrupted or maximum lag broken |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	for _, name := range []string{"rp5x6", "rp25x26"} {
		data, err := os.ReadFile(filepath.Join(b.dir, "release", name+".json"))
		if err != nil {
			fmt.Fprintln(os.Stderr, "no", name, "here: skipped")
			continue
		}
		p, err := instance.Read(name+".json", data)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		for _, steps := range []int{1, 10, 100} {
			b.programme(name, p, steps)
		}
		if name == "rp5x6" {
			b.programme(name, p, 1000)
			b.programme(name, p, 20000)
		}
	}
	for _, size := range [][2]int{{5, 6}, {10, 13}, {25, 26}, {50, 26}, {100, 26}, {200, 26}} {
		p := generate(size[0], size[1], 7)
		b.programme(fmt.Sprintf("generated %d×%d", size[0], size[1]), p, 3)
	}
	fmt.Println("\nTaskJuggler 3.7.1 on the same work (published in shared/bench): rp25x26-edd 20.7 s CPU, 0.33 days, 41 late, 150 interrupted, 149 maximum lags broken; rp5x6-edd 0.8 s CPU, 0.75 days, 11 late, 26 interrupted, 19 broken.")
	replans(generate(25, 26, 7))
}

func (b bench) programme(name string, p engine.Problem, steps int) {
	from, began := cpu(), time.Now()
	plan, err := engine.Solve(context.Background(), p, engine.Options{Steps: steps, Seed: 1})
	took, used := time.Since(began), cpu()-from
	if err != nil {
		fmt.Fprintln(os.Stderr, name, err)
		return
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	late, n := 0, 0
	for _, r := range plan.Score.Releases {
		late += r.Late
		n += min(1, r.Late)
	}
	fmt.Printf("| %s | %d | %d | %.3f | %.3f | %d | %.3f | %.3f | %d of %d | %d |\n", name, len(p.Activities), plan.Stats.Steps, took.Seconds(), used,
		mem.Sys>>20, float64(late)/2/float64(len(p.Releases)), float64((plan.CostBound-plan.LowerBound)/1000)/2/float64(len(p.Releases)), n, len(p.Releases), len(engine.Check(p, plan)))
}

// replans changes one activity at a time and plans again from the plan in force.
func replans(p engine.Problem) {
	plan, err := engine.Solve(context.Background(), p, engine.Options{Steps: 3, Seed: 1})
	if err != nil || len(plan.Placements) == 0 {
		fmt.Fprintln(os.Stderr, "no plan to change", err)
		return
	}
	p.Published = plan.Placements
	p.Objective = engine.DefaultObjective()
	var times []time.Duration
	var used []float64
	var moved []int
	late, broken := 0, 0
	for k := range 60 {
		q := p
		q.Activities = slices.Clone(p.Activities)
		a := &q.Activities[(k*97+3)%len(q.Activities)]
		if a.Duration++; a.Kind == "sprint" {
			a.Duration--
			continue
		}
		began, from := time.Now(), cpu()
		next, err := engine.Solve(context.Background(), q, engine.Options{Seed: 1})
		times = append(times, time.Since(began))
		used = append(used, cpu()-from)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		broken += len(engine.Check(q, next))
		n := 0
		for i := range next.Placements {
			if next.Placements[i].Start != plan.Placements[i].Start {
				n++
			}
		}
		moved = append(moved, n)
		for _, r := range next.Score.Releases {
			late += min(1, r.Late)
		}
	}
	slices.Sort(times)
	slices.Sort(used)
	slices.Sort(moved)
	at := func(share float64) int { return int(share * float64(len(times)-1)) }
	fmt.Printf("\nReplanning generated 25×26 after one activity became one slot longer, %d times: p50 %v, p95 %v (CPU %.3f and %.3f s); activities moved p50 %d, p95 %d of %d; rules broken %d; releases late on average %.1f.\n",
		len(times), times[at(.5)].Round(time.Millisecond), times[at(.95)].Round(time.Millisecond), used[at(.5)], used[at(.95)], moved[at(.5)], moved[at(.95)], len(p.Activities), broken, float64(late)/float64(len(times)))
}
