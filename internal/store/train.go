package store

import (
	"context"

	"headway"
)

const (
	trainColumns  = `id, programme_id, key, name, state, departs, criteria, reason, changed_by, changed_by_name, changed_at, created_at, closed_at`
	memberColumns = `train_id, release_id, position, state, reason, next_train, by_user, by_name, at`
)

func scanTrain(row scanner) (headway.Train, error) {
	var t headway.Train
	var departs, criteria string
	var changed, created, closed int64
	if err := row.Scan(&t.ID, &t.ProgrammeID, &t.Key, &t.Name, &t.State, &departs, &criteria, &t.Reason,
		&t.ChangedBy, &t.ChangedByName, &changed, &created, &closed); err != nil {
		return t, err
	}
	t.ChangedAt, t.CreatedAt, t.ClosedAt = at(changed), at(created), at(closed)
	if err := t.Departs.UnmarshalText([]byte(departs)); err != nil {
		return t, err
	}
	return t, untext(criteria, &t.Criteria)
}

func scanMember(row scanner) (headway.TrainMember, error) {
	var m headway.TrainMember
	var when int64
	err := row.Scan(&m.TrainID, &m.ReleaseID, &m.Position, &m.State, &m.Reason, &m.Next, &m.By, &m.ByName, &when)
	m.At = at(when)
	return m, err
}

// withMembers gives trains with their members, in the order of their places.
func (q Q) withMembers(ctx context.Context, trains []headway.Train) ([]headway.Train, error) {
	for i, t := range trains {
		var err error
		if trains[i].Members, err = list(ctx, q, scanMember, `SELECT `+memberColumns+` FROM train_members WHERE train_id = $1 ORDER BY position, at, release_id`, t.ID); err != nil {
			return nil, err
		}
	}
	return trains, nil
}

// Trains lists the trains of a programme in a state (empty: in any), those that
// depart last first and those without a day before them.
func (q Q) Trains(ctx context.Context, programmeID string, state headway.TrainState, limit int) ([]headway.Train, error) {
	trains, err := list(ctx, q, scanTrain, `SELECT `+trainColumns+` FROM trains WHERE programme_id = $1 AND (CAST($2 AS TEXT) = '' OR state = $2)
		ORDER BY CASE WHEN departs = '' THEN 0 ELSE 1 END, departs DESC, created_at DESC, id LIMIT $3`, programmeID, string(state), limit)
	if err != nil {
		return nil, err
	}
	return q.withMembers(ctx, trains)
}

// TrainByKey finds a train of a programme.
func (q Q) TrainByKey(ctx context.Context, programmeID, key string) (headway.Train, error) {
	return q.oneTrain(ctx, `programme_id = $1 AND key = $2`, programmeID, key)
}

// TrainOf finds the train that a release rides in.
func (q Q) TrainOf(ctx context.Context, programmeID, releaseID string) (headway.Train, error) {
	return q.oneTrain(ctx, `programme_id = $1 AND id IN (SELECT train_id FROM train_members WHERE release_id = $2 AND state = 'riding')`, programmeID, releaseID)
}

func (q Q) oneTrain(ctx context.Context, where string, args ...any) (headway.Train, error) {
	t, err := one(ctx, q, "train", scanTrain, `SELECT `+trainColumns+` FROM trains WHERE `+where, args...)
	if err != nil {
		return t, err
	}
	all, err := q.withMembers(ctx, []headway.Train{t})
	if err != nil {
		return t, err
	}
	return all[0], nil
}

// AddTrain stores a new train without members.
func (t *Tx) AddTrain(ctx context.Context, n headway.Train) error {
	criteria, err := text(n.Criteria)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO trains (`+trainColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		n.ID, n.ProgrammeID, n.Key, n.Name, string(n.State), n.Departs.String(), criteria, n.Reason,
		n.ChangedBy, n.ChangedByName, ms(n.ChangedAt), ms(n.CreatedAt), ms(n.ClosedAt))
}

// SaveTrain stores what may change of a train (all but its key and members) if
// it is still in the state from, and tells whether it was.
func (t *Tx) SaveTrain(ctx context.Context, n headway.Train, from headway.TrainState) (bool, error) {
	criteria, err := text(n.Criteria)
	if err != nil {
		return false, err
	}
	return t.changed(ctx, `UPDATE trains SET name = $4, state = $5, departs = $6, criteria = $7, reason = $8, changed_by = $9, changed_by_name = $10,
		changed_at = $11, closed_at = $12 WHERE programme_id = $1 AND id = $2 AND state = $3`,
		n.ProgrammeID, n.ID, string(from), n.Name, string(n.State), n.Departs.String(), criteria, n.Reason,
		n.ChangedBy, n.ChangedByName, ms(n.ChangedAt), ms(n.ClosedAt))
}

// PutTrainMember stores how a release stands to a train.
func (t *Tx) PutTrainMember(ctx context.Context, m headway.TrainMember) error {
	return t.exec(ctx, `INSERT INTO train_members (`+memberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (train_id, release_id) DO UPDATE SET position = $3, state = $4, reason = $5, next_train = $6, by_user = $7, by_name = $8, at = $9`,
		m.TrainID, m.ReleaseID, m.Position, string(m.State), m.Reason, m.Next, m.By, m.ByName, ms(m.At))
}
