package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func openBlobs(t *testing.T) (*store.Blobs, string) {
	t.Helper()
	dir := t.TempDir()
	b, err := store.OpenBlobs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

func shaOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func put(t *testing.T, b *store.Blobs, content string) string {
	t.Helper()
	sha, size, err := b.Put(strings.NewReader(content), shaOf(content), 1<<20)
	if err != nil || size != int64(len(content)) || sha != shaOf(content) {
		t.Fatalf("put: %s, %d, %v", sha, size, err)
	}
	return sha
}

func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestBlobComesBackWhole(t *testing.T) {
	b, dir := openBlobs(t)
	for _, content := range []string{"", "x", strings.Repeat("0123456789", 20_000)} {
		sha := put(t, b, content)
		put(t, b, content) // the same again changes nothing
		r, size, err := b.Open(sha)
		if err != nil || size != int64(len(content)) {
			t.Fatalf("open: %d, %v", size, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != content {
			t.Fatalf("read %d bytes, %v", len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if n, ok := b.Has(sha); !ok || n != size {
			t.Errorf("Has says %d, %v", n, ok)
		}
	}
	if n := len(filesIn(t, dir)); n != 3 {
		t.Errorf("%d files are kept for three contents", n)
	}
}

func TestBlobRefusesAndLeavesNothing(t *testing.T) {
	b, dir := openBlobs(t)
	broken := errors.New("connection lost")
	tests := map[string]struct {
		from  io.Reader
		want  string
		limit int64
		kind  headway.Kind
	}{
		"another digest":       {strings.NewReader("one"), shaOf("two"), 10, headway.Invalid},
		"over the limit":       {strings.NewReader("12345"), "", 4, headway.TooLarge},
		"broken while sending": {io.MultiReader(strings.NewReader("12345"), readerOf(broken)), "", 100, headway.Unavailable},
	}
	for name, tt := range tests {
		if _, _, err := b.Put(tt.from, tt.want, tt.limit); headway.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left := filesIn(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, _, err := b.Put(strings.NewReader("1234"), "", 4); err != nil {
		t.Errorf("just at the limit: %v", err)
	}
}

// TestWhatTheDiskDoesNotConfirmIsNotStored fails each of the flushes of an
// upload in turn: none is answered as stored, nothing half is left, what was
// there stays, and the same upload again flushes all of it.
func TestWhatTheDiskDoesNotConfirmIsNotStored(t *testing.T) {
	b, dir := openBlobs(t)
	content := strings.Repeat("release ", 10_000)
	there := put(t, b, "stored before")
	for failing := 1; ; failing++ {
		flushed := 0
		store.SyncBy(b, func(f *os.File) error {
			if flushed++; flushed == failing {
				return &os.PathError{Op: "sync", Path: f.Name(), Err: syscall.EIO}
			}
			return f.Sync()
		})
		_, _, err := b.Put(strings.NewReader(content), shaOf(content), 1<<20)
		if flushed < failing {
			if err != nil || failing != 4 {
				t.Errorf("%d flushes make an upload safe, want the file, its directory and that one's: %v", flushed, err)
			}
			break
		}
		if headway.KindOf(err) != headway.Unavailable || !errors.Is(err, syscall.EIO) || errors.Is(err, os.ErrNotExist) {
			t.Errorf("with flush %d failing: %v", failing, err)
		}
		for _, path := range filesIn(t, dir) {
			got, err := os.ReadFile(path)
			if err != nil || shaOf(string(got)) != filepath.Base(path) {
				t.Errorf("with flush %d failing %s is left with %d bytes: %v", failing, path, len(got), err)
			}
		}
		if _, ok := b.Has(there); !ok {
			t.Errorf("with flush %d failing another file went", failing)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func readerOf(err error) io.Reader { return failing{err} }

func TestBlobNotStored(t *testing.T) {
	b, _ := openBlobs(t)
	for _, sha := range []string{"", "../../etc/passwd", shaOf("nothing"), strings.ToUpper(shaOf("a")), "ab"} {
		if _, _, err := b.Open(sha); headway.KindOf(err) != headway.NotFound {
			t.Errorf("open %q: %v", sha, err)
		}
		if _, ok := b.Has(sha); ok {
			t.Errorf("%q is there", sha)
		}
	}
}

func TestDamagedBlobIsRefused(t *testing.T) {
	b, dir := openBlobs(t)
	content := strings.Repeat("release ", 10_000)
	for name, damage := range map[string]func([]byte) []byte{
		"a bit":     func(c []byte) []byte { c[len(c)/2] ^= 1; return c },
		"truncated": func(c []byte) []byte { return c[:len(c)-1] },
		"longer":    func(c []byte) []byte { return append(c, 'x') },
		"emptied":   func([]byte) []byte { return nil },
	} {
		sha := put(t, b, content)
		path := filepath.Join(dir, sha[:2], sha)
		if err := os.WriteFile(path, damage([]byte(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		r, _, err := b.Open(sha)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); headway.KindOf(err) != headway.Internal || err == nil {
			t.Errorf("%s: read without an error (%v)", name, err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if got := put(t, b, content); got != sha {
			t.Fatal(got)
		}
		if whole, err := os.ReadFile(path); err != nil || !bytes.Equal(whole, []byte(content)) {
			t.Errorf("%s: storing it again did not mend it", name)
		}
	}
}

// TestSweepAfterCrash shows what a kill in the middle of an upload leaves: a
// file in tmp and none under its digest, and that the sweep takes it away.
func TestSweepAfterCrash(t *testing.T) {
	b, dir := openBlobs(t)
	now := time.Now()
	kept, lost, fresh := put(t, b, "in use"), put(t, b, "unused and old"), put(t, b, "unused and new")
	half := filepath.Join(dir, "tmp", "put-123")
	if err := os.WriteFile(half, []byte("half of a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := now.Add(-48 * time.Hour)
	for _, path := range []string{filepath.Join(dir, kept[:2], kept), filepath.Join(dir, lost[:2], lost), half} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	stray := filepath.Join(dir, kept[:2], "README")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stray, old, old); err != nil {
		t.Fatal(err)
	}
	before := now.Add(-24 * time.Hour)
	if n, err := b.SweepTmp(before); n != 1 || err != nil {
		t.Errorf("swept %d of tmp, %v", n, err)
	}
	if n, err := b.Sweep(before, func(sha string) bool { return sha == kept }); n != 1 || err != nil {
		t.Errorf("swept %d files, %v", n, err)
	}
	for sha, want := range map[string]bool{kept: true, lost: false, fresh: true} {
		if _, ok := b.Has(sha); ok != want {
			t.Errorf("%s is there: %v", sha, ok)
		}
	}
	if _, err := os.Stat(stray); err != nil {
		t.Errorf("a file that is not ours went: %v", err)
	}
}
