package headway_test

import (
	"testing"
	"time"

	"headway"
	"headway/internal/testkit"
)

func TestTheLifeOfATeamItem(t *testing.T) {
	now := testkit.Date("2026-11-26T10:00:00Z")
	today := day(t, "2026-11-26")
	over := headway.Sprint{ID: "s1", TeamID: "web", Number: 1, Start: day(t, "2026-11-02"), End: day(t, "2026-11-15")}
	runs := headway.Sprint{ID: "s2", TeamID: "web", Number: 2, Start: day(t, "2026-11-16"), End: day(t, "2026-11-29")}
	ends := headway.Sprint{ID: "s3", TeamID: "web", Number: 3, Start: day(t, "2026-11-13"), End: today}
	foreign := runs
	foreign.TeamID = "app"
	none := headway.Sprint{}
	to := func(s headway.ItemState) *headway.ItemState { return &s }
	text := func(s string) *string { return &s }
	span := func(d time.Duration) *time.Duration { return &d }
	kind := func(k headway.TeamItemKind) *headway.TeamItemKind { return &k }
	fresh := headway.TeamItem{Number: 7, TeamID: "web", Kind: headway.Story, Title: "Search", State: headway.ItemTodo}
	in := fresh
	in.SprintID = "s2"
	done := in
	done.State, done.DoneAt = headway.ItemDone, now
	dropped := in
	dropped.State = headway.ItemDropped
	for name, c := range map[string]struct {
		item headway.TeamItem
		edit headway.TeamItemChange
		want string // words
		kind headway.Kind
	}{
		"nothing":                      {in, headway.TeamItemChange{}, "", ""},
		"the same again":               {in, headway.TeamItemChange{Title: text("Search"), State: to(headway.ItemTodo), Sprint: &runs}, "", ""},
		"taken into a sprint":          {fresh, headway.TeamItemChange{Sprint: &runs}, "is in sprint 2", ""},
		"on the sprint's last day":     {fresh, headway.TeamItemChange{Sprint: &ends}, "is in sprint 3", ""},
		"out of its sprint":            {in, headway.TeamItemChange{Sprint: &none}, "is in no sprint any more", ""},
		"a sprint that is over":        {fresh, headway.TeamItemChange{Sprint: &over}, "", headway.Conflict},
		"another team's sprint":        {fresh, headway.TeamItemChange{Sprint: &foreign}, "", headway.Invalid},
		"begun":                        {in, headway.TeamItemChange{State: to(headway.ItemDoing)}, "is begun", ""},
		"begun in no sprint":           {fresh, headway.TeamItemChange{State: to(headway.ItemDoing)}, "", headway.Conflict},
		"done in no sprint":            {fresh, headway.TeamItemChange{State: to(headway.ItemDone)}, "", headway.Conflict},
		"taken and begun":              {fresh, headway.TeamItemChange{Sprint: &runs, State: to(headway.ItemDoing)}, "is begun, is in sprint 2", ""},
		"dropped in no sprint":         {fresh, headway.TeamItemChange{State: to(headway.ItemDropped)}, "is no longer wanted", ""},
		"estimated":                    {in, headway.TeamItemChange{Estimate: span(90 * time.Minute)}, "is now estimated at 1.50 h", ""},
		"too large":                    {in, headway.TeamItemChange{Estimate: span(1001 * time.Hour)}, "", headway.Invalid},
		"no title":                     {in, headway.TeamItemChange{Title: text(" ")}, "", headway.Invalid},
		"a kind that is none":          {in, headway.TeamItemChange{Kind: kind("epic")}, "", headway.Invalid},
		"blocked":                      {in, headway.TeamItemChange{State: to(headway.ItemBlocked)}, "", headway.Invalid},
		"done is not estimated":        {done, headway.TeamItemChange{Estimate: span(time.Hour)}, "", headway.Conflict},
		"done is not moved":            {done, headway.TeamItemChange{Sprint: &none}, "", headway.Conflict},
		"dropped is not renamed":       {dropped, headway.TeamItemChange{Title: text("Find")}, "", headway.Conflict},
		"taken back and estimated":     {done, headway.TeamItemChange{State: to(headway.ItemTodo), Estimate: span(time.Hour)}, "is to do, is now estimated at 1 h", ""},
		"finished with its last words": {in, headway.TeamItemChange{State: to(headway.ItemDone), Title: text("Search by name")}, `is done, is now called "Search by name"`, ""},
	} {
		got, words, err := c.item.Change(c.edit, today, now)
		if headway.KindOf(err) != c.kind && (err != nil || c.kind != "") {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && words != c.want {
			t.Errorf("%s: %q, want %q", name, words, c.want)
		}
		if got.State == headway.ItemDone != !got.DoneAt.IsZero() {
			t.Errorf("%s: %s, done at %v", name, got.State, got.DoneAt)
		}
	}
}

func TestTheSumOfTeamItems(t *testing.T) {
	item := func(s headway.ItemState, hours int) headway.TeamItem {
		return headway.TeamItem{State: s, Estimate: time.Duration(hours) * time.Hour}
	}
	got := headway.SumTeamItems([]headway.TeamItem{
		item(headway.ItemTodo, 4), item(headway.ItemTodo, 0), item(headway.ItemDoing, 6), item(headway.ItemDone, 8), item(headway.ItemDone, 0), item(headway.ItemDropped, 100),
	})
	want := headway.TeamWork{Items: 5, Done: 2, Hours: 18 * time.Hour, DoneHours: 8 * time.Hour, Unestimated: 1, Doing: 1}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
