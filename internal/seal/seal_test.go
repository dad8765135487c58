package seal_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"headway"
	"headway/internal/seal"
)

func TestASecretOpensInItsPlaceOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.key")
	box, err := seal.Open(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	one, err := box.Seal(headway.NewSecret("hunter2"), "a")
	if err != nil {
		t.Fatal(err)
	}
	two, _ := box.Seal(headway.NewSecret("hunter2"), "a")
	if one == two || strings.Contains(one, "hunter2") {
		t.Errorf("sealed as %s and %s", one, two)
	}
	if s, err := box.Open(one, "a"); err != nil || s.Reveal() != "hunter2" {
		t.Errorf("opened as %q: %v", s.Reveal(), err)
	}
	again, err := seal.Open(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := again.Open(one, "a"); err != nil || s.Reveal() != "hunter2" {
		t.Errorf("after a restart: %q: %v", s.Reveal(), err)
	}
	last := one[:len(one)-2] + "AA"
	for name, bad := range map[string]string{"another place": one, "changed": last, "cut": one[:6], "no version": strings.TrimPrefix(one, "1:"), "nonsense": "1:***"} {
		place := "a"
		if name == "another place" {
			place = "b"
		}
		if s, err := box.Open(bad, place); headway.KindOf(err) != headway.Conflict || !s.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := seal.Open(filepath.Join(t.TempDir(), "k"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(one, "a"); headway.KindOf(err) != headway.Conflict {
		t.Errorf("another key: %v", err)
	}
}

func TestOneOfManyStartsDrawsTheKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.key")
	var mu sync.Mutex
	var wg sync.WaitGroup
	var sealed []string
	for range 8 {
		wg.Go(func() {
			box, err := seal.Open(file, rand.Reader)
			if err != nil {
				t.Error(err)
				return
			}
			s, err := box.Seal(headway.NewSecret("x"), "a")
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			sealed = append(sealed, s)
		})
	}
	wg.Wait()
	box, err := seal.Open(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sealed {
		if _, err := box.Open(s, "a"); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestADamagedKeyIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.key")
	if err := os.WriteFile(file, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(file, rand.Reader); headway.KindOf(err) != headway.Invalid {
		t.Error(err)
	}
}
