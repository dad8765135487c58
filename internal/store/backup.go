package store

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"headway"
)

// A backup is a gzipped tar, the same for both databases, so that one can be
// restored as the other: manifest.json, tables/NAME.jsonl (a line of column
// names, then a line for each row), blobs/SHA256, and last checksums.json with
// the digest of every entry before it. Jobs are not in it: after a restore
// nothing starts by itself.
const (
	backupFormat = "headway-backup/1"
	manifestName = "manifest.json"
	sumsName     = "checksums.json"
)

// backupTables lists every table, those that are referred to first.
func backupTables() []string {
	return []string{
		"users", "sessions", "password_guesses", "programmes", "tokens", "memberships", "holidays", "teams", "people", "absences", "sprints",
		"releases", "candidates", "files", "playbooks", "gates", "runbooks", "environments", "bookings", "overrides", "stays", "windows", "freezes", "feeds",
		"trains", "train_members", "hotfix_duties",
		"backlog_items", "team_items", "refreshes", "evidence", "evidence_attachments", "waivers", "decisions", "approvals", "decision_looks", "deployments", "deployment_steps", "messages", "stops",
		"connections",
		"defects", "incidents", "fixes", "fix_commits", "fix_marks", "fix_told", "rework_budgets", "defect_efforts", "mutes", "owners", "test_cycles", "cycle_cases", "interrupts", "experiments", "plans", "activity_pins", "scenarios", "imports", "simulations", "simulation_parts", "results", "idempotency", "events", "notifications", "settings",
	}
}

// Manifest says what a backup holds.
type Manifest struct {
	Format    string           `json:"format"`
	Schema    int64            `json:"schema"`
	CreatedAt time.Time        `json:"created_at"`
	Rows      map[string]int64 `json:"rows"`
}

// Backup writes everything to w while the instance goes on: the rows of one
// snapshot, and the files, which never change.
func (s *Store) Backup(ctx context.Context, blobs *Blobs, w io.Writer, now time.Time) (Manifest, error) {
	m := Manifest{Format: backupFormat, CreatedAt: now, Rows: map[string]int64{}}
	err := s.Read(ctx, func(q Q) error {
		var err error
		if m.Schema, err = q.schema(ctx); err != nil {
			return err
		}
		for _, table := range backupTables() {
			if m.Rows[table], err = one(ctx, q, "table", scanInt, `SELECT COUNT(*) FROM `+table); err != nil {
				return err
			}
		}
		zip := gzip.NewWriter(w)
		b := &backupWriter{tar: tar.NewWriter(zip), sums: map[string]string{}, now: now}
		if err := b.json(manifestName, m); err != nil {
			return err
		}
		for _, table := range backupTables() {
			if err := b.table(ctx, q, table); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
		if err := b.blobs(blobs); err != nil {
			return err
		}
		if err := b.json(sumsName, b.sums); err != nil {
			return err
		}
		return errors.Join(b.tar.Close(), zip.Close())
	})
	return m, err
}

func (q Q) schema(ctx context.Context) (int64, error) {
	return one(ctx, q, "schema", scanInt, `SELECT MAX(version_id) FROM goose_db_version`)
}

type backupWriter struct {
	tar  *tar.Writer
	sums map[string]string
	now  time.Time
}

// entry writes one entry of a known size and keeps its digest.
func (b *backupWriter) entry(name string, size int64, r io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: b.now}); err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(b.tar, h), r); err != nil {
		return err
	}
	b.sums[name] = hex.EncodeToString(h.Sum(nil))
	return nil
}

func (b *backupWriter) json(name string, v any) error {
	raw, err := text(v)
	if err != nil {
		return err
	}
	return b.entry(name, int64(len(raw)), strings.NewReader(raw))
}

// table spools the rows to a file first, because tar wants their size before them.
func (b *backupWriter) table(ctx context.Context, q Q, table string) (err error) {
	spool, err := os.CreateTemp("", "headway-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()
	out := bufio.NewWriter(spool)
	if err := writeRows(ctx, q, table, json.NewEncoder(out)); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	size, err := spool.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return b.entry("tables/"+table+".jsonl", size, spool)
}

func writeRows(ctx context.Context, q Q, table string, out *json.Encoder) error {
	rows, err := q.db.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := out.Encode(columns); err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for n := range values {
		into[n] = &values[n]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := out.Encode(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (b *backupWriter) blobs(blobs *Blobs) error {
	return blobs.Each(func(sha string) error {
		r, size, err := blobs.Open(sha)
		if err != nil {
			return err
		}
		return errors.Join(b.entry("blobs/"+sha, size, r), r.Close())
	})
}

// Each calls f with the digest of every stored file.
func (b *Blobs) Each(f func(sha string) error) error {
	return filepath.WalkDir(b.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !validSHA(d.Name()) || filepath.Base(filepath.Dir(p)) != d.Name()[:2] {
			return err
		}
		return f(d.Name())
	})
}

// VerifyBackup reads a whole backup and checks every entry against its
// digest, that none is missing, and that nothing follows.
func VerifyBackup(r io.Reader) (Manifest, error) {
	return readBackup(r, func(string, io.Reader) error { return nil })
}

// entryLimit bounds one entry of a backup: an artifact at most.
const entryLimit = 64 << 30

// readBackup walks the entries in order and hands tables and blobs to each.
func readBackup(r io.Reader, each func(name string, r io.Reader) error) (Manifest, error) {
	var m Manifest
	zip, err := gzip.NewReader(r)
	if err != nil {
		return m, damaged("it is no gzip file", err)
	}
	in, sums, want := tar.NewReader(zip), map[string]string{}, map[string]string{}
	for {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, damaged("it ends too early or is garbled", err)
		}
		if len(want) > 0 || head.Typeflag != tar.TypeReg || head.Size > entryLimit || path.Clean(head.Name) != head.Name {
			return m, damaged(fmt.Sprintf("the entry %q does not belong there", head.Name), nil)
		}
		h := sha256.New()
		body := io.TeeReader(in, h)
		switch head.Name {
		case manifestName:
			err = json.NewDecoder(body).Decode(&m)
		case sumsName:
			err = json.NewDecoder(body).Decode(&want)
		default:
			err = each(head.Name, body)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, body)
		}
		if err != nil {
			return m, damaged(fmt.Sprintf("the entry %q cannot be read", head.Name), err)
		}
		if head.Name != sumsName {
			sums[head.Name] = hex.EncodeToString(h.Sum(nil))
		}
	}
	if _, err := io.Copy(io.Discard, zip); err != nil { //nolint:gosec // nothing is kept of it
		return m, damaged("its end is garbled", err)
	}
	return m, compareSums(m, sums, want)
}

func compareSums(m Manifest, sums, want map[string]string) error {
	if m.Format != backupFormat || len(want) == 0 {
		return damaged("it is no whole Headway backup", nil)
	}
	for name, sum := range want {
		if sums[name] != sum {
			return damaged(fmt.Sprintf("the entry %q is missing or altered", name), nil)
		}
	}
	for _, table := range backupTables() {
		if _, ok := sums["tables/"+table+".jsonl"]; !ok {
			return damaged(fmt.Sprintf("the table %s is missing", table), nil)
		}
	}
	if len(sums) != len(want) {
		return damaged("it holds entries that were not written by Headway", nil)
	}
	return nil
}

func damaged(why string, err error) error {
	if known := (*headway.Error)(nil); errors.As(err, &known) {
		return known
	}
	return headway.Errorf(headway.Invalid, "the backup is damaged: %s", why).WithHint("nothing was changed; use another backup").Because(err)
}
