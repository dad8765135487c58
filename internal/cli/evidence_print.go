package cli

import (
	"fmt"
	"io"
	"strings"

	"headway"
	"headway/internal/ingest"
)

// printReport tells people what was understood of a report.
func printReport(w io.Writer, r ingest.Report) {
	var notes []string
	switch {
	case r.Tests != nil:
		printTests(w, r.Tests)
		notes = r.Tests.Notes
	case r.Load != nil:
		printLoad(w, r.Load)
		notes = r.Load.Notes
	case r.SBOM != nil:
		printSBOM(w, r.SBOM)
		notes = r.SBOM.Notes
	case r.Vulnerabilities != nil:
		printVulnerabilities(w, r.Vulnerabilities)
		notes = r.Vulnerabilities.Notes
	case r.Coverage != nil:
		printCoverage(w, r.Coverage)
		notes = r.Coverage.Notes
	}
	for _, n := range notes {
		fmt.Fprintf(w, "note: %s\n", printable(n))
	}
}

func printTests(w io.Writer, t *ingest.TestReport) {
	fmt.Fprintf(w, "%s: %d tests in %d suites (%d runs, %.1f s): %d passed, %d failed, %d errors, %d skipped, %d flaky\n",
		t.Format, t.Tests, t.Suites, t.Runs, t.Duration.Seconds(), t.Passed, t.Failed, t.Errors, t.Skipped, t.Flaky)
	for _, c := range t.Cases {
		if c.Outcome.Bad() {
			fmt.Fprintf(w, "  %-6s %s: %s\n", c.Outcome, oneLine(c.ID), oneLine(c.Message))
		}
	}
}

func printLoad(w io.Writer, l *ingest.LoadReport) {
	fmt.Fprintf(w, "%s:\n", l.Format)
	t := table{head: []string{"transaction", "count", "errors", "per s", "mean ms", "p50", "p90", "p95", "p99", "max"}}
	for _, f := range append(l.Transactions, l.Total) {
		name := f.Name
		if name == "" {
			name = "total"
		}
		t.add(oneLine(name), tally(f.Count), tally(f.Errors), figure(f.Throughput), figure(f.MeanMS), figure(f.P50MS),
			figure(f.P90MS), figure(f.P95MS), figure(f.P99MS), figure(f.MaxMS))
	}
	t.print(w)
	for _, th := range l.Thresholds {
		word := "holds"
		if !th.OK {
			word = "does not hold"
		}
		fmt.Fprintf(w, "  %s %s\n", oneLine(th.Expr), word)
	}
}

func printSBOM(w io.Writer, s *ingest.SBOMReport) {
	fmt.Fprintf(w, "%s: %d components (%d listed) of %s\n", s.Format, len(s.SBOM.Components), s.Listed, oneLine(s.SBOM.Subject))
	counts := s.SBOM.LicenceCounts()
	for _, licence := range s.SBOM.TopLicences() {
		name := licence
		if name == "" {
			name = "licence not known"
		}
		fmt.Fprintf(w, "  %5d %s\n", counts[licence], oneLine(name))
	}
}

func printVulnerabilities(w io.Writer, v *ingest.VulnerabilityReport) {
	c := v.Counts
	fmt.Fprintf(w, "%s of %s: %d findings: %d critical, %d high, %d medium, %d low, %d negligible, %d unknown; %d with a fix, %d suppressed\n",
		v.Format, oneLine(v.Scanner), c.Total, c.Critical, c.High, c.Medium, c.Low, c.Negligible, c.Unknown, c.Fixable, c.Suppressed)
	for _, f := range v.Findings {
		if f.Suppressed {
			continue
		}
		line := []string{string(f.Severity), f.ID, f.Package, f.Version}
		if f.FixedIn != "" {
			line = append(line, "→ "+f.FixedIn)
		}
		fmt.Fprintf(w, "  %s\n", oneLine(strings.Join(append(line, f.Location), " ")))
	}
}

func printCoverage(w io.Writer, c *ingest.CoverageReport) {
	fmt.Fprintf(w, "%s: %d files\n", c.Format, c.Files)
	for _, f := range []struct {
		name string
		of   headway.Covered
	}{{"statements", c.Statements}, {"lines", c.Lines}, {"branches", c.Branches}, {"functions", c.Functions}} {
		if rate, ok := f.of.Rate(); ok {
			fmt.Fprintf(w, "  %-10s %5.1f %% (%d of %d)\n", f.name, 100*rate, f.of.Covered, f.of.Total)
		}
	}
}

// figure writes a measured number, or a dash when the report lacks it.
func figure(f ingest.Figure) string {
	if !f.Known() {
		return "–"
	}
	return fmt.Sprintf("%.4g", float64(f))
}
