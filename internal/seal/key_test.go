package seal

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestAKeyThatTheDiskDoesNotConfirmIsNotUsed fails the flush of the new key,
// then that of its name: neither start gets a key, and none is left half.
func TestAKeyThatTheDiskDoesNotConfirmIsNotUsed(t *testing.T) {
	for failing, leaves := range map[int]int{1: 0, 2: 1} {
		k := keyFile{filepath.Join(t.TempDir(), "secret.key"), rand.Reader, nil}
		flushed := 0
		k.sync = func(f *os.File) error {
			if flushed++; flushed == failing {
				return &os.PathError{Op: "sync", Path: f.Name(), Err: syscall.EIO}
			}
			return f.Sync()
		}
		if key, err := k.open(); key != nil || !errors.Is(err, syscall.EIO) {
			t.Errorf("with flush %d failing: a key of %d bytes, %v", failing, len(key), err)
		}
		left, err := os.ReadDir(filepath.Dir(k.path))
		if err != nil || len(left) != leaves {
			t.Errorf("with flush %d failing %v is left, %v", failing, left, err)
		}
		if key, err := k.read(); leaves > 0 && (err != nil || len(key) != keySize) || leaves == 0 && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("with flush %d failing the file holds %d bytes: %v", failing, len(key), err)
		}
		if key, err := k.open(); err != nil || len(key) != keySize {
			t.Errorf("the next start: %d bytes, %v", len(key), err)
		}
	}
}
