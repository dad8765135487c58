package store

import (
	"context"

	"headway"
)

// DecisionLook finds what a person saw when they last looked at the go/no-go of a release.
func (q Q) DecisionLook(ctx context.Context, userID, releaseID string) (headway.DecisionLook, error) {
	return one(ctx, q, "look", func(row scanner) (headway.DecisionLook, error) {
		var l headway.DecisionLook
		var seen string
		if err := row.Scan(&l.UserID, &l.ReleaseID, &seen); err != nil {
			return l, err
		}
		var both [2]headway.Seen
		err := untext(seen, &both)
		l.Last, l.Before = both[0], both[1]
		return l, err
	}, `SELECT user_id, release_id, seen FROM decision_looks WHERE user_id = $1 AND release_id = $2`, userID, releaseID)
}

// PutDecisionLook keeps what a person sees now in place of what they saw before.
func (t *Tx) PutDecisionLook(ctx context.Context, l headway.DecisionLook) error {
	seen, err := text([2]headway.Seen{l.Last, l.Before})
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO decision_looks (user_id, release_id, seen) VALUES ($1, $2, $3)
		ON CONFLICT (user_id, release_id) DO UPDATE SET seen = excluded.seen`, l.UserID, l.ReleaseID, seen)
}
