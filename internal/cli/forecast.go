package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"headway"
	"headway/client"
	"headway/internal/forecast"
	"headway/internal/ingest"
)

type forecastCmd struct {
	Releases outlookCmd  `cmd:"" help:"When releases are to be expected, by simulation and history, and what if."`
	Backtest backtestCmd `cmd:"" help:"Measure how well forecasts of finished releases would have been: of a file, without a server, or of a programme."`
}

type backtestCmd struct {
	History   string `help:"CSV with the columns series, team, deliverable, model, version, released_at." placeholder:"FILE.csv"`
	Programme string `env:"HEADWAY_PROGRAMME" help:"A programme's own finished releases, instead of a file." placeholder:"KEY"`
}

// Help says what is measured.
func (backtestCmd) Help() string {
	return `Walks forward through the history: each release is forecast from what was in production when its first candidate was shelved, and compared with what came. Coverage is the share of releases that kept the date; pinball is the loss in days, the lower the better.

Example: headway forecast backtest --history releases.csv --json
         headway forecast backtest --programme atlas`
}

// Run prints the figures.
func (c backtestCmd) Run(ctx context.Context, e *env) error {
	switch {
	case c.History != "":
		return c.ofFile(e)
	case c.Programme != "":
		return c.ofProgramme(ctx, e)
	}
	return usageError{message: "a back-test needs a history", hint: "write --history FILE.csv, or --programme KEY"}
}

func (c backtestCmd) ofProgramme(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	b, err := s.Backtest(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(b, func(w io.Writer) {
		if b.Why != "" {
			fmt.Fprintln(w, "nothing to test on yet:", printable(b.Why))
			return
		}
		quantile := func(f client.BacktestFigure) forecast.Quantile { return forecast.Quantile(f) }
		printBacktest(w, forecast.Backtest{
			Releases: b.Releases, Cycles: b.Cycles, P50: quantile(b.P50), P85: quantile(b.P85), P95: quantile(b.P95),
			Naive: forecast.Naive{Last: forecast.Peer(b.Naive.Last), Mean5: forecast.Peer(b.Naive.Mean5)},
		})
	})
	return nil
}

func (c backtestCmd) ofFile(e *env) error {
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
	if err != nil && backwards > 0 {
		return headway.Invalidf(c.History, "%v; left out: %d with their release before their candidate", err, backwards).WithHint("are the dates of released_at in the right order?")
	}
	if err != nil {
		return err
	}
	e.print(b, func(w io.Writer) {
		printBacktest(w, b)
		if backwards > 0 {
			fmt.Fprintf(w, "left out: %d with their release before their candidate\n", backwards)
		}
	})
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
