// Package seal encrypts the secrets of other systems before they are stored.
//
// The key lies in a file of its own, never in the database nor in its backup,
// so that neither alone opens anything. Each text is sealed with AES-256-GCM
// for one place, such as a connection's id: moved elsewhere it does not open.
// Whoever loses the key has to type the secrets in again; nothing else is lost.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strings"

	"headway"
)

const (
	keySize = 32
	version = "1:"
)

// Box seals and opens.
type Box struct {
	aead   cipher.AEAD
	random io.Reader
}

// Open reads the key from a file, and draws a new one into it when there is no
// file yet. Of several processes that start at once one draws.
func Open(file string, random io.Reader) (*Box, error) {
	key, err := keyFile{file, random, (*os.File).Sync}.open()
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	return &Box{aead, random}, nil
}

// Seal encrypts a secret for one place. An empty secret stays empty.
func (b *Box) Seal(s headway.Secret, place string) (string, error) {
	if s.IsZero() {
		return "", nil
	}
	nonce := make([]byte, b.aead.NonceSize())
	if _, err := io.ReadFull(b.random, nonce); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	return version + base64.RawStdEncoding.EncodeToString(b.aead.Seal(nonce, nonce, []byte(s.Reveal()), []byte(place))), nil
}

// Open decrypts what Seal gave for the same place.
func (b *Box) Open(sealed, place string) (headway.Secret, error) {
	if sealed == "" {
		return headway.Secret{}, nil
	}
	broken := headway.Conflictf("a stored secret does not open with this instance's key").
		WithHint("bring back the key file that belongs to the data, or set the secret again")
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(sealed, version))
	if err != nil || len(raw) < b.aead.NonceSize() || !strings.HasPrefix(sealed, version) {
		return headway.Secret{}, broken
	}
	n := b.aead.NonceSize()
	plain, err := b.aead.Open(nil, raw[:n], raw[n:], []byte(place))
	if err != nil {
		return headway.Secret{}, broken
	}
	return headway.NewSecret(string(plain)), nil
}
