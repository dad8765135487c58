package store

import (
	"context"

	"headway"
)

const overrideColumns = `id, programme_id, release_id, rule, freezes, role, by_user, by_name, reason, at, withdrawn_by, withdrawn_by_name, withdrawn_reason, withdrawn_at`

func scanOverride(row scanner) (headway.Override, error) {
	var o headway.Override
	var when, withdrawn int64
	var freezes string
	if err := row.Scan(&o.ID, &o.ProgrammeID, &o.ReleaseID, &o.Rule, &freezes, &o.Role, &o.By, &o.ByName, &o.Reason, &when,
		&o.WithdrawnBy, &o.WithdrawnByName, &o.WithdrawnReason, &withdrawn); err != nil {
		return o, err
	}
	o.At, o.WithdrawnAt = at(when), at(withdrawn)
	return o, untext(freezes, &o.Freezes)
}

// Overrides lists the overrides of a release, oldest first, withdrawn ones too.
func (q Q) Overrides(ctx context.Context, programmeID, releaseID string) ([]headway.Override, error) {
	return list(ctx, q, scanOverride, `SELECT `+overrideColumns+` FROM overrides WHERE programme_id = $1 AND release_id = $2 ORDER BY at, id`, programmeID, releaseID)
}

// StandingOverrides lists the overrides of a programme that were not withdrawn,
// of releases that are not closed, oldest first.
func (q Q) StandingOverrides(ctx context.Context, programmeID string) ([]headway.Override, error) {
	return list(ctx, q, scanOverride, `SELECT `+overrideColumns+` FROM overrides WHERE programme_id = $1 AND withdrawn_at = 0
		AND release_id IN (SELECT id FROM releases WHERE programme_id = $1 AND state <> $2) ORDER BY at, id`, programmeID, string(headway.ReleaseClosed))
}

// Override finds an override of a programme by id.
func (q Q) Override(ctx context.Context, programmeID, id string) (headway.Override, error) {
	return one(ctx, q, "override", scanOverride, `SELECT `+overrideColumns+` FROM overrides WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// AddOverride stores a new override.
func (t *Tx) AddOverride(ctx context.Context, o headway.Override) error {
	freezes, err := text(o.Freezes)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO overrides (`+overrideColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', 0)`,
		o.ID, o.ProgrammeID, o.ReleaseID, o.Rule, freezes, string(o.Role), o.By, o.ByName, o.Reason, ms(o.At))
}

// WithdrawOverride stores that an override was withdrawn, once, and tells whether it still held.
func (t *Tx) WithdrawOverride(ctx context.Context, o headway.Override) (bool, error) {
	return t.changed(ctx, `UPDATE overrides SET withdrawn_by = $3, withdrawn_by_name = $4, withdrawn_reason = $5, withdrawn_at = $6
		WHERE programme_id = $1 AND id = $2 AND withdrawn_at = 0`, o.ProgrammeID, o.ID, o.WithdrawnBy, o.WithdrawnByName, o.WithdrawnReason, ms(o.WithdrawnAt))
}
