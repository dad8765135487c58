package store

import (
	"context"

	"headway"
)

const scenarioColumns = `id, programme_id, key, name, note, changes, revision, status, body, by_user, by_name, at, taken_at, version`

func scanScenario(row scanner) (headway.Scenario, error) {
	var s headway.Scenario
	var changes, body string
	var when, taken int64
	if err := row.Scan(&s.ID, &s.ProgrammeID, &s.Key, &s.Name, &s.Note, &changes, &s.Plan.Revision, &s.Plan.Status, &body,
		&s.By, &s.ByName, &when, &taken, &s.Version); err != nil {
		return s, err
	}
	if err := untext(changes, &s.Changes); err != nil {
		return s, err
	}
	var b planBody
	err := untext(body, &b)
	s.Plan.ProgrammeID, s.Plan.Kind = s.ProgrammeID, headway.DraftPlan
	s.Plan.Placements, s.Plan.Releases, s.Plan.Findings, s.Plan.Stats = b.Placements, b.Releases, b.Findings, b.Stats
	s.At, s.TakenAt = at(when), at(taken)
	s.Plan.At, s.Plan.ByName = s.At, s.ByName
	return s, err
}

// Scenarios lists the scenarios of a programme, newest first.
func (q Q) Scenarios(ctx context.Context, programmeID string) ([]headway.Scenario, error) {
	return list(ctx, q, scanScenario, `SELECT `+scenarioColumns+` FROM scenarios WHERE programme_id = $1 ORDER BY at DESC, key`, programmeID)
}

// Scenario finds a scenario of a programme by its key.
func (q Q) Scenario(ctx context.Context, programmeID, key string) (headway.Scenario, error) {
	return one(ctx, q, "scenario", scanScenario, `SELECT `+scenarioColumns+` FROM scenarios WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// AddScenario stores a new scenario as its version 1; a key is given once.
func (t *Tx) AddScenario(ctx context.Context, s headway.Scenario) error {
	changes, body, err := scenarioText(s)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO scenarios (`+scenarioColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)`,
		s.ID, s.ProgrammeID, s.Key, s.Name, s.Note, changes, s.Plan.Revision, s.Plan.Status, body, s.By, s.ByName, ms(s.At), ms(s.TakenAt))
}

// PutScenario stores a changed scenario if it still is of the version that was
// read, and raises the version; otherwise it is a Conflict.
func (t *Tx) PutScenario(ctx context.Context, s headway.Scenario) error {
	changes, body, err := scenarioText(s)
	if err != nil {
		return err
	}
	ok, err := t.changed(ctx, `UPDATE scenarios SET name = $4, note = $5, changes = $6, revision = $7, status = $8, body = $9, at = $10, taken_at = $11,
		version = version + 1 WHERE programme_id = $1 AND key = $2 AND version = $3`,
		s.ProgrammeID, s.Key, s.Version, s.Name, s.Note, changes, s.Plan.Revision, s.Plan.Status, body, ms(s.At), ms(s.TakenAt))
	if err == nil && !ok {
		return headway.Conflictf("the scenario %q was changed by somebody else meanwhile", s.Name).WithHint("look at it again")
	}
	return err
}

// RemoveScenario deletes a scenario and tells whether there was one.
func (t *Tx) RemoveScenario(ctx context.Context, programmeID, key string) (bool, error) {
	return t.changed(ctx, `DELETE FROM scenarios WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

func scenarioText(s headway.Scenario) (changes, body string, err error) {
	if changes, err = text(s.Changes); err != nil {
		return "", "", err
	}
	body, err = text(planBody{s.Plan.Placements, s.Plan.Releases, s.Plan.Findings, s.Plan.Stats})
	return changes, body, err
}
