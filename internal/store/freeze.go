package store

import (
	"context"
	"errors"
	"time"

	"headway"
)

const freezeColumns = `id, programme_id, key, name, starts_at, ends_at, reason, recurs, excepted, zone, teams, environments`

func scanFreeze(row scanner) (headway.Freeze, error) {
	var f headway.Freeze
	var from, to int64
	var except, teams, environments string
	if err := row.Scan(&f.ID, &f.ProgrammeID, &f.Key, &f.Name, &from, &to, &f.Reason, &f.Repeat, &except, &f.Zone, &teams, &environments); err != nil {
		return f, err
	}
	f.Span = headway.Interval{From: at(from), To: at(to)}
	return f, errors.Join(untext(except, &f.Except), untext(teams, &f.Teams), untext(environments, &f.Environments))
}

// Freezes lists the freezes of a programme that end after an instant or recur
// (the zero time: all), by start. What recurs stands there once, as it was
// written: see app.freezesIn for the times.
func (q Q) Freezes(ctx context.Context, programmeID string, since time.Time) ([]headway.Freeze, error) {
	return list(ctx, q, scanFreeze, `SELECT `+freezeColumns+` FROM freezes WHERE programme_id = $1 AND (ends_at > $2 OR recurs <> '') ORDER BY starts_at, key`,
		programmeID, ms(since))
}

// PutFreeze stores a freeze under its id, new or changed; its programme is kept.
func (t *Tx) PutFreeze(ctx context.Context, f headway.Freeze) error {
	except, err := text(f.Except)
	if err != nil {
		return err
	}
	teams, err := text(f.Teams)
	if err != nil {
		return err
	}
	environments, err := text(f.Environments)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO freezes (`+freezeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, starts_at = excluded.starts_at,
		ends_at = excluded.ends_at, reason = excluded.reason, recurs = excluded.recurs, excepted = excluded.excepted, zone = excluded.zone,
		teams = excluded.teams, environments = excluded.environments`,
		f.ID, f.ProgrammeID, f.Key, f.Name, ms(f.Span.From), ms(f.Span.To), f.Reason, f.Repeat, except, f.Zone, teams, environments)
}

// RemoveFreeze deletes a freeze.
func (t *Tx) RemoveFreeze(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM freezes WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
