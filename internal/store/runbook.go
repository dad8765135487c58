package store

import (
	"context"

	"headway"
)

func scanRunbook(row scanner) (headway.Runbook, error) {
	var r headway.Runbook
	var steps, hypercare string
	if err := row.Scan(&r.ID, &r.ProgrammeID, &r.Version, &steps, &hypercare); err != nil {
		return r, err
	}
	if err := untext(steps, &r.Steps); err != nil {
		return r, err
	}
	return r, untext(hypercare, &r.Hypercare)
}

// NewestRunbook finds the runbook of a programme that holds now.
func (q Q) NewestRunbook(ctx context.Context, programmeID string) (headway.Runbook, error) {
	return one(ctx, q, "runbook", scanRunbook,
		`SELECT id, programme_id, version, steps, hypercare FROM runbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`, programmeID)
}

// Runbook finds any version of a programme's runbook by id.
func (q Q) Runbook(ctx context.Context, programmeID, id string) (headway.Runbook, error) {
	return one(ctx, q, "runbook", scanRunbook,
		`SELECT id, programme_id, version, steps, hypercare FROM runbooks WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// AddRunbook stores a runbook as the programme's next version, if its content
// differs from the newest, and tells the version that holds now and whether it is new.
func (t *Tx) AddRunbook(ctx context.Context, r headway.Runbook) (version int, added bool, err error) {
	steps, err := text(r.Steps)
	if err != nil {
		return 0, false, err
	}
	hypercare, err := text(r.Hypercare)
	if err != nil {
		return 0, false, err
	}
	version, added, err = t.nextVersion(ctx, `SELECT version, steps || hypercare FROM runbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`,
		r.ProgrammeID, steps+hypercare)
	if err != nil || !added {
		return version, added, err
	}
	return version, true, t.exec(ctx, `INSERT INTO runbooks (id, programme_id, version, steps, hypercare) VALUES ($1, $2, $3, $4, $5)`,
		r.ID, r.ProgrammeID, version, steps, hypercare)
}
