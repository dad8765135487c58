package auth

import (
	"strings"
	"testing"

	"headway"
)

func cheap() *Argon2 {
	a := NewArgon2()
	a.Memory, a.Passes = 64, 1
	return a
}

func TestPasswordMatchesOnlyItself(t *testing.T) {
	a := cheap()
	h, err := a.Hash(headway.NewSecret("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("not in PHC form: %s", h)
	}
	for in, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false} {
		if got, err := a.Matches(h, headway.NewSecret(in)); err != nil || got != want {
			t.Errorf("%q: %v %v", in, got, err)
		}
	}
}

func TestHashesAreSalted(t *testing.T) {
	a := cheap()
	one, _ := a.Hash(headway.NewSecret("same"))
	two, _ := a.Hash(headway.NewSecret("same"))
	if one == two {
		t.Fatal("two hashes of one password are equal")
	}
}

func TestParametersComeFromTheStoredHash(t *testing.T) {
	a := cheap()
	h, _ := a.Hash(headway.NewSecret("kept"))
	a.Memory, a.Passes = 128, 2
	if ok, err := a.Matches(h, headway.NewSecret("kept")); err != nil || !ok {
		t.Fatal("a hash made with other parameters no longer matches", err)
	}
}

func TestNoAccountAndDamagedHashes(t *testing.T) {
	a := cheap()
	if ok, err := a.Matches("", headway.NewSecret("x")); ok || err != nil {
		t.Fatal("no account matched", err)
	}
	for _, h := range []string{"x", "$bcrypt$1$2$3$4", "$argon2id$v=18$m=64,t=1,p=1$AA$AA", "$argon2id$v=19$m=64,t=1,p=1$!$AA"} {
		if ok, err := a.Matches(h, headway.NewSecret("x")); ok || err == nil {
			t.Errorf("%q was taken", h)
		}
	}
}
