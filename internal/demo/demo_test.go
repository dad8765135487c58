package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
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
	for _, state := range []headway.ReleaseState{headway.ReleasePlanned, headway.ReleaseShelved, headway.ReleaseApproved, headway.ReleaseDeploying, headway.ReleaseLive, headway.ReleaseRolledBack} {
		if count[state] == 0 {
			t.Errorf("no release is %s: %v", state, count)
		}
	}
	if count[headway.ReleaseProving] == 0 || count[headway.ReleaseClosed] < 180 {
		t.Errorf("%v", count)
	}
	showsThePlan(t, s)
	showsDecisions(t, s, now)
	showsExperiments(t, a)
	showsScenarios(t, a)
	if again, err := Fill(ctx, deps); err != nil || again != nil {
		t.Errorf("a second time: %v, %v", again, err)
	}
	if _, err := a.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}

// showsThePlan wants a programme that keeps up: most releases reach production
// within the target, some do not, and the plan that was published differs from what is drafted.
func showsThePlan(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	var p headway.Programme
	var draft, baseline headway.Plan
	if err := s.Read(ctx, func(q store.Q) (err error) {
		if p, err = q.ProgrammeByKey(ctx, Key); err != nil {
			return err
		}
		if draft, err = q.DraftPlan(ctx, p.ID); err != nil {
			return err
		}
		baseline, err = q.BaselinePlan(ctx, p.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if draft.Revision != p.Revision {
		t.Errorf("the draft knows revision %d, the facts are at %d", draft.Revision, p.Revision)
	}
	bands := map[headway.GapBand]int{}
	for _, r := range draft.Releases {
		bands[r.Band]++
	}
	if n := len(draft.Releases); 10*bands[headway.WithinTarget] < 6*n || bands[headway.BelowMinimum] > 1 || bands[headway.BeyondTarget]+bands[headway.BeyondMaximum] == 0 || bands[headway.BeyondMaximum] > n/5 {
		t.Errorf("of %d releases: %v", n, bands)
	}
	if baseline.Number != 2 || baseline.Reason == "" {
		t.Errorf("plan %d is published: %q", baseline.Number, baseline.Reason)
	}
	moved := 0
	for _, was := range baseline.Releases {
		for _, is := range draft.Releases {
			if was.ReleaseID == is.ReleaseID && !was.Production.Equal(is.Production) {
				moved++
			}
		}
	}
	if moved == 0 {
		t.Error("nothing has moved since the plan was published")
	}
}

// showsDecisions wants a go/no-go that waits for a person, one that was refused,
// and a deployment in the middle of its steps.
func showsDecisions(t *testing.T, s *store.Store, now time.Time) {
	t.Helper()
	ctx := t.Context()
	count := map[headway.DecisionState]int{}
	running := 0
	if err := s.Read(ctx, func(q store.Q) error {
		p, err := q.ProgrammeByKey(ctx, Key)
		if err != nil {
			return err
		}
		underway, err := q.Releases(ctx, p.ID, store.ReleaseFilter{States: []headway.ReleaseState{headway.ReleaseProving, headway.ReleaseApproved}})
		if err != nil {
			return err
		}
		for _, r := range underway {
			decided, err := q.DecisionsOf(ctx, p.ID, r.ID)
			if err != nil {
				return err
			}
			for _, d := range decided {
				count[d.State]++
			}
		}
		deployments, err := q.Deployments(ctx, p.ID, 100)
		for _, d := range deployments {
			if d.State == headway.DeploymentRunning && d.StartedAt.Before(now) {
				running++
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if count[headway.DecisionOpen] != 1 || count[headway.DecisionNoGo] != 1 || count[headway.DecisionGo] == 0 || running != 1 {
		t.Errorf("go/no-gos %v, %d deployments run", count, running)
	}
}

// showsExperiments wants one that made the gap shorter and was kept, and one that runs.
// showsScenarios wants what-ifs that are current and say something: without her, releases come later.
func showsScenarios(t *testing.T, a *app.App) {
	t.Helper()
	v, err := a.ScenariosView(t.Context(), headway.System(), Key)
	if err != nil {
		t.Fatal(err)
	}
	away := slices.IndexFunc(v.Lines, func(l app.ScenarioLine) bool { return l.Key == "olga-away" })
	if len(v.Lines) != 2 || away < 0 {
		t.Fatalf("%+v", v.Lines)
	}
	for _, l := range v.Lines {
		if l.Stale {
			t.Errorf("%s is of an older plan", l.Name)
		}
	}
	if l := v.Lines[away]; l.GapDays <= v.Draft.GapDays || len(l.Words) != 1 || !strings.HasPrefix(l.Words[0], "Olga Marsh is away from Mon ") {
		t.Errorf("a mean gap of %.1f days against %.1f: %v", l.GapDays, v.Draft.GapDays, l.Words)
	}
}

func showsExperiments(t *testing.T, a *app.App) {
	t.Helper()
	v, err := a.RetrospectiveView(t.Context(), headway.System(), Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Experiments) != 2 {
		t.Fatalf("%+v", v.Experiments)
	}
	running, kept := v.Experiments[0], v.Experiments[1]
	if kept.State != headway.ExperimentKept || kept.Result.Effect != headway.EffectWorked || running.State != headway.ExperimentRunning {
		t.Errorf("%+v, %+v", kept, running)
	}
}
