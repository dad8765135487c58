package seal_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway"
	"headway/internal/seal"
)

func TestTheSigningKeyIsKeptAndNeverShown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "signing.key")
	one, err := seal.OpenSigner(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	two, err := seal.OpenSigner(file, rand.Reader)
	if err != nil || !one.PublicKey().Equal(two.PublicKey()) {
		t.Fatalf("opened again: %v", err)
	}
	if !ed25519.Verify(one.PublicKey(), []byte("m"), two.Sign([]byte("m"))) || ed25519.Verify(one.PublicKey(), []byte("n"), two.Sign([]byte("m"))) {
		t.Error("signatures do not tell")
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(one), fmt.Sprintf("%+v %#v", one, one), one.LogValue().String()} {
		if strings.Contains(shown, string(seed)) || strings.Contains(shown, strings.Trim(fmt.Sprintf("%d", seed[:6]), "[]")) {
			t.Errorf("shows the key: %s", shown)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read as %v: %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenSigner(file, rand.Reader); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), "still verifies") {
		t.Errorf("a damaged key: %v", err)
	}
}
