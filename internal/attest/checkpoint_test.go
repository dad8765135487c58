package attest_test

import (
	"bytes"
	"strings"
	"testing"

	"headway"
	"headway/internal/attest"
	"headway/internal/testkit"
)

func TestACheckpointHoldsForItsKeyOnly(t *testing.T) {
	want := attest.Checkpoint{Seq: 41, Hash: strings.Repeat("a", 64), At: testkit.Date("2026-11-27T07:00:00Z")}
	raw, err := attest.MakeCheckpoint(want, testkit.Signer{})
	if err != nil {
		t.Fatal(err)
	}
	key := testkit.Signer{}.PublicKey()
	for _, name := range []string{attest.KeyText(key), attest.KeyID(key)} {
		if got, err := attest.ReadCheckpoint(raw, name); err != nil || got != want {
			t.Errorf("%+v %v", got, err)
		}
	}
	other := bytes.Clone(key)
	other[0] ^= 1
	if _, err := attest.ReadCheckpoint(raw, attest.KeyID(other)); headway.KindOf(err) != headway.Conflict {
		t.Errorf("with the key of another: %v", err)
	}
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		if got, err := attest.ReadCheckpoint(changed, attest.KeyID(key)); err == nil && got != want {
			t.Errorf("byte %d was changed: %+v", i, got)
		}
	}
	bundle := made(t, nil)
	if _, err := attest.ReadCheckpoint(bundle, attest.KeyID(key)); err == nil {
		t.Error("the bundle of a go/no-go passes for a checkpoint")
	}
	if _, err := attest.Verify(raw, ""); err == nil {
		t.Error("a checkpoint passes for the bundle of a go/no-go")
	}
}
