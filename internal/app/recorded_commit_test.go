package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// verbs is how the connections of the App under test call themselves, so that
// PostgreSQL tells its transactions from those of the tests' own preparations.
const verbs = "verbs"

// unrecorded are the tables whose rows may change without an event, with the reason.
var unrecorded = map[string]string{
	"events":           "is the audit log",
	"sessions":         "end by the clock, and with each sign-in",
	"password_guesses": "are counted, and forgotten by the clock",
	"idempotency":      "answers again what was recorded",
	"messages":         "are the ids of what other systems told",
	"notifications":    "tell of what is recorded, and are a person's own",
	"decision_looks":   "note what a person has seen",
	"files":            "are nothing yet: shelving records them with their digest",
	"results":          "were only computed",
	"simulations":      "were only computed",
	"simulation_parts": "were only computed",
	"plans":            "are computed; publishing them is an event",
}

// partly are the tables of which only some changes of a row are what somebody did.
var partly = map[string]string{
	"deployment_steps": "OLD.state IS DISTINCT FROM NEW.state OR OLD.first_by IS DISTINCT FROM NEW.first_by", // leases and polls move all the time
	"tokens":           "OLD.revoked_at IS DISTINCT FROM NEW.revoked_at",                                     // their use is noted
	"feeds":            "OLD.revoked_at IS DISTINCT FROM NEW.revoked_at",
}

// storeOfVerbs opens the database once more, for the App under test. On PostgreSQL
// whatever it commits is refused unless the same transaction adds to the audit log.
func storeOfVerbs(t *testing.T, db testkit.Database, prepared *store.Store) *store.Store {
	t.Helper()
	pool, ok := prepared.Postgres()
	if !ok {
		return prepared
	}
	ctx := context.Background()
	do := func(stmt string) {
		t.Helper()
		if _, err := pool.Exec(ctx, stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	do(`CREATE FUNCTION recorded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF current_setting('application_name') = '` + verbs + `' AND NOT EXISTS (SELECT 1 FROM events WHERE xmin = pg_current_xact_id()::xid) THEN
			RAISE EXCEPTION 'nothing of this comes to the audit log: % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'assert_failure';
		END IF; RETURN NULL; END $$`)
	rows, err := pool.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'river_%' AND tablename NOT LIKE 'goose_%'`)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if len(tables) < 50 {
		t.Fatalf("only %d tables: %v, %v", len(tables), tables, rows.Err())
	}
	for _, name := range slices.Sorted(slices.Values(tables)) {
		if unrecorded[name] != "" {
			continue
		}
		changed := "OLD.* IS DISTINCT FROM NEW.*"
		if c, ok := partly[name]; ok {
			changed = c
		}
		do(fmt.Sprintf(`CREATE CONSTRAINT TRIGGER recorded AFTER INSERT OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION recorded()`, name))
		do(fmt.Sprintf(`CREATE CONSTRAINT TRIGGER recorded_change AFTER UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (%s) EXECUTE FUNCTION recorded()`, name, changed))
	}
	at, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := at.Query()
	q.Set("application_name", verbs)
	at.RawQuery = q.Encode()
	s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: at.String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestWhatIsNotRecordedIsNotCommitted shows that the watch over the other tests
// sees: the same rows are refused alone, and taken with an event.
func TestWhatIsNotRecordedIsNotCommitted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		if _, watched := s.store.Postgres(); !watched {
			t.Skip("the watch is PostgreSQL's")
		}
		freeze := func(c *change) error {
			return c.PutFreeze(s.ctx, headway.Freeze{ID: "f", ProgrammeID: s.p.ID, Key: "sale", Name: "Sale", Span: headway.Interval{From: c.now, To: c.now.Add(time.Hour)}})
		}
		err := s.change(s.ctx, s.po, freeze)
		if err == nil || !strings.Contains(err.Error(), "INSERT of freezes") {
			t.Errorf("not recorded: %v", err)
		}
		err = s.change(s.ctx, s.po, func(c *change) error {
			return errors.Join(freeze(c), c.record(s.ctx, s.p.ID, "freeze.added", "f", "Sale", nil))
		})
		if err != nil {
			t.Errorf("recorded: %v", err)
		}
	})
}
