package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/engine"
	"headway/internal/store"
	"headway/internal/testkit"
)

func TestReplanPlacesEveryReleaseInsideTheRules(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 3)
		p := w.replan()
		if p.Status != planFeasible && p.Status != planOptimal || len(p.Releases) != 6 {
			t.Fatalf("%s, %d releases: %v", p.Status, len(p.Releases), p.Findings)
		}
		for _, r := range p.Releases {
			if r.GapDays < w.p.Gap.Minimum {
				t.Errorf("%s: gap of %d days", r.ReleaseID, r.GapDays)
			}
			at := r.Production.In(w.berlin())
			if d := at.Weekday(); d != time.Tuesday && d != time.Thursday || at.Hour() < 20 {
				t.Errorf("%s reaches production at %s, outside of the window", r.ReleaseID, at)
			}
		}
		for _, q := range p.Placements {
			if q.Kind != string(headway.KindDeployment) {
				from, to := q.Start.In(w.berlin()), q.End.In(w.berlin())
				if from.Hour() < 9 || to.Hour() > 17 || from.Weekday() == 0 || from.Weekday() == 6 {
					t.Errorf("%s works from %s to %s", q.Activity, from, to)
				}
			}
		}
	})
}

func TestReplanIsCoalescedAndSilentWithoutChange(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 2)
	first := w.replan()
	events := w.events()
	if err := w.app.ReplanDraft(ctx, ReplanJob{w.p.ID, first.Revision}); err != nil {
		t.Fatal(err)
	}
	if again := w.replan(); again.Revision != first.Revision+1 || again.ID != first.ID {
		t.Errorf("the same plan was stored as another draft: %d %s", again.Revision, again.ID)
	}
	if got := w.events(); len(got) != len(events) {
		t.Errorf("a draft without change was recorded: %s", got[0].Text)
	}
	w.write(func(tx *store.Tx) error {
		return tx.AddAbsence(ctx, headway.Absence{ID: "a1", PersonID: "p-rita", From: headway.Date{Year: 2026, Month: 11, Day: 30}, To: headway.Date{Year: 2026, Month: 12, Day: 4}})
	})
	w.replan()
	got := w.events()
	if len(got) != len(events)+1 || got[0].Kind != PlanRedrafted || !strings.Contains(got[0].Text, "instead of") {
		t.Errorf("the move was not told: %+v", got[0])
	}
}

func (w *planWorld) events() (out []headway.Event) {
	w.t.Helper()
	if err := w.store.Read(context.Background(), func(q store.Q) (err error) {
		out, err = q.Events(context.Background(), w.p.ID, 0, 1000)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestAbsencesMoveWork(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	before := placed(t, w.replan(), "r-0-1/decide")
	w.write(func(tx *store.Tx) error {
		return tx.AddAbsence(ctx, headway.Absence{ID: "a1", PersonID: "p-rita", From: headway.DateOf(before.Start.In(w.berlin())), To: headway.DateOf(before.Start.In(w.berlin())).AddDays(2), Reason: "leave"})
	})
	p := w.replan()
	after := placed(t, p, "r-0-1/decide")
	if days := after.Start.Sub(before.Start).Hours() / 24; days < 2 {
		t.Fatalf("Rita is away, and decides at %s instead of %s", after.Start, before.Start)
	}
	if !strings.Contains(after.Why, "away") {
		t.Errorf("why: %s", after.Why)
	}
}

func TestFreezeAndBookingHoldBack(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 1)
	p := w.replan()
	deploy, install := placed(t, p, "r-0-1/deploy"), placed(t, p, "r-0-1/install")
	w.write(func(tx *store.Tx) error {
		if err := tx.PutFreeze(ctx, headway.Freeze{ID: "f1", ProgrammeID: w.p.ID, Key: "sale", Name: "Sale", Span: headway.Interval{From: deploy.Start.Add(-time.Hour), To: deploy.Start.Add(6 * 24 * time.Hour)}}); err != nil {
			return err
		}
		return tx.AddBooking(ctx, headway.Booking{ID: "b1", EnvironmentID: "e-staging", ReleaseID: "r-1-1", Span: headway.Interval{From: install.Start, To: install.Start.Add(26 * time.Hour)}})
	})
	p = w.replan()
	if at := placed(t, p, "r-0-1/deploy").Start; at.Before(deploy.Start.Add(6 * 24 * time.Hour)) {
		t.Errorf("deployed at %s inside the freeze", at)
	}
	if at := placed(t, p, "r-0-1/install").Start; at.Before(install.Start.Add(26 * time.Hour)) {
		t.Errorf("installed at %s although staging is booked for another release", at)
	}
}

// The clocks go back on 25 October 2026 and forward on 28 March 2027.
func TestDaylightSavingKeepsOfficeHours(t *testing.T) {
	for _, day := range []string{"2026-10-12T07:00:00Z", "2027-03-15T08:00:00Z"} {
		for _, slot := range []int{15, 30, 60} {
			w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, testkit.Date(day), 2, 3)
			w.p.SlotMinutes = slot
			w.write(func(tx *store.Tx) error { return tx.PutProgramme(context.Background(), w.p) })
			p := w.replan()
			if len(p.Releases) != 6 {
				t.Fatalf("%s: %v", p.Status, p.Findings)
			}
			whole := 0
			for _, q := range p.Placements {
				from, to := q.Start.In(w.berlin()), q.End.In(w.berlin())
				if q.Kind == string(headway.KindDeployment) {
					if from.Hour() < 20 {
						t.Errorf("%s, slot %d: %s deploys at %s", day, slot, q.Activity, from)
					}
					continue
				}
				if from.Hour() < 9 || to.Hour() > 17 || to.Hour() == 17 && to.Minute() > 0 {
					t.Errorf("%s, slot %d: %s from %s to %s", day, slot, q.Activity, from, to)
				}
				if from.Hour() == 9 && to.Hour() == 17 && from.Day() == to.Day() {
					whole++ // hypercare of eight hours fills a day before and after the change
				}
			}
			if whole < 4 {
				t.Errorf("%s, slot %d: only %d whole working days", day, slot, whole)
			}
		}
	}
}

func TestPercentAndReserveTakeCapacityOff(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	length := func() time.Duration {
		q := placed(t, w.replan(), "r-0-1/regress")
		cal, err := w.p.Calendar(nil)
		if err != nil {
			t.Fatal(err)
		}
		return cal.WorkingTime(headway.Interval{From: q.Start, To: q.End})
	}
	full := length()
	w.write(func(tx *store.Tx) error {
		for _, k := range []string{"quinn", "quincy"} {
			p := headway.Person{ID: "p-" + k, ProgrammeID: w.p.ID, TeamID: w.ops.ID, Key: k, Name: k, Skills: []headway.Skill{headway.SkillQA}, Percent: 80, Reserve: 25}
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if reduced := length(); reduced < full*3/2 {
		t.Errorf("twelve hours at 60 %% take %s of working time, at 100 %% %s", reduced, full)
	}
}

func TestAMissingSkillIsAFindingNotTheEnd(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	w.write(func(tx *store.Tx) error { return tx.RemovePerson(ctx, w.p.ID, "p-rita") })
	p := w.replan()
	if len(p.Releases) != 1 || len(p.Findings) == 0 || p.Findings[0].Rule != "skill" || p.Findings[0].Severity != severityClash {
		t.Fatalf("%s %+v", p.Status, p.Findings)
	}
	_, err := w.app.PublishPlan(ctx, w.rm, "shop", PublishPlan{p.Revision, "try"})
	if headway.KindOf(err) != headway.Conflict {
		t.Errorf("a plan that nobody can do was published: %v", err)
	}
}

// TestWhatTooFewCanDoIsSaidOnce: one person too few for every release is one
// finding, which tells how many it concerns.
func TestWhatTooFewCanDoIsSaidOnce(t *testing.T) {
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 3)
	w.write(func(tx *store.Tx) error { return tx.RemovePerson(context.Background(), w.p.ID, "p-rita") })
	said := map[string]int{}
	for _, f := range w.replan().Findings {
		if f.Rule == "skill" {
			said[f.Text]++
		}
	}
	for text, n := range said {
		if n > 1 || !strings.Contains(text, "without anybody for Team 0") || !strings.Contains(text, "and 5 more releases") {
			t.Errorf("%d times: %s", n, text)
		}
	}
	if len(said) == 0 {
		t.Error("nothing is said")
	}
}

func TestPinsAreKeptAndImpossibleOnesSaySo(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 1)
	add := func(id string) {
		w.write(func(tx *store.Tx) error {
			return tx.AddBacklogItem(ctx, headway.BacklogItem{
				ID: id, ProgrammeID: w.p.ID, ReleaseID: "r-0-1", CandidateID: "c", Title: "Task " + id, Kind: headway.KindTask, Skill: headway.SkillReleaseManager,
				People: 1, Estimate: 2 * time.Hour, State: headway.ItemTodo, Version: 1, CreatedAt: monday,
			})
		})
	}
	add("i1")
	add("i2")
	start := testkit.Date("2026-12-01T10:00:00Z")
	item, err := w.app.PinItem(ctx, w.rm, "shop", PinItem{Item: "i1", Start: start})
	if err != nil || !item.PinnedStart.Equal(start) {
		t.Fatal(item.PinnedStart, err)
	}
	if q := placed(t, w.replan(), "i1"); !q.Start.Equal(start) || !q.Pinned {
		t.Errorf("pinned at %s, placed at %s", start, q.Start)
	}
	if _, err := w.app.PinItem(ctx, w.rm, "shop", PinItem{Item: "i1", Start: monday.Add(-time.Hour)}); headway.KindOf(err) != headway.Invalid {
		t.Errorf("a pin in the past: %v", err)
	}
	if _, err := w.app.PinItem(ctx, w.rm, "shop", PinItem{Item: "i1", Version: 77, Start: start}); headway.KindOf(err) != headway.Conflict {
		t.Errorf("a stale pin: %v", err)
	}
	viewer := w.rm
	viewer.Roles = map[string][]headway.Role{w.p.ID: {headway.Viewer}}
	if _, err := w.app.PinItem(ctx, viewer, "shop", PinItem{Item: "i1"}); headway.KindOf(err) != headway.Forbidden {
		t.Errorf("a viewer pins: %v", err)
	}
	if _, err := w.app.PinItem(ctx, w.rm, "shop", PinItem{Item: "i2", Start: start}); err != nil {
		t.Fatal(err)
	}
	p := w.replan()
	if p.Status != planInfeasible || len(p.Findings) == 0 {
		t.Fatalf("one person, two pins at once: %s %v", p.Status, p.Findings)
	}
	t.Log(p.Findings[0].Text)
	if _, err := w.app.PublishPlan(ctx, w.rm, "shop", PublishPlan{p.Revision, "try"}); headway.KindOf(err) != headway.Conflict {
		t.Errorf("published what is no plan: %v", err)
	}
}

func TestWorkInHandGoesOnAndDoneWorkStays(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday.Add(4*time.Hour), 1, 1)
	item := func(id, key string, state headway.ItemState, people ...string) headway.BacklogItem {
		return headway.BacklogItem{
			ID: id, ProgrammeID: w.p.ID, ReleaseID: "r-0-1", CandidateID: "c", Activity: key, Title: key, Kind: headway.KindRegression, Skill: headway.SkillQA,
			People: 1, Estimate: 8 * time.Hour, State: state, Assignees: people, Version: 1, CreatedAt: monday,
		}
	}
	done := item("i1", "one", headway.ItemDone, "p-quinn")
	done.StartedAt, done.DoneAt = monday.Add(-72*time.Hour), monday.Add(-70*time.Hour)
	doing := item("i2", "two", headway.ItemDoing, "p-quinn")
	doing.StartedAt, doing.After = monday, []string{"i1"}
	todo := item("i3", "three", headway.ItemTodo)
	todo.After = []string{"i2"}
	w.write(func(tx *store.Tx) error {
		for _, i := range []headway.BacklogItem{done, doing, todo} {
			if err := tx.AddBacklogItem(ctx, i); err != nil {
				return err
			}
		}
		r, err := tx.Release(ctx, w.p.ID, "r-0-1")
		if err != nil {
			return err
		}
		r.State, r.ShelvedAt = headway.ReleaseProving, monday.Add(-80*time.Hour)
		_, err = tx.SaveRelease(ctx, r, headway.ReleasePlanned)
		return err
	})
	p := w.replan()
	if q := placed(t, p, "r-0-1/one"); !q.Done || !q.End.Equal(done.DoneAt) {
		t.Errorf("done: %+v", q)
	}
	q := placed(t, p, "r-0-1/two")
	if want := testkit.Date("2026-11-23T16:00:00Z"); !q.End.Equal(want) || !q.Start.Equal(monday) || q.People[0] != "p-quinn" {
		t.Errorf("four of eight hours are done at 13:00, and it ends at %s by %v", q.End, q.People)
	}
	if next := placed(t, p, "r-0-1/three"); next.Start.Before(q.End) {
		t.Errorf("the next begins at %s", next.Start)
	}
	// It is hurried on, but what goes over the night misses no date that anybody set.
	doing.Estimate = 24 * time.Hour
	w.write(func(tx *store.Tx) error { return tx.PutBacklogItem(ctx, doing) })
	for _, f := range w.replan().Findings {
		if f.Rule == "due" {
			t.Errorf("nobody asked for a date: %s", f.Text)
		}
	}
}

// Every plan that is stored passes the checker: random programmes with
// absences, freezes, bookings, pins and shares.
func TestEveryStoredDraftPassesTheChecker(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday.Add(time.Duration(r.IntN(5000))*time.Minute), 1+r.IntN(4), 1+r.IntN(4))
		w.disturb(r)
		for range 3 {
			w.clock.Advance(time.Duration(r.IntN(3*24*60)) * time.Minute)
			p := w.replan()
			facts, err := w.app.planFactsOf(context.Background(), w.p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if p.Status == planInfeasible {
				if len(p.Findings) == 0 {
					t.Errorf("seed %d: no plan and no finding", seed)
				}
				continue
			}
			facts.draft = p
			b, err := facts.problem()
			if err != nil {
				t.Fatal(err)
			}
			if bad := engine.Check(b.Problem, b.back(p)); len(bad) > 0 {
				t.Fatalf("seed %d: %v", seed, bad)
			}
		}
	}
}

// back turns a stored plan into the engine's again.
func (b *problem) back(p headway.Plan) (out engine.Plan) {
	demands := map[string][]engine.Demand{}
	for _, a := range b.Activities {
		demands[a.ID] = a.Demands
	}
	for _, q := range p.Placements {
		if q.Done {
			continue
		}
		e := engine.Placement{Activity: q.Activity, Start: b.axis.floor(q.Start), End: b.axis.floor(q.End)}
		k := 0
		for _, d := range demands[q.Activity] {
			for range d.People {
				e.People = append(e.People, engine.Assignment{Skill: d.Skill, Person: q.People[k]})
				k++
			}
		}
		out.Placements = append(out.Placements, e)
	}
	return out
}

func (w *planWorld) disturb(r *rand.Rand) {
	ctx := context.Background()
	now := w.clock.Now()
	day := func() headway.Date { return headway.DateOf(now).AddDays(r.IntN(60)) }
	w.write(func(tx *store.Tx) error {
		for n, k := range []string{"dora", "asa", "quinn", "quincy", "sam", "rita"} {
			from := day()
			if err := tx.AddAbsence(ctx, headway.Absence{ID: fmt.Sprint("a", n), PersonID: "p-" + k, From: from, To: from.AddDays(r.IntN(9))}); err != nil {
				return err
			}
		}
		from := now.AddDate(0, 0, r.IntN(40))
		if err := tx.PutFreeze(ctx, headway.Freeze{ID: "f1", ProgrammeID: w.p.ID, Key: "f", Name: "Freeze", Span: headway.Interval{From: from, To: from.AddDate(0, 0, 1+r.IntN(20))}}); err != nil {
			return err
		}
		if err := tx.AddBooking(ctx, headway.Booking{ID: "b1", EnvironmentID: "e-staging", ReleaseID: "r-0-1", Span: headway.Interval{From: from, To: from.AddDate(0, 0, 3)}}); err != nil {
			return err
		}
		p := headway.Person{ID: "p-quinn", ProgrammeID: w.p.ID, TeamID: w.ops.ID, Key: "quinn", Name: "quinn", Skills: []headway.Skill{headway.SkillQA, headway.SkillSupport}, Percent: 20 + r.IntN(81), Reserve: r.IntN(50), Zone: "America/New_York"}
		return tx.PutPerson(ctx, p)
	})
}

func BenchmarkPlan5x6(b *testing.B) {
	w := newPlanWorld(b, testkit.Database{Dir: b.TempDir()}, monday, 5, 6)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		facts, err := w.app.planFactsOf(ctx, w.p.ID)
		if err != nil {
			b.Fatal(err)
		}
		p, err := facts.solve(ctx)
		if err != nil || len(p.Releases) != 30 {
			b.Fatal(err, p.Status, p.Findings)
		}
	}
}
