package store

import (
	"context"
	"time"

	"headway"
)

const environmentColumns = `id, programme_id, key, name, kind, shared, candidate_id, since, data_as_of, data_gb`

func scanEnvironment(row scanner) (headway.Environment, error) {
	var e headway.Environment
	var shared, since, data int64
	err := row.Scan(&e.ID, &e.ProgrammeID, &e.Key, &e.Name, &e.Kind, &shared, &e.CandidateID, &since, &data, &e.DataGB)
	e.Shared, e.Since, e.DataAsOf = shared != 0, at(since), at(data)
	return e, err
}

// Environments lists the environments of a programme by key.
func (q Q) Environments(ctx context.Context, programmeID string) ([]headway.Environment, error) {
	return list(ctx, q, scanEnvironment, `SELECT `+environmentColumns+` FROM environments WHERE programme_id = $1 ORDER BY key`, programmeID)
}

// Environment finds an environment of a programme by id.
func (q Q) Environment(ctx context.Context, programmeID, id string) (headway.Environment, error) {
	return one(ctx, q, "environment", scanEnvironment,
		`SELECT `+environmentColumns+` FROM environments WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// EnvironmentByKey finds an environment of a programme by key.
func (q Q) EnvironmentByKey(ctx context.Context, programmeID, key string) (headway.Environment, error) {
	return one(ctx, q, "environment", scanEnvironment,
		`SELECT `+environmentColumns+` FROM environments WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// PutEnvironment stores an environment under its id, new or changed; its
// programme is kept.
func (t *Tx) PutEnvironment(ctx context.Context, e headway.Environment) error {
	return t.exec(ctx, `INSERT INTO environments (`+environmentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, kind = excluded.kind, shared = excluded.shared,
		candidate_id = excluded.candidate_id, since = excluded.since, data_as_of = excluded.data_as_of, data_gb = excluded.data_gb`,
		e.ID, e.ProgrammeID, e.Key, e.Name, string(e.Kind), flag(e.Shared), e.CandidateID, ms(e.Since), ms(e.DataAsOf), e.DataGB)
}

// RemoveEnvironment deletes an environment with its bookings.
func (t *Tx) RemoveEnvironment(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM environments WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

const bookingColumns = `b.id, b.environment_id, b.release_id, b.starts_at, b.ends_at, b.purpose, b.shared, b.by_user, b.by_name`

func scanBooking(row scanner) (headway.Booking, error) {
	var b headway.Booking
	var from, to, shared int64
	err := row.Scan(&b.ID, &b.EnvironmentID, &b.ReleaseID, &from, &to, &b.Purpose, &shared, &b.By, &b.ByName)
	b.Span, b.Shared = headway.Interval{From: at(from), To: at(to)}, shared != 0
	return b, err
}

// Bookings lists the bookings of a programme's environments that overlap a span, by start.
func (q Q) Bookings(ctx context.Context, programmeID string, span headway.Interval) ([]headway.Booking, error) {
	return list(ctx, q, scanBooking, `SELECT `+bookingColumns+` FROM bookings b JOIN environments e ON e.id = b.environment_id
		WHERE e.programme_id = $1 AND b.starts_at < $3 AND b.ends_at > $2 ORDER BY b.starts_at, b.id`, programmeID, ms(span.From), ms(span.To))
}

// BookingsOf lists the bookings of a release by start.
func (q Q) BookingsOf(ctx context.Context, programmeID, releaseID string) ([]headway.Booking, error) {
	return list(ctx, q, scanBooking, `SELECT `+bookingColumns+` FROM bookings b JOIN environments e ON e.id = b.environment_id
		WHERE e.programme_id = $1 AND b.release_id = $2 ORDER BY b.starts_at, b.id`, programmeID, releaseID)
}

// CountBookings counts the bookings of an environment that end after an instant.
func (q Q) CountBookings(ctx context.Context, environmentID string, after time.Time) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM bookings WHERE environment_id = $1 AND ends_at > $2`, environmentID, ms(after))
}

// AddBooking stores a booking.
func (t *Tx) AddBooking(ctx context.Context, b headway.Booking) error {
	return t.exec(ctx, `INSERT INTO bookings (id, environment_id, release_id, starts_at, ends_at, purpose, shared, by_user, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		b.ID, b.EnvironmentID, b.ReleaseID, ms(b.Span.From), ms(b.Span.To), b.Purpose, flag(b.Shared), b.By, b.ByName)
}

// RemoveBooking deletes a booking of a programme and tells whether there was one.
func (t *Tx) RemoveBooking(ctx context.Context, programmeID, id string) (bool, error) {
	return t.changed(ctx, `DELETE FROM bookings WHERE id = $2
		AND environment_id IN (SELECT id FROM environments WHERE programme_id = $1)`, programmeID, id)
}
