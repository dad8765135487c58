package store

import (
	"context"
	"time"

	"headway"
)

const waiverColumns = `id, candidate_id, criterion, role, by_user, by_name, reason, at, expires_at, freezes`

func scanWaiver(row scanner) (headway.Waiver, error) {
	var w headway.Waiver
	var when, expires int64
	var freezes string
	if err := row.Scan(&w.ID, &w.CandidateID, &w.Criterion, &w.Role, &w.By, &w.ByName, &w.Reason, &when, &expires, &freezes); err != nil {
		return w, err
	}
	w.At, w.ExpiresAt = at(when), at(expires)
	return w, untext(freezes, &w.Freezes)
}

// WaiversOf lists the waivers for a candidate, oldest first, expired ones too.
func (q Q) WaiversOf(ctx context.Context, candidateID string) ([]headway.Waiver, error) {
	return list(ctx, q, scanWaiver, `SELECT `+waiverColumns+` FROM waivers WHERE candidate_id = $1 ORDER BY at, id`, candidateID)
}

// StandingWaivers lists the waivers of a programme that hold at a time, oldest
// first: by release, of its candidate on the shelf.
func (q Q) StandingWaivers(ctx context.Context, programmeID string, now time.Time) (map[string][]headway.Waiver, error) {
	all, err := list(ctx, q, scanWaiver, `SELECT `+waiverColumns+` FROM waivers WHERE expires_at > $2
		AND candidate_id IN (SELECT id FROM candidates WHERE programme_id = $1 AND state = 'shelved') ORDER BY at, id`, programmeID, ms(now))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	shelf, err := q.CandidatesOnShelf(ctx, programmeID)
	out := map[string][]headway.Waiver{}
	for _, w := range all {
		for _, c := range shelf {
			if c.ID == w.CandidateID {
				out[c.ReleaseID] = append(out[c.ReleaseID], w)
			}
		}
	}
	return out, err
}

// AddWaiver stores a new waiver.
func (t *Tx) AddWaiver(ctx context.Context, w headway.Waiver) error {
	freezes, err := text(w.Freezes)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO waivers (`+waiverColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		w.ID, w.CandidateID, w.Criterion, string(w.Role), w.By, w.ByName, w.Reason, ms(w.At), ms(w.ExpiresAt), freezes)
}
