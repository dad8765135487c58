package store

import (
	"context"
	"time"
)

// WorkDone is a finished backlog item of the playbook: what was estimated for
// it, and what it took.
type WorkDone struct {
	Activity        string
	Estimate, Spent time.Duration
}

func scanWorkDone(row scanner) (WorkDone, error) {
	var w WorkDone
	var estimate, spent int64
	err := row.Scan(&w.Activity, &estimate, &spent)
	w.Estimate, w.Spent = time.Duration(estimate)*time.Minute, time.Duration(spent)*time.Minute
	return w, err
}

// FinishedWork lists the finished items of the playbook, newest first.
func (q Q) FinishedWork(ctx context.Context, programmeID string, limit int) ([]WorkDone, error) {
	return list(ctx, q, scanWorkDone, `SELECT activity, estimate_minutes, spent_minutes FROM backlog_items
		WHERE programme_id = $1 AND state = 'done' AND activity <> '' AND spent_minutes > 0 AND estimate_minutes > 0
		ORDER BY done_at DESC, id LIMIT $2`, programmeID, limit)
}

// Shelved is a candidate of a release that reached production.
type Shelved struct {
	ReleaseID string
	RC        int
	At        time.Time
	Found     time.Time // when the last defect that it fixes was found; zero: none is recorded
}

func scanShelved(row scanner) (Shelved, error) {
	var s Shelved
	var shelved, found int64
	err := row.Scan(&s.ReleaseID, &s.RC, &shelved, &found)
	s.At, s.Found = at(shelved), at(found)
	return s, err
}

// ShelvedOfFinished lists the candidates of the releases that reached
// production last, by release and number.
func (q Q) ShelvedOfFinished(ctx context.Context, programmeID string, releases int) ([]Shelved, error) {
	return list(ctx, q, scanShelved, `SELECT c.release_id, c.rc, c.shelved_at, COALESCE(d.found, 0) FROM candidates c
		LEFT JOIN (SELECT fixed_in, MAX(found_at) AS found FROM defects WHERE programme_id = $1 AND fixed_in <> '' GROUP BY fixed_in) d ON d.fixed_in = c.id
		WHERE c.programme_id = $1 AND c.state <> 'withdrawn' AND c.release_id IN
		(SELECT id FROM releases WHERE programme_id = $1 AND state IN ('live', 'closed') ORDER BY live_at DESC, id LIMIT $2)
		ORDER BY c.release_id, c.rc`, programmeID, releases)
}
