package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"headway"
)

// Blobs keeps files by the SHA-256 of their content: artifacts and evidence.
// A file is written beside, flushed and renamed into place, so one that is
// there is whole; it is verified again whenever it is read.
type Blobs struct {
	dir  string
	sync func(*os.File) error // to the disk
}

// OpenBlobs uses a directory, and makes it when it is not there.
func OpenBlobs(dir string) (*Blobs, error) {
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		return nil, fmt.Errorf("artifact directory: %w", err)
	}
	return &Blobs{dir, (*os.File).Sync}, nil
}

func (b *Blobs) path(sha string) string { return filepath.Join(b.dir, sha[:2], sha) }

// Put stores what r gives, up to limit bytes, and returns its digest in hex
// and its size. When want is not empty, other content is refused. What the disk
// has not confirmed is not stored: the next Put writes it anew.
func (b *Blobs) Put(r io.Reader, want string, limit int64) (sha string, size int64, err error) {
	tmp, err := os.CreateTemp(filepath.Join(b.dir, "tmp"), "put-*")
	if err != nil {
		return "", 0, full(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unless(os.ErrClosed, tmp.Close()), unless(os.ErrNotExist, os.Remove(tmp.Name())))
		}
	}()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(r, limit+1))
	if err != nil {
		return "", 0, full(err)
	}
	if size > limit {
		return "", 0, headway.Errorf(headway.TooLarge, "the file is larger than %d bytes", limit)
	}
	sha = hex.EncodeToString(h.Sum(nil))
	if want != "" && sha != want {
		return "", 0, headway.Errorf(headway.Invalid, "the content has the digest %s, not the announced %s", sha, want).WithHint("the file changed or was damaged on its way: send it again")
	}
	if err := b.sync(tmp); err != nil {
		return "", 0, full(err)
	}
	if err := tmp.Close(); err != nil {
		return "", 0, full(err)
	}
	final := b.path(sha)
	if err := os.MkdirAll(filepath.Dir(final), 0o700); err != nil {
		return "", 0, full(err)
	}
	if err := os.Rename(tmp.Name(), final); err != nil {
		return "", 0, full(err)
	}
	if err := errors.Join(b.syncDir(filepath.Dir(final)), b.syncDir(b.dir)); err != nil {
		return "", 0, full(err)
	}
	return sha, size, nil
}

// Has tells whether a file with this digest is stored, and its size.
func (b *Blobs) Has(sha string) (size int64, ok bool) {
	if !validSHA(sha) {
		return 0, false
	}
	st, err := os.Stat(b.path(sha))
	if err != nil || !st.Mode().IsRegular() {
		return 0, false
	}
	return st.Size(), true
}

// Open gives a file by digest. Its reader fails at the end when the content
// is not what the digest says: whoever copies it must not use a copy that failed.
func (b *Blobs) Open(sha string) (io.ReadCloser, int64, error) {
	if !validSHA(sha) {
		return nil, 0, headway.NotFoundf("there is no such file")
	}
	f, err := os.Open(b.path(sha))
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, headway.NotFoundf("the file %s is not stored", sha)
	}
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return &verifying{file: f, hash: sha256.New(), want: sha}, st.Size(), nil
}

// verifying checks the digest of what was read when it reaches the end.
type verifying struct {
	file *os.File
	hash hash.Hash
	want string
}

// Close closes the file.
func (v *verifying) Close() error { return v.file.Close() }

// Read reads on and fails at the end of damaged content.
func (v *verifying) Read(p []byte) (int, error) {
	n, err := v.file.Read(p)
	v.hash.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(v.hash.Sum(nil)) != v.want {
		return n, headway.Errorf(headway.Internal, "the stored file %s is damaged", v.want).WithHint("restore it from a backup, or shelve a new candidate")
	}
	return n, err
}

func validSHA(sha string) bool {
	raw, err := hex.DecodeString(sha)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == sha
}

func (b *Blobs) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(b.sync(d), d.Close())
}

func unless(expected, err error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

func full(err error) error {
	return headway.Errorf(headway.Unavailable, "the file cannot be stored now").WithHint("look at the disk of the server").Because(err)
}
