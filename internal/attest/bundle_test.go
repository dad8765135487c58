package attest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/attest"
	"headway/internal/testkit"
)

var at = testkit.Date("2026-11-24T19:10:00Z")

const snapshot = `{"format":"go-no-go/2","release":{"version":"2.0.0"},"candidate":{"name":"2.0.0-rc.1","artifacts":[{"name":"web.war","sha256":"ab12","size":3}]},` +
	`"gate":{"approvals":[{"role":"product-owner","count":1},{"role":"ops","count":1}]},"environment":{"key":"production"}}`

func sample() (attest.Head, headway.DecisionRecord) {
	sum := attest.Digest([]byte(snapshot))
	said := func(user, name string, role headway.Role) headway.RecordedApproval {
		return headway.RecordedApproval{User: user, Name: name, Role: role, Digest: sum, Note: "fine <&>", At: at.Add(-time.Hour)}
	}
	head := attest.Head{
		Programme: "shop", Team: "web", Version: "2.0.0", Candidate: "2.0.0-rc.1", Environment: "production",
		OpenedBy: "Rita", OpenedAt: at.Add(-time.Hour), Excluded: []string{"u-shelver"},
	}
	return head, headway.DecisionRecord{
		Format: "go-no-go-record/2", Decision: "d1", Digest: sum, Outcome: "go", At: at,
		Verdicts: []headway.Verdict{
			{Criterion: "regression", Title: "Regression", Kind: headway.CriterionRegression, Outcome: headway.Pass, Reason: "all of 3 passed"},
			{Criterion: "gap", Title: "Minimum gap", Kind: headway.CriterionGap, Outcome: headway.Fail, Reason: "too early", Waived: true, WaivedBy: "Paula"},
		},
		Evidence:  []headway.RecordedEvidence{{ID: "e1", File: "junit.xml", SHA256: "cd34", Outcome: headway.Pass, At: at, By: "CI"}},
		Approvals: []headway.RecordedApproval{said("u1", "Paula", headway.ProductOwner), said("u2", "Otto", headway.Operations)},
		Waivers:   []headway.RecordedWaiver{{Criterion: "gap", Role: headway.ProductOwner, By: "Paula", Reason: "the law", ExpiresAt: at.Add(time.Hour)}},
		Defects:   []headway.RecordedDefect{{Number: 12, Title: "Typo", Severity: "minor", State: headway.DefectAccepted}},
	}
}

func made(t *testing.T, edit func(*attest.Head, *headway.DecisionRecord)) []byte {
	t.Helper()
	head, rec := sample()
	if edit != nil {
		edit(&head, &rec)
	}
	b, err := attest.Make(head, snapshot, rec, testkit.Signer{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABundleHolds(t *testing.T) {
	b := made(t, nil)
	key := testkit.Signer{}.PublicKey()
	for _, named := range []string{"", attest.KeyText(key), attest.KeyID(key), strings.TrimPrefix(attest.KeyID(key), "sha256:")} {
		r, err := attest.Verify(b, named)
		if err != nil || len(r.Findings) > 0 || r.Pinned != (named != "") {
			t.Errorf("by %q: %v, %+v", named, err, r.Findings)
		}
		if s := r.Statement; len(s.Subject) != 2 || s.Subject[1].Digest["sha256"] != "ab12" || s.Predicate.Record.Approvals[1].Name != "Otto" {
			t.Errorf("it states %+v", s)
		}
	}
	if r, err := attest.Verify(b, "sha256:0000"); err != nil || !says(r, "not the key that was named") {
		t.Errorf("by another key: %v, %v", err, r.Findings)
	}
}

func says(r attest.Report, text string) bool {
	return slices.ContainsFunc(r.Findings, func(f string) bool { return strings.Contains(f, text) })
}

// reworked changes the payload of a bundle as somebody would who has no key.
func reworked(t *testing.T, from, to string) []byte {
	t.Helper()
	var b attest.Bundle
	if err := json.Unmarshal(made(t, nil), &b); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.StdEncoding.DecodeString(b.Envelope.Payload)
	if err != nil || !bytes.Contains(payload, []byte(from)) {
		t.Fatalf("%v; %q is not in %s", err, from, payload)
	}
	b.Envelope.Payload = base64.StdEncoding.EncodeToString(bytes.Replace(payload, []byte(from), []byte(to), 1))
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTamperingIsFoundAndNamed(t *testing.T) {
	for from, tc := range map[string]struct{ to, named string }{
		`"opened_by":"Rita"`: {`"opened_by":"Rolf"`, "release, target and opening"},
		`2.0.0-rc.1\",\"art`: {`2.0.0-rc.2\",\"art`, "snapshot"},
		`"outcome":"go"`:     {`"outcome":"no"`, "outcome"},
		`all of 3 passed`:    {`all of 9 passed`, "criteria"},
		`"sha256":"cd34"`:    {`"sha256":"cd35"`, "evidence"},
		`"name":"Otto"`:      {`"name":"Olga"`, "approvals"},
		`"dissent":null`:     {`"dissent":[]`, "dissent"},
		`"reason":"the law"`: {`"reason":"a whim"`, "waivers"},
		`"number":12`:        {`"number":13`, "accepted defects"},
		`"sha256":"ab12"`:    {`"sha256":"ab13"`, "subject"},
		`"_type":"https://in-toto.io/Statement/v1"`: {`"_type":"https://in-toto.io/Statement/v2"`, "statement"},
	} {
		r, err := attest.Verify(reworked(t, from, tc.to), "")
		if err != nil || !says(r, "signature:") || !says(r, tc.named) {
			t.Errorf("%s: %v; found %q, want %q", from, err, r.Findings, tc.named)
		}
	}
}

// TestEveryByteCounts changes bytes at random places: each change is found.
func TestEveryByteCounts(t *testing.T) {
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 1))
	whole := made(t, nil)
	for range 3000 {
		b := bytes.Clone(whole)
		at := rng.IntN(len(b))
		b[at] ^= byte(1 + rng.IntN(255))
		if r, err := attest.Verify(b, ""); err == nil && len(r.Findings) == 0 {
			t.Fatalf("seed %d: byte %d from %q to %q is not found", seed, at, whole[at], b[at])
		}
	}
}

// TestASignedLieIsFound signs with the right key what could not have been decided.
func TestASignedLieIsFound(t *testing.T) {
	for want, lie := range map[string]func(*attest.Head, *headway.DecisionRecord){
		"fewer of ops than the gate asks for": func(_ *attest.Head, r *headway.DecisionRecord) { r.Approvals = r.Approvals[:1] },
		"Paula had a hand":                    func(h *attest.Head, _ *headway.DecisionRecord) { h.Excluded = append(h.Excluded, "u1") },
		"Otto spoke twice":                    func(_ *attest.Head, r *headway.DecisionRecord) { r.Approvals = append(r.Approvals, r.Approvals[1]) },
		"Regression is fail and not waived":   func(_ *attest.Head, r *headway.DecisionRecord) { r.Verdicts[0].Outcome = headway.Fail },
		"none holds for Minimum gap":          func(_ *attest.Head, r *headway.DecisionRecord) { r.Waivers[0].ExpiresAt = r.At },
		"snapshot: its digest is":             func(_ *attest.Head, r *headway.DecisionRecord) { r.Digest = "sha256:0" },
		"Paula spoke about":                   func(_ *attest.Head, r *headway.DecisionRecord) { r.Approvals[0].Digest = "sha256:0" },
		"Paula spoke after the decision":      func(_ *attest.Head, r *headway.DecisionRecord) { r.Approvals[0].At = r.At.Add(time.Second) },
		"not that of the snapshot":            func(h *attest.Head, _ *headway.DecisionRecord) { h.Environment = "test" },
	} {
		r, err := attest.Verify(made(t, lie), "")
		if err != nil || !says(r, want) || says(r, "signature:") {
			t.Errorf("%s: %v, %q", want, err, r.Findings)
		}
	}
}

func FuzzVerify(f *testing.F) {
	head, rec := sample()
	b, err := attest.Make(head, snapshot, rec, testkit.Signer{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":"go-no-go-bundle/1","public_key":"ed25519:","envelope":{}}`))
	f.Add([]byte(`{"format":"go-no-go-bundle/1","format":"x"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := attest.Verify(in, "")
		if err == nil && len(r.Findings) == 0 && !bytes.Equal(in, b) {
			var x, y attest.Bundle // white space between is no change
			if json.Unmarshal(in, &x) != nil || json.Unmarshal(b, &y) != nil || x.Envelope.Payload != y.Envelope.Payload {
				t.Fatalf("holds: %s", in)
			}
		}
	})
}
