package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// house is an instance with one administrator, ada, and one account, bo.
type house struct {
	*App
	ctx   context.Context //nolint:containedctx // of the test
	clock *testkit.Clock
	ada   headway.Actor
}

const (
	adasWord = "correct horse"
	bosWord  = "battery staple"
)

func houses(t *testing.T, f func(t *testing.T, h house)) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		clock := testkit.NewClock(testkit.Date("2026-11-23T09:00:00Z"))
		a := New(Deps{Store: s, Now: clock.Now, NewID: testkit.IDs(), Random: rand.Reader, Passwords: plain{}, Log: slog.New(slog.DiscardHandler)})
		if _, err := a.Bootstrap(ctx, NewUser{Email: "ada@example.org", Name: "Ada", Password: headway.NewSecret(adasWord)}); err != nil {
			t.Fatal(err)
		}
		h := house{App: a, ctx: ctx, clock: clock}
		h.ada = h.who(t, "ada@example.org", adasWord)
		if _, err := a.AddUser(ctx, h.ada, NewUser{Email: "bo@example.org", Name: "Bo", Password: headway.NewSecret(bosWord)}); err != nil {
			t.Fatal(err)
		}
		f(t, h)
	})
}

func (h house) try(email, client, password string) (headway.Secret, error) {
	return h.SignIn(h.ctx, Credentials{Email: email, Client: client, Password: headway.NewSecret(password)})
}

func (h house) who(t *testing.T, email, password string) headway.Actor {
	t.Helper()
	cookie, err := h.try(email, "10.0.0.1", password)
	if err != nil {
		t.Fatal(err)
	}
	by, err := h.ActorBySession(h.ctx, cookie)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func TestWrongPasswordsAreBounded(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		for _, email := range []string{"bo@example.org", "nobody@example.org"} {
			for range headway.GuessesFromOnePlace {
				if _, err := h.try(email, "10.0.0.9", "wrong"); headway.KindOf(err) != headway.Unauthenticated {
					t.Fatalf("%s: %v", email, err)
				}
			}
			_, err := h.try(strings.ToUpper(email)+" ", "10.0.0.9", bosWord)
			var e *headway.Error
			if !errors.As(err, &e) || e.Kind != headway.TooMany || e.Wait != headway.GuessWindow {
				t.Fatalf("%s after the bound, with the right password: %+v", email, err)
			}
		}
		if _, err := h.try("bo@example.org", "10.0.0.2", bosWord); err != nil {
			t.Errorf("the owner from elsewhere: %v", err)
		}
		if _, err := h.try("bo@example.org", "10.0.0.9", bosWord); err != nil {
			t.Errorf("a right password forgets the wrong ones: %v", err)
		}
		h.clock.Advance(headway.GuessWindow)
		if _, err := h.try("nobody@example.org", "10.0.0.9", "wrong"); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("after the window: %v", err)
		}
	})
}

func TestGuessesThatComeAtOncePassTheBoundNotTogether(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		answers := make([]headway.Kind, 4*headway.GuessesFromOnePlace)
		var group errgroup.Group
		for i := range answers {
			group.Go(func() error {
				_, err := h.try("bo@example.org", "10.0.0.9", "wrong")
				answers[i] = headway.KindOf(err)
				return nil
			})
		}
		_ = group.Wait()
		compared := 0
		for _, k := range answers {
			switch k {
			case headway.Unauthenticated:
				compared++
			case headway.TooMany:
			default:
				t.Errorf("answered %s", k)
			}
		}
		if compared != headway.GuessesFromOnePlace {
			t.Errorf("%d passwords were compared", compared)
		}
	})
}

func TestANewPasswordEndsOtherSessionsAndKeepsTokens(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		here, err := h.try("bo@example.org", "", bosWord)
		if err != nil {
			t.Fatal(err)
		}
		elsewhere, err := h.try("bo@example.org", "", bosWord)
		if err != nil {
			t.Fatal(err)
		}
		bo, err := h.ActorBySession(h.ctx, here)
		if err != nil {
			t.Fatal(err)
		}
		_, token, err := h.AddToken(h.ctx, bo, NewToken{Name: "ci", Scopes: []headway.Action{headway.ViewProgramme}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		change := func(old, replacement string) error {
			return h.ChangePassword(h.ctx, Credentials{Email: "bo@example.org", Password: headway.NewSecret(old)}, headway.NewSecret(replacement), here)
		}
		if err := change("wrong", "a longer sentence"); headway.KindOf(err) != headway.Invalid {
			t.Errorf("with a wrong password: %v", err)
		}
		if err := change(bosWord, "short"); headway.KindOf(err) != headway.Invalid {
			t.Errorf("to a short one: %v", err)
		}
		if err := change(bosWord, "a longer sentence"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorBySession(h.ctx, here); err != nil {
			t.Errorf("the session that changed it: %v", err)
		}
		if _, err := h.ActorBySession(h.ctx, elsewhere); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("the other session: %v", err)
		}
		if _, err := h.ActorByToken(h.ctx, token); err != nil {
			t.Errorf("the token: %v", err)
		}
		if _, err := h.try("bo@example.org", "", bosWord); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("the old password: %v", err)
		}
		if _, err := h.try("bo@example.org", "", "a longer sentence"); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

func TestAnAdministratorDrawsAPassword(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		bo := h.who(t, "bo@example.org", bosWord)
		if _, err := h.DrawPassword(h.ctx, bo, "ada@example.org"); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("by somebody else: %v", err)
		}
		for range headway.GuessesFromOnePlace {
			_, _ = h.try("bo@example.org", "10.0.0.9", "forgotten")
		}
		drawn, err := h.DrawPassword(h.ctx, h.ada, "bo@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPassword(drawn); err != nil {
			t.Errorf("%q: %v", drawn.Reveal(), err)
		}
		if _, err := h.try("bo@example.org", "10.0.0.9", drawn.Reveal()); err != nil {
			t.Errorf("the drawn password, at once: %v", err)
		}
		if _, err := h.DrawPassword(h.ctx, h.ada, "nobody@example.org"); headway.KindOf(err) != headway.NotFound {
			t.Errorf("for nobody: %v", err)
		}
	})
}

func TestAClosedAccountEntersByNothing(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		cookie, err := h.try("bo@example.org", "", bosWord)
		if err != nil {
			t.Fatal(err)
		}
		bo, err := h.ActorBySession(h.ctx, cookie)
		if err != nil {
			t.Fatal(err)
		}
		_, token, err := h.AddToken(h.ctx, bo, NewToken{Name: "ci", Scopes: []headway.Action{headway.ViewProgramme}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.DisableUser(h.ctx, h.ada, "ada@example.org"); headway.KindOf(err) != headway.Conflict {
			t.Errorf("one's own account: %v", err)
		}
		if err := h.DisableUser(h.ctx, bo, "ada@example.org"); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("by somebody else: %v", err)
		}
		if err := h.DisableUser(h.ctx, h.ada, "Bo@example.org"); err != nil {
			t.Fatal(err)
		}
		for name, enter := range map[string]func() error{
			"session":  func() error { _, err := h.ActorBySession(h.ctx, cookie); return err },
			"token":    func() error { _, err := h.ActorByToken(h.ctx, token); return err },
			"password": func() error { _, err := h.try("bo@example.org", "", bosWord); return err },
		} {
			if err := enter(); headway.KindOf(err) != headway.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.EnableUser(h.ctx, h.ada, "bo@example.org"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorByToken(h.ctx, token); err != nil {
			t.Errorf("the token after the account is open again: %v", err)
		}
	})
}

func TestTokensAreListedUsedAndRevoked(t *testing.T) {
	houses(t, func(t *testing.T, h house) {
		bo := h.who(t, "bo@example.org", bosWord)
		scopes := []headway.Action{headway.ViewProgramme}
		one, oneSecret, err := h.AddToken(h.ctx, bo, NewToken{Name: "one", Scopes: scopes, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		two, twoSecret, err := h.AddToken(h.ctx, bo, NewToken{Name: "two", Scopes: scopes, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		machine, err := h.ActorByToken(h.ctx, oneSecret)
		if err != nil {
			t.Fatal(err)
		}
		names := func() (out []string) {
			v, err := h.MyAccount(h.ctx, bo)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range v.Tokens {
				if !k.UsedAt.IsZero() {
					k.Name += " used"
				}
				out = append(out, k.Name)
			}
			slices.Sort(out)
			return out
		}
		if got := names(); !slices.Equal(got, []string{"one used", "two"}) {
			t.Errorf("tokens %v", got)
		}
		for name, c := range map[string]struct {
			by   headway.Actor
			id   string
			want headway.Kind
		}{
			"of somebody else":    {h.ada, one.ID, headway.NotFound},
			"by a token, other":   {machine, two.ID, headway.Forbidden},
			"one that is unknown": {bo, "nothing", headway.NotFound},
		} {
			if err := h.RevokeToken(h.ctx, c.by, c.id); headway.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.RevokeToken(h.ctx, machine, one.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorByToken(h.ctx, oneSecret); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("a revoked token: %v", err)
		}
		if err := h.RevokeToken(h.ctx, bo, one.ID); headway.KindOf(err) != headway.Conflict {
			t.Errorf("twice: %v", err)
		}
		h.clock.Advance(25 * time.Hour)
		if _, err := h.ActorByToken(h.ctx, twoSecret); headway.KindOf(err) != headway.Unauthenticated {
			t.Errorf("an expired token: %v", err)
		}
		if got := names(); len(got) != 0 {
			t.Errorf("tokens that hold: %v", got)
		}
	})
}
