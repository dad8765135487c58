package app

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"headway"
	"headway/internal/attest"
	"headway/internal/store"
	"headway/internal/testkit"
)

// shell is somebody with a shell of the database, past Headway and its triggers.
type shell struct {
	t  *testing.T
	db *sql.DB
	pg bool
}

func openShell(t *testing.T, db testkit.Database) shell {
	t.Helper()
	driver, at := "sqlite", "file:"+filepath.Join(db.Dir, "headway.db")+"?_pragma=busy_timeout(5000)"
	if db.URL != "" {
		driver, at = "pgx", db.URL
	}
	conn, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	sh := shell{t, conn, db.URL != ""}
	for _, trigger := range []string{"events_kept", "events_not_deleted"} {
		if sh.pg {
			trigger += " ON events"
		}
		sh.do("DROP TRIGGER " + trigger)
	}
	return sh
}

func (sh shell) do(stmt string, args ...any) {
	sh.t.Helper()
	if _, err := sh.db.ExecContext(sh.t.Context(), stmt, args...); err != nil {
		sh.t.Fatalf("%s: %v", stmt, err)
	}
}

// reseal computes the chain anew from an event on, as one would who knows how.
func (sh shell) reseal(s *shelf, from int64) {
	sh.t.Helper()
	events, err := s.EventsAfter(s.ctx, from-2)
	if err != nil {
		sh.t.Fatal(err)
	}
	for i := 1; i < len(events); i++ {
		e := events[i]
		e.PrevHash = events[i-1].Hash
		e.Hash = e.Seal()
		events[i] = e
		sh.do("UPDATE events SET prev_hash = $1, hash = $2 WHERE seq = $3", e.PrevHash, e.Hash, e.Seq)
	}
}

// TestTamperingWithTheAuditLogIsFoundAndLocated does to the log what somebody
// with a shell of the database can do. What the chain alone cannot show, that
// its end was cut or all of it computed anew, shows against a checkpoint.
func TestTamperingWithTheAuditLogIsFoundAndLocated(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := newDeployable(t, db)
		s.start(t, s.approved(t))
		if _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); err != nil {
			t.Fatal(err)
		}
		if err := s.LiftStop(s.ctx, s.manager, "shop"); err != nil {
			t.Fatal(err)
		}
		raw, err := s.AuditCheckpoint(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := attest.ReadCheckpoint(raw, s.SigningKey().ID)
		if err != nil || kept.Seq < 8 {
			t.Fatalf("%+v %v", kept, err)
		}
		sh := openShell(t, db)
		sh.do("CREATE TABLE kept AS SELECT * FROM events")
		for name, c := range map[string]struct {
			do       func()
			by, with string // what is said without the checkpoint and with it; empty: it holds
		}{
			"nothing":       {func() {}, "", ""},
			"a text":        {func() { sh.do("UPDATE events SET text = 'other' WHERE seq = 5") }, "at event 5", "at event 5"},
			"who":           {func() { sh.do("UPDATE events SET actor_name = 'Mallory' WHERE seq = 1") }, "at event 1", "at event 1"},
			"when":          {func() { sh.do("UPDATE events SET at = at + 1 WHERE seq = 4") }, "at event 4", "at event 4"},
			"one removed":   {func() { sh.do("DELETE FROM events WHERE seq = 5") }, "at event 6", "at event 6"},
			"the beginning": {func() { sh.do("DELETE FROM events WHERE seq < 3") }, "at event 3", "at event 3"},
			"two swapped": {func() {
				sh.do("UPDATE events SET seq = -1 WHERE seq = 5")
				sh.do("UPDATE events SET seq = 5 WHERE seq = 6")
				sh.do("UPDATE events SET seq = 6 WHERE seq = -1")
			}, "at event 5", "at event 5"},
			"one and its own hash": {func() {
				sh.do("UPDATE events SET text = 'other' WHERE seq = 5")
				sh.rehash(s, 5)
			}, "at event 6", "at event 6"},
			"the end":    {func() { sh.do("DELETE FROM events WHERE seq > $1", kept.Seq-3) }, "", fmt.Sprintf("cut: it ends at event %d", kept.Seq-3)},
			"the newest": {func() { sh.do("DELETE FROM events WHERE seq = $1", kept.Seq) }, "", fmt.Sprintf("cut: it ends at event %d", kept.Seq-1)},
			"all of it":  {func() { sh.do("DELETE FROM events") }, "", "cut: it ends at event 0"},
			"rewritten": {func() {
				sh.do("UPDATE events SET text = 'other' WHERE seq = 5")
				sh.reseal(s, 5)
			}, "", fmt.Sprintf("rewritten at or before event %d", kept.Seq)},
			"the end, and others in its place": {func() {
				sh.do("DELETE FROM events WHERE seq > $1", kept.Seq-2)
				for range 3 {
					s.write(t, func(tx *store.Tx) error {
						_, err := tx.AppendEvent(s.ctx, headway.Event{At: s.clock.Now(), ActorKind: headway.ActorSystem, Kind: "test.done"})
						return err
					})
				}
			}, "", fmt.Sprintf("rewritten at or before event %d", kept.Seq)},
		} {
			c.do()
			_, alone := s.VerifyAudit(s.ctx)
			_, with := s.VerifyAudit(s.ctx, kept)
			if !says(alone, c.by) || !says(with, c.with) {
				t.Errorf("%s: %v; with the checkpoint: %v; want %q and %q", name, alone, with, c.by, c.with)
			}
			sh.do("DELETE FROM events")
			sh.do("INSERT INTO events SELECT * FROM kept ORDER BY seq")
		}
	})
}

// says tells whether an error says something; empty: that there is none.
func says(err error, text string) bool {
	if err == nil || text == "" {
		return err == nil && text == ""
	}
	return strings.Contains(err.Error(), text)
}

// rehash gives one event the hash of its changed content.
func (sh shell) rehash(s *shelf, seq int64) {
	sh.t.Helper()
	events, err := s.EventsAfter(s.ctx, seq-1)
	if err != nil {
		sh.t.Fatal(err)
	}
	sh.do("UPDATE events SET hash = $1 WHERE seq = $2", events[0].Seal(), seq)
}

// TestWhatCannotBeLoggedIsNotDone lets the log take no entry, and everything
// else work.
func TestWhatCannotBeLoggedIsNotDone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s := newDeployable(t, db)
		d := s.open(t)
		again := s.candidate(t, "again")
		before, err := s.LastEvent(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		sh := openShell(t, db)
		if sh.pg {
			sh.do("ALTER TABLE events ADD CONSTRAINT none CHECK (seq < 0) NOT VALID")
		} else {
			sh.do("CREATE TRIGGER none BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END")
		}
		for name, act := range map[string]func() error{
			"approve": func() error {
				_, err := s.ApproveDecision(s.ctx, s.po, "shop", GiveVerdict{Decision: d.ID, Digest: d.Digest})
				return err
			},
			"void": func() error {
				_, err := s.VoidDecision(s.ctx, s.manager, "shop", d.ID, "no")
				return err
			},
			"shelve": func() error { _, err := s.ShelveCandidate(s.ctx, s.ci, "shop", again); return err },
			"stop":   func() error { _, err := s.SetStop(s.ctx, s.po, "shop", "fire"); return err },
		} {
			if err := act(); err == nil {
				t.Errorf("%s was done, and not logged", name)
			}
		}
		v, err := s.DecisionView(s.ctx, s.po, "shop", d.ID)
		if err != nil || len(v.Approvals) != 0 || v.Decision.State != headway.DecisionOpen {
			t.Errorf("%d approvals, %s: %v", len(v.Approvals), v.Decision.State, err)
		}
		s.read(t, func(q store.Q) error {
			newest, err := q.NewestCandidate(s.ctx, s.p.ID, d.ReleaseID)
			stops, stopErr := q.Stops(s.ctx, s.p.ID)
			if newest.ID != d.CandidateID || len(stops) != 0 || stopErr != nil {
				t.Errorf("the newest candidate is %s, %d stops: %v", newest.Name, len(stops), stopErr)
			}
			return err
		})
		if after, err := s.LastEvent(s.ctx); err != nil || after != before {
			t.Errorf("%d events, there were %d: %v", after, before, err)
		}
	})
}
