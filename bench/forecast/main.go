// Command forecast measures how fast a programme is simulated: 10 teams, 6
// sprints, 8 activities a release, with every rule. It prints what a machine
// that is used by others as well makes of it, and the processor time.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"runtime"
	"syscall"
	"time"

	"headway/internal/forecast"
)

func main() {
	teams := flag.Int("teams", 10, "development teams")
	sprints := flag.Int("sprints", 6, "sprints of each team")
	activities := flag.Int("activities", 8, "activities of a release")
	n := flag.Int("simulations", 10_000, "simulations")
	flag.Parse()
	s := forecast.Example(*teams, *sprints, *activities)
	for _, k := range []int{*n / 10, *n} {
		started, used := time.Now(), processor()
		out, err := forecast.Simulate(context.Background(), s, 0, k)
		if err != nil {
			log.Fatal(err)
		}
		wall, cpu := time.Since(started).Seconds(), (processor() - used).Seconds()
		fmt.Printf("%6d simulations of %d activities on %d cores: %.2f s (%.2f s of processor time); %.2f million simulated activities per second, %.2f per second of processor time\n",
			k, len(s.Works), runtime.GOMAXPROCS(0), wall, cpu, float64(out.Placed)/wall/1e6, float64(out.Placed)/cpu/1e6)
	}
}

// processor gives the processor time used so far.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
