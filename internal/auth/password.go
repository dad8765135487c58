package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"headway"
)

// Argon2 hashes passwords with Argon2id (RFC 9106) and writes them in the PHC
// string format. Slots bounds how many are computed at once, because each
// takes memory.
type Argon2 struct {
	Memory, Passes uint32 // KiB, iterations
	Threads        uint8
	slots          chan struct{}
}

// NewArgon2 uses the second recommendation of RFC 9106, section 4, with 19 MiB
// and two passes (OWASP's minimum), two at a time.
func NewArgon2() *Argon2 {
	return &Argon2{Memory: 19 << 10, Passes: 2, Threads: 1, slots: make(chan struct{}, 2)}
}

const (
	saltBytes = 16
	keyBytes  = 32
)

// Hash makes a salted hash.
func (a *Argon2) Hash(password headway.Secret) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	key := a.key(password, salt, a.Passes, a.Memory, a.Threads)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.Memory, a.Passes, a.Threads, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Matches compares a password with a stored hash. An empty hash (no such
// account) takes as long as a wrong password and never matches.
func (a *Argon2) Matches(stored string, password headway.Secret) (bool, error) {
	if stored == "" {
		a.key(password, make([]byte, saltBytes), a.Passes, a.Memory, a.Threads)
		return false, nil
	}
	parts := strings.Split(stored, "$")
	var version int
	var memory, passes uint32
	var threads uint8
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("stored password hash has an unknown form")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); err != nil || version != argon2.Version {
		return false, fmt.Errorf("stored password hash has unknown parameters")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("stored password salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	return subtle.ConstantTimeCompare(a.key(password, salt, passes, memory, threads), want) == 1, nil
}

func (a *Argon2) key(password headway.Secret, salt []byte, passes, memory uint32, threads uint8) []byte {
	a.slots <- struct{}{}
	defer func() { <-a.slots }()
	return argon2.IDKey([]byte(password.Reveal()), salt, passes, memory, threads, keyBytes)
}
