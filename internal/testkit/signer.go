package testkit

import "crypto/ed25519"

// Signer signs with a key that everybody knows.
type Signer struct{}

func signerKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte("headway's key of tests, 32 bytes"))
}

// PublicKey gives the key that verifies.
func (Signer) PublicKey() ed25519.PublicKey {
	key, _ := signerKey().Public().(ed25519.PublicKey)
	return key
}

// Sign signs a message.
func (Signer) Sign(message []byte) []byte { return ed25519.Sign(signerKey(), message) }
