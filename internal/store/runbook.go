package store

import (
	"context"
	"fmt"

	"headway"
)

const runbookColumns = `id, programme_id, version, steps, hypercare, variables, hypercare_days, changed_by, changed_by_name, changed_at`

func scanRunbook(row scanner) (headway.Runbook, error) {
	var r headway.Runbook
	var steps, hypercare, variables string
	var changed int64
	if err := row.Scan(&r.ID, &r.ProgrammeID, &r.Version, &steps, &hypercare, &variables, &r.HypercareDays, &r.ChangedBy, &r.ChangedByName, &changed); err != nil {
		return r, err
	}
	r.ChangedAt = at(changed)
	if err := untext(steps, &r.Steps); err != nil {
		return r, err
	}
	if err := untext(variables, &r.Variables); err != nil {
		return r, err
	}
	return r, untext(hypercare, &r.Hypercare)
}

// NewestRunbook finds the runbook of a programme that holds now.
func (q Q) NewestRunbook(ctx context.Context, programmeID string) (headway.Runbook, error) {
	return one(ctx, q, "runbook", scanRunbook,
		`SELECT `+runbookColumns+` FROM runbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`, programmeID)
}

// Runbook finds any version of a programme's runbook by id.
func (q Q) Runbook(ctx context.Context, programmeID, id string) (headway.Runbook, error) {
	return one(ctx, q, "runbook", scanRunbook,
		`SELECT `+runbookColumns+` FROM runbooks WHERE programme_id = $1 AND id = $2`, programmeID, id)
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
	variables, err := text(r.Variables)
	if err != nil {
		return 0, false, err
	}
	rest := fmt.Sprintf("%s%d", variables, r.HypercareDays)
	version, added, err = t.nextVersion(ctx, `SELECT version, steps || hypercare || variables || CAST(hypercare_days AS TEXT) FROM runbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`,
		r.ProgrammeID, steps+hypercare+rest)
	if err != nil || !added {
		return version, added, err
	}
	return version, true, t.exec(ctx, `INSERT INTO runbooks (`+runbookColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.ProgrammeID, version, steps, hypercare, variables, r.HypercareDays, r.ChangedBy, r.ChangedByName, ms(r.ChangedAt))
}
