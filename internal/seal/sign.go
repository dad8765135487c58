package seal

import (
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"os"

	"headway"
)

// Signer signs with the private key of the instance, which lies in a file of
// its own beside the data, and never leaves it.
type Signer struct{ key ed25519.PrivateKey }

// OpenSigner reads the private key from a file, and draws a new one into it
// when there is no file yet.
func OpenSigner(file string, random io.Reader) (*Signer, error) {
	seed, err := keyFile{file, random, (*os.File).Sync}.open()
	if err != nil {
		if known := (*headway.Error)(nil); errors.As(err, &known) {
			return nil, known.WithHint("bring the key file back from where it is kept, or remove it: then a new key signs, and what the old one signed still verifies by it")
		}
		return nil, err
	}
	return &Signer{ed25519.NewKeyFromSeed(seed)}, nil
}

// PublicKey gives the key that verifies.
func (s *Signer) PublicKey() ed25519.PublicKey {
	public, _ := s.key.Public().(ed25519.PublicKey) // always is one
	return public
}

// Sign signs a message.
func (s *Signer) Sign(message []byte) []byte { return ed25519.Sign(s.key, message) }

// String hides the key.
func (*Signer) String() string { return "signer" }

// GoString hides the key.
func (*Signer) GoString() string { return "signer" }

// LogValue hides the key.
func (*Signer) LogValue() slog.Value { return slog.StringValue("signer") }
