package app

import (
	"context"

	"headway"
	"headway/internal/attest"
	"headway/internal/store"
)

// EventsAfter gives the next events of the whole instance, for the live hub.
func (a *App) EventsAfter(ctx context.Context, seq int64) (events []headway.Event, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		events, err = q.EventsFrom(ctx, seq, 500)
		return err
	})
	return events, err
}

// LastEvent gives the number of the newest event.
func (a *App) LastEvent(ctx context.Context) (seq int64, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		seq, err = q.LastEvent(ctx)
		return err
	})
	return seq, err
}

// AuditView lists the events of a programme, newest first, before a number (0: from the end).
func (a *App) AuditView(ctx context.Context, by headway.Actor, programme string, before int64) (events []headway.Event, err error) {
	const pageSize = 100
	err = a.lookIn(ctx, by, programme, headway.ReadAudit, func(q store.Q, p headway.Programme) error {
		events, err = q.Events(ctx, p.ID, before, pageSize)
		return err
	})
	return events, err
}

// AuditCheckpoint signs how far the audit log is.
func (a *App) AuditCheckpoint(ctx context.Context) ([]byte, error) {
	c := attest.Checkpoint{At: a.Now()}
	err := a.store.Read(ctx, func(q store.Q) error {
		last, err := q.LastEvent(ctx)
		if err != nil || last == 0 {
			return err
		}
		newest, err := q.EventsFrom(ctx, last-1, 1)
		for _, e := range newest {
			c.Seq, c.Hash = e.Seq, e.Hash
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return attest.MakeCheckpoint(c, a.signer)
}

// VerifyAudit walks the whole audit chain, past the checkpoints that were kept
// elsewhere, and names the first event that does not hold, or gives the number of events.
func (a *App) VerifyAudit(ctx context.Context, kept ...attest.Checkpoint) (count int64, err error) {
	var prev headway.Event
	for {
		batch, err := a.EventsAfter(ctx, prev.Seq)
		if err != nil {
			return count, err
		}
		if len(batch) == 0 {
			return count, reaches(prev, kept)
		}
		for _, e := range batch {
			if e.Seq != prev.Seq+1 || e.PrevHash != prev.Hash || e.Seal() != e.Hash {
				return count, headway.Conflictf("the audit log does not hold at event %d (%s, %s)", e.Seq, e.Kind, e.At.Format("2006-01-02 15:04:05Z")).
					WithHint("it was changed outside Headway: compare with a backup")
			}
			for _, k := range kept {
				if k.Seq == e.Seq && k.Hash != e.Hash {
					return count, headway.Conflictf("the audit log was rewritten at or before event %d: it is not what the checkpoint of %s says", e.Seq, k.At.Format("2006-01-02 15:04:05Z")).
						WithHint("it was changed outside Headway: compare with a backup")
				}
			}
			prev = e
			count++
		}
	}
}

// reaches wants a log to go on at least until each checkpoint.
func reaches(last headway.Event, kept []attest.Checkpoint) error {
	for _, k := range kept {
		if k.Seq > last.Seq {
			return headway.Conflictf("the audit log was cut: it ends at event %d, and the checkpoint of %s knows event %d", last.Seq, k.At.Format("2006-01-02 15:04:05Z"), k.Seq).
				WithHint("it was changed outside Headway, or this is an older backup")
		}
	}
	return nil
}
