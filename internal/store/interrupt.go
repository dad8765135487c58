package store

import (
	"context"
	"time"

	"headway"
)

const interruptColumns = `id, programme_id, person_id, release_id, title, ended_at, spent_minutes, logged_by, logged_by_name`

func scanInterrupt(row scanner) (headway.Interrupt, error) {
	var i headway.Interrupt
	var ended, spent int64
	err := row.Scan(&i.ID, &i.ProgrammeID, &i.PersonID, &i.ReleaseID, &i.Title, &ended, &spent, &i.LoggedBy, &i.LoggedByName)
	i.EndedAt, i.Spent = at(ended), time.Duration(spent)*time.Minute
	return i, err
}

// Interrupt finds an interrupt of a programme by id.
func (q Q) Interrupt(ctx context.Context, programmeID, id string) (headway.Interrupt, error) {
	return one(ctx, q, "interrupt", scanInterrupt, `SELECT `+interruptColumns+` FROM interrupts WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// Interrupts lists the interrupts of a programme that ended in a span, newest first.
func (q Q) Interrupts(ctx context.Context, programmeID string, span headway.Interval) ([]headway.Interrupt, error) {
	return list(ctx, q, scanInterrupt, `SELECT `+interruptColumns+` FROM interrupts
		WHERE programme_id = $1 AND ended_at >= $2 AND ended_at < $3 ORDER BY ended_at DESC, id DESC`, programmeID, ms(span.From), ms(span.To))
}

// AddInterrupt stores an interrupt.
func (t *Tx) AddInterrupt(ctx context.Context, i headway.Interrupt) error {
	return t.exec(ctx, `INSERT INTO interrupts (`+interruptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		i.ID, i.ProgrammeID, i.PersonID, i.ReleaseID, i.Title, ms(i.EndedAt), int64(i.Spent/time.Minute), i.LoggedBy, i.LoggedByName)
}

// RemoveInterrupt deletes an interrupt.
func (t *Tx) RemoveInterrupt(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM interrupts WHERE programme_id = $1 AND id = $2`, programmeID, id)
}
