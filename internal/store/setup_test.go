package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"

	"github.com/google/go-cmp/cmp"
)

func onBoth(t *testing.T, run func(t *testing.T, s *store.Store)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		s, err := store.Open(context.Background(), store.Config{Dir: db.Dir, DatabaseURL: db.URL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		run(t, s)
	})
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

var (
	monday = headway.Date{Year: 2026, Month: 11, Day: 2}
	noon   = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
)

func sampleProgramme(id, key string) headway.Programme {
	return headway.Programme{
		ID: id, Key: key, Name: key, Zone: "Europe/Berlin", Gap: headway.GapPolicy{Minimum: 3, Target: 8, Maximum: 12}, SlotMinutes: 30,
		WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 540, WorkTo: 1020, Horizon: 4, CreatedAt: noon,
	}
}

func sampleTeam(id, programmeID, key string) headway.Team {
	return headway.Team{
		ID: id, ProgrammeID: programmeID, Key: key, Name: key, Kind: headway.DevelopmentTeam, Priority: 5,
		Cadence: headway.Cadence{First: monday, Days: 14, Version: "1.0.0"},
	}
}

func TestSetupNounsComeBackAsStored(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		team := sampleTeam("t1", "p1", "web")
		person := headway.Person{ID: "h1", ProgrammeID: "p1", TeamID: "t1", Key: "ada", Name: "Ada", Skills: []headway.Skill{"dba", "qa"}, Percent: 80, Reserve: 20}
		absence := headway.Absence{ID: "a1", PersonID: "h1", From: monday, To: monday.AddDays(3), Reason: "holiday"}
		sprint := headway.Sprint{ID: "s1", TeamID: "t1", Number: 1, Start: monday, End: monday.AddDays(13)}
		env := headway.Environment{ID: "e1", ProgrammeID: "p1", Key: "stage", Name: "Staging", Kind: headway.EnvStaging, DataGB: 120.5, DataAsOf: noon}
		window := headway.Window{ID: "w1", ProgrammeID: "p1", Key: "thu", Name: "Thursday", Days: []time.Weekday{4}, Start: 1200, Minutes: 180}
		freeze := headway.Freeze{
			ID: "f1", ProgrammeID: "p1", Key: "xmas", Name: "Christmas", Span: headway.Interval{From: noon, To: noon.AddDate(0, 0, 9)},
			Repeat: "FREQ=YEARLY", Except: []headway.Date{monday}, Zone: "Asia/Kolkata", Teams: []string{"web"}, Environments: []string{"stage"},
		}
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			for _, p := range []headway.Programme{sampleProgramme("p1", "one"), sampleProgramme("p2", "two")} {
				if err := tx.PutProgramme(ctx, p); err != nil {
					return err
				}
			}
			must(t, tx.PutTeam(ctx, team), tx.PutPerson(ctx, person), tx.AddAbsence(ctx, absence), tx.PutSprint(ctx, sprint),
				tx.PutEnvironment(ctx, env), tx.PutWindow(ctx, window), tx.PutFreeze(ctx, freeze))
			team.Name = "Web shop" // and again, changed
			return tx.PutTeam(ctx, team)
		}))
		must(t, s.Read(ctx, func(q store.Q) error {
			teams, err := q.Teams(ctx, "p1")
			same(t, err, teams, []headway.Team{team})
			people, err := q.People(ctx, "p1")
			same(t, err, people, []headway.Person{person})
			absences, err := q.Absences(ctx, "p1", monday.AddDays(3))
			same(t, err, absences, []headway.Absence{absence})
			absences, err = q.Absences(ctx, "p1", monday.AddDays(4))
			same(t, err, len(absences), 0)
			sprints, err := q.Sprints(ctx, "p1", sprint.End, sprint.End.AddDays(9))
			same(t, err, sprints, []headway.Sprint{sprint})
			sprints, err = q.Sprints(ctx, "p1", sprint.Start.AddDays(-9), sprint.Start)
			same(t, err, sprints, []headway.Sprint{sprint})
			for _, day := range []headway.Date{sprint.Start.AddDays(-1), sprint.End.AddDays(1)} {
				sprints, err = q.Sprints(ctx, "p1", day, day)
				same(t, err, len(sprints), 0)
			}
			envs, err := q.Environments(ctx, "p1")
			same(t, err, envs, []headway.Environment{env})
			windows, err := q.Windows(ctx, "p1")
			same(t, err, windows, []headway.Window{window})
			freezes, err := q.Freezes(ctx, "p1", noon.AddDate(1, 0, 0)) // it recurs, so it is never over
			same(t, err, freezes, []headway.Freeze{freeze})
			// The other programme sees none of it, by list or by id.
			if teams, err := q.Teams(ctx, "p2"); err != nil || len(teams) != 0 {
				t.Errorf("the other programme lists %v, %v", teams, err)
			}
			for what, err := range map[string]error{
				"team": second(q.Team(ctx, "p2", "t1")), "person": second(q.Person(ctx, "p2", "h1")), "absence": second(q.Absence(ctx, "p2", "a1")),
				"sprint": second(q.Sprint(ctx, "p2", "s1")), "environment": second(q.Environment(ctx, "p2", "e1")),
			} {
				if headway.KindOf(err) != headway.NotFound {
					t.Errorf("%s is seen from another programme: %v", what, err)
				}
			}
			return nil
		}))
	})
}

func second[T any](_ T, err error) error { return err }

func same[T any](t *testing.T, err error, got, want T) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestReleasesNearestFirstOverPagesAndTies(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			must(t, tx.PutProgramme(ctx, sampleProgramme("p1", "one")), tx.PutTeam(ctx, sampleTeam("t1", "p1", "web")))
			for i, r := range []headway.Release{
				{ID: "far", State: headway.ReleasePlanned, SprintEnd: noon.AddDate(0, 0, 90)},
				{ID: "tie-c", State: headway.ReleaseProving, SprintEnd: noon},
				{ID: "tie-a", State: headway.ReleaseShelved, SprintEnd: noon},
				{ID: "tie-b", State: headway.ReleaseApproved, SprintEnd: noon},
				{ID: "hot", State: headway.ReleaseDeploying},
				{ID: "live", State: headway.ReleaseLive, SprintEnd: noon.AddDate(0, 0, -7)},
				{ID: "old", State: headway.ReleaseClosed, LiveAt: noon.AddDate(0, 0, -60)},
				{ID: "lately-b", State: headway.ReleaseClosed, SprintEnd: noon.AddDate(0, 0, -14)},
				{ID: "lately-a", State: headway.ReleaseWithdrawn, SprintEnd: noon.AddDate(0, 0, -14)},
			} {
				r.ProgrammeID, r.TeamID, r.Version, r.CreatedAt = "p1", "t1", fmt.Sprintf("1.%d.0", i), noon
				must(t, tx.AddRelease(ctx, r))
			}
			return nil
		}))
		must(t, s.Read(ctx, func(q store.Q) error {
			want := []string{"hot", "live", "tie-a", "tie-b", "tie-c", "far", "lately-a", "lately-b", "old"}
			for size := 1; size <= len(want); size++ {
				var got []string
				for f := (store.ReleaseFilter{Nearest: true, Limit: size}); ; {
					page, err := q.Releases(ctx, "p1", f)
					must(t, err)
					for _, r := range page {
						got = append(got, r.ID)
					}
					if len(page) < size {
						break
					}
					f.After = &page[size-1]
				}
				same(t, nil, got, want)
			}
			return nil
		}))
	})
}

func TestReleasesAreFilteredPagedAndMovedOnce(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			must(t, tx.PutProgramme(ctx, sampleProgramme("p1", "one")), tx.PutTeam(ctx, sampleTeam("t1", "p1", "web")), tx.PutTeam(ctx, sampleTeam("t2", "p1", "pay")))
			for i, id := range []string{"r1", "r2", "r3", "r4", "r5"} {
				r := headway.Release{ID: id, ProgrammeID: "p1", TeamID: "t1", Version: "1." + id[1:] + ".0", State: headway.ReleasePlanned, SprintEnd: noon.AddDate(0, 0, i), CreatedAt: noon}
				if i == 4 { // imported history: no sprint end
					r.TeamID, r.Component, r.Series, r.State, r.SprintEnd, r.LiveAt = "t2", "nova", "xena", headway.ReleaseClosed, time.Time{}, noon.AddDate(0, 0, -9)
				}
				must(t, tx.AddRelease(ctx, r))
			}
			return nil
		}))
		must(t, s.Read(ctx, func(q store.Q) error {
			var got []string
			var last *headway.Release
			for {
				page, err := q.Releases(ctx, "p1", store.ReleaseFilter{Limit: 2, After: last})
				must(t, err)
				for _, r := range page {
					got = append(got, r.ID)
				}
				if len(page) < 2 {
					break
				}
				last = &page[1]
			}
			same(t, nil, got, []string{"r4", "r3", "r2", "r1", "r5"})
			for _, c := range []struct {
				filter store.ReleaseFilter
				want   int64
			}{
				{store.ReleaseFilter{TeamID: "t1"}, 4},
				{store.ReleaseFilter{States: []headway.ReleaseState{headway.ReleaseClosed, headway.ReleaseLive}}, 1},
				{store.ReleaseFilter{Component: "nova", Series: "xena", LiveSince: noon.AddDate(0, 0, -9)}, 1},
				{store.ReleaseFilter{LiveSince: noon}, 0},
			} {
				n, err := q.CountReleases(ctx, "p1", c.filter)
				same(t, err, n, c.want)
			}
			return nil
		}))
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			r, err := tx.ReleaseByVersion(ctx, "p1", "t1", "", "1.1.0")
			must(t, err)
			r.State, r.ShelvedAt = headway.ReleaseShelved, noon
			for _, want := range []bool{true, false} {
				done, err := tx.SaveRelease(ctx, r, headway.ReleasePlanned)
				same(t, err, done, want)
			}
			removed, err := tx.RemoveRelease(ctx, "p1", r.ID)
			same(t, err, removed, false)
			again, err := tx.Release(ctx, "p1", r.ID)
			same(t, err, again, r)
			return nil
		}))
	})
}

func TestRulesGetANewVersionOnlyWhenTheyChange(t *testing.T) {
	ctx := context.Background()
	onBoth(t, func(t *testing.T, s *store.Store) {
		g := headway.Gate{ID: "g1", ProgrammeID: "p1", Criteria: []headway.Criterion{{Key: "defects", Title: "No blocker", Kind: headway.CriterionDefects}}}
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			must(t, tx.PutProgramme(ctx, sampleProgramme("p1", "one")))
			for i, want := range []struct {
				version int
				added   bool
			}{{1, true}, {1, false}, {2, true}} {
				g.ID = string(rune('a' + i))
				if i == 2 {
					g.Approvals = []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}}
				}
				version, added, err := tx.AddGate(ctx, g)
				must(t, err)
				if version != want.version || added != want.added {
					t.Errorf("time %d: version %d, added %t", i+1, version, added)
				}
			}
			newest, err := tx.NewestGate(ctx, "p1")
			g.Version = 2
			same(t, err, newest, g)
			first, err := tx.Gate(ctx, "p1", "a")
			same(t, err, len(first.Approvals), 0)
			return nil
		}))
	})
}
