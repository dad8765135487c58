package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// SweepTmp deletes what uploads that broke off left behind, when it is older
// than before, and tells how many files that were.
func (b *Blobs) SweepTmp(before time.Time) (int, error) {
	return sweep(filepath.Join(b.dir, "tmp"), before, func(string) bool { return true })
}

// Sweep deletes the files that keep does not want and that are older than
// before, and tells how many that were. Files that no upload made are left alone.
func (b *Blobs) Sweep(before time.Time, keep func(sha string) bool) (int, error) {
	rooms, err := os.ReadDir(b.dir)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, room := range rooms {
		if !room.IsDir() || len(room.Name()) != 2 {
			continue
		}
		n, err := sweep(filepath.Join(b.dir, room.Name()), before, func(name string) bool { return validSHA(name) && !keep(name) })
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func sweep(dir string, before time.Time, unwanted func(name string) bool) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return n, err
		}
		if !info.Mode().IsRegular() || !info.ModTime().Before(before) || !unwanted(e.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
		n++
	}
	return n, nil
}
