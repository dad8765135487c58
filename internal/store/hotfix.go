package store

import (
	"context"

	"headway"
)

const dutyColumns = `id, programme_id, release_id, hotfix_id, version, candidate_id, rebase, rerun, at`

func scanDuty(row scanner) (headway.HotfixDuty, error) {
	var d headway.HotfixDuty
	var rebase, when int64
	var rerun string
	if err := row.Scan(&d.ID, &d.ProgrammeID, &d.ReleaseID, &d.HotfixID, &d.Version, &d.CandidateID, &rebase, &rerun, &when); err != nil {
		return d, err
	}
	d.Rebase, d.At = rebase != 0, at(when)
	return d, untext(rerun, &d.Rerun)
}

// HotfixDuties lists what a release owes to hot fixes that went live, oldest first.
func (q Q) HotfixDuties(ctx context.Context, programmeID, releaseID string) ([]headway.HotfixDuty, error) {
	return list(ctx, q, scanDuty, `SELECT `+dutyColumns+` FROM hotfix_duties WHERE programme_id = $1 AND release_id = $2 ORDER BY at, id`, programmeID, releaseID)
}

// DutiesTo lists what releases owe to one hot fix.
func (q Q) DutiesTo(ctx context.Context, programmeID, hotfixID string) ([]headway.HotfixDuty, error) {
	return list(ctx, q, scanDuty, `SELECT `+dutyColumns+` FROM hotfix_duties WHERE programme_id = $1 AND hotfix_id = $2 ORDER BY release_id`, programmeID, hotfixID)
}

// DropHotfixDuty forgets what a release owed to a hot fix.
func (t *Tx) DropHotfixDuty(ctx context.Context, d headway.HotfixDuty) error {
	return t.exec(ctx, `DELETE FROM hotfix_duties WHERE programme_id = $1 AND id = $2`, d.ProgrammeID, d.ID)
}

// AddHotfixDuty stores what a release owes to a hot fix. A hot fix that goes
// live again, after it was taken back, asks for it anew.
func (t *Tx) AddHotfixDuty(ctx context.Context, d headway.HotfixDuty) error {
	rerun, err := text(d.Rerun)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO hotfix_duties (`+dutyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (release_id, hotfix_id) DO UPDATE SET candidate_id = $6, rebase = $7, rerun = $8, at = $9`,
		d.ID, d.ProgrammeID, d.ReleaseID, d.HotfixID, d.Version, d.CandidateID, flag(d.Rebase), rerun, ms(d.At))
}
