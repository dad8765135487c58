package store

import (
	"context"
	"time"

	"headway"
)

// StepTime is how long a step took once, with what its amount of data is read from.
type StepTime struct {
	Step           headway.RunbookStep
	Started, Ended time.Time
	Rehearsal      bool
	Facts          headway.Facts // of the candidate
	DataGB         float64       // on the environment
}

// StepTimes lists the first attempts at steps that succeeded in the newest
// rehearsals and deployments of a programme, newest first. What a step reads of
// its runbook is left out when no volume tells how long it takes.
func (q Q) StepTimes(ctx context.Context, programmeID string, deployments, steps int) ([]StepTime, error) {
	return list(ctx, q, func(row scanner) (StepTime, error) {
		var t StepTime
		var step, facts string
		var started, ended, rehearsal int64
		if err := row.Scan(&t.Step.Key, &step, &started, &ended, &rehearsal, &facts, &t.DataGB); err != nil {
			return t, err
		}
		t.Started, t.Ended, t.Rehearsal = at(started), at(ended), rehearsal != 0
		if step == "" {
			return t, nil
		}
		if err := untext(step, &t.Step); err != nil {
			return t, err
		}
		return t, untext(facts, &t.Facts)
	}, `SELECT s.key, CASE WHEN s.step LIKE '%"volume"%' THEN s.step ELSE '' END, s.started_at, s.ended_at, d.rehearsal, c.facts, COALESCE(e.data_gb, 0)
		FROM (SELECT id, candidate_id, environment_id, rehearsal FROM deployments
			WHERE programme_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2) d
		JOIN deployment_steps s ON s.deployment_id = d.id JOIN candidates c ON c.id = d.candidate_id
		LEFT JOIN environments e ON e.id = d.environment_id
		WHERE s.state = 'succeeded' AND s.attempt = 1 AND s.started_at > 0
		ORDER BY s.ended_at DESC, s.id LIMIT $3`, programmeID, deployments, steps)
}
