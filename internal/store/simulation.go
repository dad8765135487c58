package store

import (
	"context"
	"time"
)

// SimulationPart is what the simulations from a first one on came to.
type SimulationPart struct {
	First   int
	Outcome string // packed
}

// CountSimulations counts the simulations that a programme's nodes share now.
func (q Q) CountSimulations(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM simulations WHERE programme_id = $1`, programmeID)
}

// AddSimulation stores what nodes are to simulate.
func (t *Tx) AddSimulation(ctx context.Context, id, programmeID, study string, now time.Time) error {
	return t.exec(ctx, `INSERT INTO simulations (id, programme_id, study, asked_at) VALUES ($1, $2, $3, $4)`, id, programmeID, study, ms(now))
}

// SimulationStudy gives what is simulated, NotFound once the answer was given.
func (q Q) SimulationStudy(ctx context.Context, id string) (string, error) {
	return one(ctx, q, "simulation", scanString, `SELECT study FROM simulations WHERE id = $1`, id)
}

// SimulationDone lists the first simulations of the parts that are done.
func (q Q) SimulationDone(ctx context.Context, id string) ([]int64, error) {
	return list(ctx, q, scanInt, `SELECT first FROM simulation_parts WHERE simulation_id = $1 ORDER BY first`, id)
}

// SimulationParts lists what the parts that are done came to, in order.
func (q Q) SimulationParts(ctx context.Context, id string) ([]SimulationPart, error) {
	return list(ctx, q, func(row scanner) (p SimulationPart, err error) {
		err = row.Scan(&p.First, &p.Outcome)
		return p, err
	}, `SELECT first, outcome FROM simulation_parts WHERE simulation_id = $1 ORDER BY first`, id)
}

// AddSimulationPart stores what a part came to, unless it is there or the answer
// was given.
func (t *Tx) AddSimulationPart(ctx context.Context, id string, p SimulationPart) error {
	return t.exec(ctx, `INSERT INTO simulation_parts (simulation_id, first, outcome)
		SELECT s.id, CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM simulations s WHERE s.id = $1
		ON CONFLICT (simulation_id, first) DO NOTHING`, id, p.First, p.Outcome)
}

// RemoveSimulation deletes a simulation with its parts.
func (t *Tx) RemoveSimulation(ctx context.Context, id string) error {
	return t.exec(ctx, `DELETE FROM simulations WHERE id = $1`, id)
}

// RemoveSimulationsBefore deletes those that were asked before an instant: who
// asked has gone.
func (t *Tx) RemoveSimulationsBefore(ctx context.Context, then time.Time) error {
	return t.exec(ctx, `DELETE FROM simulations WHERE asked_at < $1`, ms(then))
}
