package attest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"headway"
)

// The formats of a bundle and what it is made of.
const (
	Format        = "go-no-go-bundle/1"
	PayloadType   = "application/vnd.in-toto+json"
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "urn:headway:go-no-go:v1"
	keyPrefix     = "ed25519:"
)

// Bundle is a signed statement with the key that opens it.
type Bundle struct {
	Format    string   `json:"format"`
	PublicKey string   `json:"public_key"` // ed25519: and base64
	Envelope  Envelope `json:"envelope"`
}

// Envelope is a DSSE envelope.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"` // base64
	Signatures  []Signature `json:"signatures"`
}

// Signature is one signature of an envelope.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // base64
}

// Statement is an in-toto statement about a go/no-go.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is what a statement is about.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// Predicate is what is stated.
type Predicate struct {
	Head     Head                   `json:"head"`
	Snapshot string                 `json:"snapshot"` // canonical JSON, as it was approved
	Record   headway.DecisionRecord `json:"record"`
	Parts    map[string]string      `json:"parts"` // digest of each part of this predicate
}

// Head says what was decided where, when, and who had no say.
type Head struct {
	Programme   string    `json:"programme"`
	Team        string    `json:"team"`
	Version     string    `json:"version"`
	Candidate   string    `json:"candidate"`
	Environment string    `json:"environment"`
	OpenedBy    string    `json:"opened_by"`
	OpenedAt    time.Time `json:"opened_at"`
	Excluded    []string  `json:"excluded"` // ids of who could not approve
}

// Signer signs with the key of the instance.
type Signer interface {
	PublicKey() ed25519.PublicKey
	Sign(message []byte) []byte
}

// Make signs the record of a decision.
func Make(head Head, snapshot string, record headway.DecisionRecord, s Signer) ([]byte, error) {
	p := Predicate{Head: head, Snapshot: snapshot, Record: record}
	var err error
	if p.Parts, err = p.digests(); err != nil {
		return nil, err
	}
	shot, err := readSnapshot(snapshot)
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(Statement{Type: StatementType, Subject: shot.subjects(snapshot), PredicateType: PredicateType, Predicate: p})
	if err != nil {
		return nil, fmt.Errorf("encode the statement: %w", err)
	}
	out, err := json.Marshal(sealed(Format, PayloadType, payload, s))
	if err != nil {
		return nil, fmt.Errorf("encode the bundle: %w", err)
	}
	return out, nil
}

// sealed puts a payload into a signed envelope.
func sealed(format, payloadType string, payload []byte, s Signer) Bundle {
	key := s.PublicKey()
	return Bundle{Format: format, PublicKey: KeyText(key), Envelope: Envelope{
		PayloadType: payloadType, Payload: base64.StdEncoding.EncodeToString(payload),
		Signatures: []Signature{{KeyID: KeyID(key), Sig: base64.StdEncoding.EncodeToString(s.Sign(preAuth(payloadType, payload)))}},
	}}
}

// preAuth is DSSE's pre-authentication encoding: what is signed.
func preAuth(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// KeyText writes a public key.
func KeyText(key ed25519.PublicKey) string {
	return keyPrefix + base64.StdEncoding.EncodeToString(key)
}

// KeyID names a public key by its digest.
func KeyID(key ed25519.PublicKey) string { return Digest(key) }

// parseKey reads what KeyText wrote.
func parseKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(text, keyPrefix))
	if err != nil || len(raw) != ed25519.PublicKeySize || !strings.HasPrefix(text, keyPrefix) {
		return nil, headway.Invalidf("public_key", "this is no public key of Ed25519")
	}
	return raw, nil
}

// The parts of a predicate, as a changed one is named.
const (
	partHead      = "release, target and opening"
	partSnapshot  = "snapshot"
	partOutcome   = "outcome"
	partCriteria  = "criteria"
	partEvidence  = "evidence"
	partApprovals = "approvals"
	partDissent   = "dissent"
	partWaivers   = "waivers"
	partDefects   = "accepted defects"
)

// digests gives the digest of each part.
func (p Predicate) digests() (map[string]string, error) {
	r := p.Record
	parts := map[string]any{
		partHead: p.Head, partSnapshot: p.Snapshot, partOutcome: []any{r.Format, r.Decision, r.Digest, r.Outcome, r.At},
		partCriteria: r.Verdicts, partEvidence: r.Evidence, partApprovals: r.Approvals, partDissent: []any{r.Dissent, r.Earlier},
		partWaivers: lifted(r), partDefects: r.Defects,
	}
	out := map[string]string{}
	for name, v := range parts {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		out[name] = Digest(b)
	}
	return out, nil
}

// lifted gives waivers and overrides; records from before there were overrides
// have waivers only.
func lifted(r headway.DecisionRecord) any {
	if len(r.Overrides) == 0 {
		return r.Waivers
	}
	return []any{r.Waivers, r.Overrides}
}

// Digest gives the SHA-256 of bytes as sha256:hex.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
