package attest

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"headway"
	"headway/internal/strict"
)

// The formats of a checkpoint of the audit log.
const (
	CheckpointFormat = "audit-checkpoint/1"
	checkpointType   = "application/vnd.headway.audit-checkpoint+json"
	checkpointLimit  = 64 << 10
)

// Checkpoint says how far the audit log was, and what its chain was there. Kept
// on another machine it shows later that nothing before it was rewritten, and
// that the log was not cut.
type Checkpoint struct {
	Seq  int64     `json:"seq"`  // of the newest event
	Hash string    `json:"hash"` // of the newest event
	At   time.Time `json:"at"`   // when it was made
}

// MakeCheckpoint signs a checkpoint.
func MakeCheckpoint(c Checkpoint, s Signer) ([]byte, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode the checkpoint: %w", err)
	}
	out, err := json.Marshal(sealed(CheckpointFormat, checkpointType, payload, s))
	if err != nil {
		return nil, fmt.Errorf("encode the checkpoint: %w", err)
	}
	return out, nil
}

// ReadCheckpoint gives a checkpoint that the named key has signed.
func ReadCheckpoint(raw []byte, key string) (Checkpoint, error) {
	var c Checkpoint
	var b Bundle
	no := headway.Invalidf("checkpoint", "this is no checkpoint of an audit log").WithHint("make one with `headway checkpoint`")
	if len(raw) > checkpointLimit {
		return c, no
	}
	if err := strict.Unmarshal(raw, &b); err != nil || b.Format != CheckpointFormat || b.Envelope.PayloadType != checkpointType || len(b.Envelope.Signatures) != 1 {
		return c, no.Because(err)
	}
	public, err := parseKey(b.PublicKey)
	if err != nil {
		return c, err
	}
	if key != b.PublicKey && key != KeyID(public) {
		return c, headway.Conflictf("the checkpoint is signed with the key %s, not with %s", KeyID(public), headway.Shorten(key, 80)).
			WithHint("it is of another instance, or the key of this one was replaced")
	}
	payload, err := base64.StdEncoding.Strict().DecodeString(b.Envelope.Payload)
	if err != nil {
		return c, no.Because(err)
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(b.Envelope.Signatures[0].Sig)
	if err != nil || len(sig) != ed25519.SignatureSize || !ed25519.Verify(public, preAuth(checkpointType, payload), sig) {
		return c, headway.Conflictf("the checkpoint was changed after it was signed")
	}
	return c, strict.Unmarshal(payload, &c)
}
