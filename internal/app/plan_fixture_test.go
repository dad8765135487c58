package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// planWorld is a programme with teams, people and a playbook, for tests of plans.
type planWorld struct {
	t     testing.TB
	app   *App
	store *store.Store
	clock *testkit.Clock
	p     headway.Programme
	ops   headway.Team
	teams []headway.Team
	rm    headway.Actor // release manager
	ids   func() string
}

// monday is a working day, outside of changes of daylight saving.
var monday = testkit.Date("2026-11-23T08:00:00Z")

// newPlanWorld makes a programme in Berlin with development teams in sprints of
// two weeks, each generated ahead, and an operations team of six.
func newPlanWorld(t testing.TB, db testkit.Database, now time.Time, teams, sprints int) *planWorld {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &planWorld{t: t, store: s, clock: testkit.NewClock(now), ids: testkit.IDs()}
	w.app = New(Deps{Store: s, Now: w.clock.Now, NewID: w.ids, Random: rand.Reader, Passwords: plain{}, Log: slog.Default()})
	w.p = headway.Programme{
		ID: "prog", Key: "shop", Name: "Shop", Zone: "Europe/Berlin", Gap: headway.GapPolicy{Minimum: 3, Target: 10, Maximum: 15},
		SlotMinutes: 30, WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 9 * 60, WorkTo: 17 * 60, Horizon: sprints, Revision: 1,
	}
	w.rm = headway.Actor{Kind: headway.ActorPerson, UserID: "u-rm", Name: "Rita", Roles: map[string][]headway.Role{w.p.ID: {headway.ReleaseManager}}}
	w.write(func(tx *store.Tx) error {
		if err := tx.PutProgramme(ctx, w.p); err != nil {
			return err
		}
		w.ops = headway.Team{ID: "t-ops", ProgrammeID: w.p.ID, Key: "ops", Name: "Operations", Kind: headway.OperationsTeam, Priority: 5, Cadence: headway.Cadence{First: headway.DateOf(now), Days: 14}}
		if err := tx.PutTeam(ctx, w.ops); err != nil {
			return err
		}
		if err := w.addOps(ctx, tx); err != nil {
			return err
		}
		if err := w.addPlaces(ctx, tx); err != nil {
			return err
		}
		for n := range teams {
			if err := w.addTeam(ctx, tx, n, sprints); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *planWorld) write(f func(*store.Tx) error) {
	w.t.Helper()
	if err := w.store.Write(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *planWorld) addOps(ctx context.Context, tx *store.Tx) error {
	for _, p := range []struct {
		key    string
		skills []headway.Skill
	}{
		{"dora", []headway.Skill{headway.SkillDBA}},
		{"asa", []headway.Skill{headway.SkillAppServer}},
		{"quinn", []headway.Skill{headway.SkillQA}},
		{"quincy", []headway.Skill{headway.SkillQA}},
		{"sam", []headway.Skill{headway.SkillSupport}},
		{"rita", []headway.Skill{headway.SkillReleaseManager}},
	} {
		person := headway.Person{ID: "p-" + p.key, ProgrammeID: w.p.ID, TeamID: w.ops.ID, Key: p.key, Name: p.key, Skills: p.skills, Percent: 100, Reserve: 0}
		if err := tx.PutPerson(ctx, person); err != nil {
			return err
		}
	}
	return nil
}

func (w *planWorld) addPlaces(ctx context.Context, tx *store.Tx) error {
	for _, e := range []headway.Environment{
		{ID: "e-test", ProgrammeID: w.p.ID, Key: "test", Name: "Test", Kind: headway.EnvTest, Shared: true},
		{ID: "e-staging", ProgrammeID: w.p.ID, Key: "staging", Name: "Staging", Kind: headway.EnvStaging},
		{ID: "e-prod", ProgrammeID: w.p.ID, Key: "production", Name: "Production", Kind: headway.EnvProduction},
	} {
		if err := tx.PutEnvironment(ctx, e); err != nil {
			return err
		}
	}
	night := headway.Window{ID: "w-night", ProgrammeID: w.p.ID, Key: "night", Name: "Night", Days: []time.Weekday{2, 4}, Start: 20 * 60, Minutes: 240}
	if err := tx.PutWindow(ctx, night); err != nil {
		return err
	}
	_, _, err := tx.AddPlaybook(ctx, headway.Playbook{ID: "book", ProgrammeID: w.p.ID, Activities: []headway.PlaybookActivity{
		{Key: "install", Title: "Install", Kind: headway.KindInstall, Skill: headway.SkillAppServer, People: 1, Estimate: headway.Estimate{Hours: 2}, Environment: "staging"},
		{Key: "migrate", Title: "Migration", Kind: headway.KindData, Skill: headway.SkillDBA, People: 1, Estimate: headway.Estimate{Hours: 4, PerFact: map[string]float64{"data-gb": 0.05}}, When: "schema-migration", After: []string{"install"}, Environment: "staging"},
		{Key: "regress", Title: "Regression", Kind: headway.KindRegression, Skill: headway.SkillQA, People: 1, Estimate: headway.Estimate{Hours: 12}, After: []string{"migrate"}},
		{Key: "load", Title: "Load test", Kind: headway.KindLoadTest, Skill: headway.SkillQA, People: 1, Estimate: headway.Estimate{Hours: 6}, After: []string{"migrate"}, Environment: "staging"},
		{Key: "support", Title: "Support briefing", Kind: headway.KindReview, Skill: headway.SkillSupport, People: 1, Estimate: headway.Estimate{Hours: 2}, After: []string{"regress"}},
		{Key: "decide", Title: "Go/no-go", Kind: headway.KindGoNoGo, Skill: headway.SkillReleaseManager, People: 1, Estimate: headway.Estimate{Hours: 1}, After: []string{"regress", "load"}},
		{Key: "deploy", Title: "Deployment", Kind: headway.KindDeployment, Skill: headway.SkillAppServer, People: 1, Estimate: headway.Estimate{Hours: 2}, After: []string{"decide", "support"}, Environment: "production", InWindow: true},
		{Key: "care", Title: "Hypercare", Kind: headway.KindSupport, Skill: headway.SkillSupport, People: 1, Estimate: headway.Estimate{Hours: 8}, After: []string{"deploy"}},
	}})
	return err
}

func (w *planWorld) addTeam(ctx context.Context, tx *store.Tx, n, sprints int) error {
	now := headway.DateOf(w.clock.Now())
	team := headway.Team{
		ID: fmt.Sprintf("t-%d", n), ProgrammeID: w.p.ID, Key: fmt.Sprintf("team-%d", n), Name: fmt.Sprintf("Team %d", n), Kind: headway.DevelopmentTeam,
		Priority: 5, Cadence: headway.Cadence{First: now.AddDays(-7 + n%2*7), Days: 14, Version: "2.0.0"},
	}
	w.teams = append(w.teams, team)
	if err := tx.PutTeam(ctx, team); err != nil {
		return err
	}
	cal, err := w.p.Calendar(nil)
	if err != nil {
		return err
	}
	for k := 1; k <= sprints; k++ {
		s := team.Cadence.Sprint(k)
		s.ID, s.TeamID = fmt.Sprintf("s-%d-%d", n, k), team.ID
		if err := tx.PutSprint(ctx, s); err != nil {
			return err
		}
		r := headway.Release{
			ID: fmt.Sprintf("r-%d-%d", n, k), ProgrammeID: w.p.ID, TeamID: team.ID, SprintID: s.ID, Version: team.Cadence.ReleaseVersion(k),
			State: headway.ReleasePlanned, SprintEnd: s.End.At(cal.To, cal.Zone), CreatedAt: w.clock.Now(),
		}
		if err := tx.AddRelease(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// replan drafts the plan anew as a change of facts would, and gives it.
func (w *planWorld) replan() headway.Plan {
	w.t.Helper()
	ctx := context.Background()
	var revision int64
	w.write(func(tx *store.Tx) (err error) {
		revision, err = tx.TouchProgramme(ctx, w.p.ID)
		return err
	})
	if err := w.app.ReplanDraft(ctx, ReplanJob{w.p.ID, revision}); err != nil {
		w.t.Fatal(err)
	}
	return w.draft()
}

func (w *planWorld) draft() (p headway.Plan) {
	w.t.Helper()
	err := w.store.Read(context.Background(), func(q store.Q) (err error) {
		p, err = q.DraftPlan(context.Background(), w.p.ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// placed gives the placement of one activity.
func placed(t testing.TB, p headway.Plan, activity string) headway.Placement {
	t.Helper()
	for _, q := range p.Placements {
		if q.Activity == activity {
			return q
		}
	}
	t.Fatalf("%s is not in the plan (%s, %d placements, %v)", activity, p.Status, len(p.Placements), p.Findings)
	return headway.Placement{}
}

func (w *planWorld) berlin() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		w.t.Fatal(err)
	}
	return z
}
