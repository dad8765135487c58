package store

import (
	"context"

	"headway"
)

const gateColumns = `id, programme_id, version, criteria, approvals, changed_by, changed_by_name, changed_at`

func scanGate(row scanner) (headway.Gate, error) {
	var g headway.Gate
	var criteria, approvals string
	var changed int64
	if err := row.Scan(&g.ID, &g.ProgrammeID, &g.Version, &criteria, &approvals, &g.ChangedBy, &g.ChangedByName, &changed); err != nil {
		return g, err
	}
	g.ChangedAt = at(changed)
	if err := untext(criteria, &g.Criteria); err != nil {
		return g, err
	}
	return g, untext(approvals, &g.Approvals)
}

// NewestGate finds the gate of a programme that holds now.
func (q Q) NewestGate(ctx context.Context, programmeID string) (headway.Gate, error) {
	return one(ctx, q, "gate", scanGate,
		`SELECT `+gateColumns+` FROM gates WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`, programmeID)
}

// Gate finds any version of a programme's gate by id.
func (q Q) Gate(ctx context.Context, programmeID, id string) (headway.Gate, error) {
	return one(ctx, q, "gate", scanGate,
		`SELECT `+gateColumns+` FROM gates WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// AddGate stores a gate as the programme's next version, if its content differs
// from the newest, and tells the version that holds now and whether it is new.
func (t *Tx) AddGate(ctx context.Context, g headway.Gate) (version int, added bool, err error) {
	criteria, err := text(g.Criteria)
	if err != nil {
		return 0, false, err
	}
	approvals, err := text(g.Approvals)
	if err != nil {
		return 0, false, err
	}
	version, added, err = t.nextVersion(ctx, `SELECT version, criteria || approvals FROM gates WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`,
		g.ProgrammeID, criteria+approvals)
	if err != nil || !added {
		return version, added, err
	}
	return version, true, t.exec(ctx, `INSERT INTO gates (`+gateColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		g.ID, g.ProgrammeID, version, criteria, approvals, g.ChangedBy, g.ChangedByName, ms(g.ChangedAt))
}
