package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// EarlierDecision is a go/no-go of the same release that came before.
type EarlierDecision struct {
	ID         string
	Candidate  string
	State      headway.DecisionState
	Reason     string // of a void one
	Rejections []headway.Approval
	At         time.Time // when it was closed
}

// around adds what came before and after a go/no-go.
func (v *DecisionView) around(ctx context.Context, q store.Q, p headway.Programme) error {
	all, err := q.DecisionsOf(ctx, p.ID, v.Decision.ReleaseID)
	if err != nil {
		return err
	}
	here := slices.IndexFunc(all, func(d headway.Decision) bool { return d.ID == v.Decision.ID })
	if here < 0 {
		return nil
	}
	const enough = 20
	for _, d := range all[here+1 : min(len(all), here+1+enough)] {
		e := EarlierDecision{ID: d.ID, State: d.State, Reason: d.Reason, At: d.ClosedAt}
		s, err := snapshotOf(d)
		if err != nil {
			return err
		}
		e.Candidate = s.Candidate.Name
		given, err := q.Approvals(ctx, d.ID)
		if err != nil {
			return err
		}
		e.Rejections = slices.DeleteFunc(given, func(a headway.Approval) bool { return a.Verdict != headway.Reject })
		v.Earlier = append(v.Earlier, e)
	}
	if here > 0 {
		v.Successor = all[0].ID
	}
	if v.Decision.State == headway.DecisionVoid {
		v.Changed, err = v.changedTo(ctx, q, p, all[:here])
	}
	return err
}

// changedTo compares a void go/no-go with the newest after it, or with what
// would be decided on now.
func (v *DecisionView) changedTo(ctx context.Context, q store.Q, p headway.Programme, after []headway.Decision) ([]Difference, error) {
	if len(after) > 0 {
		now, err := snapshotOf(after[0])
		return differences(v.Snapshot, now), err
	}
	newest, err := q.NewestCandidate(ctx, p.ID, v.Decision.ReleaseID)
	if err != nil {
		return nil, err
	}
	now, _, _, err := takeSnapshot(ctx, q, p, newest.ID, v.Decision.EnvironmentID, v.Decision.Span, v.Snapshot.Runbook.Values)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return []Difference{{"the target", "the target", v.Snapshot.Environment.Key, "gone"}}, nil
	}
	return differences(v.Snapshot, now), err
}
