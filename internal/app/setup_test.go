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

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/ingest"
	"headway/internal/store"
	"headway/internal/testkit"
)

// setupWorld is an instance with an administrator and the empty programme atlas.
type setupWorld struct {
	t     *testing.T
	app   *App
	store *store.Store
	clock *testkit.Clock
	admin headway.Actor
	p     headway.Programme
}

func newSetupWorld(t *testing.T, db testkit.Database) *setupWorld {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Dir: db.Dir, DatabaseURL: db.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &setupWorld{t: t, store: s, clock: testkit.NewClock(monday)}
	w.app = New(Deps{Store: s, Now: w.clock.Now, NewID: testkit.IDs(), Random: rand.Reader, Passwords: plain{}, Log: slog.Default()})
	w.admin = headway.Actor{Kind: headway.ActorPerson, UserID: "admin", Name: "Ann", Admin: true}
	w.p, err = w.app.AddProgramme(context.Background(), w.admin, AddProgramme{Key: "atlas", Name: "Atlas", Zone: "Europe/Berlin"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const atlasSetup = `programme: {key: atlas, name: Atlas, zone: Europe/Berlin, horizon: 3}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-16, days: 14, version: 2.0.0}}
  - {key: ops, name: Ops, kind: operations, cadence: {first: 2026-11-18, days: 14}}
people:
  - {key: ada, name: Ada, team: ops, skills: [dba], absences: [{from: 2026-12-21, to: 2026-12-31}]}
  - {key: bob, name: Bob, team: web}
environments:
  - {key: stage, name: Staging, kind: staging, data_gb: 100}
  - {key: prod, name: Production, kind: production}
windows:
  - {key: thu, name: Thursday, days: [thu], start: "20:00", minutes: 180}
freezes:
  - {key: xmas, name: Christmas, from: 2026-12-19T18:00:00+01:00, to: 2027-01-04T06:00:00+01:00}
holidays:
  - {day: 2026-12-25, name: Christmas}
`

func (w *setupWorld) apply(text string) (ProgrammeChanges, error) {
	w.t.Helper()
	f, err := ingest.ProgrammeFile(strings.NewReader(text), "atlas.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	return w.app.ApplyProgramme(context.Background(), w.admin, ApplyProgramme{Programme: "atlas", File: f})
}

func (w *setupWorld) mustApply(text string) ProgrammeChanges {
	w.t.Helper()
	c, err := w.apply(text)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *setupWorld) read(f func(store.Q) error) {
	w.t.Helper()
	if err := w.store.Read(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

func TestApplyProgrammeAddsOnceAndShowsItAgain(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		first := w.mustApply(atlasSetup)
		for _, want := range []string{"team web", "person ada", "absence of ada from 2026-12-21", "environment stage", "window thu", "freeze xmas", "holiday 2026-12-25", "sprint 4 of web", "release 2.3.0 of web", "sprint 4 of ops"} {
			if !slices.Contains(first.Added, want) {
				t.Errorf("%q was not added: %v", want, first.Added)
			}
		}
		if again := w.mustApply(atlasSetup); !again.None() {
			t.Errorf("the second time changed %+v", again)
		}
		v, err := w.app.SetupView(ctx, w.admin, "atlas")
		if err != nil {
			t.Fatal(err)
		}
		written, err := ingest.ProgrammeYAML(v.File)
		if err != nil {
			t.Fatal(err)
		}
		if again := w.mustApply(string(written)); !again.None() {
			t.Errorf("its own export changed %+v\n%s", again, written)
		}
		if i := slices.IndexFunc(v.File.Playbook, func(a headway.PlaybookActivity) bool { return a.Key == "regression" }); v.File.Playbook[i].Environment != "stage" {
			t.Errorf("the gallery's playbook was not fitted: %+v", v.File.Playbook[i])
		}
		w.read(func(q store.Q) error {
			r, err := q.ReleaseByVersion(ctx, w.p.ID, v.teamID(t, q, "web"), "", "2.0.0")
			if want := testkit.Date("2026-11-29T16:00:00Z"); !r.SprintEnd.Equal(want) || r.State != headway.ReleasePlanned {
				t.Errorf("release 2.0.0 ends its sprint at %s, %s", r.SprintEnd, r.State)
			}
			return err
		})
	})
}

func (v SetupView) teamID(t *testing.T, q store.Q, key string) string {
	t.Helper()
	team, err := q.TeamByKey(context.Background(), v.Programme.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	return team.ID
}

func TestApplyProgrammeChangesAndRemoves(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		w.mustApply(atlasSetup)
		for _, c := range []struct {
			name, old, new string
			want           ProgrammeChanges
		}{
			{"a field", "skills: [dba]", "skills: [dba, qa]", ProgrammeChanges{Changed: []string{"person ada: skills"}}},
			{"a person", "  - {key: bob, name: Bob, team: web}\n", "", ProgrammeChanges{Removed: []string{"person bob"}}},
			{"an absence", "from: 2026-12-21,", "from: 2026-12-22,", ProgrammeChanges{Removed: []string{"absence of ada from 2026-12-21"}, Added: []string{"absence of ada from 2026-12-22"}}},
			{"all windows", "windows:\n  - {key: thu, name: Thursday, days: [thu], start: \"20:00\", minutes: 180}\n", "windows: []\n", ProgrammeChanges{Removed: []string{"window thu"}}},
			{"a section left out", "holidays:\n  - {day: 2026-12-25, name: Christmas}\n", "", ProgrammeChanges{}},
			{"the policy", "horizon: 3", "horizon: 4", ProgrammeChanges{Changed: []string{"programme: horizon"}, Added: []string{"sprint 5 of ops", "sprint 5 of web", "release 2.4.0 of web"}}},
		} {
			text := strings.Replace(atlasSetup, c.old, c.new, 1)
			got := w.mustApply(text)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got)\n%s", c.name, d)
			}
			if again := w.mustApply(text); !again.None() {
				t.Errorf("%s: the second time changed %+v", c.name, again)
			}
			w.mustApply(atlasSetup)
		}
	})
}

func TestApplyProgrammeRefusesAndChangesNothing(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		w.mustApply(atlasSetup)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.store.Write(ctx, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(ctx, w.p.ID, "web")
			must(err)
			ada, err := tx.PersonByKey(ctx, w.p.ID, "ada")
			must(err)
			stage, err := tx.EnvironmentByKey(ctx, w.p.ID, "stage")
			must(err)
			r, err := tx.ReleaseByVersion(ctx, w.p.ID, web.ID, "", "2.0.0")
			must(err)
			r.State, r.ShelvedAt = headway.ReleaseShelved, monday
			_, err = tx.SaveRelease(ctx, r, headway.ReleasePlanned)
			must(err)
			return tx.AddBacklogItem(ctx, headway.BacklogItem{
				ID: "i1", ProgrammeID: w.p.ID, ReleaseID: r.ID, Title: "Restore", Kind: headway.KindData, Skill: "dba", People: 1,
				Environment: stage.ID, State: headway.ItemDoing, Assignees: []string{ada.ID}, CreatedAt: monday,
			})
		}))
		for name, c := range map[string]struct {
			old, new string
			kind     headway.Kind
		}{
			"a team with a release on the shelf": {"  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-16, days: 14, version: 2.0.0}}\n", "", headway.Conflict},
			"a person with work":                 {"  - {key: ada, name: Ada, team: ops, skills: [dba], absences: [{from: 2026-12-21, to: 2026-12-31}]}\n", "", headway.Conflict},
			"an environment with work":           {"  - {key: stage, name: Staging, kind: staging, data_gb: 100}\n", "  - {key: lab, name: Lab, kind: test}\n", headway.Invalid},
			"another key":                        {"key: atlas", "key: other", headway.Invalid},
			"a cadence into built versions":      {"first: 2026-11-16, days: 14, version: 2.0.0", "first: 2026-11-30, days: 21, version: 2.0.0", headway.Conflict},
		} {
			text := strings.Replace(strings.Replace(atlasSetup, c.old, c.new, 1), "name: Thursday", "name: Spoilt", 1)
			if strings.HasPrefix(name, "a team") {
				text = strings.Replace(text, "team: web", "team: ops", 1)
			}
			if _, err := w.apply(text); headway.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
			v, err := w.app.SetupView(ctx, w.admin, "atlas")
			must(err)
			if v.File.Windows[0].Name != "Thursday" || len(v.File.Teams) != 2 || len(v.File.People) != 2 {
				t.Errorf("%s: something was changed: %+v", name, v.File)
			}
		}
	})
}

func TestACadenceIsChangedFromTheNextSprintOn(t *testing.T) {
	w := newSetupWorld(t, testkit.Database{Dir: t.TempDir()})
	w.mustApply(atlasSetup)
	got := w.mustApply(strings.Replace(atlasSetup, "first: 2026-11-16, days: 14, version: 2.0.0", "first: 2026-11-30, days: 21, version: 3.0.0", 1))
	for _, want := range []string{"sprint 2 of web", "sprint 4 of web"} {
		if !slices.Contains(got.Removed, want) {
			t.Errorf("%s was not dropped: %v", want, got.Removed)
		}
	}
	w.read(func(q store.Q) error {
		sprints, err := q.SprintsOf(context.Background(), w.p.ID, SetupView{Programme: w.p}.teamID(t, q, "web"))
		if err != nil || len(sprints) != 4 {
			t.Fatalf("%v, %v", sprints, err)
		}
		for i, s := range sprints[1:] {
			if want := (headway.Date{Year: 2026, Month: 11, Day: 30}).AddDays(21 * i); s.Start != want || s.Number != i+2 {
				t.Errorf("sprint %d starts on %s, not on %s", s.Number, s.Start, want)
			}
		}
		return nil
	})
}

func TestExtendSprintsFollowsTheClock(t *testing.T) {
	ctx := context.Background()
	w := newSetupWorld(t, testkit.Database{Dir: t.TempDir()})
	w.mustApply(atlasSetup)
	for _, c := range []struct {
		days, want int
	}{{0, 0}, {14, 3}, {0, 0}, {-14, 0}, {14, 0}, {365, 6}, {-365, 0}} {
		w.clock.Advance(time.Duration(c.days) * 24 * time.Hour)
		n, err := w.app.ExtendSprints(ctx, headway.System(), "atlas")
		if err != nil || n < c.want || (c.want == 0) != (n == 0) {
			t.Errorf("after %d days %d were added, want %d: %v", c.days, n, c.want, err)
		}
	}
	if err := w.app.ExtendAllSprints(ctx); err != nil {
		t.Error(err)
	}
}

func TestMembersAndAbsences(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		w.mustApply(atlasSetup)
		u, err := w.app.AddUser(ctx, w.admin, NewUser{Email: "sam@example.org", Name: "Sam", Password: headway.NewSecret("correct horse")})
		if err != nil {
			t.Fatal(err)
		}
		sam := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Roles: map[string][]headway.Role{}}
		absence := AddAbsence{Programme: "atlas", Person: "ada", From: headway.Date{Year: 2026, Month: 11, Day: 30}, Reason: "dentist"}
		if _, err := w.app.AddAbsence(ctx, sam, absence); headway.KindOf(err) != headway.NotFound {
			t.Errorf("a stranger sees the programme: %v", err)
		}
		if _, err := w.app.SetMember(ctx, w.admin, SetMember{Programme: "atlas", Email: "Sam@example.org", Roles: []headway.Role{headway.ScrumMaster, headway.Viewer}, Person: "bob"}); err != nil {
			t.Fatal(err)
		}
		sam.Roles[w.p.ID] = []headway.Role{headway.ScrumMaster}
		stored, err := w.app.AddAbsence(ctx, sam, absence)
		if err != nil || stored.To != absence.From {
			t.Fatalf("%+v, %v", stored, err)
		}
		if again, err := w.app.AddAbsence(ctx, sam, absence); err != nil || again.ID != stored.ID {
			t.Errorf("the same absence was stored twice: %v, %v", again, err)
		}
		if _, err := w.app.SetMember(ctx, sam, SetMember{Programme: "atlas", Email: "sam@example.org", Roles: []headway.Role{headway.Admin}}); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("a scrum master made themself admin: %v", err)
		}
		members, err := w.app.MembersView(ctx, w.admin, "atlas")
		if err != nil || len(members) != 1 || members[0].Person != "bob" || len(members[0].Roles) != 2 {
			t.Errorf("%+v, %v", members, err)
		}
		if err := w.app.RemoveAbsence(ctx, sam, "atlas", stored.ID); err != nil {
			t.Error(err)
		}
		if err := w.app.RemoveAbsence(ctx, sam, "atlas", stored.ID); headway.KindOf(err) != headway.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		var e *headway.Error
		if _, err := w.app.SetMember(ctx, w.admin, SetMember{Programme: "atlas", Email: "no@example.org"}); !errors.As(err, &e) || e.Kind != headway.NotFound || e.Hint == "" {
			t.Errorf("%v", err)
		}
	})
}

func TestAddProgrammeIsForAdministratorsAndOnce(t *testing.T) {
	ctx := context.Background()
	w := newSetupWorld(t, testkit.Database{Dir: t.TempDir()})
	if _, err := w.app.AddProgramme(ctx, w.admin, AddProgramme{Key: "atlas", Name: "Again"}); headway.KindOf(err) != headway.Conflict {
		t.Error(err)
	}
	bob := headway.Actor{Kind: headway.ActorPerson, UserID: "bob", Roles: map[string][]headway.Role{w.p.ID: headway.Roles()}}
	if _, err := w.app.AddProgramme(ctx, bob, AddProgramme{Key: "mine", Name: "Mine"}); headway.KindOf(err) != headway.Forbidden {
		t.Error(err)
	}
	if _, err := w.app.AddProgramme(ctx, w.admin, AddProgramme{Key: "x", Name: "X", Zone: "Mars"}); headway.KindOf(err) != headway.Invalid {
		t.Error(err)
	}
}
