package store

import (
	"context"
	"time"

	"headway"
)

const defectColumns = `id, programme_id, number, release_id, candidate_id, team_id, evidence_id, case_id, title, detail, severity, state,
	fixed_in, reason, found_by, found_by_name, found_at, closed_at, component, source, source_ref, fix_here, effort_minutes`

func scanDefect(row scanner) (headway.Defect, error) {
	var d headway.Defect
	var found, closed, here, effort int64
	err := row.Scan(&d.ID, &d.ProgrammeID, &d.Number, &d.ReleaseID, &d.CandidateID, &d.TeamID, &d.EvidenceID, &d.CaseID, &d.Title, &d.Detail, &d.Severity, &d.State,
		&d.FixedIn, &d.Reason, &d.FoundBy, &d.FoundByName, &found, &closed, &d.Component, &d.Source, &d.SourceRef, &here, &effort)
	d.FoundAt, d.ClosedAt, d.FixHere, d.Effort = at(found), at(closed), here != 0, time.Duration(effort)*time.Minute
	return d, err
}

// DefectByNumber finds a defect of a programme by its number.
func (q Q) DefectByNumber(ctx context.Context, programmeID string, number int) (headway.Defect, error) {
	return one(ctx, q, "defect", scanDefect, `SELECT `+defectColumns+` FROM defects WHERE programme_id = $1 AND number = $2`, programmeID, number)
}

// Defect finds a defect of a programme by id.
func (q Q) Defect(ctx context.Context, programmeID, id string) (headway.Defect, error) {
	return one(ctx, q, "defect", scanDefect, `SELECT `+defectColumns+` FROM defects WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// defectsOfRelease begins at the release: asked for a programme and a release,
// SQLite would go through all defects of the programme.
const defectsOfRelease = ` FROM releases r JOIN defects d ON d.release_id = r.id WHERE r.programme_id = $1 AND r.id = $2`

// DefectsOf lists the defects of a release, newest first.
func (q Q) DefectsOf(ctx context.Context, programmeID, releaseID string) ([]headway.Defect, error) {
	return list(ctx, q, scanDefect, `SELECT `+ofTable("d", defectColumns)+defectsOfRelease+` ORDER BY d.number DESC`, programmeID, releaseID)
}

// OpenDefectsOf lists the open defects of a release, oldest first.
func (q Q) OpenDefectsOf(ctx context.Context, programmeID, releaseID string) ([]headway.Defect, error) {
	return list(ctx, q, scanDefect, `SELECT `+ofTable("d", defectColumns)+defectsOfRelease+` AND d.state = 'open' ORDER BY d.number`, programmeID, releaseID)
}

// DefectFilter narrows a list of defects; empty fields do not.
type DefectFilter struct {
	State                       headway.DefectState
	Severity                    headway.Severity
	TeamID, ReleaseID, Contains string
	Before                      int // number before which to go on, 0: from the newest
}

// Defects lists the defects of a programme, newest first.
func (q Q) Defects(ctx context.Context, programmeID string, f DefectFilter, limit int) ([]headway.Defect, error) {
	return list(ctx, q, scanDefect, `SELECT `+defectColumns+` FROM defects WHERE programme_id = $1
		AND (CAST($2 AS TEXT) = '' OR state = $2) AND (CAST($3 AS TEXT) = '' OR severity = $3)
		AND (CAST($4 AS TEXT) = '' OR team_id = $4) AND (CAST($5 AS TEXT) = '' OR release_id = $5)
		AND (CAST($6 AS BIGINT) = 0 OR number < $6) AND (CAST($7 AS TEXT) = '' OR LOWER(title) LIKE $8 ESCAPE '\')
		ORDER BY number DESC LIMIT $9`,
		programmeID, string(f.State), string(f.Severity), f.TeamID, f.ReleaseID, f.Before, f.Contains, like(f.Contains), limit)
}

// CountOpenDefects counts the open defects of a programme.
func (q Q) CountOpenDefects(ctx context.Context, programmeID string) (int, error) {
	n, err := one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM defects WHERE programme_id = $1 AND state = 'open'`, programmeID)
	return int(n), err
}

// AddDefect stores a new defect.
func (t *Tx) AddDefect(ctx context.Context, d headway.Defect) error {
	return t.exec(ctx, `INSERT INTO defects (`+defectColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
		$19, $20, $21, $22, $23)`,
		d.ID, d.ProgrammeID, d.Number, d.ReleaseID, d.CandidateID, d.TeamID, d.EvidenceID, d.CaseID, d.Title, d.Detail, string(d.Severity), string(d.State),
		d.FixedIn, d.Reason, d.FoundBy, d.FoundByName, ms(d.FoundAt), ms(d.ClosedAt),
		d.Component, string(d.Source), d.SourceRef, flag(d.FixHere), int64(d.Effort/time.Minute))
}

// PutDefect stores where a defect stands now: what it is and who found it never change.
func (t *Tx) PutDefect(ctx context.Context, d headway.Defect) error {
	return t.exec(ctx, `UPDATE defects SET severity = $3, state = $4, fixed_in = $5, reason = $6, closed_at = $7, team_id = $8, evidence_id = $9,
		component = $10, fix_here = $11, effort_minutes = $12
		WHERE programme_id = $1 AND id = $2`,
		d.ProgrammeID, d.ID, string(d.Severity), string(d.State), d.FixedIn, d.Reason, ms(d.ClosedAt), d.TeamID, d.EvidenceID,
		d.Component, flag(d.FixHere), int64(d.Effort/time.Minute))
}

// DefectsFoundSince lists the defects of a programme that were found at or
// after an instant, oldest first.
func (q Q) DefectsFoundSince(ctx context.Context, programmeID string, since time.Time) ([]headway.Defect, error) {
	return list(ctx, q, scanDefect, `SELECT `+defectColumns+` FROM defects WHERE programme_id = $1 AND found_at >= $2 ORDER BY found_at, number`,
		programmeID, ms(since))
}
