package store

import (
	"context"

	"headway"
)

// SealedConnection is a connection as it is stored: its secrets are sealed.
type SealedConnection struct {
	headway.Connection
	SealedSecret, SealedSigning string
}

const connectionColumns = `id, programme_id, key, kind, url, username, secret, signing, changed_by, changed_by_name, changed_at`

func scanConnection(row scanner) (SealedConnection, error) {
	var c SealedConnection
	var changed int64
	err := row.Scan(&c.ID, &c.ProgrammeID, &c.Key, &c.Kind, &c.URL, &c.Username, &c.SealedSecret, &c.SealedSigning, &c.ChangedBy, &c.ChangedByName, &changed)
	c.ChangedAt = at(changed)
	return c, err
}

// Connections lists the connections of a programme by key.
func (q Q) Connections(ctx context.Context, programmeID string) ([]SealedConnection, error) {
	return list(ctx, q, scanConnection, `SELECT `+connectionColumns+` FROM connections WHERE programme_id = $1 ORDER BY key`, programmeID)
}

// ConnectionByKey finds a connection of a programme.
func (q Q) ConnectionByKey(ctx context.Context, programmeID, key string) (SealedConnection, error) {
	return one(ctx, q, "connection", scanConnection, `SELECT `+connectionColumns+` FROM connections WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// PutConnection stores a connection, new or in place of the one with its id.
func (t *Tx) PutConnection(ctx context.Context, c SealedConnection) error {
	return t.exec(ctx, `INSERT INTO connections (`+connectionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, url = excluded.url, username = excluded.username, secret = excluded.secret,
		signing = excluded.signing, changed_by = excluded.changed_by, changed_by_name = excluded.changed_by_name, changed_at = excluded.changed_at`,
		c.ID, c.ProgrammeID, c.Key, string(c.Kind), c.URL, c.Username, c.SealedSecret, c.SealedSigning, c.ChangedBy, c.ChangedByName, ms(c.ChangedAt))
}

// RemoveConnection deletes a connection of a programme.
func (t *Tx) RemoveConnection(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM connections WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
