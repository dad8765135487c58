package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"headway"
	"headway/internal/ingest"
)

type evidenceCmd struct {
	Inspect inspectCmd `cmd:"" help:"Tell what is understood of test and load reports, without a server."`
}

type inspectCmd struct {
	Files []string `arg:"" name:"file" help:"Reports, archives (zip, gzip) or directories of them."`
}

// Help gives an example.
func (inspectCmd) Help() string {
	return `Reads the formats that "headway report" takes, judges nothing and stores nothing. Several files become one report: shards add up, a repeated case is a retry.

Example: headway evidence inspect build/test-results --json`
}

// Run prints what was understood.
func (c inspectCmd) Run(e *env) error {
	sources, err := reportFiles(c.Files)
	if err != nil {
		return err
	}
	inspection, err := ingest.Inspect(sources, ingest.DefaultLimits())
	if err != nil {
		return err
	}
	e.print(inspection, func(w io.Writer) { printReport(w, inspection.Report) })
	return nil
}

// reportFiles lists the files that arguments name, those of directories in the
// order of their names.
func reportFiles(args []string) ([]ingest.Source, error) {
	var out []ingest.Source
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, unreadable("file", arg, err)
		}
		if !info.IsDir() {
			out = append(out, fileSource(arg))
			continue
		}
		before := len(out)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				out = append(out, fileSource(path))
			}
			return err
		})
		if err != nil {
			return nil, unreadable("file", arg, err)
		}
		if len(out) == before {
			return nil, headway.Invalidf("file", "the directory %s holds no files", arg)
		}
	}
	return out, nil
}

func fileSource(path string) ingest.Source {
	return ingest.Source{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

func printReport(w io.Writer, r ingest.Report) {
	var notes []string
	if t := r.Tests; t != nil {
		fmt.Fprintf(w, "%s: %d tests in %d suites (%d runs, %.1f s): %d passed, %d failed, %d errors, %d skipped, %d flaky\n",
			t.Format, t.Tests, t.Suites, t.Runs, t.Duration.Seconds(), t.Passed, t.Failed, t.Errors, t.Skipped, t.Flaky)
		for _, c := range t.Cases {
			if c.Outcome.Bad() {
				fmt.Fprintf(w, "  %-6s %s: %s\n", c.Outcome, c.ID, oneLine(c.Message))
			}
		}
		notes = t.Notes
	}
	if l := r.Load; l != nil {
		fmt.Fprintf(w, "%s:\n", l.Format)
		t := table{head: []string{"transaction", "count", "errors", "per s", "mean ms", "p50", "p90", "p95", "p99", "max"}}
		for _, f := range append(l.Transactions, l.Total) {
			name := f.Name
			if name == "" {
				name = "total"
			}
			t.add(name, fmt.Sprint(f.Count), fmt.Sprint(f.Errors), figure(f.Throughput), figure(f.MeanMS), figure(f.P50MS),
				figure(f.P90MS), figure(f.P95MS), figure(f.P99MS), figure(f.MaxMS))
		}
		t.print(w)
		for _, th := range l.Thresholds {
			word := "holds"
			if !th.OK {
				word = "does not hold"
			}
			fmt.Fprintf(w, "  %s %s\n", th.Expr, word)
		}
		notes = l.Notes
	}
	for _, n := range notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

// figure writes a measured number, or a dash when the report lacks it.
func figure(f ingest.Figure) string {
	if !f.Known() {
		return "–"
	}
	return fmt.Sprintf("%.4g", float64(f))
}
