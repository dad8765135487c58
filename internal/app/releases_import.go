package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"headway"
	"headway/internal/ingest"
	"headway/internal/store"
)

// ImportReleases brings the release history of a CSV file into a programme.
type ImportReleases struct {
	Programme string
	Name      string // of the file, for errors
	Content   io.ReadSeeker
	Progress  func(ImportProgress) // called after each batch; may be nil
}

// ImportProgress says how far an import is.
type ImportProgress struct {
	RowsDone int64 `json:"rows_done"`
	Rows     int64 `json:"rows"`
}

// ImportSummary says what an import came to.
type ImportSummary struct {
	Digest     string `json:"digest"`
	Rows       int64  `json:"rows"`
	Teams      int    `json:"teams"`      // new
	Releases   int    `json:"releases"`   // new
	Completed  int    `json:"completed"`  // known before, now with more candidates or a date of production
	Candidates int    `json:"candidates"` // new
	Gaps       int    `json:"gaps"`       // releases whose gap is known: with a candidate and a date of production
	Betas      int    `json:"betas"`      // rows about betas, which are not imported
	Tags       int    `json:"tags"`       // rows about mere tags
	Again      bool   `json:"again"`      // this file had been imported before: nothing was changed
	Resumed    int64  `json:"resumed"`    // rows that an interrupted import of the file had done
}

const importBatch = 1000 // rows, more or less: a release is never cut in two

// ImportReleases reads the whole file first, so that a bad row refuses it with
// nothing stored; then it stores releases in batches, each one transaction that
// also keeps how far it came. A file that was interrupted goes on from there, a
// file that is done changes nothing.
func (a *App) ImportReleases(ctx context.Context, by headway.Actor, in ImportReleases) (ImportSummary, error) {
	if err := a.lookIn(ctx, by, in.Programme, headway.ImportReleases, func(store.Q, headway.Programme) error { return nil }); err != nil {
		return ImportSummary{}, err
	}
	hash := sha256.New()
	history, err := ingest.ReadHistory(io.TeeReader(in.Content, hash), in.Name)
	if err != nil {
		return ImportSummary{}, err
	}
	if _, err := io.Copy(hash, in.Content); err != nil { // what a reader may leave behind the last row
		return ImportSummary{}, fmt.Errorf("read %s: %w", in.Name, err)
	}
	run := &importing{app: a, by: by, in: in, history: history, digest: "sha256:" + hex.EncodeToString(hash.Sum(nil)), keys: teamKeys(history)}
	return run.all(ctx)
}

// importing is one run of an import.
type importing struct {
	app     *App
	by      headway.Actor
	in      ImportReleases
	history ingest.History
	digest  string
	keys    map[string]string // team key by the team's name in the file
}

func (r *importing) all(ctx context.Context) (ImportSummary, error) {
	at, sum, err := r.resume(ctx)
	if err != nil || sum.Again {
		return sum, err
	}
	for {
		batch, rows := r.batch(at.release)
		last := at.release+len(batch) == len(r.history.Releases)
		var next ImportSummary
		err := r.app.changeIn(ctx, r.by, r.in.Programme, headway.ImportReleases, func(c *change, p headway.Programme) (err error) {
			next, err = r.store(ctx, c, p, at, batch, rows, last, sum)
			return err
		})
		if err != nil {
			return sum, err
		}
		sum, at.release, at.rows = next, at.release+len(batch), at.rows+rows
		if r.in.Progress != nil {
			done := at.rows
			if last {
				done = int64(r.history.Rows)
			}
			r.in.Progress(ImportProgress{RowsDone: done, Rows: int64(r.history.Rows)})
		}
		if last {
			return sum, nil
		}
	}
}

// place is how far an import is: releases of the file, and the rows about them.
type place struct {
	release int
	rows    int64
}

// resume finds where an earlier import of the same file stopped.
func (r *importing) resume(ctx context.Context) (at place, sum ImportSummary, err error) {
	var have store.Import
	err = r.app.lookIn(ctx, r.by, r.in.Programme, headway.ImportReleases, func(q store.Q, p headway.Programme) (err error) {
		have, err = q.Import(ctx, p.ID, r.digest)
		return err
	})
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return at, ImportSummary{Digest: r.digest, Rows: int64(r.history.Rows), Betas: r.history.Betas, Tags: r.history.Tags}, nil
	}
	if err != nil {
		return at, sum, err
	}
	if err := json.Unmarshal([]byte(have.Summary), &sum); err != nil {
		return at, sum, fmt.Errorf("summary of import %s: %w", have.ID, err)
	}
	sum.Again = have.State == importDone
	for at.rows < have.RowsDone && at.release < len(r.history.Releases) {
		at.rows += int64(r.history.Releases[at.release].Rows)
		at.release++
	}
	sum.Resumed = at.rows
	return at, sum, nil
}

const (
	importRunning = "running"
	importDone    = "done"
)

func (r *importing) batch(from int) (batch []ingest.HistoryRelease, rows int64) {
	to := from
	for ; to < len(r.history.Releases) && rows < importBatch; to++ {
		rows += int64(r.history.Releases[to].Rows)
	}
	return r.history.Releases[from:to], rows
}

// store keeps one batch. The import's own row must stand where this run left
// it: otherwise somebody else imports the same file.
func (r *importing) store(ctx context.Context, c *change, p headway.Programme, at place, batch []ingest.HistoryRelease, rows int64, last bool, sum ImportSummary) (ImportSummary, error) {
	imp, err := c.Import(ctx, p.ID, r.digest)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return sum, err
	}
	if imp.RowsDone != at.rows || imp.State == importDone {
		return sum, headway.Conflictf("%s is being imported by somebody else", r.in.Name).WithHint("wait until that import is done, then start again: nothing is imported twice")
	}
	if imp.ID == "" {
		imp = store.Import{ID: r.app.newID(), ProgrammeID: p.ID, Digest: r.digest, StartedAt: c.now}
	}
	h := &historyBatch{change: c, p: p, names: r.history.Teams, keys: r.keys, sum: &sum}
	if err := h.store(ctx, batch); err != nil {
		return sum, err
	}
	imp.RowsDone, imp.State = at.rows+rows, importRunning
	kind, text := ImportProgressed, fmt.Sprintf("%d rows of %s were imported", imp.RowsDone, r.in.Name)
	if last {
		imp.State, imp.EndedAt = importDone, c.now
		kind, text = ReleasesImported, fmt.Sprintf("%s imported %s: %d releases, %d candidates", c.by.Name, r.in.Name, sum.Releases, sum.Candidates)
	}
	if imp.Summary, err = encode(sum); err != nil {
		return sum, err
	}
	if err := c.PutImport(ctx, imp); err != nil {
		return sum, err
	}
	return sum, c.record(ctx, p.ID, kind, imp.ID, text, sum)
}
