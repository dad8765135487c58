package store

import (
	"context"
	"encoding/json"
	"fmt"

	"headway"
)

const cycleColumns = `id, programme_id, candidate_id, title, created_at, created_by_name`

func scanCycle(row scanner) (headway.TestCycle, error) {
	var c headway.TestCycle
	var created int64
	err := row.Scan(&c.ID, &c.ProgrammeID, &c.CandidateID, &c.Title, &created, &c.CreatedByName)
	c.CreatedAt = at(created)
	return c, err
}

// TestCycle finds a test cycle of a programme by id, without counts.
func (q Q) TestCycle(ctx context.Context, programmeID, id string) (headway.TestCycle, error) {
	return one(ctx, q, "test cycle", scanCycle, `SELECT `+cycleColumns+` FROM test_cycles WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// TestCyclesOf lists the test cycles of a candidate, oldest first, with counts.
func (q Q) TestCyclesOf(ctx context.Context, programmeID, candidateID string) ([]headway.TestCycle, error) {
	cycles, err := list(ctx, q, scanCycle, `SELECT `+cycleColumns+` FROM test_cycles WHERE programme_id = $1 AND candidate_id = $2 ORDER BY created_at, id`, programmeID, candidateID)
	if err != nil {
		return nil, err
	}
	return cycles, q.countCases(ctx, cycles)
}

// NewestTestCycles lists the newest test cycles of a programme, with counts.
func (q Q) NewestTestCycles(ctx context.Context, programmeID string, limit int) ([]headway.TestCycle, error) {
	cycles, err := list(ctx, q, scanCycle, `SELECT `+cycleColumns+` FROM test_cycles WHERE programme_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, programmeID, limit)
	if err != nil {
		return nil, err
	}
	return cycles, q.countCases(ctx, cycles)
}

// countCases sets the counts of some test cycles.
func (q Q) countCases(ctx context.Context, cycles []headway.TestCycle) error {
	type count struct {
		outcome headway.ManualOutcome
		n       int
	}
	for i := range cycles {
		cycles[i].Counts = map[headway.ManualOutcome]int{}
		counts, err := list(ctx, q, func(row scanner) (c count, err error) {
			err = row.Scan(&c.outcome, &c.n)
			return c, err
		}, `SELECT outcome, COUNT(*) FROM cycle_cases WHERE cycle_id = $1 GROUP BY outcome`, cycles[i].ID)
		if err != nil {
			return err
		}
		for _, c := range counts {
			cycles[i].Counts[c.outcome] = c.n
		}
	}
	return nil
}

func scanCycleCase(row scanner) (headway.CycleCase, error) {
	var c headway.CycleCase
	var doc, attachments string
	var when int64
	if err := row.Scan(&c.Number, &doc, &c.Outcome, &c.Note, &attachments, &when, &c.By, &c.ByName, &c.Version); err != nil {
		return c, err
	}
	c.At = at(when)
	if err := json.Unmarshal([]byte(doc), &c); err != nil {
		return c, fmt.Errorf("decode a case: %w", err)
	}
	return c, untext(attachments, &c.Attachments)
}

const cycleCaseColumns = `number, doc, outcome, note, attachments, at, by_user, by_name, version`

// CycleCases lists the cases of a test cycle.
func (q Q) CycleCases(ctx context.Context, cycleID string) ([]headway.CycleCase, error) {
	return list(ctx, q, scanCycleCase, `SELECT `+cycleCaseColumns+` FROM cycle_cases WHERE cycle_id = $1 ORDER BY number`, cycleID)
}

// CycleCase finds one case of a test cycle.
func (q Q) CycleCase(ctx context.Context, cycleID string, number int) (headway.CycleCase, error) {
	return one(ctx, q, "case", scanCycleCase, `SELECT `+cycleCaseColumns+` FROM cycle_cases WHERE cycle_id = $1 AND number = $2`, cycleID, number)
}

// AddTestCycle stores a new test cycle with its cases, all of them open.
func (t *Tx) AddTestCycle(ctx context.Context, c headway.TestCycle, cases []headway.CycleCase) error {
	if err := t.exec(ctx, `INSERT INTO test_cycles (`+cycleColumns+`, closed_at) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
		c.ID, c.ProgrammeID, c.CandidateID, c.Title, ms(c.CreatedAt), c.CreatedByName); err != nil {
		return err
	}
	for i, k := range cases {
		doc, err := text(k)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO cycle_cases (cycle_id, `+cycleCaseColumns+`) VALUES ($1, $2, $3, '', '', '[]', 0, '', '', 1)`, c.ID, i+1, doc); err != nil {
			return err
		}
	}
	return nil
}

// SaveCycleCase stores what a person found, if nobody else did meanwhile.
func (t *Tx) SaveCycleCase(ctx context.Context, cycleID string, c headway.CycleCase) (bool, error) {
	attachments, err := text(c.Attachments)
	if err != nil {
		return false, err
	}
	return t.changed(ctx, `UPDATE cycle_cases SET outcome = $3, note = $4, attachments = $5, at = $6, by_user = $7, by_name = $8, version = version + 1
		WHERE cycle_id = $1 AND number = $2 AND version = $9`,
		cycleID, c.Number, string(c.Outcome), c.Note, attachments, ms(c.At), c.By, c.ByName, c.Version)
}
