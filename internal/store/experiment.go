package store

import (
	"context"

	"headway"
)

const experimentColumns = `id, programme_id, number, cause, who, change, aim, owner, base_days, base_releases, state, conclusion,
	started_at, started_by_name, closed_at`

func scanExperiment(row scanner) (headway.Experiment, error) {
	var e headway.Experiment
	var started, closed int64
	err := row.Scan(&e.ID, &e.ProgrammeID, &e.Number, &e.Cause, &e.Who, &e.Change, &e.Aim, &e.Owner, &e.BaseDays, &e.BaseReleases, &e.State, &e.Conclusion,
		&started, &e.StartedByName, &closed)
	e.StartedAt, e.ClosedAt = at(started), at(closed)
	return e, err
}

// Experiments lists the experiments of a programme, newest first.
func (q Q) Experiments(ctx context.Context, programmeID string, limit int) ([]headway.Experiment, error) {
	return list(ctx, q, scanExperiment, `SELECT `+experimentColumns+` FROM experiments WHERE programme_id = $1 ORDER BY number DESC LIMIT $2`, programmeID, limit)
}

// ExperimentByNumber finds an experiment of a programme.
func (q Q) ExperimentByNumber(ctx context.Context, programmeID string, number int) (headway.Experiment, error) {
	return one(ctx, q, "experiment", scanExperiment, `SELECT `+experimentColumns+` FROM experiments WHERE programme_id = $1 AND number = $2`, programmeID, number)
}

// LastExperiment gives the highest number of a programme's experiments, 0 when there is none.
func (q Q) LastExperiment(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, q, "number", scanInt, `SELECT COALESCE(MAX(number), 0) FROM experiments WHERE programme_id = $1`, programmeID)
}

// AddExperiment stores a new experiment; a second one of the same number is a Conflict.
func (t *Tx) AddExperiment(ctx context.Context, e headway.Experiment) error {
	return t.exec(ctx, `INSERT INTO experiments (`+experimentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		e.ID, e.ProgrammeID, e.Number, string(e.Cause), e.Who, e.Change, e.Aim, e.Owner, e.BaseDays, e.BaseReleases, string(e.State), e.Conclusion,
		ms(e.StartedAt), e.StartedByName, ms(e.ClosedAt))
}

// CloseExperiment stores a conclusion if the experiment still runs, and tells whether it did.
func (t *Tx) CloseExperiment(ctx context.Context, e headway.Experiment) (bool, error) {
	return t.changed(ctx, `UPDATE experiments SET state = $3, conclusion = $4, closed_at = $5 WHERE programme_id = $1 AND id = $2 AND state = 'running'`,
		e.ProgrammeID, e.ID, string(e.State), e.Conclusion, ms(e.ClosedAt))
}
