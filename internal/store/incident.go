package store

import (
	"context"
	"time"

	"headway"
)

const incidentColumns = `id, programme_id, number, release_id, candidate_id, title, detail, severity, state, defect_id, mitigation, reason,
	opened_by, opened_by_name, started_at, opened_at, mitigated_at, closed_at`

func scanIncident(row scanner) (headway.Incident, error) {
	var i headway.Incident
	var started, opened, mitigated, closed int64
	err := row.Scan(&i.ID, &i.ProgrammeID, &i.Number, &i.ReleaseID, &i.CandidateID, &i.Title, &i.Detail, &i.Severity, &i.State, &i.DefectID, &i.Mitigation, &i.Reason,
		&i.OpenedBy, &i.OpenedByName, &started, &opened, &mitigated, &closed)
	i.StartedAt, i.OpenedAt, i.MitigatedAt, i.ClosedAt = at(started), at(opened), at(mitigated), at(closed)
	return i, err
}

// IncidentByNumber finds an incident of a programme by its number.
func (q Q) IncidentByNumber(ctx context.Context, programmeID string, number int) (headway.Incident, error) {
	return one(ctx, q, "incident", scanIncident, `SELECT `+incidentColumns+` FROM incidents WHERE programme_id = $1 AND number = $2`, programmeID, number)
}

// Incidents lists the incidents of a programme before a number (0: from the
// newest), newest first; state and release narrow the list unless empty.
func (q Q) Incidents(ctx context.Context, programmeID string, state headway.IncidentState, releaseID string, before, limit int) ([]headway.Incident, error) {
	return list(ctx, q, scanIncident, `SELECT `+incidentColumns+` FROM incidents WHERE programme_id = $1
		AND (CAST($2 AS TEXT) = '' OR state = $2) AND (CAST($3 AS TEXT) = '' OR release_id = $3) AND (CAST($4 AS BIGINT) = 0 OR number < $4)
		ORDER BY number DESC LIMIT $5`, programmeID, string(state), releaseID, before, limit)
}

// IncidentsSince lists the incidents of a programme that began at or after an
// instant, oldest first.
func (q Q) IncidentsSince(ctx context.Context, programmeID string, since time.Time) ([]headway.Incident, error) {
	return list(ctx, q, scanIncident, `SELECT `+incidentColumns+` FROM incidents WHERE programme_id = $1 AND started_at >= $2 ORDER BY started_at, number`,
		programmeID, ms(since))
}

// NextIncident draws the next incident number of a programme.
func (t *Tx) NextIncident(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, t.Q, "programme", scanInt, `UPDATE programmes SET incidents = incidents + 1 WHERE id = $1 RETURNING incidents`, programmeID)
}

// AddIncident stores a new incident.
func (t *Tx) AddIncident(ctx context.Context, i headway.Incident) error {
	return t.exec(ctx, `INSERT INTO incidents (`+incidentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		i.ID, i.ProgrammeID, i.Number, i.ReleaseID, i.CandidateID, i.Title, i.Detail, string(i.Severity), string(i.State), i.DefectID, i.Mitigation, i.Reason,
		i.OpenedBy, i.OpenedByName, ms(i.StartedAt), ms(i.OpenedAt), ms(i.MitigatedAt), ms(i.ClosedAt))
}

// PutIncident stores where an incident stands: what it is and who told of it never change.
func (t *Tx) PutIncident(ctx context.Context, i headway.Incident) error {
	return t.exec(ctx, `UPDATE incidents SET severity = $3, state = $4, defect_id = $5, mitigation = $6, reason = $7, mitigated_at = $8, closed_at = $9
		WHERE programme_id = $1 AND id = $2`,
		i.ProgrammeID, i.ID, string(i.Severity), string(i.State), i.DefectID, i.Mitigation, i.Reason, ms(i.MitigatedAt), ms(i.ClosedAt))
}
