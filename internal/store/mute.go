package store

import (
	"context"
	"time"

	"headway"
)

const muteColumns = `id, programme_id, team_id, case_id, owner, reason, at, expires_at, by_user, by_name, lifted_at, lifted_by_name`

func scanMute(row scanner) (headway.Mute, error) {
	var m headway.Mute
	var when, expires, lifted int64
	err := row.Scan(&m.ID, &m.ProgrammeID, &m.TeamID, &m.Case, &m.Owner, &m.Reason, &when, &expires, &m.By, &m.ByName, &lifted, &m.LiftedByName)
	m.At, m.ExpiresAt, m.LiftedAt = at(when), at(expires), at(lifted)
	return m, err
}

// Mute finds a mute of a programme by id.
func (q Q) Mute(ctx context.Context, programmeID, id string) (headway.Mute, error) {
	return one(ctx, q, "mute", scanMute, `SELECT `+muteColumns+` FROM mutes WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// Mutes lists the mutes of a programme that were not lifted, expired ones too,
// newest first; those of one team, unless that is empty.
func (q Q) Mutes(ctx context.Context, programmeID, teamID string) ([]headway.Mute, error) {
	return list(ctx, q, scanMute, `SELECT `+muteColumns+` FROM mutes WHERE programme_id = $1
		AND (CAST($2 AS TEXT) = '' OR team_id = $2) AND lifted_at = 0 ORDER BY at DESC, id DESC`, programmeID, teamID)
}

// AddMute stores a new mute.
func (t *Tx) AddMute(ctx context.Context, m headway.Mute) error {
	return t.exec(ctx, `INSERT INTO mutes (`+muteColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		m.ID, m.ProgrammeID, m.TeamID, m.Case, m.Owner, m.Reason, ms(m.At), ms(m.ExpiresAt), m.By, m.ByName, ms(m.LiftedAt), m.LiftedByName)
}

// LiftMute ends a mute before it expires; false when it was lifted already.
func (t *Tx) LiftMute(ctx context.Context, programmeID, id, by string, now time.Time) (bool, error) {
	return t.changed(ctx, `UPDATE mutes SET lifted_at = $3, lifted_by_name = $4 WHERE programme_id = $1 AND id = $2 AND lifted_at = 0`,
		programmeID, id, ms(now), by)
}
