package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"headway"
	"headway/client"
)

type evidenceListCmd struct {
	programmeFlag
	Kind string `help:"Only this kind: regression, load, sbom, vulnerabilities or coverage." enum:"regression,load,sbom,vulnerabilities,coverage," default:"" placeholder:"KIND"`
}

// Run lists evidence.
func (c evidenceListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.EvidenceList, error) {
		return server.EvidenceList(ctx, c.Programme, c.Kind)
	}, func(w io.Writer, list client.EvidenceList) {
		t := table{head: []string{"evidence", "added", "candidate", "kind", "outcome", "file", "figures"}}
		for _, v := range list.Evidence {
			t.add(v.ID, v.AddedAt.Format("2006-01-02 15:04"), v.Candidate, v.Kind, v.Outcome, oneLine(v.FileName), summary(v))
		}
		t.print(w)
	})
}

type evidenceShowCmd struct {
	programmeFlag
	Evidence string `arg:"" help:"Id of the evidence, as report and evidence list print it."`
	Against  string `help:"Of a regression run: candidate, id of a run, or previous; the last released one when left out." placeholder:"NAME"`
	Change   string `help:"Of a regression run: all, muted, or one change, as new-failure or missing; what changed or failed when left out." placeholder:"CHANGE"`
	Search   string `help:"Of a regression run: only cases whose id holds this." placeholder:"TEXT"`
	Page     int    `help:"Of a regression run: fifty cases a page." default:"1"`
}

// Run shows a piece of evidence, each kind in its own way.
func (c evidenceShowCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	about, err := server.Evidence(ctx, c.Programme, c.Evidence)
	if err != nil {
		return err
	}
	if about.Kind != string(headway.RegressionRun) {
		if c.Against != "" || c.Change != "" || c.Search != "" {
			return headway.Invalidf("evidence", "%s is no regression run: it has no cases to choose from", c.Evidence).WithHint("leave --against, --change and --search out")
		}
		return ask(e, func(server *client.Client) (client.Comparison, error) {
			return server.Compare(ctx, c.Programme, c.Evidence)
		}, printEvidence)
	}
	return ask(e, func(server *client.Client) (client.Run, error) {
		return server.Run(ctx, c.Programme, c.Evidence, client.RunFilter{Against: c.Against, Change: c.Change, Search: c.Search, Page: c.Page})
	}, func(w io.Writer, r client.Run) { printRun(w, about, r) })
}

func printRun(w io.Writer, about client.Evidence, r client.Run) {
	fmt.Fprintf(w, "%s: %s\n", about.FileName, summary(about))
	printAttachments(w, about.Attachments)
	printRunChanges(w, r)
	t := table{head: []string{"change", "history", "case"}}
	for _, k := range r.Cases {
		change := k.Change
		switch {
		case k.Muted:
			change = "muted"
		case change == "":
			change = k.Outcome
		case k.FailingFor > 1:
			change = fmt.Sprintf("%s for %d candidates", change, k.FailingFor)
		}
		t.add(change, k.History, oneLine(k.ID))
	}
	t.print(w)
	if r.Pages > 1 {
		fmt.Fprintf(w, "%d cases on %d pages: --page N\n", r.Found, r.Pages)
	}
}

// printEvidence tells what of a load run, a bill of materials, a scan or
// a coverage report differs from the live release.
func printEvidence(w io.Writer, c client.Comparison) {
	fmt.Fprintf(w, "%s: %s\n", c.Evidence.FileName, summary(c.Evidence))
	printAttachments(w, c.Evidence.Attachments)
	printVerdicts(w, c.Verdicts)
	if c.Against == nil {
		fmt.Fprintln(w, "nothing was released yet to compare with")
	} else {
		fmt.Fprintf(w, "against %s:\n", c.Against.Candidate)
	}
	if c.Differs != "" {
		fmt.Fprintf(w, "note: %s\n", printable(c.Differs))
	}
	if c.Evidence.Load != nil {
		printLoadChanges(w, *c.Evidence.Load, c.Was)
	}
	t := table{}
	for _, k := range c.Components {
		t.add("  "+string(k.Change), k.Key, strings.Join(k.Was, " "), "→", strings.Join(k.Now, " "), strings.Join(k.Licences, " "))
	}
	for _, l := range []struct {
		what string
		list []headway.Vulnerability
	}{{"new", c.Appeared}, {"gone", c.Gone}} {
		for _, v := range l.list {
			t.add("  "+l.what, string(v.Severity), v.ID, v.Package, v.Version)
		}
	}
	t.print(w)
	if c.Coverage != nil && c.Evidence.Detail != nil && c.Evidence.Detail.Coverage != nil {
		now, _ := c.Evidence.Detail.Coverage.Main()
		was, _ := c.Coverage.Main()
		fmt.Fprintf(w, "  covered %s, was %s\n", covered(now), covered(was))
	}
}

func covered(c headway.Covered) string {
	rate, ok := c.Rate()
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*rate)
}

// printLoadChanges lists the figures of a load run beside those of another.
func printLoadChanges(w io.Writer, now headway.LoadSummary, was *headway.LoadSummary) {
	before := map[string]headway.LoadFigure{}
	if was != nil {
		before["total"] = was.Total
		for _, f := range was.Transactions {
			before[f.Name] = f
		}
	}
	now.Total.Name = "total"
	t := table{head: []string{"  transaction", "count", "errors", "p50 ms", "p95", "was", "change", "p99", "max"}}
	for _, f := range append([]headway.LoadFigure{now.Total}, now.Transactions...) {
		then, change := "–", "–"
		if b, ok := before[f.Name]; ok && b.P95MS > 0 && f.P95MS >= 0 {
			then, change = known(b.P95MS), fmt.Sprintf("%+.0f %%", 100*(f.P95MS/b.P95MS-1))
		}
		t.add("  "+oneLine(f.Name), tally(f.Count), tally(f.Errors), known(f.P50MS), known(f.P95MS), then, change, known(f.P99MS), known(f.MaxMS))
	}
	t.print(w)
}

// known writes a figure in which -1 stands for one that the report lacks.
func known(v float64) string {
	if v < 0 {
		return "–"
	}
	return fmt.Sprintf("%.4g", v)
}

// tally writes a count in which -1 stands for one that the report lacks.
func tally(n int64) string {
	if n < 0 {
		return "–"
	}
	return strconv.FormatInt(n, 10)
}

// printRunChanges tells in a line or two what changed since another run.
func printRunChanges(w io.Writer, r client.Run) {
	if r.Against == nil {
		fmt.Fprintln(w, "nothing was released yet with a run to compare with")
	} else {
		n := r.Counts
		fmt.Fprintf(w, "against %s: %d new failures, %d still failing, %d missing, %d fixed, %d new, %d flaky, %d slower, %d muted\n", r.Against.Candidate,
			n["new-failure"], n["still-failing"], n["missing"], n["fixed"], n["new"], n["flaky"], n["slower"], n["muted"])
	}
	for _, id := range r.Expired {
		fmt.Fprintf(w, "its mute has expired: %s\n", oneLine(id))
	}
	for _, id := range r.Quiet {
		fmt.Fprintf(w, "muted, yet it passes: %s\n", oneLine(id))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", printable(note))
	}
}
