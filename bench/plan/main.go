// Command plan measures the planning engine on published instances and on
// generated release programmes, and prints the table of
// docs/guide/planning-quality.md. Files come from ../shared/bench; what is
// absent is said and skipped.
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"headway/internal/engine"
	"headway/internal/engine/instance"
)

func main() {
	dir := flag.String("dir", "../shared/bench", "instances")
	seconds := flag.Float64("seconds", 10, "budget of an instance")
	steps := flag.Int("steps", 0, "budget in schedules instead")
	set := flag.String("set", "", "only this set")
	limit := flag.Int("limit", 0, "only so many instances of a set")
	verbose := flag.Bool("v", false, "a line for every instance")
	flag.Parse()
	b := bench{dir: *dir, seconds: *seconds, steps: *steps, limit: *limit, verbose: *verbose}
	if err := b.published(*set); err != nil {
		fmt.Fprintln(os.Stderr, "published instances:", err)
	}
	if *set == "" || *set == "release" {
		b.programmes()
	}
}

type bench struct {
	dir     string
	seconds float64
	steps   int
	limit   int
	verbose bool
}

// best is a row of bounds.csv.
type best struct {
	file, status string
	cpm, lb, ub  int
}

func (b bench) bounds() (map[string][]best, []string, error) {
	f, err := os.Open(filepath.Join(b.dir, "psplib", "bounds.csv"))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	sets := map[string][]best{}
	var names []string
	for _, r := range rows[1:] {
		var k best
		k.file, k.status = r[1], r[8]
		k.cpm, _ = strconv.Atoi(r[3])
		k.lb, _ = strconv.Atoi(r[4])
		k.ub, _ = strconv.Atoi(r[6])
		if sets[r[0]] == nil {
			names = append(names, r[0])
		}
		sets[r[0]] = append(sets[r[0]], k)
	}
	return sets, names, nil
}

// published runs every set and prints a row for each.
func (b bench) published(only string) error {
	sets, names, err := b.bounds()
	if err != nil {
		return err
	}
	fmt.Println("| set | instances | feasible of known | proven best | shown impossible | deviation from best known | deviation from critical path | CPU s each |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, name := range names {
		if only != "" && only != name {
			continue
		}
		rows := sets[name]
		if b.limit > 0 && len(rows) > b.limit {
			rows = rows[:b.limit]
		}
		b.row(name, rows)
	}
	return nil
}

func (b bench) row(name string, rows []best) {
	var known, feasible, proven, impossible, bad, n int
	var dev, cpmDev float64
	from := cpu()
	for _, k := range rows {
		p, plan, err := b.solve(k.file)
		if err != nil {
			fmt.Fprintln(os.Stderr, k.file, err)
			continue
		}
		n++
		violations := engine.Check(p, plan)
		if plan.Status == engine.Infeasible {
			impossible++
			if k.ub > 0 {
				bad++
			}
		}
		if k.ub > 0 {
			known++
		}
		d := 0.0
		if len(plan.Placements) > 0 {
			if len(violations) > 0 || plan.LowerBound > plan.Score.Makespan || k.lb > plan.Score.Makespan || k.ub > 0 && plan.LowerBound > k.ub {
				bad++
			}
			if k.ub > 0 {
				feasible++
				d = 100 * float64(plan.Score.Makespan-k.ub) / float64(k.ub)
			}
			dev += d
			cpmDev += 100 * float64(plan.Score.Makespan-k.cpm) / float64(k.cpm)
		}
		if plan.Status == engine.Optimal {
			proven++
		}
		if b.verbose {
			fmt.Printf("  %s %s makespan %d bound %d best %d-%d dev %.2f steps %d\n", k.file, plan.Status, plan.Score.Makespan, plan.LowerBound, k.lb, k.ub, d, plan.Stats.Steps)
		}
	}
	fmt.Printf("| %s | %d | %d of %d | %d | %d | %.2f %% | %.2f %% | %.1f |\n", name, n, feasible, known, proven, impossible, dev/float64(max(1, feasible)), cpmDev/float64(max(1, feasible)), (cpu()-from)/float64(max(1, n)))
	if bad > 0 {
		fmt.Printf("WRONG: %d answers of %s contradict the checker or the known bounds\n", bad, name)
		os.Exit(1)
	}
}

func (b bench) solve(file string) (engine.Problem, engine.Plan, error) {
	data, err := os.ReadFile(filepath.Join(b.dir, "psplib", file))
	if err != nil {
		return engine.Problem{}, engine.Plan{}, err
	}
	p, err := instance.Read(filepath.Base(file), data)
	if err != nil {
		return p, engine.Plan{}, err
	}
	ctx := context.Background()
	if b.steps == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(b.seconds*float64(time.Second)))
		defer cancel()
	}
	plan, err := engine.Solve(ctx, p, engine.Options{Steps: b.steps, Seed: 1})
	return p, plan, err
}

// cpu is the user and system time of this process in seconds.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
