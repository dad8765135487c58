package cli

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"headway"
	"headway/client"
	"headway/internal/ingest"
)

type reportCmd struct {
	candidateFlags
	Files       []string `arg:"" name:"file" help:"Reports, archives (zip, gzip) or directories of them: together one run."`
	Environment string   `help:"Key of the environment it ran on." placeholder:"KEY"`
	DataGB      float64  `name:"data-gb" help:"Of a load run: volume of the data that it ran on, in GB." placeholder:"GB"`
	Profile     string   `help:"Of a load run: name of its load profile, as 200-users." placeholder:"NAME"`
	Attach      []string `help:"File that shows something of it, as a log; may be repeated." placeholder:"FILE"`
	Against     string   `help:"Candidate, id of a run, or previous to compare a regression run with; the last released one when left out." placeholder:"NAME"`
	Summary     string   `help:"How to print the verdict: text, or md for a merge request." enum:"text,md" default:"text"`
}

// Help tells formats and exit codes.
func (reportCmd) Help() string {
	return `Takes test results (JUnit XML, CTRF, go test -json, TAP, TRX), load results (JMeter, k6 and others), bills of materials (CycloneDX, SPDX), reports of vulnerabilities (SARIF, Trivy, Grype) and coverage (Cobertura, Go, LCOV), told apart by content. Exit code 0 when the gate's criteria pass, 1 when one fails, 2 when it waits for more.

Example: headway report --programme shop --team web --version 2.4.0 build/test-results`
}

// Run hands the report in and prints the verdict.
func (c reportCmd) Run(ctx context.Context, e *env) error {
	if err := toAttach("--attach", c.Attach); err != nil {
		return err
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	about := client.Report{Team: c.Team, Version: c.Version, Candidate: c.Candidate, Environment: c.Environment, DataGB: c.DataGB, Profile: c.Profile}
	out, err := sendReport(ctx, server, c.Programme, about, c.Files)
	if err != nil {
		return err
	}
	if out.Evidence.Attachments, err = attachFiles(ctx, server, c.Programme, out.Evidence.ID, c.Attach); err != nil {
		return fmt.Errorf("the report was taken in as %s (%s), but an attachment was not: %w", out.Evidence.ID, out.Outcome, err)
	}
	var compared *client.Run
	if out.Evidence.Kind == string(headway.RegressionRun) && !e.grammar.JSON {
		run, err := server.Run(ctx, c.Programme, out.Evidence.ID, client.RunFilter{Against: c.Against})
		switch {
		case err == nil:
			compared = &run
		case c.Against != "" || headway.KindOf(err) != headway.Forbidden:
			return err // a token that may report need not be one that may look
		}
	}
	e.print(out, func(w io.Writer) {
		pages := strings.TrimSuffix(e.grammar.URL, "/") + "/p/" + c.Programme + "/evidence/"
		if c.Summary == "md" {
			markdownVerdict(w, out, compared, pages)
			return
		}
		printJudged(w, out)
		if compared != nil {
			printRunChanges(w, *compared)
		}
		fmt.Fprintf(w, "see %s%s\n", pages, out.Evidence.ID)
	})
	return judge(headway.Outcome(out.Outcome))
}

// sendReport sends one file as it is, and several as one archive that is
// packed while it is sent.
func sendReport(ctx context.Context, server *client.Client, programme string, about client.Report, files []string) (out client.Judged, err error) {
	if info, err := os.Stat(files[0]); len(files) == 1 && err == nil && info.Mode().IsRegular() {
		f, err := os.Open(files[0])
		if err != nil {
			return out, unreadable("file", files[0], err)
		}
		defer f.Close()
		about.FileName = filepath.Base(files[0])
		return server.Report(ctx, programme, about, f, info.Size())
	}
	sources, err := reportFiles(files)
	if err != nil {
		return out, err
	}
	about.FileName = "reports.zip"
	read, write := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := pack(write, sources)
		packed <- errors.Join(err, write.CloseWithError(err))
	}()
	out, err = server.Report(ctx, programme, about, read, -1)
	_ = read.Close() // ends the packing when the server did not read on
	if perr := <-packed; perr != nil && !errors.Is(perr, io.ErrClosedPipe) {
		return out, perr
	}
	return out, err
}

// pack writes the files into an archive under numbered names, which keep
// their order and cannot clash.
func pack(w io.Writer, sources []ingest.Source) error {
	archive := zip.NewWriter(w)
	for i, s := range sources {
		entry, err := archive.Create(fmt.Sprintf("%05d-%s", i+1, filepath.Base(s.Name)))
		if err != nil {
			return err
		}
		f, err := s.Open()
		if err != nil {
			return unreadable("file", s.Name, err)
		}
		_, err = io.Copy(entry, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return archive.Close()
}

func printJudged(w io.Writer, j client.Judged) {
	fmt.Fprintf(w, "%s: %s (%s)\n", j.Candidate, strings.ToUpper(j.Outcome), summary(j.Evidence))
	if !j.Created {
		fmt.Fprintln(w, "the same file was handed in before")
	}
	printAttachments(w, j.Evidence.Attachments)
	for _, r := range j.Evidence.Reasons {
		fmt.Fprintf(w, "  %s\n", printable(r))
	}
	printVerdicts(w, j.Verdicts)
	for _, d := range j.Opened {
		fmt.Fprintf(w, "opened %s for %s: %s\n", d.Name, d.Team, oneLine(d.Title))
	}
	for _, d := range j.Joined {
		fmt.Fprintf(w, "failed again: %s: %s\n", d.Name, oneLine(d.Title))
	}
	for _, n := range j.Evidence.Notes {
		fmt.Fprintf(w, "note: %s\n", printable(n))
	}
	if n := len(j.Voided); n > 0 {
		fmt.Fprintf(w, "%d go/no-go no longer holds\n", n)
	}
}

// summary counts what a report holds.
func summary(ev client.Evidence) string {
	switch {
	case ev.Tests != nil:
		t := ev.Tests
		return fmt.Sprintf("%d tests: %d passed, %d failed, %d errors, %d skipped, %d flaky", t.Tests, t.Passed, t.Failed, t.Errors, t.Skipped, t.Flaky)
	case ev.Load != nil:
		t := ev.Load.Total
		return fmt.Sprintf("%d requests: %d errors, p50 %s ms, p95 %s ms, p99 %s ms", t.Count, t.Errors, known(t.P50MS), known(t.P95MS), known(t.P99MS))
	case ev.Detail == nil:
	case ev.Detail.SBOM != nil:
		return fmt.Sprintf("%d components", ev.Detail.SBOM.Components)
	case ev.Detail.Scan != nil:
		n := ev.Detail.Scan.Counts
		return fmt.Sprintf("%d vulnerabilities: %d critical, %d high, %d medium, %d low", n.Total, n.Critical, n.High, n.Medium, n.Low)
	case ev.Detail.Coverage != nil:
		main, what := ev.Detail.Coverage.Main()
		return fmt.Sprintf("%s of %s covered", covered(main), what)
	}
	return ev.Format
}

// printVerdicts lists what the gate says.
func printVerdicts(w io.Writer, verdicts []client.Verdict) {
	t := table{}
	for _, v := range verdicts {
		t.add("  "+outcomeOf(v), v.Title, v.Reason)
	}
	if len(t.rows) > 0 {
		fmt.Fprintln(w, "gate:")
		t.print(w)
	}
}

func outcomeOf(v client.Verdict) string {
	switch {
	case v.Waived:
		return "waived"
	case v.Optional:
		return "(" + v.Outcome + ")"
	}
	return v.Outcome
}
