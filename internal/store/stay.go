package store

import (
	"context"
	"time"

	"headway"
)

const stayColumns = `s.id, s.programme_id, s.environment_id, e.key, s.candidate_id, c.release_id, r.team_id, s.from_at, s.to_at, s.by_name`

const stayTables = ` FROM stays s JOIN environments e ON e.id = s.environment_id JOIN candidates c ON c.id = s.candidate_id JOIN releases r ON r.id = c.release_id`

func scanStay(row scanner) (headway.Stay, error) {
	var s headway.Stay
	var from, to int64
	err := row.Scan(&s.ID, &s.ProgrammeID, &s.EnvironmentID, &s.Environment, &s.CandidateID, &s.ReleaseID, &s.TeamID, &from, &to, &s.By)
	s.From, s.To = at(from), at(to)
	return s, err
}

// StaysOf lists where a candidate was from when to when, oldest first.
func (q Q) StaysOf(ctx context.Context, programmeID, candidateID string) ([]headway.Stay, error) {
	return list(ctx, q, scanStay, `SELECT `+stayColumns+stayTables+` WHERE s.programme_id = $1 AND s.candidate_id = $2 ORDER BY s.from_at, s.id`, programmeID, candidateID)
}

// Stays lists what was on the environments of a programme within a span, oldest first.
func (q Q) Stays(ctx context.Context, programmeID string, span headway.Interval) ([]headway.Stay, error) {
	return list(ctx, q, scanStay, `SELECT `+stayColumns+stayTables+` WHERE s.programme_id = $1 AND s.from_at < $3 AND (s.to_at = 0 OR s.to_at > $2) ORDER BY s.from_at, s.id`,
		programmeID, ms(span.From), ms(span.To))
}

// StaysNow lists what is on an environment, oldest first.
func (q Q) StaysNow(ctx context.Context, programmeID, environmentID string) ([]headway.Stay, error) {
	return list(ctx, q, scanStay, `SELECT `+stayColumns+stayTables+` WHERE s.programme_id = $1 AND s.environment_id = $2 AND s.to_at = 0 ORDER BY s.from_at, s.id`,
		programmeID, environmentID)
}

// StayBefore finds what of a team was on an environment before an instant,
// other than one candidate.
func (q Q) StayBefore(ctx context.Context, programmeID, environmentID, teamID, candidateID string, when time.Time) (headway.Stay, error) {
	return one(ctx, q, "stay", scanStay, `SELECT `+stayColumns+stayTables+` WHERE s.programme_id = $1 AND s.environment_id = $2 AND r.team_id = $3
		AND s.candidate_id <> $4 AND s.from_at <= $5 ORDER BY s.from_at DESC, s.id DESC LIMIT 1`, programmeID, environmentID, teamID, candidateID, ms(when))
}

// EndStay stores that a candidate is not there any more.
func (t *Tx) EndStay(ctx context.Context, id string, when time.Time) error {
	return t.exec(ctx, `UPDATE stays SET to_at = $2 WHERE id = $1 AND to_at = 0`, id, ms(when))
}

// AddStay stores that a candidate is on an environment from now on.
func (t *Tx) AddStay(ctx context.Context, s headway.Stay) error {
	return t.exec(ctx, `INSERT INTO stays (id, programme_id, environment_id, candidate_id, from_at, to_at, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.ProgrammeID, s.EnvironmentID, s.CandidateID, ms(s.From), ms(s.To), s.By)
}
