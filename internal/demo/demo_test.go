package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
	"headway/internal/testkit"
)

type plain struct{}

func (plain) Hash(p headway.Secret) (string, error)            { return p.Reveal(), nil }
func (plain) Matches(h string, p headway.Secret) (bool, error) { return h == p.Reveal(), nil }

// TestFillShowsEveryState fills the sample programme on each day of two weeks,
// because what a window or a weekend allows depends on the day.
func TestFillShowsEveryState(t *testing.T) {
	for day := range 14 {
		now := testkit.Date("2026-11-23T12:48:00Z").AddDate(0, 0, day)
		t.Run(fmt.Sprint(now.Format("Mon 2006-01-02")), func(t *testing.T) {
			if day > 0 && testing.Short() {
				t.Skip("one day is enough for a short run")
			}
			fillOn(t, now)
		})
	}
}

func fillOn(t *testing.T, now time.Time) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	blobs, err := store.OpenBlobs(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	deps := app.Deps{Store: s, Blobs: blobs, Now: func() time.Time { return now }, NewID: testkit.IDs(), Random: rand.Reader, Passwords: plain{}, Signer: testkit.Signer{}, Log: slog.Default()}
	start := time.Now()
	accounts, err := Fill(ctx, deps)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %s", time.Since(start))
	if len(accounts) != len(headway.Roles()) {
		t.Errorf("%d accounts for %d roles", len(accounts), len(headway.Roles()))
	}
	a := app.New(deps)
	for _, c := range accounts {
		if _, err := a.SignIn(ctx, app.Credentials{Email: c.Email, Password: headway.NewSecret(c.Password)}); err != nil {
			t.Errorf("%s cannot sign in: %v", c.Role, err)
		}
		if by, err := a.ActorByToken(ctx, headway.NewSecret(c.Token)); err != nil || by.Email != c.Email {
			t.Errorf("the token of %s is of %s: %v", c.Role, by.Email, err)
		}
	}
	count := map[headway.ReleaseState]int{}
	if err := s.Read(ctx, func(q store.Q) error {
		p, err := q.ProgrammeByKey(ctx, Key)
		if err != nil {
			return err
		}
		all, err := q.Releases(ctx, p.ID, store.ReleaseFilter{})
		for _, r := range all {
			count[r.State]++
			if r.State == headway.ReleaseClosed && (r.LiveAt.After(now) || r.LiveAt.Before(r.SprintEnd)) {
				t.Errorf("%s went live at %s, its sprint ended at %s", r.Version, r.LiveAt, r.SprintEnd)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, state := range []headway.ReleaseState{headway.ReleasePlanned, headway.ReleaseShelved, headway.ReleaseApproved, headway.ReleaseLive, headway.ReleaseRolledBack} {
		if count[state] == 0 {
			t.Errorf("no release is %s: %v", state, count)
		}
	}
	if count[headway.ReleaseProving] == 0 || count[headway.ReleaseClosed] < 180 {
		t.Errorf("%v", count)
	}
	if again, err := Fill(ctx, deps); err != nil || again != nil {
		t.Errorf("a second time: %v, %v", again, err)
	}
	if _, err := a.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}
