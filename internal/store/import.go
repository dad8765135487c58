package store

import (
	"context"
	"time"

	"headway"
)

// Import is the progress of one file that is being imported into a programme,
// known again by its digest.
type Import struct {
	ID, ProgrammeID    string
	Digest             string // sha256:hex of the file
	RowsDone           int64
	State              string // running or done
	Summary            string // JSON of what the rows so far came to
	StartedAt, EndedAt time.Time
}

const importColumns = `id, programme_id, digest, rows_done, state, summary, started_at, ended_at`

func scanImport(row scanner) (Import, error) {
	var i Import
	var started, ended int64
	err := row.Scan(&i.ID, &i.ProgrammeID, &i.Digest, &i.RowsDone, &i.State, &i.Summary, &started, &ended)
	i.StartedAt, i.EndedAt = at(started), at(ended)
	return i, err
}

// Import finds the import of a file into a programme.
func (q Q) Import(ctx context.Context, programmeID, digest string) (Import, error) {
	return one(ctx, q, "import", scanImport, `SELECT `+importColumns+` FROM imports WHERE programme_id = $1 AND digest = $2`, programmeID, digest)
}

// PutImport stores an import under its id, new or further on.
func (t *Tx) PutImport(ctx context.Context, i Import) error {
	return t.exec(ctx, `INSERT INTO imports (`+importColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET rows_done = excluded.rows_done, state = excluded.state, summary = excluded.summary, ended_at = excluded.ended_at`,
		i.ID, i.ProgrammeID, i.Digest, i.RowsDone, i.State, i.Summary, ms(i.StartedAt), ms(i.EndedAt))
}

// HistoryReleases finds, by component and version, the releases of imported
// history of a team.
func (q Q) HistoryReleases(ctx context.Context, programmeID, teamID string) ([]headway.Release, error) {
	return list(ctx, q, scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND team_id = $2 AND component <> ''`, programmeID, teamID)
}
