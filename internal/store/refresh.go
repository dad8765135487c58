package store

import (
	"context"
	"time"

	"headway"
)

const refreshColumns = `id, programme_id, environment_id, item_id, data_gb, asked_by, asked_by_name, asked_at, done_at, spent`

func scanRefresh(row scanner) (headway.Refresh, error) {
	var r headway.Refresh
	var asked, done, spent int64
	err := row.Scan(&r.ID, &r.ProgrammeID, &r.EnvironmentID, &r.ItemID, &r.DataGB, &r.AskedBy, &r.AskedByName, &asked, &done, &spent)
	r.AskedAt, r.DoneAt, r.Spent = at(asked), at(done), time.Duration(spent)*time.Minute
	return r, err
}

// RefreshOfItem finds the refresh that an item of the backlog brings.
func (q Q) RefreshOfItem(ctx context.Context, programmeID, itemID string) (headway.Refresh, error) {
	return one(ctx, q, "refresh", scanRefresh, `SELECT `+refreshColumns+` FROM refreshes WHERE programme_id = $1 AND item_id = $2`, programmeID, itemID)
}

// Refreshes lists the newest refreshes of a programme, newest first.
func (q Q) Refreshes(ctx context.Context, programmeID string, limit int) ([]headway.Refresh, error) {
	return list(ctx, q, scanRefresh, `SELECT `+refreshColumns+` FROM refreshes WHERE programme_id = $1 ORDER BY asked_at DESC, id DESC LIMIT $2`, programmeID, limit)
}

// OpenRefreshes lists the refreshes of a programme whose work is open, oldest first.
func (q Q) OpenRefreshes(ctx context.Context, programmeID string) ([]headway.Refresh, error) {
	return list(ctx, q, scanRefresh, `SELECT `+refreshColumns+` FROM refreshes WHERE programme_id = $1
		AND item_id IN (SELECT id FROM backlog_items WHERE programme_id = $1 AND state IN ('todo', 'doing', 'blocked')) ORDER BY asked_at, id`, programmeID)
}

// PutRefresh stores a refresh, new or with its end.
func (t *Tx) PutRefresh(ctx context.Context, r headway.Refresh) error {
	return t.exec(ctx, `INSERT INTO refreshes (`+refreshColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET done_at = excluded.done_at, spent = excluded.spent`,
		r.ID, r.ProgrammeID, r.EnvironmentID, r.ItemID, r.DataGB, r.AskedBy, r.AskedByName, ms(r.AskedAt), ms(r.DoneAt), int64(r.Spent/time.Minute))
}
