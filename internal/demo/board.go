package demo

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// hands are the people who take the work of their skill first.
var hands = map[headway.Skill]string{
	headway.SkillQA: "quinn", headway.SkillAppServer: "omar", headway.SkillDBA: "olga", headway.SkillReleaseManager: "rita", headway.SkillSupport: "sven",
}

// board puts some cards into hands, one of them blocked, and logs what
// production support took in the last weeks.
func (f *filler) board(ctx context.Context) error {
	if err := f.support(ctx); err != nil {
		return err
	}
	var open []headway.BacklogItem
	var untouched []headway.Release // stay so
	err := f.store.Read(ctx, func(q store.Q) (err error) {
		if untouched, err = q.Releases(ctx, f.p.ID, store.ReleaseFilter{States: []headway.ReleaseState{headway.ReleaseShelved}}); err != nil {
			return err
		}
		open, err = q.OpenItems(ctx, f.p.ID)
		return err
	})
	if err != nil {
		return err
	}
	waits := func(i headway.BacklogItem) bool {
		return slices.ContainsFunc(open, func(o headway.BacklogItem) bool { return slices.Contains(i.After, o.ID) })
	}
	by, begun := f.actors[headway.Operations], 0
	f.at(f.now.Add(-5 * time.Hour))
	for _, i := range open {
		later := i.Kind == headway.KindDeployment || i.Kind == headway.KindGoNoGo || i.InWindow
		rests := slices.ContainsFunc(untouched, func(r headway.Release) bool { return r.ID == i.ReleaseID })
		if i.CandidateID == "" || rests || later || waits(i) || hands[i.Skill] == "" {
			continue
		}
		if _, err := f.app.AssignItem(ctx, by, Key, app.AssignItem{ID: i.ID, People: []string{hands[i.Skill]}}); err != nil {
			return err
		}
		if _, err := f.app.MoveItem(ctx, by, Key, app.MoveItem{ID: i.ID, To: headway.ItemDoing}); err != nil {
			return err
		}
		if begun++; begun == 2 {
			if _, err := f.app.MoveItem(ctx, by, Key, app.MoveItem{ID: i.ID, To: headway.ItemBlocked, Reason: "Waits for access to the monitoring of the new region"}); err != nil {
				return err
			}
		}
		if begun == 4 {
			break
		}
	}
	f.at(f.now)
	return nil
}

// support logs production support as it came in over the last four weeks.
func (f *filler) support(ctx context.Context) error {
	for _, s := range []struct {
		daysAgo int
		hour    float64
		person  string
		minutes int
		title   string
	}{
		{25, 10, "sven", 90, "Orders without an invoice number"},
		{21, 14, "sofia", 120, "Password mails arrive late"},
		{18, 9, "sven", 240, "Search answers with errors after the nightly import"},
		{15, 11, "olga", 180, "A report locks the orders table"},
		{13, 15, "sofia", 60, "A customer asks for deleted data"},
		{8, 10, "sven", 240, "Payments are booked twice for one shop"},
		{7, 16, "omar", 90, "Certificate of the mail relay has run out"},
		{4, 9, "sofia", 180, "Mobile app shows prices of yesterday"},
		{2, 13, "sven", 45, "Export stops at 10,000 rows"},
	} {
		f.at(f.now.AddDate(0, 0, -s.daysAgo).Truncate(24 * time.Hour).Add(time.Duration(s.hour * float64(time.Hour))))
		if _, err := f.app.LogInterrupt(ctx, f.actors[headway.Operations], Key, app.LogInterrupt{Person: s.person, Minutes: s.minutes, Title: s.title}); err != nil {
			return err
		}
	}
	return nil
}
