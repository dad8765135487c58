package store

import (
	"context"

	"headway"
)

const teamColumns = `id, programme_id, key, name, kind, cadence_first, cadence_days, cadence_version, priority`

func scanTeam(row scanner) (headway.Team, error) {
	var t headway.Team
	var first string
	if err := row.Scan(&t.ID, &t.ProgrammeID, &t.Key, &t.Name, &t.Kind, &first, &t.Cadence.Days, &t.Cadence.Version, &t.Priority); err != nil {
		return t, err
	}
	return t, t.Cadence.First.UnmarshalText([]byte(first))
}

// Teams lists the teams of a programme by key.
func (q Q) Teams(ctx context.Context, programmeID string) ([]headway.Team, error) {
	return list(ctx, q, scanTeam, `SELECT `+teamColumns+` FROM teams WHERE programme_id = $1 ORDER BY key`, programmeID)
}

// Team finds a team of a programme by id.
func (q Q) Team(ctx context.Context, programmeID, id string) (headway.Team, error) {
	return one(ctx, q, "team", scanTeam, `SELECT `+teamColumns+` FROM teams WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// TeamByKey finds a team of a programme by key.
func (q Q) TeamByKey(ctx context.Context, programmeID, key string) (headway.Team, error) {
	return one(ctx, q, "team", scanTeam, `SELECT `+teamColumns+` FROM teams WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// PutTeam stores a team under its id, new or changed; its programme is kept.
func (t *Tx) PutTeam(ctx context.Context, team headway.Team) error {
	return t.exec(ctx, `INSERT INTO teams (`+teamColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, kind = excluded.kind,
		cadence_first = excluded.cadence_first, cadence_days = excluded.cadence_days,
		cadence_version = excluded.cadence_version, priority = excluded.priority`,
		team.ID, team.ProgrammeID, team.Key, team.Name, string(team.Kind), team.Cadence.First.String(), team.Cadence.Days,
		team.Cadence.Version, team.Priority)
}

// RemoveTeam deletes a team with its sprints, people and releases.
func (t *Tx) RemoveTeam(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM teams WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
