package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"headway"
)

// keyFile is a file that holds a key, or is going to.
type keyFile struct {
	path   string
	random io.Reader
	sync   func(*os.File) error // to the disk
}

// open gives the key, and draws it first when there is no file yet.
func (k keyFile) open() ([]byte, error) {
	key, err := k.read()
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := k.draw(); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return k.read()
}

func (k keyFile) read() ([]byte, error) {
	text, err := os.ReadFile(k.path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, headway.Invalidf(k.path, "this is no key of %d bytes in base64", keySize).WithHint("bring the key file back from where it is kept, or remove it and set the secrets of all connections again")
	}
	return key, nil
}

// draw writes a new key so that it appears whole, and only if no other is
// there. A key that the disk has not confirmed is not used: what it sealed
// would be lost with it.
func (k keyFile) draw() error {
	key := make([]byte, keySize)
	if _, err := io.ReadFull(k.random, key); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(k.path))
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir.Name(), ".key-*") // readable by its owner only
	if err != nil {
		return errors.Join(err, dir.Close())
	}
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, k.sync(tmp), tmp.Close()); err == nil {
		err = os.Link(tmp.Name(), k.path)
	}
	if err == nil || errors.Is(err, fs.ErrExist) { // another process was faster: its key holds
		err = k.sync(dir)
	}
	return errors.Join(err, os.Remove(tmp.Name()), dir.Close())
}
