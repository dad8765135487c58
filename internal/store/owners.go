package store

import (
	"context"
	"time"
)

// OwnersFile is the text of a programme's rules of attribution.
type OwnersFile struct {
	Text   string
	Teams  map[string]string // key of a team by owner as written in the text
	At     time.Time
	ByName string
}

// Owners gives a programme's rules of attribution.
func (q Q) Owners(ctx context.Context, programmeID string) (OwnersFile, error) {
	return one(ctx, q, "attribution", func(row scanner) (OwnersFile, error) {
		var f OwnersFile
		var teams string
		var when int64
		if err := row.Scan(&f.Text, &teams, &when, &f.ByName); err != nil {
			return f, err
		}
		f.At = at(when)
		return f, untext(teams, &f.Teams)
	}, `SELECT text, teams, at, by_name FROM owners WHERE programme_id = $1`, programmeID)
}

// PutOwners stores a programme's rules of attribution.
func (t *Tx) PutOwners(ctx context.Context, programmeID string, f OwnersFile) error {
	teams, err := text(f.Teams)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO owners (programme_id, text, teams, at, by_name) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (programme_id) DO UPDATE SET text = excluded.text, teams = excluded.teams, at = excluded.at, by_name = excluded.by_name`,
		programmeID, f.Text, teams, ms(f.At), f.ByName)
}
