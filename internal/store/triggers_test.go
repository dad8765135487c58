package store_test

import (
	"errors"
	"testing"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestTheAuditLogIsOnlyAddedTo writes as the role that Headway itself uses: what
// changes, takes away or writes over an event is refused, and nothing is lost.
func TestTheAuditLogIsOnlyAddedTo(t *testing.T) {
	replace := `(seq, at, actor_kind, actor_id, actor_name, programme_id, kind, subject, text, data, prev_hash, hash)
		VALUES (1, 0, 'system', '', '', '', 'forged', '', '', '', '', '')`
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := t.Context()
		attempts := []string{
			`UPDATE events SET text = 'forged'`, `UPDATE events SET seq = 9 WHERE seq = 2`,
			`DELETE FROM events`, `DELETE FROM events WHERE seq = 2`,
		}
		if db.URL == "" {
			attempts = append(attempts, `INSERT OR REPLACE INTO events `+replace, `REPLACE INTO events `+replace, `UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2`,
				`INSERT INTO events `+replace+` ON CONFLICT (seq) DO UPDATE SET text = 'forged'`)
		} else {
			attempts = append(attempts, `TRUNCATE events`, `TRUNCATE ONLY events`, `TRUNCATE events RESTART IDENTITY CASCADE`, `TRUNCATE notifications, events`,
				`INSERT INTO events `+replace+` ON CONFLICT (seq) DO UPDATE SET text = 'forged'`)
		}
		for range 2 { // the second time with the triggers that are there
			s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
			must(t, err)
			must(t, s.Write(ctx, func(tx *store.Tx) error {
				e := headway.Event{At: noon, ActorKind: headway.ActorSystem, Kind: "probe", Text: "as it was"}
				_, err1 := tx.AppendEvent(ctx, e)
				_, err2 := tx.AppendEvent(ctx, e)
				return errors.Join(err1, err2)
			}))
			kept := eventsOf(t, s)
			for _, stmt := range attempts {
				if err := store.Exec(ctx, s, stmt); headway.KindOf(err) != headway.Conflict || err == nil {
					t.Errorf("%s: %v", stmt, err)
				}
			}
			for n, e := range eventsOf(t, s) {
				if e != kept[n] {
					t.Errorf("event %d is now %+v", e.Seq, e)
				}
			}
			if now := len(eventsOf(t, s)); now != len(kept) {
				t.Errorf("%d of %d events are left", now, len(kept))
			}
			must(t, s.Close())
		}
	})
}

func eventsOf(t *testing.T, s *store.Store) (events []headway.Event) {
	t.Helper()
	must(t, s.Read(t.Context(), func(q store.Q) (err error) {
		events, err = q.EventsFrom(t.Context(), 0, 100)
		return err
	}))
	return events
}
