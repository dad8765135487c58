package app

import (
	"context"
	"fmt"
	"time"

	"headway"
	"headway/internal/store"
)

// settleDecision turns an open go/no-go to go when nobody's approval is
// missing and the gate passes now.
func (c *change) settleDecision(ctx context.Context, p headway.Programme, d headway.Decision, given []headway.Approval) error {
	if d.State != headway.DecisionOpen || len(d.Missing(given)) > 0 {
		return nil
	}
	verdicts, err := judgeDecision(ctx, c.Q, p, d, c.now)
	if err != nil || headway.GateOutcome(verdicts) != headway.Pass {
		return err
	}
	return c.closeDecision(ctx, p, d, headway.DecisionGo, given)
}

// decisionJudge judges what a go/no-go decides on by several gates as of one
// instant; what they are judged on is read once.
type decisionJudge struct {
	judging
	decision headway.Decision
	snapshot Snapshot
}

func judgeOf(ctx context.Context, q store.Q, p headway.Programme, d headway.Decision, now time.Time) (*decisionJudge, error) {
	j := &decisionJudge{judging{q: q, programme: p, environment: d.EnvironmentID, now: now}, d, Snapshot{}}
	var err error
	if j.snapshot, err = snapshotOf(d); err != nil {
		return nil, err
	}
	if j.release, err = q.Release(ctx, p.ID, d.ReleaseID); err != nil {
		return nil, err
	}
	j.candidate, err = q.Candidate(ctx, p.ID, d.CandidateID)
	return j, err
}

func judgeDecision(ctx context.Context, q store.Q, p headway.Programme, d headway.Decision, now time.Time) ([]headway.Verdict, error) {
	j, err := judgeOf(ctx, q, p, d, now)
	if err != nil {
		return nil, err
	}
	return j.verdicts(ctx)
}

// verdicts judges the gate, as it was taken when the go/no-go opened: for the
// start of its span, or for now when that has come.
func (j *decisionJudge) verdicts(ctx context.Context) ([]headway.Verdict, error) {
	d, s := j.decision, j.snapshot
	start := d.Span.From
	if j.now.After(start) {
		start = j.now
	}
	needs, err := runbookNeeds(ctx, j.q, j.programme, s, j.candidate)
	if err != nil {
		return nil, err
	}
	planned := headway.Interval{From: start, To: start.Add(max(needs.P50, time.Minute))}
	taken := headway.Gate{ProgrammeID: j.programme.ID, Version: s.Gate.Version, Criteria: s.Gate.Criteria, Approvals: s.Gate.Approvals}
	verdicts, err := j.by(ctx, taken, planned)
	if err != nil {
		return nil, err
	}
	if start.Add(needs.P85).After(d.Span.To) && !lifts(s.Gate.Criteria, verdicts, headway.CriterionWindow) {
		verdicts = append(verdicts, headway.Verdict{
			Criterion: "approved-window", Title: "Window of this go/no-go", Kind: headway.CriterionWindow, Outcome: headway.Fail,
			Reason: fmt.Sprintf("the runbook needs %s at P85 (%s; %s at P50), the window is %s until %s", headway.HoursMinutes(needs.P85), needs.Source,
				headway.HoursMinutes(needs.P50), headway.HoursMinutes(max(d.Span.To.Sub(start), 0)), d.Span.To.Format("2006-01-02 15:04 MST")),
		})
	}
	return verdicts, nil
}

// lifts tells whether a criterion of a kind is waived.
func lifts(criteria []headway.Criterion, verdicts []headway.Verdict, kind headway.CriterionKind) bool {
	for _, v := range verdicts {
		for _, c := range criteria {
			if v.Waived && c.Key == v.Criterion && c.Kind == kind {
				return true
			}
		}
	}
	return false
}

// closeDecision decides go or no-go and keeps the record.
func (c *change) closeDecision(ctx context.Context, p headway.Programme, d headway.Decision, to headway.DecisionState, given []headway.Approval) error {
	verdicts, err := judgeDecision(ctx, c.Q, p, d, c.now)
	if err != nil {
		return err
	}
	rec, err := recordOf(ctx, c.Q, d, to, verdicts, given, c.now)
	if err != nil {
		return err
	}
	kept, err := encode(rec)
	if err != nil {
		return err
	}
	from := d.State
	d.State, d.Record, d.ClosedAt = to, []byte(kept), c.now
	if d.Bundle, err = c.sign(ctx, p, d, rec); err != nil {
		return err
	}
	moved, err := c.MoveDecision(ctx, from, d)
	if err == nil && !moved {
		err = headway.Conflictf("the go/no-go has moved on meanwhile").WithHint("look at it again")
	}
	if err != nil {
		return err
	}
	kind, text := DecisionNoGo, "No-go for release %s"
	r, err := c.Release(ctx, p.ID, d.ReleaseID)
	if err != nil {
		return err
	}
	if to == headway.DecisionGo {
		kind, text = DecisionGo, "Go for release %s"
		if err := c.moveRelease(ctx, &r, headway.ReleaseApproved); err != nil {
			return err
		}
		if err := c.finishItems(ctx, p, r.ID, headway.KindGoNoGo, "go"); err != nil {
			return err
		}
	}
	return c.record(ctx, p.ID, kind, r.ID, fmt.Sprintf(text, r.Version), map[string]any{"decision": d.ID, "digest": d.Digest, "record": digest(d.Record), "bundle": digest(d.Bundle)})
}

// finishItems marks the operations items of a kind done that the deciding or
// deploying itself has finished.
func (c *change) finishItems(ctx context.Context, p headway.Programme, releaseID string, kind headway.ActivityKind, result string) error {
	items, err := c.ItemsOf(ctx, p.ID, releaseID)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.Kind != kind || i.State == headway.ItemDone || i.State == headway.ItemDropped || i.CandidateID == "" {
			continue
		}
		if i.StartedAt.IsZero() {
			i.StartedAt = c.now
		}
		i.State, i.DoneAt, i.Result, i.Outcome, i.BlockedReason = headway.ItemDone, c.now, result, headway.Pass, ""
		if err := c.PutBacklogItem(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// SettleDecisions turns the open go/no-gos to go that have all approvals and
// whose gate passes by now: evidence has come in, or the minimum gap has passed.
func (a *App) SettleDecisions(ctx context.Context) error {
	var ready []headway.Decision
	err := a.store.Read(ctx, func(q store.Q) error {
		open, err := q.OpenDecisions(ctx)
		if err != nil {
			return err
		}
		for _, d := range open {
			given, err := q.Approvals(ctx, d.ID)
			if err != nil {
				return err
			}
			if len(d.Missing(given)) == 0 {
				ready = append(ready, d)
			}
		}
		return nil
	})
	for _, d := range ready {
		if err == nil {
			err = a.settleOne(ctx, d)
		}
	}
	return err
}

func (a *App) settleOne(ctx context.Context, d headway.Decision) error {
	return a.change(ctx, headway.System(), func(c *change) error {
		p, err := c.Programme(ctx, d.ProgrammeID)
		if err != nil {
			return err
		}
		if d, err = c.Decision(ctx, p.ID, d.ID); err != nil || d.State != headway.DecisionOpen {
			return err
		}
		if stale, err := c.voidIfStale(ctx, p, d); err != nil || stale != nil {
			return err
		}
		given, err := c.Approvals(ctx, d.ID)
		if err != nil {
			return err
		}
		err = c.settleDecision(ctx, p, d, given)
		return err
	})
}
