package app

import (
	"slices"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

// withNextSprint gives the web team, which has a sprint that is over and one that
// goes on, the one to come.
func (s *shelf) withNextSprint(t *testing.T) {
	t.Helper()
	s.write(t, func(tx *store.Tx) error {
		web, err := tx.TeamByKey(s.ctx, s.p.ID, "web")
		if err != nil {
			return err
		}
		next := web.Cadence.Sprint(3)
		next.ID, next.TeamID = s.newID(), web.ID
		return tx.PutSprint(s.ctx, next)
	})
}

func TestATeamsBacklogFromAddedToDone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.withNextSprint(t)
		add := func(by headway.Actor, edit func(*AddTeamItem)) (headway.TeamItem, error) {
			in := AddTeamItem{Team: "web", Title: "Search by\nname", Hours: 6.5}
			edit(&in)
			return s.AddTeamItem(s.ctx, by, "shop", in)
		}
		same := func(*AddTeamItem) {}
		for name, c := range map[string]struct {
			by   headway.Actor
			edit func(*AddTeamItem)
			kind headway.Kind
		}{
			"viewer":           {s.viewer, same, headway.Forbidden},
			"operations":       {s.ops, same, headway.Forbidden},
			"other programme":  {s.other, same, headway.NotFound},
			"unknown team":     {s.dev, func(in *AddTeamItem) { in.Team = "moon" }, headway.NotFound},
			"operations' team": {s.dev, func(in *AddTeamItem) { in.Team = "ops" }, headway.Invalid},
			"no title":         {s.dev, func(in *AddTeamItem) { in.Title = " " }, headway.Invalid},
			"no kind":          {s.dev, func(in *AddTeamItem) { in.Kind = "epic" }, headway.Invalid},
			"negative hours":   {s.dev, func(in *AddTeamItem) { in.Hours = -1 }, headway.Invalid},
			"no such sprint":   {s.dev, func(in *AddTeamItem) { in.Sprint = "99" }, headway.NotFound},
			"no sprint's name": {s.dev, func(in *AddTeamItem) { in.Sprint = "soon" }, headway.Invalid},
		} {
			_, err := add(c.by, c.edit)
			wantKind(t, name, err, c.kind)
		}
		first, err := add(s.dev, same)
		if err != nil || first.Number != 1 || first.Kind != headway.Story || first.Title != "Search by name" || first.Estimate != 390*time.Minute || first.SprintID != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := add(s.dev, func(in *AddTeamItem) { in.Sprint, in.Kind, in.Hours = "current", headway.Bug, 0 })
		if err != nil || second.Number != 2 || second.SprintID == "" {
			t.Fatalf("%+v, %v", second, err)
		}
		s.workTeamItem(t, first)
		v, err := s.TeamBacklogView(s.ctx, s.viewer, "shop", "web")
		if err != nil {
			t.Fatal(err)
		}
		want := headway.TeamWork{Items: 2, Done: 1, Hours: 390 * time.Minute, DoneHours: 390 * time.Minute, Unestimated: 1}
		if v.Current.ID == "" || v.Current.Work != want || len(v.Later) != 0 || len(v.Left) != 0 || v.Next.ID == "" {
			t.Errorf("%+v, later %v, left %v, next %v", v.Current.Work, v.Later, v.Left, v.Next.Sprint)
		}
		s.storyHas(t, first.ID, "B-1 of Web is done")
		s.clock.Advance(14 * 24 * time.Hour)
		if v, err = s.TeamBacklogView(s.ctx, s.viewer, "shop", "web"); err != nil || len(v.Left) != 1 || v.Left[0].Number != 2 {
			t.Errorf("left over: %+v, %v", v.Left, err)
		}
	})
}

// workTeamItem takes B-1 into the sprint that goes on and finishes it.
func (s *shelf) workTeamItem(t *testing.T, i headway.TeamItem) {
	t.Helper()
	change := func(by headway.Actor, edit func(*ChangeTeamItem)) (headway.TeamItem, error) {
		in := ChangeTeamItem{Number: i.Number}
		edit(&in)
		return s.ChangeTeamItem(s.ctx, by, "shop", in)
	}
	state := func(st headway.ItemState) func(*ChangeTeamItem) { return func(in *ChangeTeamItem) { in.State = &st } }
	sprint := func(name string) func(*ChangeTeamItem) { return func(in *ChangeTeamItem) { in.Sprint = &name } }
	_, err := change(s.ops, state(headway.ItemDropped))
	wantKind(t, "operations", err, headway.Forbidden)
	_, err = change(s.dev, state(headway.ItemDoing))
	wants(t, err, headway.Conflict, "in no sprint")
	_, err = change(s.dev, sprint("1"))
	wants(t, err, headway.Conflict, "ended on")
	_, err = change(s.dev, func(in *ChangeTeamItem) { in.Number = 77 })
	wants(t, err, headway.NotFound, "B-77")
	taken, err := change(s.dev, sprint("current"))
	if err != nil || taken.SprintID == "" || taken.Version != 2 {
		t.Fatalf("%+v, %v", taken, err)
	}
	_, err = change(s.dev, func(in *ChangeTeamItem) { state(headway.ItemDone)(in); in.Version = 1 })
	wants(t, err, headway.Conflict, "changed meanwhile")
	done, err := change(s.po, state(headway.ItemDone))
	if err != nil || done.State != headway.ItemDone || done.DoneAt.IsZero() || done.Version != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	if again, err := change(s.po, state(headway.ItemDone)); err != nil || again.Version != 3 {
		t.Errorf("done again: %+v, %v", again, err)
	}
	_, err = change(s.dev, sprint("none"))
	wants(t, err, headway.Conflict, "not changed any more")
}

func TestATeamsBacklogShowsWhatCameBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		c := s.shelve(t, s.candidate(t, "first"))
		d, err := s.ReportDefect(s.ctx, s.ops, "shop", ReportDefect{Team: "web", Version: "2.0.0", Title: "Basket is lost", Severity: headway.Blocker})
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(24 * time.Hour)
		v, err := s.TeamBacklogView(s.ctx, s.viewer, "shop", "web")
		if err != nil || len(v.Rework) != 1 || v.Rework[0].ID != d.ID || v.Rework[0].Candidate.ID != c.Candidate.ID || v.Rework[0].AgeDays != 1 {
			t.Fatalf("%+v, %v", v.Rework, err)
		}
		i := slices.IndexFunc(v.Releases, func(r TeamRelease) bool { return r.Version == "2.0.0" })
		if i < 0 || !v.Releases[i].GapKnown || v.Releases[i].All == 0 {
			t.Errorf("releases: %+v", v.Releases)
		}
		if other, err := s.TeamBacklogView(s.ctx, s.viewer, "shop", "mobile"); err != nil || len(other.Rework) != 0 {
			t.Errorf("another team's: %+v, %v", other.Rework, err)
		}
		_, err = s.TeamBacklogView(s.ctx, s.other, "shop", "web")
		wantKind(t, "other programme", err, headway.NotFound)
	})
}

func TestItemsOfASprintThatIsTakenOutOfThePlanAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.withNextSprint(t)
		i, err := s.AddTeamItem(s.ctx, s.dev, "shop", AddTeamItem{Team: "web", Title: "Search", Sprint: "next"})
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, func(tx *store.Tx) error { return tx.RemoveSprint(s.ctx, i.SprintID) })
		v, err := s.TeamBacklogView(s.ctx, s.viewer, "shop", "web")
		if err != nil || len(v.Later) != 1 || v.Later[0].SprintID != "" || v.Later[0].Version != 2 {
			t.Errorf("%+v, %v", v.Later, err)
		}
	})
}
