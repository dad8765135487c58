package attest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/strict"
)

// Report is what a check of a bundle found.
type Report struct {
	KeyID     string    `json:"key_id"`
	PublicKey string    `json:"public_key"`
	Pinned    bool      `json:"pinned"` // the key is the one that was named
	Statement Statement `json:"statement"`
	Findings  []string  `json:"findings"` // what does not hold; none: all does
}

// Limit bounds a bundle that is read.
const Limit = 64 << 20

// Verify checks a bundle: that its key signed it, that it is the key named
// (its text or its id; empty: any), and that what it states fits together. An
// error means that it is no bundle; what does not hold stands in the findings.
func Verify(raw []byte, key string) (Report, error) {
	var b Bundle
	r := Report{Findings: []string{}}
	if len(raw) > Limit {
		return r, headway.Errorf(headway.TooLarge, "a bundle has at most %d MiB", Limit>>20)
	}
	if err := strict.Unmarshal(raw, &b); err != nil {
		return r, headway.Invalidf("bundle", "this is no bundle of a go/no-go").WithHint("download it from the page of the go/no-go").Because(err)
	}
	if b.Format != Format {
		return r, headway.Invalidf("format", "%q is not %q", headway.Shorten(b.Format, 40), Format)
	}
	public, err := parseKey(b.PublicKey)
	if err != nil {
		return r, err
	}
	payload, err := base64.StdEncoding.Strict().DecodeString(b.Envelope.Payload)
	if err != nil {
		return r, headway.Invalidf("envelope.payload", "this is no base64")
	}
	r.KeyID, r.PublicKey = KeyID(public), b.PublicKey
	r.checkKey(key)
	signed := r.checkSignature(b.Envelope, public, payload)
	if err := strict.Unmarshal(payload, &r.Statement); err != nil {
		r.findf("statement: cannot be read: %v", err)
		return r, nil
	}
	before := len(r.Findings)
	r.checkParts(payload)
	if !signed && len(r.Findings) == before {
		r.findf("signature: it does not fit: the payload, the signature or the key was changed after signing")
	} else if !signed {
		r.findf("signature: it does not fit what is stated now")
	}
	r.checkStatement()
	return r, nil
}

func (r *Report) findf(format string, args ...any) {
	r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
}

func (r *Report) checkKey(named string) {
	switch named {
	case "":
	case r.PublicKey, r.KeyID, strings.TrimPrefix(r.KeyID, "sha256:"):
		r.Pinned = true
	default:
		r.findf("key: signed by %s, which is not the key that was named", r.KeyID)
	}
}

func (r *Report) checkSignature(e Envelope, key ed25519.PublicKey, payload []byte) bool {
	if e.PayloadType != PayloadType {
		r.findf("envelope: payload type %q is not %q", headway.Shorten(e.PayloadType, 60), PayloadType)
	}
	if len(e.Signatures) != 1 {
		r.findf("envelope: %d signatures where one is due", len(e.Signatures))
		return false
	}
	s := e.Signatures[0]
	if s.KeyID != r.KeyID {
		r.findf("envelope: its signature names the key %s, the bundle holds %s", headway.Shorten(s.KeyID, 80), r.KeyID)
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(s.Sig)
	return err == nil && len(sig) == ed25519.SignatureSize && ed25519.Verify(key, preAuth(e.PayloadType, payload), sig)
}

// checkParts names the parts that are not what they were when they were stated.
func (r *Report) checkParts(payload []byte) {
	now, err := r.Statement.Predicate.digests()
	if err != nil {
		r.findf("statement: %v", err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if r.Statement.Predicate.Parts[name] != now[name] {
			r.findf("%s: changed after signing", name)
		}
	}
	if len(r.Statement.Predicate.Parts) != len(now) {
		r.findf("statement: it names parts that are not known")
	}
	if again, err := json.Marshal(r.Statement); err != nil || !bytes.Equal(again, payload) {
		r.findf("statement: it is not written as it was signed")
	}
}

// checkStatement checks that what is stated fits together.
func (r *Report) checkStatement() {
	s, p := r.Statement, r.Statement.Predicate
	if s.Type != StatementType || s.PredicateType != PredicateType {
		r.findf("statement: it is no statement about a go/no-go")
	}
	shot, err := readSnapshot(p.Snapshot)
	if err != nil {
		r.findf("snapshot: cannot be read: %v", err)
		return
	}
	if got := Digest([]byte(p.Snapshot)); got != p.Record.Digest {
		r.findf("snapshot: its digest is %s, decided was on %s", got, p.Record.Digest)
	}
	if !reflect.DeepEqual(s.Subject, shot.subjects(p.Snapshot)) {
		r.findf("subject: it is not the snapshot and its artifacts")
	}
	if shot.Candidate.Name != p.Head.Candidate || shot.Environment.Key != p.Head.Environment || shot.Release.Version != p.Head.Version {
		r.findf("%s: not that of the snapshot", partHead)
	}
	r.checkPeople()
	if p.Record.Outcome == string(headway.DecisionGo) {
		r.checkGo(shot)
	}
}

// checkPeople checks who spoke: each once, about this digest, nobody who had a hand in it.
func (r *Report) checkPeople() {
	p := r.Statement.Predicate
	seen := map[string]bool{}
	for _, a := range slices.Concat(p.Record.Approvals, p.Record.Dissent) {
		if a.Digest != p.Record.Digest {
			r.findf("approvals: %s spoke about %s", a.Name, a.Digest)
		}
		if seen[a.User] {
			r.findf("approvals: %s spoke twice", a.Name)
		}
		seen[a.User] = true
		if slices.Contains(p.Head.Excluded, a.User) {
			r.findf("approvals: %s had a hand in what was decided on", a.Name)
		}
		if a.At.After(p.Record.At) {
			r.findf("approvals: %s spoke after the decision", a.Name)
		}
	}
}

// checkGo checks that go was allowed: all approvals, and every criterion passed or waived.
func (r *Report) checkGo(shot snapshot) {
	rec := r.Statement.Predicate.Record
	people := map[headway.Role]int{}
	for _, a := range rec.Approvals {
		people[a.Role]++
	}
	for _, rule := range shot.Gate.Approvals {
		if people[rule.Role] -= rule.Count; people[rule.Role] < 0 {
			r.findf("approvals: fewer of %s than the gate asks for", rule.Role)
		}
	}
	for _, v := range rec.Verdicts {
		if v.Optional || v.Outcome == headway.Pass {
			continue
		}
		if !v.Waived {
			r.findf("criteria: %s is %s and not waived", v.Title, v.Outcome)
			continue
		}
		overridden := slices.ContainsFunc(rec.Overrides, func(o headway.RecordedOverride) bool { return o.Rule == v.Criterion && !o.At.After(rec.At) })
		if !overridden && !slices.ContainsFunc(rec.Waivers, func(w headway.RecordedWaiver) bool { return w.Criterion == v.Criterion && w.ExpiresAt.After(rec.At) }) {
			r.findf("waivers: none holds for %s", v.Title)
		}
	}
}

// snapshot is what of an approved snapshot the check needs.
type snapshot struct {
	Release struct {
		Version string `json:"version"`
	} `json:"release"`
	Candidate struct {
		Name      string             `json:"name"`
		Artifacts []headway.Artifact `json:"artifacts"`
	} `json:"candidate"`
	Gate struct {
		Approvals []headway.ApprovalRule `json:"approvals"`
	} `json:"gate"`
	Environment struct {
		Key string `json:"key"`
	} `json:"environment"`
	Window struct {
		From time.Time `json:"from"`
		To   time.Time `json:"to"`
	} `json:"window"`
}

func readSnapshot(text string) (s snapshot, err error) {
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

// subjects are the snapshot, then the artifacts.
func (s snapshot) subjects(text string) []Subject {
	sum := func(sha string) map[string]string {
		return map[string]string{"sha256": strings.TrimPrefix(sha, "sha256:")}
	}
	out := []Subject{{Name: "go-no-go-snapshot.json", Digest: sum(Digest([]byte(text)))}}
	for _, a := range s.Candidate.Artifacts {
		out = append(out, Subject{Name: a.Name, Digest: sum(a.SHA256)})
	}
	return out
}
