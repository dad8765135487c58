package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

func TestTokenWithPassword(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		clock := testkit.NewClock(testkit.Date("2026-11-23T09:00:00Z"))
		a := New(Deps{Store: s, Now: clock.Now, NewID: testkit.IDs(), Random: rand.Reader, Passwords: plain{}, Log: slog.New(slog.DiscardHandler)})
		password := headway.NewSecret("correct horse")
		if _, err := a.Bootstrap(ctx, NewUser{Email: "ada@example.org", Name: "Ada", Password: password}); err != nil {
			t.Fatal(err)
		}
		in := NewToken{Name: "laptop", Scopes: []headway.Action{headway.SignedIn}, Days: 1}
		if _, _, err := a.TokenWithPassword(ctx, Credentials{Email: "ada@example.org", Password: headway.NewSecret("wrong horse")}, in); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("a wrong password: %v", err)
		}
		bad := in
		bad.Days = 0
		if _, _, err := a.TokenWithPassword(ctx, Credentials{Email: "ada@example.org", Password: password}, bad); headway.KindOf(err) != headway.Invalid {
			t.Errorf("a token of no days: %v", err)
		}
		in.Scopes = []headway.Action{headway.ViewProgramme}
		_, secret, err := a.TokenWithPassword(ctx, Credentials{Email: "Ada@example.org", Password: password}, in)
		if err != nil {
			t.Fatal(err)
		}
		who, err := a.ActorByToken(ctx, secret)
		if err != nil || who.Kind != headway.ActorToken || who.Email != "ada@example.org" {
			t.Errorf("the token speaks for %+v: %v", who, err)
		}
	})
}
