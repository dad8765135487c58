package app

import (
	"bytes"
	"context"
	"fmt"

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
	return firstDifference(then, now), nil
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

// firstDifference says in a sentence what has changed first of all.
func firstDifference(then, now Snapshot) string {
	all := differences(then, now)
	if len(all) == 0 {
		return "what was recorded is not what was decided on"
	}
	d := all[0]
	return fmt.Sprintf("%s has changed: %s was %s, is %s", d.Part, d.What, d.Was, d.Is)
}
