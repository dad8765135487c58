package store

import (
	"context"

	"headway"
)

const sprintColumns = `s.id, s.team_id, s.number, s.first_day, s.last_day`

func scanSprint(row scanner) (headway.Sprint, error) {
	var s headway.Sprint
	var from, to string
	if err := row.Scan(&s.ID, &s.TeamID, &s.Number, &from, &to); err != nil {
		return s, err
	}
	if err := s.Start.UnmarshalText([]byte(from)); err != nil {
		return s, err
	}
	return s, s.End.UnmarshalText([]byte(to))
}

// Sprints lists the sprints of all teams of a programme of which any day lies
// between two, both included, by first day.
func (q Q) Sprints(ctx context.Context, programmeID string, from, to headway.Date) ([]headway.Sprint, error) {
	return list(ctx, q, scanSprint, `SELECT `+sprintColumns+` FROM sprints s JOIN teams t ON t.id = s.team_id
		WHERE t.programme_id = $1 AND s.last_day >= $2 AND s.first_day <= $3 ORDER BY s.first_day, t.key, s.number`, programmeID, from.String(), to.String())
}

// SprintsOf lists the sprints of a team by number.
func (q Q) SprintsOf(ctx context.Context, programmeID, teamID string) ([]headway.Sprint, error) {
	return list(ctx, q, scanSprint, `SELECT `+sprintColumns+` FROM sprints s JOIN teams t ON t.id = s.team_id
		WHERE t.programme_id = $1 AND s.team_id = $2 ORDER BY s.number`, programmeID, teamID)
}

// Sprint finds a sprint of a programme by id.
func (q Q) Sprint(ctx context.Context, programmeID, id string) (headway.Sprint, error) {
	return one(ctx, q, "sprint", scanSprint, `SELECT `+sprintColumns+` FROM sprints s JOIN teams t ON t.id = s.team_id
		WHERE t.programme_id = $1 AND s.id = $2`, programmeID, id)
}

// PutSprint stores a sprint under its id, new or moved.
func (t *Tx) PutSprint(ctx context.Context, s headway.Sprint) error {
	return t.exec(ctx, `INSERT INTO sprints (id, team_id, number, first_day, last_day) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, first_day = excluded.first_day, last_day = excluded.last_day`,
		s.ID, s.TeamID, s.Number, s.Start.String(), s.End.String())
}

// RemoveSprint deletes a sprint that no release refers to; items that the team
// had taken into it are in no sprint afterwards.
func (t *Tx) RemoveSprint(ctx context.Context, id string) error {
	if err := t.exec(ctx, `UPDATE team_items SET sprint_id = '', version = version + 1 WHERE sprint_id = $1`, id); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM sprints WHERE id = $1`, id)
}
