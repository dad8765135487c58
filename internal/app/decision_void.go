package app

import (
	"context"
	"fmt"

	"headway"
)

// voidDecisions ends the go/no-gos of a release that are open or stand at go,
// because what they decide on has changed. It gives their ids.
func (c *change) voidDecisions(ctx context.Context, p headway.Programme, releaseID, reason string) ([]string, error) {
	all, err := c.DecisionsOf(ctx, p.ID, releaseID)
	if err != nil {
		return nil, err
	}
	var voided []string
	for _, d := range all {
		if d.State != headway.DecisionOpen && d.State != headway.DecisionGo {
			continue
		}
		from := d.State
		d.State, d.ClosedAt = headway.DecisionVoid, c.now
		moved, err := c.MoveDecision(ctx, from, d)
		if err != nil {
			return voided, err
		}
		if !moved {
			return voided, headway.Conflictf("the go/no-go has moved on meanwhile").WithHint("try again")
		}
		voided = append(voided, d.ID)
		text := fmt.Sprintf("The go/no-go opened by %s is void: %s", d.OpenedByName, reason)
		if err := c.record(ctx, p.ID, DecisionVoided, releaseID, text, map[string]string{"decision": d.ID, "digest": d.Digest, "reason": reason}); err != nil {
			return voided, err
		}
	}
	return voided, nil
}
