package instance

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"headway/internal/engine"
)

const bench = "../../../../shared/bench"

func TestProgrammesProbe(t *testing.T) {
	for _, f := range []string{"rp5x6", "rp25x26"} {
		data, err := os.ReadFile(filepath.Join(bench, "release", f+".json"))
		if err != nil {
			t.Skip("no instances here")
		}
		p, err := Read(f+".json", data)
		if err != nil {
			t.Fatal(err)
		}
		for _, steps := range []int{1, 3, 10, 30, 100} {
			now := time.Now()
			plan, err := engine.Solve(context.Background(), p, engine.Options{Steps: steps})
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(now)
			late, n := 0, 0
			for _, r := range plan.Score.Releases {
				late += r.Late
				if r.Late > 0 {
					n++
				}
			}
			bad := engine.Check(p, plan)
			t.Logf("%s steps %d: %s %v, mean %.3f days, %d late, %d violations, %+v", f, steps, plan.Status, took, float64(late)/2/float64(max(1, len(p.Releases))), n, len(bad), plan.Stats)
			if len(bad) > 0 {
				t.Errorf("%v", bad[:min(3, len(bad))])
			}
			if plan.Status == engine.Unknown {
				t.Logf("%+v", plan.Findings)
			}
		}
	}
}
