package cli

import (
	"fmt"
	"io"
	"os"

	"headway/internal/forecast"
	"headway/internal/ingest"
)

type forecastCmd struct {
	Backtest backtestCmd `cmd:"" help:"Measure how well forecasts of a release history would have been, without a server."`
}

type backtestCmd struct {
	History string `required:"" help:"CSV with the columns series, team, deliverable, model, version, released_at." placeholder:"FILE.csv"`
}

// Help says what is measured.
func (backtestCmd) Help() string {
	return `Walks forward through the history: each release is forecast from what was in production when its first candidate was shelved, and compared with what came. Coverage is the share of releases that kept the date; pinball is the loss in days, the lower the better.

Example: headway forecast backtest --history releases.csv --json`
}

// Run prints the figures.
func (c backtestCmd) Run(e *env) error {
	f, err := os.Open(c.History)
	if err != nil {
		return unreadable("--history", c.History, err)
	}
	defer f.Close()
	var versions []forecast.Version
	for row, err := range ingest.Releases(f, c.History) {
		if err != nil {
			return err
		}
		if v := row.Version; v.Stage == ingest.StageCandidate || v.Stage == ingest.StageFinal {
			versions = append(versions, forecast.Version{
				Cycle: row.Series, Component: row.Deliverable, Release: v.Release,
				Candidate: v.Stage == ingest.StageCandidate, At: row.ReleasedAt,
			})
		}
	}
	finished, backwards := forecast.Pair(versions)
	b, err := forecast.Walk(finished)
	b.Backwards = backwards
	if err != nil {
		return err
	}
	e.print(b, func(w io.Writer) { printBacktest(w, b) })
	return nil
}

func printBacktest(w io.Writer, b forecast.Backtest) {
	fmt.Fprintln(w, b)
	t := table{head: []string{"", "held", "95 % interval", "pinball (days)", "last gap", "mean of five"}}
	share := func(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }
	days := func(x float64) string { return fmt.Sprintf("%.2f", x) }
	row := func(name string, q forecast.Quantile, last, mean string) {
		t.add(name, share(q.Coverage), share(q.Low)+" – "+share(q.High), days(q.Pinball), last, mean)
	}
	row("P50", b.P50, days(b.Naive.Last.P50), days(b.Naive.Mean5.P50))
	row("P85", b.P85, days(b.Naive.Last.P85), days(b.Naive.Mean5.P85))
	row("P95", b.P95, "", "")
	t.print(w)
}
