package store

import (
	"context"
	"time"

	"headway"
)

const freezeColumns = `id, programme_id, key, name, starts_at, ends_at, reason`

func scanFreeze(row scanner) (headway.Freeze, error) {
	var f headway.Freeze
	var from, to int64
	err := row.Scan(&f.ID, &f.ProgrammeID, &f.Key, &f.Name, &from, &to, &f.Reason)
	f.Span = headway.Interval{From: at(from), To: at(to)}
	return f, err
}

// Freezes lists the freezes of a programme that end after an instant (the zero
// time: all), by start.
func (q Q) Freezes(ctx context.Context, programmeID string, since time.Time) ([]headway.Freeze, error) {
	return list(ctx, q, scanFreeze, `SELECT `+freezeColumns+` FROM freezes WHERE programme_id = $1 AND ends_at > $2 ORDER BY starts_at, key`,
		programmeID, ms(since))
}

// PutFreeze stores a freeze under its id, new or changed; its programme is kept.
func (t *Tx) PutFreeze(ctx context.Context, f headway.Freeze) error {
	return t.exec(ctx, `INSERT INTO freezes (`+freezeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, starts_at = excluded.starts_at,
		ends_at = excluded.ends_at, reason = excluded.reason`,
		f.ID, f.ProgrammeID, f.Key, f.Name, ms(f.Span.From), ms(f.Span.To), f.Reason)
}

// RemoveFreeze deletes a freeze.
func (t *Tx) RemoveFreeze(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM freezes WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
