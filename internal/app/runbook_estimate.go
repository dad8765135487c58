package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// Of so many of the newest deployments and rehearsals, so many of the newest runs
// of steps feed the estimates: how it went long ago says little about tonight,
// and a page that shows them must not grow slower with every deployment.
const (
	deploymentsKept = 30
	runsKept        = 500
)

// stepRuns gives how long steps took, in rehearsals and deployments, newest
// first, with the amount of data that each had to do with.
func stepRuns(ctx context.Context, q store.Q, p headway.Programme) ([]headway.StepRun, error) {
	took, err := q.StepTimes(ctx, p.ID, deploymentsKept, runsKept)
	if err != nil {
		return nil, err
	}
	var out []headway.StepRun
	for _, t := range took {
		run := headway.StepRun{Step: t.Step.Key, Took: t.Ended.Sub(t.Started)}
		if v := t.Step.Volume; v != nil {
			if run.Amount, err = t.Facts.Number(v.Fact); err != nil {
				run.Amount = 0 // it is text now: the run counts as it was
			}
			if t.Rehearsal && v.Fact == dataFact && t.DataGB > 0 {
				run.Amount = t.DataGB // a rehearsal moves what is on its environment
			}
		}
		out = append(out, run)
	}
	return out, nil
}

// dataFact is the fact of a candidate that environments know of themselves.
const dataFact = "data-gb"

// runbookNeeds tells how long a runbook will take to production, smoke checks
// included, for a candidate: what a window is compared with before a go.
func runbookNeeds(ctx context.Context, q store.Q, p headway.Programme, s Snapshot, c headway.Candidate) (headway.DurationEstimate, error) {
	runs, err := stepRuns(ctx, q, p)
	if err != nil {
		return headway.DurationEstimate{}, err
	}
	return s.lasts(runs, c)
}

// lasts tells how long the runbook will take to production, by runs that were measured.
func (s Snapshot) lasts(runs []headway.StepRun, c headway.Candidate) (headway.DurationEstimate, error) {
	facts := headway.TargetFacts(c.Facts, headway.Environment{Key: s.Environment.Key, Kind: s.Environment.Kind}, false)
	return s.runbook().EstimatePhases(facts, runs, headway.PhaseDeploy, headway.PhaseSmoke)
}
