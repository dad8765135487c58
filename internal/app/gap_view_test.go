package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
	"headway/internal/testkit"
)

// finish stores a release that went to production: its sprint ended on a
// Friday, it was shelved at once, worked on, and live after some working days.
func (w *planWorld) finish(team, n, days int) headway.Release {
	w.t.Helper()
	ctx := context.Background()
	cal, err := w.p.Calendar(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	end := headway.DateOf(w.clock.Now()).AddDays(-14*n - 3)
	live := cal.AddWorkingDays(end, days)
	r := headway.Release{
		ID: fmt.Sprintf("old-%d-%d", team, n), ProgrammeID: w.p.ID, TeamID: w.teams[team].ID, Version: fmt.Sprintf("1.%d.0", 100-n), State: headway.ReleaseLive,
		SprintEnd: end.At(17*60, cal.Zone), ShelvedAt: end.At(17*60, cal.Zone), LiveAt: live.At(16*60, cal.Zone), CreatedAt: monday,
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.AddRelease(ctx, r); err != nil {
			return err
		}
		first := cal.AddWorkingDays(end, 1)
		return tx.AddBacklogItem(ctx, headway.BacklogItem{
			ID: "i-" + r.ID, ProgrammeID: w.p.ID, ReleaseID: r.ID, CandidateID: "c", Title: "Regression", Kind: headway.KindRegression, Skill: headway.SkillQA,
			People: 1, Estimate: 8 * time.Hour, State: headway.ItemDone, StartedAt: first.At(9*60, cal.Zone), DoneAt: first.At(17*60, cal.Zone), Version: 1, CreatedAt: monday,
		})
	})
	return r
}

func TestGapViewMeasuresAndExplains(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		for n := 1; n <= 12; n++ {
			w.finish(0, n, 6)
			w.finish(1, n, 6+n%3*6)
		}
		w.replan()
		v, err := w.app.GapView(ctx, w.rm, "shop", 0)
		if err != nil {
			t.Fatal(err)
		}
		if v.Finished != 24 || len(v.Releases) != 20 || len(v.ByTeam) != 2 {
			t.Fatalf("%d finished, %d apart, %d teams", v.Finished, len(v.Releases), len(v.ByTeam))
		}
		if g := v.ByTeam[0]; g.Median != 6 || g.P85Days != 6 || g.WithinTargetRate != 1 || g.Forecast.Basis != forecast.FromComponent {
			t.Errorf("team 0: %+v", g)
		}
		if g := v.ByTeam[1]; g.BeyondMaximum != 4 || g.P85Days != 18 {
			t.Errorf("team 1: %+v", g)
		}
		if v.Headway.Releases != 24 || v.ByTeam[0].Headway.Median != 14*24*time.Hour {
			t.Errorf("headway: %+v, of team 0 %+v", v.Headway, v.ByTeam[0].Headway)
		}
		for _, r := range v.Releases {
			sum, working := 0.0, 0.0
			for _, s := range r.Slices {
				sum += s.Days
				if s.Cause == headway.GapWorking && s.Who == "qa" {
					working += s.Days
				}
			}
			if working != 1 || sum < float64(r.Days)-1 || sum > float64(r.Days) {
				t.Errorf("%s: %d days, slices of %.2f, working %.2f", r.Name, r.Days, sum, working)
			}
		}
		if len(v.Forecasts) != 4 || v.Forecasts[0].P85.Before(v.Forecasts[0].P50) {
			t.Errorf("forecasts: %+v", v.Forecasts)
		}
	})
}

func TestGapViewWithoutHistoryIsBottomUp(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	v, err := w.app.GapView(ctx, w.rm, "shop", 0)
	if err != nil || v.Finished != 0 || len(v.Forecasts) != 0 {
		t.Fatalf("before a plan: %+v %v", v.Forecasts, err)
	}
	w.replan()
	if v, err = w.app.GapView(ctx, w.rm, "shop", 0); err != nil || len(v.Forecasts) != 1 || v.Forecasts[0].Gap.Basis != forecast.BottomUp {
		t.Fatalf("with a plan: %+v %v", v.Forecasts, err)
	}
}

func TestReleaseGapViewShowsRework(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	r := w.finish(0, 1, 8)
	w.write(func(tx *store.Tx) error {
		for n, at := range []time.Time{r.ShelvedAt, r.ShelvedAt.Add(4 * 24 * time.Hour)} {
			c := headway.Candidate{ID: fmt.Sprint("c", n), ProgrammeID: w.p.ID, ReleaseID: r.ID, RC: n + 1, Name: "x", Digest: "d", State: headway.CandidateShelved, ShelvedAt: at}
			if err := tx.AddCandidate(ctx, c); err != nil {
				return err
			}
		}
		return tx.AddDefect(ctx, headway.Defect{
			ID: "d1", ProgrammeID: w.p.ID, Number: 1, ReleaseID: r.ID, CandidateID: "c0", TeamID: r.TeamID, Title: "broken", Severity: headway.Blocker,
			State: headway.DefectFixed, FixedIn: "c1", FoundAt: r.ShelvedAt.Add(2 * 24 * time.Hour), ClosedAt: r.LiveAt,
		})
	})
	v, err := w.app.ReleaseGapView(ctx, w.rm, "shop", r.ID)
	if err != nil || v.Days != 8 {
		t.Fatal(v.Days, err)
	}
	var rework time.Duration
	for _, s := range v.Slices {
		if s.Cause == headway.GapRework {
			rework += s.Span.To.Sub(s.Span.From)
		}
	}
	if rework != 48*time.Hour {
		t.Errorf("rework of %s: %+v", rework, v.Slices)
	}
	if _, err := w.app.ReleaseGapView(ctx, w.rm, "shop", "none"); headway.KindOf(err) != headway.NotFound {
		t.Error(err)
	}
}

func TestStatusViewShowsOnlyWhatIsTheirs(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 2)
	w.finish(0, 1, 4)
	w.replan()
	all, err := w.app.StatusView(ctx, w.rm, "")
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	s := all[0]
	if len(s.Live) != 1 || s.Live[0].GapDays != 4 || s.Next == nil || s.Next.Name != "Team 0 2.0.0" || s.PlanStatus == "" {
		t.Errorf("%+v", s)
	}
	stranger := headway.Actor{Kind: headway.ActorPerson, UserID: "x", Roles: map[string][]headway.Role{"other": {headway.Admin}}}
	if none, err := w.app.StatusView(ctx, stranger, ""); err != nil || len(none) != 0 {
		t.Errorf("a stranger sees %v %v", none, err)
	}
	if _, err := w.app.StatusView(ctx, stranger, "shop"); headway.KindOf(err) != headway.NotFound {
		t.Errorf("a stranger asks by name: %v", err)
	}
}

func TestMyWorkShowsWhatWaitsForOnePerson(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	quinn := headway.Actor{Kind: headway.ActorPerson, UserID: "u-quinn", Name: "quinn", Roles: map[string][]headway.Role{w.p.ID: {headway.Operations}}}
	w.write(func(tx *store.Tx) error {
		if err := tx.AddUser(ctx, headway.User{ID: "u-quinn", Email: "q@example.org", Name: "quinn", CreatedAt: monday}, "x"); err != nil {
			return err
		}
		if err := tx.PutPerson(ctx, headway.Person{ID: "p-quinn", ProgrammeID: w.p.ID, TeamID: w.ops.ID, Key: "quinn", Name: "quinn", Skills: []headway.Skill{headway.SkillQA}, Percent: 100, UserID: "u-quinn"}); err != nil {
			return err
		}
		for id, who := range map[string][]string{"mine": {"p-quinn"}, "free": nil, "other": {"p-quincy"}} {
			if err := tx.AddBacklogItem(ctx, headway.BacklogItem{
				ID: id, ProgrammeID: w.p.ID, ReleaseID: "r-0-1", CandidateID: "c", Title: id, Kind: headway.KindTask, Skill: headway.SkillQA, People: 1,
				Estimate: time.Hour, State: headway.ItemTodo, Assignees: who, Version: 1, CreatedAt: monday,
			}); err != nil {
				return err
			}
		}
		return tx.AddNotification(ctx, headway.Notification{ID: "n1", UserID: "u-quinn", ProgrammeID: w.p.ID, EventSeq: 1, Text: "hello", At: monday})
	})
	v, err := w.app.MyWorkView(ctx, quinn, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Items) != 2 || v.Items[0].ID != "mine" || !v.Items[0].Mine || v.Items[1].ID != "free" || len(v.Notifications) != 1 {
		t.Errorf("%+v", v)
	}
	if err := w.app.MarkRead(ctx, w.rm, "n1"); headway.KindOf(err) != headway.NotFound {
		t.Errorf("somebody else's notification: %v", err)
	}
	for range 2 {
		if err := w.app.MarkRead(ctx, quinn, "n1"); err != nil {
			t.Fatal(err)
		}
	}
	if v, err = w.app.MyWorkView(ctx, quinn, "shop"); err != nil || v.Notifications[0].ReadAt.IsZero() {
		t.Errorf("not marked: %v", err)
	}
}
