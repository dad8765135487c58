package cli

import (
	"fmt"
	"io"
	"strings"

	"headway/client"
)

// markdownVerdict writes the verdict for a merge request.
// The proof of each criterion stands below the address pages.
func markdownVerdict(w io.Writer, j client.Judged, compared *client.Run, pages string) {
	cell := strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;", "`", "'")
	fmt.Fprintf(w, "### %s: %s\n\n[%s](%s%s)\n\n| criterion | outcome | reason |\n|---|---|---|\n", j.Candidate, j.Outcome, summary(j.Evidence), pages, j.Evidence.ID)
	for _, v := range j.Verdicts {
		outcome := outcomeOf(v)
		if v.Evidence != "" {
			outcome = "[" + outcome + "](" + pages + v.Evidence + ")"
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", cell.Replace(v.Title), outcome, cell.Replace(v.Reason))
	}
	if compared != nil {
		markdownComparison(w, *compared)
	}
	plain := strings.NewReplacer("<", "&lt;", "`", "'")
	for _, d := range j.Opened {
		fmt.Fprintf(w, "\n- opened **%s** for %s: %s", d.Name, d.Team, plain.Replace(oneLine(d.Title)))
	}
	if len(j.Opened) > 0 {
		fmt.Fprintln(w)
	}
}

// markdownComparison lists what changed since another run, the worst first.
func markdownComparison(w io.Writer, r client.Run) {
	if r.Against == nil {
		return
	}
	code := strings.NewReplacer("`", "'") // in a code span nothing else needs an escape
	n := r.Counts
	fmt.Fprintf(w, "\nAgainst **%s**: %d new failures, %d still failing, %d missing, %d fixed, %d flaky, %d muted\n", r.Against.Candidate,
		n["new-failure"], n["still-failing"], n["missing"], n["fixed"], n["flaky"], n["muted"])
	const most = 20
	listed := 0
	for _, k := range r.Cases {
		if k.Muted || k.Change != "new-failure" && k.Change != "still-failing" && k.Change != "missing" {
			continue
		}
		if listed++; listed > most {
			fmt.Fprintf(w, "\n- … and more\n")
			return
		}
		fmt.Fprintf(w, "\n- %s: `%s`", k.Change, code.Replace(oneLine(k.ID)))
	}
	if listed > 0 {
		fmt.Fprintln(w)
	}
}
