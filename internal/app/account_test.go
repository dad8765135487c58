package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

type plain struct{}

func (plain) Hash(p headway.Secret) (string, error)            { return "h:" + p.Reveal(), nil }
func (plain) Matches(h string, p headway.Secret) (bool, error) { return h == "h:"+p.Reveal(), nil }

func TestBootstrapOnceThenSignIn(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	n := 0
	a := New(Deps{Store: s, Now: time.Now, NewID: func() string { n++; return string(rune('a' + n)) }, Random: rand.Reader, Passwords: plain{}, Log: slog.Default()})
	in := NewUser{Email: "Ada@Example.org ", Name: "Ada", Password: headway.NewSecret("correct horse")}
	if _, err := a.Bootstrap(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Bootstrap(ctx, in); headway.KindOf(err) != headway.Conflict {
		t.Fatalf("second bootstrap: %v", err)
	}
	if _, err := a.SignIn(ctx, Credentials{Email: "ada@example.org", Password: headway.NewSecret("wrong")}); headway.KindOf(err) != headway.Unauthenticated {
		t.Fatalf("wrong password: %v", err)
	}
	cookie, err := a.SignIn(ctx, Credentials{Email: "ada@example.org", Password: headway.NewSecret("correct horse")})
	if err != nil {
		t.Fatal(err)
	}
	who, err := a.ActorBySession(ctx, cookie)
	if err != nil || !who.Admin {
		t.Fatalf("%v %v", who, err)
	}
	_, secret, err := a.AddToken(ctx, who, NewToken{Name: "ci", Scopes: []headway.Action{headway.ViewProgramme}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	ci, err := a.ActorByToken(ctx, secret)
	if err != nil || ci.Kind != headway.ActorToken || ci.MayOnInstance(headway.ManageUsers) {
		t.Fatalf("%v %v", ci, err)
	}
}
