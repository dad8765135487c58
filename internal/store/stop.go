package store

import (
	"context"
	"time"

	"headway"
)

// instanceStop is the setting that holds the emergency stop of the whole instance.
const instanceStop = "emergency-stop"

// Stops gives the emergency stops that hold for a programme: its own and the instance's.
func (q Q) Stops(ctx context.Context, programmeID string) ([]headway.Stop, error) {
	stops, err := list(ctx, q, func(row scanner) (headway.Stop, error) {
		var s headway.Stop
		var when int64
		err := row.Scan(&s.ProgrammeID, &s.Reason, &s.By, &s.ByName, &when)
		s.At = at(when)
		return s, err
	}, `SELECT programme_id, reason, by_user, by_name, at FROM stops WHERE programme_id = $1`, programmeID)
	if err != nil {
		return nil, err
	}
	value, ok, err := q.Setting(ctx, instanceStop)
	if err != nil || !ok || value == "" {
		return stops, err
	}
	var s headway.Stop
	if err := untext(value, &s); err != nil {
		return nil, err
	}
	s.At = s.At.UTC().Truncate(time.Millisecond)
	return append(stops, s), nil
}

// SetStop stores an emergency stop, of a programme or, when it names none, of
// the instance. A stop that is already set is kept as it is.
func (t *Tx) SetStop(ctx context.Context, s headway.Stop) (set bool, err error) {
	if s.ProgrammeID != "" {
		return t.changed(ctx, `INSERT INTO stops (programme_id, reason, by_user, by_name, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (programme_id) DO NOTHING`, s.ProgrammeID, s.Reason, s.By, s.ByName, ms(s.At))
	}
	if value, _, err := t.Setting(ctx, instanceStop); err != nil || value != "" {
		return false, err
	}
	value, err := text(s)
	if err != nil {
		return false, err
	}
	return true, t.SetSetting(ctx, instanceStop, value)
}

// LiftStop ends the emergency stop of a programme or, with an empty id, of the instance.
func (t *Tx) LiftStop(ctx context.Context, programmeID string) (lifted bool, err error) {
	if programmeID != "" {
		return t.changed(ctx, `DELETE FROM stops WHERE programme_id = $1`, programmeID)
	}
	return t.changed(ctx, `UPDATE settings SET value = '' WHERE key = $1 AND value <> ''`, instanceStop)
}
