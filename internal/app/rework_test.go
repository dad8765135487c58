package app

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// TestReworkGoesBeyondItsBudget follows one sprint: set aside, burned, over, chosen.
func TestReworkGoesBeyondItsBudget(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		now := func() *SprintBurn {
			t.Helper()
			v, err := s.ReworkView(s.ctx, s.viewer, "shop", "web")
			if err != nil || len(v.Rework) != 1 || v.Rework[0].Current == nil {
				t.Fatalf("%+v, %v", v.Rework, err)
			}
			return v.Rework[0].Current
		}
		sprint := now().Sprint.Number
		set := SetReworkBudget{Team: "web", Sprint: sprint, Hours: 6 * time.Hour}
		for name, tt := range map[string]struct {
			by   headway.Actor
			in   SetReworkBudget
			kind headway.Kind
		}{
			"a developer":     {s.dev, set, headway.Forbidden},
			"another's":       {s.other, set, headway.NotFound},
			"operations":      {s.po, SetReworkBudget{Team: "ops", Sprint: sprint, Hours: time.Hour}, headway.Invalid},
			"a sprint past":   {s.po, SetReworkBudget{Team: "web", Sprint: 99, Hours: time.Hour}, headway.Conflict},
			"less than none":  {s.po, SetReworkBudget{Team: "web", Sprint: sprint, Hours: -time.Hour}, headway.Invalid},
			"more than years": {s.po, SetReworkBudget{Team: "web", Sprint: sprint, Hours: 20_000 * time.Hour}, headway.Invalid},
		} {
			_, err := s.SetReworkBudget(s.ctx, tt.by, "shop", tt.in)
			wantKind(t, name, err, tt.kind)
		}
		if b, err := s.SetReworkBudget(s.ctx, s.po, "shop", set); err != nil || b.Hours != 6*time.Hour {
			t.Fatalf("%+v, %v", b, err)
		}
		choose := ChooseRework{Team: "web", Choice: headway.ReworkScope, Reason: "The report can wait"}
		_, err := s.ChooseRework(s.ctx, s.po, "shop", choose)
		wantKind(t, "nothing to choose", err, headway.Conflict)
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Major})
		if err != nil {
			t.Fatal(err)
		}
		if b := now(); b.Total() != 0 {
			t.Errorf("a defect that nobody has to mend now counts: %+v", b)
		}
		if _, err := s.TellEffort(s.ctx, s.dev, "shop", d.Number, 3*time.Hour); err != nil {
			t.Fatal(err)
		}
		if b := now(); b.Spent != 3*time.Hour || b.Over() != 0 {
			t.Errorf("%+v", b)
		}
		if _, err := s.TellEffort(s.ctx, s.dev, "shop", d.Number, 8*time.Hour); err != nil {
			t.Fatal(err)
		}
		if b := now(); b.Over() != 2*time.Hour || b.Budget.OverAt.IsZero() {
			t.Errorf("%+v", b)
		}
		trade, err := s.ReworkTradeView(s.ctx, s.viewer, "shop", "web")
		if err != nil || trade.Over != 2*time.Hour || len(trade.Defer) != 1 || trade.Days != 1 {
			t.Errorf("%+v, %v", trade, err)
		}
		_, err = s.ChooseRework(s.ctx, s.manager, "shop", choose)
		wantKind(t, "the release manager chooses", err, headway.Forbidden)
		if v, err := s.MyWorkView(s.ctx, s.po, "shop"); err != nil || len(v.Reworks) != 1 || v.Reworks[0].Team != "Web" {
			t.Errorf("the choice does not wait for the Product Owner: %+v, %v", v.Reworks, err)
		}
		if b, err := s.ChooseRework(s.ctx, s.po, "shop", choose); err != nil || b.Choice != headway.ReworkScope || b.ChosenByName != "po" {
			t.Errorf("%+v, %v", b, err)
		}
		if v, err := s.MyWorkView(s.ctx, s.po, "shop"); err != nil || len(v.Reworks) != 0 {
			t.Errorf("a choice that was made still waits: %+v, %v", v.Reworks, err)
		}
		over := 0
		for _, e := range read(t, s, func(q store.Q) ([]headway.Event, error) { return q.Events(s.ctx, s.p.ID, 0, 100) }) {
			if e.Kind == ReworkOver && strings.Contains(e.Text, "2 h more than was set aside") {
				over++
			}
		}
		if over != 1 {
			t.Errorf("going over was told %d times", over)
		}
		_, err = s.TellEffort(s.ctx, s.dev, "shop", 99, time.Hour)
		wantKind(t, "no defect", err, headway.NotFound)
		_, err = s.TellEffort(s.ctx, s.dev, "shop", d.Number, 0)
		wantKind(t, "no effort", err, headway.Invalid)
	})
}

// TestDeferringReworkDefersTheDefects chooses that what is no blocker waits: it
// is known of the next sprint then, and offered before its planning, once.
func TestDeferringReworkDefersTheDefects(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		s.write(t, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			third := web.Cadence.Sprint(3)
			third.ID, third.TeamID = "sprint-3", web.ID
			return tx.PutSprint(s.ctx, third)
		})
		team := func() TeamRework {
			t.Helper()
			v, err := s.ReworkView(s.ctx, s.viewer, "shop", "web")
			if err != nil || len(v.Rework) != 1 {
				t.Fatalf("%+v, %v", v.Rework, err)
			}
			return v.Rework[0]
		}
		if _, err := s.SetReworkBudget(s.ctx, s.po, "shop", SetReworkBudget{Team: "web", Sprint: team().Current.Sprint.Number, Hours: 5 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		for title, severity := range map[string]headway.Severity{"Prices are wrong": headway.Blocker, "A typo": headway.Minor} {
			d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: title, Severity: severity})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.TriageDefect(s.ctx, s.po, "shop", TriageDefect{Number: d.Number, Decision: headway.TriageFixNow}); err != nil {
				t.Fatal(err)
			}
		}
		if b := team().Current; b.Ahead != 10*time.Hour || b.Over() != 5*time.Hour {
			t.Fatalf("a blocker and a minor one: %+v", b)
		}
		_, err := s.ChooseRework(s.ctx, s.po, "shop", ChooseRework{Team: "web", Choice: headway.ReworkDefer, Reason: "The typo can wait"})
		if err != nil {
			t.Fatal(err)
		}
		v := team()
		if len(v.Current.Open) != 1 || v.Current.Open[0].Severity != headway.Blocker {
			t.Errorf("still to be mended now: %+v", v.Current.Open)
		}
		if len(v.Next.Open) != 1 || v.Next.Ahead != 2*time.Hour || v.Offered() != 2*time.Hour {
			t.Errorf("known of the next sprint: %+v, offered %s", v.Next, v.Offered())
		}
		_, err = s.ChooseRework(s.ctx, s.po, "shop", ChooseRework{Team: "web", Choice: headway.ReworkScope, Reason: "Again"})
		wantKind(t, "chosen already", err, headway.Conflict)
		if _, err := s.TakeReworkChoiceBack(s.ctx, s.po, "shop", "web"); err != nil {
			t.Fatal(err)
		}
		if v := team(); len(v.Current.Open) != 2 || len(v.Next.Open) != 0 {
			t.Errorf("taken back: %+v now, %+v next", v.Current.Open, v.Next.Open)
		}
		if _, err := s.ChooseRework(s.ctx, s.po, "shop", ChooseRework{Team: "web", Choice: headway.ReworkDefer, Reason: "After all"}); err != nil {
			t.Fatal(err)
		}

		offers := func() (n int) {
			if err := s.RemindAll(s.ctx); err != nil {
				t.Fatal(err)
			}
			for _, e := range read(t, s, func(q store.Q) ([]headway.Event, error) { return q.EventsOf(s.ctx, s.p.ID, "sprint-3") }) {
				if e.Kind == ReworkOffered && strings.Contains(e.Text, "set 2 h aside") {
					n++
				}
			}
			return n
		}
		if n := offers(); n != 0 {
			t.Errorf("offered eleven days before the sprint: %d", n)
		}
		s.clock.Set(testkit.Date("2026-11-28T10:00:00Z"))
		offers()
		if n := offers(); n != 1 {
			t.Errorf("two days before the sprint it was offered %d times", n)
		}
		for _, jump := range []time.Duration{-2 * time.Hour, 26 * time.Hour, -72 * time.Hour, 72 * time.Hour} {
			s.clock.Advance(jump)
			if n := offers(); n != 1 {
				t.Errorf("after the clock jumped by %s it was offered %d times", jump, n)
			}
		}
	})
}

// TestASprintBurnsItsOwnHours tells effort in two sprints: each has its part.
func TestASprintBurnsItsOwnHours(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		s.write(t, func(tx *store.Tx) error {
			web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return err
			}
			third := web.Cadence.Sprint(3)
			third.ID, third.TeamID = "sprint-3", web.ID
			return tx.PutSprint(s.ctx, third)
		})
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Blocker})
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range []time.Duration{3 * time.Hour, 5 * time.Hour} {
			if _, err := s.TellEffort(s.ctx, s.dev, "shop", d.Number, told); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.Set(testkit.Date("2026-12-01T10:00:00Z"))
		if _, err := s.TriageDefect(s.ctx, s.po, "shop", TriageDefect{Number: d.Number, Decision: headway.TriageFixNow, Effort: 6 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		v, err := s.ReworkView(s.ctx, s.viewer, "shop", "web")
		if err != nil {
			t.Fatal(err)
		}
		r := v.Rework[0]
		if r.Current.Sprint.ID != "sprint-3" || r.Current.Spent != time.Hour || r.Current.Ahead != 0 || r.Past[0].Spent != 5*time.Hour {
			t.Errorf("the sprint that goes on burned %+v, the one before %+v", r.Current, r.Past[0])
		}
	})
}

// TestTheDateGivesAndIsTakenBack chooses that the next release comes later: its
// hand-over and the plan move as the trade said, and back when that is taken back.
func TestTheDateGivesAndIsTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		burn := func() *SprintBurn {
			t.Helper()
			v, err := s.ReworkView(s.ctx, s.viewer, "shop", "web")
			if err != nil || len(v.Rework) != 1 || v.Rework[0].Current == nil {
				t.Fatalf("%+v, %v", v.Rework, err)
			}
			return v.Rework[0].Current
		}
		date := ChooseRework{Team: "web", Choice: headway.ReworkDate, Reason: "The audit is more important"}
		sprint := burn().Sprint
		if _, err := s.SetReworkBudget(s.ctx, s.po, "shop", SetReworkBudget{Team: "web", Sprint: sprint.Number, Hours: time.Hour}); err != nil {
			t.Fatal(err)
		}
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Prices are wrong", Severity: headway.Major})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.TellEffort(s.ctx, s.dev, "shop", d.Number, 57*time.Hour); err != nil {
			t.Fatal(err)
		}
		_, err = s.ChooseRework(s.ctx, s.po, "shop", date)
		wantKind(t, "the sprint's release is on the shelf already", err, headway.Conflict)

		next := headway.Release{
			ID: "next", ProgrammeID: s.p.ID, TeamID: burn().Budget.TeamID, SprintID: sprint.ID, Version: "2.1.0", State: headway.ReleasePlanned,
			SprintEnd: testkit.Date("2026-11-27T17:00:00Z"), CreatedAt: s.clock.Now(),
		}
		s.write(t, func(tx *store.Tx) error { return tx.AddRelease(s.ctx, next) })
		trade, err := s.ReworkTradeView(s.ctx, s.viewer, "shop", "web")
		if err != nil || trade.Release.ID != "next" || trade.Days != 7 || trade.Impact == nil || !trade.Impact.Window.After.After(trade.Impact.Window.Before) {
			t.Fatalf("%d days, %+v, %v", trade.Days, trade.Impact, err)
		}
		if again, err := s.ReworkTradeView(s.ctx, s.viewer, "shop", "web"); err != nil || again.Impact != trade.Impact {
			t.Errorf("looking again plans again: %v", err)
		}
		planned := func() (handOver, production time.Time) {
			t.Helper()
			var facts *planFacts
			r := read(t, s, func(q store.Q) (headway.Release, error) {
				if facts, err = loadPlanFacts(s.ctx, q, s.p, s.clock.Now()); err != nil {
					return headway.Release{}, err
				}
				return q.Release(s.ctx, s.p.ID, "next")
			})
			plan, err := facts.solve(s.ctx)
			if err != nil {
				t.Fatal(err)
			}
			return r.SprintEnd, plannedOf(plan, "next").Production
		}
		s.write(t, func(tx *store.Tx) error { _, err := tx.TouchProgramme(s.ctx, s.p.ID); return err })
		if again, err := s.ReworkTradeView(s.ctx, s.viewer, "shop", "web"); err != nil || again.Impact == trade.Impact {
			t.Errorf("after a change it is not planned again: %v", err)
		}
		if _, err := s.TakeReworkChoiceBack(s.ctx, s.po, "shop", "web"); headway.KindOf(err) != headway.Conflict {
			t.Errorf("nothing is chosen, and it is taken back: %v", err)
		}
		if _, err := s.ChooseRework(s.ctx, s.po, "shop", date); err != nil {
			t.Fatal(err)
		}
		end, production := planned()
		if want := testkit.Date("2026-12-08T17:00:00Z"); !end.Equal(want) || !production.Equal(trade.Impact.Window.After) {
			t.Errorf("handed over %s, want %s; in production %s, the trade said %s", end, want, production, trade.Impact.Window.After)
		}
		if b := burn().Budget; b.Moved.ReleaseID != "next" || !b.Moved.To.Equal(end) || !b.Moved.From.Equal(next.SprintEnd) {
			t.Errorf("the choice remembers %+v", b.Moved)
		}
		_, err = s.ChooseRework(s.ctx, s.po, "shop", date)
		wantKind(t, "twice", err, headway.Conflict)
		_, err = s.TakeReworkChoiceBack(s.ctx, s.manager, "shop", "web")
		wantKind(t, "the release manager takes it back", err, headway.Forbidden)
		if b, err := s.TakeReworkChoiceBack(s.ctx, s.po, "shop", "web"); err != nil || b.Choice != "" || b.Moved.ReleaseID != "" {
			t.Errorf("%+v, %v", b, err)
		}
		if end, production := planned(); !end.Equal(next.SprintEnd) || !production.Equal(trade.Impact.Window.Before) {
			t.Errorf("taken back: handed over %s, in production %s, before %s", end, production, trade.Impact.Window.Before)
		}
		if _, err := s.ChooseRework(s.ctx, s.po, "shop", date); err != nil {
			t.Fatal(err)
		}
		if b, err := s.SetReworkBudget(s.ctx, s.po, "shop", SetReworkBudget{Team: "web", Sprint: sprint.Number, Hours: 2 * time.Hour}); err != nil || b.Choice != "" {
			t.Errorf("%+v, %v", b, err)
		}
		if end, _ := planned(); !end.Equal(next.SprintEnd) {
			t.Errorf("another budget opens the choice, and leaves the hand-over on %s", end)
		}
		if _, err := s.ChooseRework(s.ctx, s.po, "shop", date); err != nil {
			t.Fatal(err)
		}
		s.write(t, func(tx *store.Tx) error {
			r, err := tx.Release(s.ctx, s.p.ID, "next")
			if r.State = headway.ReleaseShelved; err == nil {
				_, err = tx.SaveRelease(s.ctx, r, headway.ReleasePlanned)
			}
			return err
		})
		_, err = s.TakeReworkChoiceBack(s.ctx, s.po, "shop", "web")
		wantKind(t, "it was shelved since", err, headway.Conflict)
	})
}
