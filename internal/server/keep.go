package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"headway"
	"headway/internal/attest"
	"headway/internal/store"
)

// Backup writes a backup of the running or standing instance to a new file,
// which appears under its name only when it is whole.
func (i *Instance) Backup(ctx context.Context, file string) (m store.Manifest, err error) {
	if _, err := os.Stat(file); err == nil {
		return m, headway.Conflictf("%s exists already", file).WithHint("name a new file")
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".headway-backup-*")
	if err != nil {
		return m, headway.Errorf(headway.Unavailable, "cannot write to %s", filepath.Dir(file)).Because(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name()))
		}
	}()
	if m, err = i.store.Backup(ctx, i.blobs, tmp, time.Now().UTC()); err != nil {
		return m, err
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return m, err
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return m, err
	}
	dir, err := os.Open(filepath.Dir(file)) // its name too must outlive a crash
	if err != nil {
		return m, err
	}
	return m, errors.Join(dir.Sync(), dir.Close())
}

// Restore fills this empty instance from a backup file and checks the result.
func (i *Instance) Restore(ctx context.Context, file string) (store.Manifest, error) {
	f, err := os.Open(file)
	if err != nil {
		return store.Manifest{}, headway.Invalidf(file, "cannot be read").Because(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	m, err := i.store.Restore(ctx, i.blobs, f, headway.Stop{Reason: "restored from a backup: look at what was in flight, then lift this stop", ByName: "Headway", At: time.Now().UTC()})
	if err != nil {
		return m, err
	}
	_, err = i.Verify(ctx)
	return m, err
}

// Verified counts what was found whole.
type Verified struct {
	Events int64 `json:"events"`
	Files  int64 `json:"files"`
	Bytes  int64 `json:"bytes"`
}

// Verify checks the audit chain, against the checkpoints that were kept of it,
// and reads every stored file against its digest.
func (i *Instance) Verify(ctx context.Context, kept ...attest.Checkpoint) (v Verified, err error) {
	if v.Events, err = i.App.VerifyAudit(ctx, kept...); err != nil {
		return v, err
	}
	err = i.blobs.Each(func(sha string) error {
		r, size, err := i.blobs.Open(sha)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		v.Files, v.Bytes = v.Files+1, v.Bytes+size
		return errors.Join(err, r.Close(), ctx.Err())
	})
	return v, err
}

// VerifyFile checks a backup file without restoring it.
func VerifyFile(file string) (m store.Manifest, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, headway.Invalidf(file, "cannot be read").Because(fmt.Errorf("open: %w", err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return store.VerifyBackup(f)
}
