package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"headway"
)

// Restore fills an empty store from a backup, whatever database it came from.
// The backup is read whole and verified before anything is written, so it must
// be one that can be read twice. What was in flight becomes unknown and every
// programme stands still until a person lifts the stop.
func (s *Store) Restore(ctx context.Context, blobs *Blobs, backup io.ReadSeeker, stopped headway.Stop) (Manifest, error) {
	m, err := VerifyBackup(backup)
	if err != nil {
		return m, err
	}
	if err := s.mayRestore(ctx, m); err != nil {
		return m, err
	}
	if _, err := backup.Seek(0, io.SeekStart); err != nil {
		return m, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		_, err := readBackup(backup, func(name string, r io.Reader) error {
			if sha, ok := strings.CutPrefix(name, "blobs/"); ok {
				_, _, err := blobs.Put(r, sha, entryLimit)
				return err
			}
			table := strings.TrimSuffix(strings.TrimPrefix(name, "tables/"), ".jsonl")
			return tx.restoreTable(ctx, table, r)
		})
		if err != nil {
			return err
		}
		return tx.holdEverything(ctx, stopped)
	})
	return m, err
}

func (s *Store) mayRestore(ctx context.Context, m Manifest) error {
	return s.Read(ctx, func(q Q) error {
		have, err := q.schema(ctx)
		if err != nil {
			return err
		}
		if have != m.Schema {
			return headway.Conflictf("the backup has schema %d, this program writes %d", m.Schema, have).
				WithHint("restore it with the release of Headway that wrote it, then upgrade")
		}
		for _, table := range []string{"users", "programmes", "events"} {
			n, err := one(ctx, q, "table", scanInt, `SELECT COUNT(*) FROM `+table)
			if err != nil {
				return err
			}
			if n > 0 {
				return headway.Conflictf("there is already data here").WithHint("restore into an empty directory or database")
			}
		}
		return nil
	})
}

// restoreTable reads a line of columns and then rows of a known table.
func (t *Tx) restoreTable(ctx context.Context, table string, r io.Reader) error {
	known := false
	for _, name := range backupTables() {
		known = known || name == table
	}
	if !known {
		return fmt.Errorf("there is no table %q", table)
	}
	in := json.NewDecoder(bufio.NewReader(r))
	in.UseNumber()
	var columns []string
	if err := in.Decode(&columns); err != nil {
		return err
	}
	marks := make([]string, len(columns))
	for n, c := range columns {
		if headway.CheckKey("column", c) != nil {
			return fmt.Errorf("%q is no column", c)
		}
		marks[n] = fmt.Sprintf("$%d", n+1)
	}
	insert := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(columns, ", "), strings.Join(marks, ", "))
	for {
		var row []any
		if err := in.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if len(row) != len(columns) {
			return fmt.Errorf("a row of %d values for %d columns", len(row), len(columns))
		}
		for n, v := range row {
			if num, ok := v.(json.Number); ok {
				row[n] = number(num)
			}
		}
		if err := t.exec(ctx, insert, row...); err != nil {
			return err
		}
	}
}

func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64() // the decoder has checked that it is a number
	return f
}

// holdEverything makes what was in flight unknown and stops every programme.
func (t *Tx) holdEverything(ctx context.Context, s headway.Stop) error {
	if err := t.exec(ctx, `UPDATE deployment_steps SET state = 'unknown', reason = $1 WHERE state = 'running'`, s.Reason); err != nil {
		return err
	}
	if err := t.exec(ctx, `UPDATE deployments SET state = 'stopped', reason = $1 WHERE state IN ('running', 'rolling-back')`, s.Reason); err != nil {
		return err
	}
	if err := t.exec(ctx, `DELETE FROM sessions`); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO stops (programme_id, reason, by_user, by_name, at)
		SELECT id, $1, $2, $3, $4 FROM programmes WHERE id NOT IN (SELECT programme_id FROM stops)`, s.Reason, s.By, s.ByName, ms(s.At))
}
