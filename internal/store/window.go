package store

import (
	"context"

	"headway"
)

const windowColumns = `id, programme_id, key, name, days, start_minute, minutes, zone`

func scanWindow(row scanner) (headway.Window, error) {
	var w headway.Window
	var days string
	if err := row.Scan(&w.ID, &w.ProgrammeID, &w.Key, &w.Name, &days, &w.Start, &w.Minutes, &w.Zone); err != nil {
		return w, err
	}
	return w, untext(days, &w.Days)
}

// Windows lists the change windows of a programme by key.
func (q Q) Windows(ctx context.Context, programmeID string) ([]headway.Window, error) {
	return list(ctx, q, scanWindow, `SELECT `+windowColumns+` FROM windows WHERE programme_id = $1 ORDER BY key`, programmeID)
}

// PutWindow stores a change window under its id, new or changed; its programme is kept.
func (t *Tx) PutWindow(ctx context.Context, w headway.Window) error {
	days, err := text(w.Days)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO windows (`+windowColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, days = excluded.days,
		start_minute = excluded.start_minute, minutes = excluded.minutes, zone = excluded.zone`,
		w.ID, w.ProgrammeID, w.Key, w.Name, days, int(w.Start), w.Minutes, w.Zone)
}

// RemoveWindow deletes a change window.
func (t *Tx) RemoveWindow(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM windows WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
