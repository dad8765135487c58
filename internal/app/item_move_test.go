package app

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestWorkOnTheBoard(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		items := s.items(t, out.Release.ID)
		started, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["install"].ID, To: headway.ItemDoing, Version: 1})
		if err != nil {
			t.Fatal(err)
		}
		if started.Release.State != headway.ReleaseProving || !started.Item.StartedAt.Equal(s.clock.Now()) {
			t.Errorf("%s since %s", started.Release.State, started.Item.StartedAt)
		}
		s.clock.Advance(24 * time.Hour) // from 11:00 to 11:00 the next day: 8 hours of work
		done, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["install"].ID, To: headway.ItemDone, Version: 2, Result: "runs on test"})
		if err != nil {
			t.Fatal(err)
		}
		if done.Item.Spent != 8*time.Hour || done.Item.Outcome != headway.Pass || done.Item.Result != "runs on test" {
			t.Errorf("%+v", done.Item)
		}

		s.move(t, items["load"], headway.ItemDoing)
		s.move(t, items["migrate"], headway.ItemDoing)
		_, err = s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["regression"].ID, To: headway.ItemDoing})
		wantKind(t, "a third in doing, of two", err, headway.Conflict)
		_, err = s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["load"].ID, To: headway.ItemBlocked})
		wantKind(t, "blocked without a reason", err, headway.Invalid)
		_, err = s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["load"].ID, To: headway.ItemDone, Outcome: headway.Fail})
		wantKind(t, "failed without a result", err, headway.Invalid)
		_, err = s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["load"].ID, To: headway.ItemDone, Outcome: "perhaps"})
		wantKind(t, "an outcome that is none", err, headway.Invalid)
		_, err = s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["load"].ID, To: "limbo"})
		wantKind(t, "a column that is none", err, headway.Invalid)
		_, err = s.MoveItem(s.ctx, s.dev, "shop", MoveItem{ID: items["load"].ID, To: headway.ItemDone})
		wantKind(t, "a developer", err, headway.Forbidden)
		_, err = s.MoveItem(s.ctx, s.other, "bank", MoveItem{ID: items["load"].ID, To: headway.ItemDone})
		wantKind(t, "another programme's item", err, headway.NotFound)
	})
}

func TestStaleMoveSaysWhatChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		item := s.items(t, out.Release.ID)["regression"]
		if _, err := s.AssignItem(s.ctx, s.ops, "shop", AssignItem{ID: item.ID, People: []string{"quinn"}, Version: item.Version}); err != nil {
			t.Fatal(err)
		}
		_, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: item.ID, To: headway.ItemDoing, Version: item.Version})
		wantKind(t, "a stale move", err, headway.Conflict)
		if err == nil || !strings.Contains(err.Error(), "Quinn has it") {
			t.Errorf("it does not say what changed: %v", err)
		}
		v, err := s.ItemView(s.ctx, s.viewer, "shop", item.ID)
		if err != nil || v.Item.Version != item.Version+1 || v.Name != "2.0.0-rc.1" || v.Last.ActorName != s.ops.Name || !strings.Contains(v.Last.Text, "was given to Quinn") {
			t.Errorf("%+v, %v", v, err)
		}
		pinned, err := s.PinItem(s.ctx, s.manager, "shop", PinItem{Item: item.ID, Start: s.clock.Now().Add(48 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = s.ItemView(s.ctx, s.viewer, "shop", item.ID); err != nil || v.Item.Version != pinned.Version || v.Last.ActorName != s.manager.Name {
			t.Errorf("fixed in time: %+v, %v", v.Last, err)
		}
		other := s.items(t, out.Release.ID)["load"]
		if v, err = s.ItemView(s.ctx, s.viewer, "shop", other.ID); err != nil || !v.Last.At.IsZero() {
			t.Errorf("nothing was done to it: %+v, %v", v.Last, err)
		}
		_, err = s.ItemView(s.ctx, s.other, "bank", item.ID)
		wantKind(t, "another programme's item", err, headway.NotFound)
		_, err = s.AssignItem(s.ctx, s.ops, "shop", AssignItem{ID: item.ID, People: []string{"dana"}})
		wantKind(t, "somebody without the skill", err, headway.Invalid)
		_, err = s.AssignItem(s.ctx, s.ops, "shop", AssignItem{ID: item.ID, People: []string{"nobody"}})
		wantKind(t, "nobody", err, headway.NotFound)
	})
}

func TestItemsByHand(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		regression := s.items(t, first.Release.ID)["regression"]
		item, err := s.AddItem(s.ctx, s.ops, "shop", AddItem{Release: "web/2.0.0", Title: "Check the printers", Skill: headway.SkillSupport, Hours: 1.2, After: []string{regression.ID}, Environment: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if item.Estimate != 90*time.Minute || item.Kind != headway.KindTask || item.CandidateID != first.Candidate.ID || item.Rank <= regression.Rank {
			t.Errorf("%+v", item)
		}
		edited, err := s.EditItem(s.ctx, s.ops, "shop", EditItem{ID: item.ID, Version: item.Version, Hours: 3})
		if err != nil || edited.Estimate != 3*time.Hour {
			t.Errorf("%s, %v", edited.Estimate, err)
		}
		s.move(t, regression, headway.ItemDoing)
		second := s.shelve(t, s.candidate(t, "two"))
		kept := read(t, s, func(q store.Q) (headway.BacklogItem, error) { return q.BacklogItem(s.ctx, s.p.ID, item.ID) })
		if kept.CandidateID != second.Candidate.ID || kept.After[0] != s.items(t, second.Release.ID)["regression"].ID {
			t.Errorf("the item by hand was not carried over: %+v", kept)
		}
		for name, in := range map[string]AddItem{
			"no title":    {Release: "web/2.0.0", Skill: "qa", Hours: 1},
			"no size":     {Release: "web/2.0.0", Title: "x", Skill: "qa"},
			"no skill":    {Release: "web/2.0.0", Title: "x", Hours: 1},
			"odd kind":    {Release: "web/2.0.0", Title: "x", Skill: "qa", Hours: 1, Kind: "magic"},
			"escape code": {Release: "web/2.0.0", Title: "\x1b[31m", Skill: "qa", Hours: 1},
		} {
			_, err := s.AddItem(s.ctx, s.ops, "shop", in)
			wantKind(t, name, err, headway.Invalid)
		}
	})
}

func TestFailedItemTakesBackTheGo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		regression := s.move(t, s.items(t, out.Release.ID)["regression"], headway.ItemDoing)
		d := headway.Decision{ID: s.newID(), ProgrammeID: s.p.ID, ReleaseID: out.Release.ID, CandidateID: out.Candidate.ID, State: headway.DecisionGo, Snapshot: []byte("{}"), OpenedAt: s.clock.Now()}
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			r := out.Release
			r.State = headway.ReleaseApproved
			if _, err := tx.SaveRelease(s.ctx, r, headway.ReleaseProving); err != nil {
				return err
			}
			return tx.AddDecision(s.ctx, d)
		})
		if err != nil {
			t.Fatal(err)
		}
		moved, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: regression.ID, To: headway.ItemDone, Outcome: headway.Fail, Result: "the cart is empty"})
		if err != nil {
			t.Fatal(err)
		}
		if len(moved.Voided) != 1 || moved.Release.State != headway.ReleaseProving {
			t.Errorf("voided %v, the release is %s", moved.Voided, moved.Release.State)
		}
	})
}

func TestOrderOnTheBoard(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		items := s.items(t, out.Release.ID)
		if _, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: items["load"].ID, To: headway.ItemTodo, Before: items["install"].ID}); err != nil {
			t.Fatal(err)
		}
		column := read(t, s, func(q store.Q) ([]headway.BacklogItem, error) {
			return q.BoardColumn(s.ctx, s.p.ID, headway.ItemTodo, store.BoardFilter{}, 10)
		})
		var order []string
		for _, i := range column {
			order = append(order, i.Activity)
		}
		if got := strings.Join(order, " "); got != "load install migrate regression decide deploy" {
			t.Errorf("the order is %s", got)
		}
	})
}

func TestTheBoardShowsLatelyDoneWorkThatCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		items := s.items(t, out.Release.ID)
		done := func() string {
			v, err := s.BoardView(s.ctx, s.viewer, "shop", BoardQuery{})
			if err != nil {
				t.Fatal(err)
			}
			col := v.Columns[len(v.Columns)-1]
			if col.Count != len(col.Items) {
				t.Errorf("it counts %d, and shows %d", col.Count, len(col.Items))
			}
			var keys []string
			for _, i := range col.Items {
				keys = append(keys, i.Activity)
			}
			return strings.Join(keys, " ")
		}
		s.move(t, items["install"], headway.ItemDone)
		s.clock.Advance(time.Minute)
		s.move(t, items["migrate"], headway.ItemDone)
		if got := done(); got != "migrate install" {
			t.Errorf("done: %s", got)
		}
		s.shelve(t, s.candidate(t, "two")) // install is to be done again, migrate stands
		if got := done(); got != "migrate" {
			t.Errorf("done, after a second candidate: %s", got)
		}
		v, err := s.ShelfView(s.ctx, s.viewer, "shop")
		if err != nil || len(v.Rows) != 1 || v.Rows[0].Done != 1 || v.Rows[0].All != 6 {
			t.Errorf("the shelf counts %+v, %v", v.Rows, err)
		}
		if f, err := s.FrameView(s.ctx, s.viewer, "shop"); err != nil || f.Shelved != 1 {
			t.Errorf("%d on the shelf, %v", f.Shelved, err)
		}
		filtered, err := s.BoardView(s.ctx, s.viewer, "shop", BoardQuery{Skill: headway.SkillQA})
		if err != nil {
			t.Fatal(err)
		}
		if col := filtered.Columns[3]; len(col.Items) != 0 || col.Count != 1 {
			t.Errorf("filtered: %d of %d", len(col.Items), col.Count)
		}
		s.clock.Advance(9 * 24 * time.Hour)
		if got := done(); got != "" {
			t.Errorf("done more than five working days ago: %s", got)
		}
	})
}

func TestTheBoardTellsWhoCanTakeAnItem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		items := s.items(t, out.Release.ID)
		plan := headway.Plan{ID: s.newID(), ProgrammeID: s.p.ID, Kind: headway.DraftPlan, At: s.clock.Now(), Placements: []headway.Placement{{
			ItemID: items["regression"].ID, Activity: "x", ReleaseID: out.Release.ID, People: []string{s.people["quinn"].ID},
			Start: s.clock.Now(), End: s.clock.Now().Add(48 * time.Hour), // from 11:00 on Thursday to 11:00 on Saturday: 6 and 8 hours
		}}}
		if err := s.store.Write(s.ctx, func(tx *store.Tx) error { return tx.PutDraftPlan(s.ctx, plan) }); err != nil {
			t.Fatal(err)
		}
		v, err := s.BoardView(s.ctx, s.viewer, "shop", BoardQuery{})
		if err != nil {
			t.Fatal(err)
		}
		can := v.CanTake(headway.SkillQA)
		if len(can) != 1 || can[0].Person.Key != "quinn" {
			t.Fatalf("%+v", can)
		}
		// Until Thursday of the next week: 6 hours today and four whole days.
		if w := can[0]; w.Has != 38*time.Hour || w.Planned != 14*time.Hour || w.Free() != 24*time.Hour {
			t.Errorf("has %s, planned %s, free %s", w.Has, w.Planned, w.Free())
		}
		if len(v.CanTake(headway.SkillSupport)) != 0 {
			t.Error("somebody without the skill can take it")
		}
	})
}
