package headway

import (
	"fmt"
	"strings"
)

// LoadBaseline is what `baseline` speaks of: load runs of released candidates,
// those of the release last in production first.
type LoadBaseline struct {
	Runs    []LoadSummary
	Last    int    // how many of them are of the release last in production; the others only tell how much runs differ
	Differs string // in what the last one was made differently from the run, in words; empty when in nothing that is known
}

// BaselineOf makes the baseline of a run from load runs of released candidates,
// that of the last release first. Those are compared that were made most like
// it: on its environment, with its volume of data and its load profile.
func BaselineOf(run Evidence, released []Evidence) LoadBaseline {
	var b LoadBaseline
	same := MostAlike(run, released)
	for i, e := range same {
		if i == 0 {
			b.Differs = ConditionsDiffer(run, e)
		}
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
	if base.Differs != "" && c.NeedsBaseline() {
		others = append(others, base.Differs)
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
