package headway

import (
	"fmt"
	"slices"
	"strings"
)

// LoadBaseline is what `baseline` speaks of: load runs of released candidates,
// those of the release last in production first.
type LoadBaseline struct {
	Runs []LoadSummary
	Last int // how many of them are of the release last in production; the others only tell how much runs differ
}

// BaselineOf makes the baseline of a run from load runs of released candidates,
// that of the last release first. Only runs on the same environment are
// compared, when the run names one and there are any.
func BaselineOf(run Evidence, released []Evidence) LoadBaseline {
	same := slices.DeleteFunc(slices.Clone(released), func(e Evidence) bool {
		return e.Load == nil || run.Environment != "" && e.Environment != run.Environment
	})
	if len(same) == 0 {
		same = slices.DeleteFunc(slices.Clone(released), func(e Evidence) bool { return e.Load == nil })
	}
	var b LoadBaseline
	for _, e := range same {
		if e.CandidateID == same[0].CandidateID && b.Last == len(b.Runs) {
			b.Last++
		}
		b.Runs = append(b.Runs, *e.Load)
	}
	return b
}

// JudgeLoad judges the newest load run by every expression of the criterion;
// released are the load runs that `baseline` speaks of, see BaselineOf.
func JudgeLoad(c Criterion, run *Evidence, released []Evidence) (Outcome, string) {
	if run == nil || run.Load == nil {
		return Waiting, "no load run has been reported for this candidate"
	}
	base := BaselineOf(*run, released)
	outcome := Pass
	var bad, others []string
	for _, expr := range c.Expr {
		o, reason := judgeExpr(expr, *run.Load, base)
		outcome = Worst(outcome, o)
		if o == Fail {
			bad = append(bad, reason)
		} else {
			others = append(others, reason)
		}
	}
	return outcome, strings.Join(append(bad, others...), "; ")
}

// judgeExpr judges one expression; `*:` in front means every transaction.
func judgeExpr(expr string, run LoadSummary, base LoadBaseline) (Outcome, string) {
	t, err := ParseThreshold(expr)
	if err != nil {
		return Waiting, err.Error()
	}
	if t.Transaction != "*" {
		return t.JudgeAgainst(run, base)
	}
	if len(run.Transactions) == 0 {
		return Waiting, fmt.Sprintf("%s cannot be judged: the run names no transaction", expr)
	}
	outcome, bad := Pass, []string{}
	for _, f := range run.Transactions {
		each := t
		each.Transaction = f.Name
		o, reason := each.JudgeAgainst(run, base)
		outcome = Worst(outcome, o)
		if o != Pass {
			bad = append(bad, reason)
		}
	}
	if outcome == Pass {
		return Pass, fmt.Sprintf("%s holds for each of %d transactions", expr, len(run.Transactions))
	}
	return outcome, fmt.Sprintf("%d of %d transactions: %s", len(bad), len(run.Transactions), enough(bad, 3))
}
