package store

import (
	"context"
	"fmt"
)

// finals lists the tables whose rows stop moving in certain states.
var finals = []struct{ table, states string }{
	{"decisions", "'no-go', 'void', 'deployed', 'rehearsal', 'way-back'"},
	{"deployments", "'succeeded', 'rolled-back', 'abandoned'"},
	{"incidents", "'closed'"},
	{"deployment_steps", "'succeeded', 'failed', 'skipped'"},
}

// setTriggers holds, whoever writes, that terminal states never move and that
// events are never changed, deleted or written over. Triggers differ between the
// two databases, so they are made here and not in the migrations.
func (s *Store) setTriggers(ctx context.Context) error {
	for _, stmt := range s.triggers() {
		if _, err := s.write.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("trigger: %w", err)
		}
	}
	return nil
}

func (s *Store) triggers() []string {
	var out []string
	if s.dialect == postgres {
		out = append(out, `CREATE OR REPLACE FUNCTION headway_final() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'final'; END $$`)
	}
	add := func(name, table, when, condition string) {
		if s.dialect == sqlite {
			if condition != "" {
				condition = " WHEN " + condition
			}
			out = append(out, `DROP TRIGGER IF EXISTS `+name, fmt.Sprintf(`CREATE TRIGGER %s BEFORE %s ON %s%s BEGIN SELECT RAISE(ABORT, 'final'); END`,
				name, when, table, condition))
			return
		}
		if condition != "" {
			condition = " WHEN (" + condition + ")"
		}
		out = append(out, fmt.Sprintf(`CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH ROW%s EXECUTE FUNCTION headway_final()`,
			name, when, table, condition))
	}
	for _, f := range finals {
		add(f.table+"_final", f.table, "UPDATE", "OLD.state IN ("+f.states+")")
	}
	add("events_kept", "events", "UPDATE", "")
	add("events_not_deleted", "events", "DELETE", "")
	add("plans_kept", "plans", "UPDATE", "OLD.kind = 'published'")
	if s.dialect == sqlite { // INSERT OR REPLACE deletes without asking the triggers of DELETE
		add("events_not_replaced", "events", "INSERT", "EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)")
	} else { // TRUNCATE asks no trigger of a row
		out = append(out, `CREATE OR REPLACE TRIGGER events_not_truncated BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION headway_final()`)
	}
	return out
}
