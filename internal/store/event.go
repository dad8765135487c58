package store

import (
	"context"
	"errors"

	"headway"
)

const eventColumns = `seq, at, actor_kind, actor_id, actor_name, programme_id, kind, subject, text, data, prev_hash, hash`

func scanEvent(row scanner) (headway.Event, error) {
	var e headway.Event
	var when int64
	err := row.Scan(&e.Seq, &when, &e.ActorKind, &e.ActorID, &e.ActorName, &e.ProgrammeID, &e.Kind, &e.Subject, &e.Text, &e.Data, &e.PrevHash, &e.Hash)
	e.At = at(when)
	return e, err
}

// AppendEvent adds an event to the end of the audit chain and gives it back
// with its number and hash. Writes go one after the other, so the chain has no forks.
func (t *Tx) AppendEvent(ctx context.Context, e headway.Event) (headway.Event, error) {
	last, err := one(ctx, t.Q, "event", scanEvent, `SELECT `+eventColumns+` FROM events ORDER BY seq DESC LIMIT 1`)
	var none *headway.Error
	if err != nil && (!errors.As(err, &none) || none.Kind != headway.NotFound) {
		return e, err
	}
	e.Seq, e.PrevHash = last.Seq+1, last.Hash
	e.Hash = e.Seal()
	return e, t.exec(ctx, `INSERT INTO events (`+eventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.Seq, ms(e.At), string(e.ActorKind), e.ActorID, e.ActorName, e.ProgrammeID, string(e.Kind), e.Subject, e.Text, e.Data, e.PrevHash, e.Hash)
}

// Events lists the events of a programme, newest first, before a sequence
// number (0: from the end). An empty programme lists those of the instance.
func (q Q) Events(ctx context.Context, programmeID string, before int64, limit int) ([]headway.Event, error) {
	return list(ctx, q, scanEvent, `SELECT `+eventColumns+` FROM events
		WHERE programme_id = $1 AND ($2 = 0 OR seq < $2) ORDER BY seq DESC LIMIT $3`, programmeID, before, limit)
}

// EventsOf lists the events about one noun, oldest first.
func (q Q) EventsOf(ctx context.Context, programmeID, subject string) ([]headway.Event, error) {
	return list(ctx, q, scanEvent, `SELECT `+eventColumns+` FROM events WHERE programme_id = $1 AND subject = $2 ORDER BY seq LIMIT 1000`, programmeID, subject)
}

// NewestEventOfItem gives the last event about an item of a release's backlog.
func (q Q) NewestEventOfItem(ctx context.Context, i headway.BacklogItem) (headway.Event, error) {
	return one(ctx, q, "event", scanEvent, `SELECT `+eventColumns+` FROM events
		WHERE programme_id = $1 AND (subject = $2 OR (subject = $3 AND data LIKE $4)) ORDER BY seq DESC LIMIT 1`,
		i.ProgrammeID, i.ID, i.ReleaseID, `%"item":"`+i.ID+`"%`)
}

// EventsFrom lists the events of the whole instance after a sequence number, oldest first.
func (q Q) EventsFrom(ctx context.Context, after int64, limit int) ([]headway.Event, error) {
	return list(ctx, q, scanEvent, `SELECT `+eventColumns+` FROM events WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
}

// LastEvent gives the number of the newest event, 0 when there is none.
func (q Q) LastEvent(ctx context.Context) (int64, error) {
	return one(ctx, q, "event", scanInt, `SELECT COALESCE(MAX(seq), 0) FROM events`)
}
