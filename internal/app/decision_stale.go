package app

import (
	"bytes"
	"context"
	"fmt"
	"reflect"

	"headway"
	"headway/internal/store"
)

// staleReason tells why a go/no-go no longer is about what would be deployed
// now; empty when it still is.
func staleReason(ctx context.Context, q store.Q, p headway.Programme, d headway.Decision) (string, error) {
	newest, err := q.NewestCandidate(ctx, p.ID, d.ReleaseID)
	if err != nil {
		return "", err
	}
	if newest.ID != d.CandidateID {
		return fmt.Sprintf("%s has taken the candidate's place", newest.Name), nil
	}
	if newest.State != headway.CandidateShelved {
		return fmt.Sprintf("the candidate %s is %s", newest.Name, newest.State), nil
	}
	then, err := snapshotOf(d)
	if err != nil {
		return "", err
	}
	now, canonical, sum, err := takeSnapshot(ctx, q, p, d.CandidateID, d.EnvironmentID, d.Span, then.Runbook.Values)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return "what it was to be deployed to, or by, is gone", nil
	}
	if err != nil {
		return "", err
	}
	if sum == d.Digest && bytes.Equal([]byte(canonical), d.Snapshot) {
		return "", nil
	}
	return changed(then, now), nil
}

// voidStale voids every go/no-go of a programme that is no longer about what
// would be deployed: gate, runbook or target have changed.
func (c *change) voidStale(ctx context.Context, p headway.Programme) error {
	live, err := c.LiveDecisions(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, d := range live {
		if _, err := c.voidIfStale(ctx, p, d); err != nil {
			return err
		}
	}
	return nil
}

// changed names the first part in which two snapshots differ.
func changed(then, now Snapshot) string {
	switch {
	case !reflect.DeepEqual(then.Candidate, now.Candidate):
		return "the candidate has changed"
	case !reflect.DeepEqual(then.Runbook.Connections, now.Runbook.Connections):
		return "a connection that its steps call has changed"
	case !reflect.DeepEqual(then.Runbook, now.Runbook):
		return fmt.Sprintf("the runbook has changed from version %d to %d", then.Runbook.Version, now.Runbook.Version)
	case !reflect.DeepEqual(then.Gate, now.Gate):
		return fmt.Sprintf("the gate has changed from version %d to %d", then.Gate.Version, now.Gate.Version)
	case then.Environment != now.Environment:
		return "the target environment has changed"
	default:
		return "what was recorded is not what was decided on"
	}
}
