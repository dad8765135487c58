package store

import (
	"context"
	"time"

	"headway"
)

// ActivityPin is the start that somebody fixed of an activity which is only foreseen.
type ActivityPin struct {
	Activity string
	Start    time.Time
	ByName   string
	At       time.Time
}

func scanActivityPin(row scanner) (ActivityPin, error) {
	var p ActivityPin
	var start, when int64
	err := row.Scan(&p.Activity, &start, &p.ByName, &when)
	p.Start, p.At = at(start), at(when)
	return p, err
}

// ActivityPins lists the pins of a programme by activity.
func (q Q) ActivityPins(ctx context.Context, programmeID string) ([]ActivityPin, error) {
	return list(ctx, q, scanActivityPin, `SELECT activity, start, by_name, at FROM activity_pins WHERE programme_id = $1 ORDER BY activity`, programmeID)
}

// PutActivityPin fixes the start of an activity, or frees it when the start is zero.
func (t *Tx) PutActivityPin(ctx context.Context, p headway.Programme, pin ActivityPin) error {
	if pin.Start.IsZero() {
		return t.exec(ctx, `DELETE FROM activity_pins WHERE programme_id = $1 AND activity = $2`, p.ID, pin.Activity)
	}
	return t.exec(ctx, `INSERT INTO activity_pins (programme_id, activity, start, by_name, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (programme_id, activity) DO UPDATE SET start = excluded.start, by_name = excluded.by_name, at = excluded.at`,
		p.ID, pin.Activity, ms(pin.Start), pin.ByName, ms(pin.At))
}
