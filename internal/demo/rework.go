package demo

import (
	"context"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// rework sets budgets for the sprints that go on, and tells what the newest
// repair of the mobile team took: more than it had set aside.
func (f *filler) rework(ctx context.Context) error {
	f.at(f.now.Add(-20 * time.Hour))
	var mended []headway.Defect
	err := f.store.Read(ctx, func(q store.Q) error {
		mobile, err := q.TeamByKey(ctx, f.p.ID, "mobile")
		if err != nil {
			return err
		}
		mended, err = q.DefectsCaused(ctx, f.p.ID, mobile.ID, f.now.AddDate(0, 0, -14))
		return err
	})
	if err != nil {
		return err
	}
	v, err := f.app.ReworkView(ctx, f.actors[headway.Viewer], Key, "")
	if err != nil {
		return err
	}
	for _, t := range v.Rework {
		if t.Current == nil {
			continue
		}
		in := app.SetReworkBudget{Team: t.Team.Key, Sprint: t.Current.Sprint.Number, Hours: 8 * time.Hour}
		if _, err := f.app.SetReworkBudget(ctx, f.actors[headway.ScrumMaster], Key, in); err != nil {
			return err
		}
	}
	for _, d := range mended {
		f.at(f.clock.Add(time.Hour))
		if _, err := f.app.TellEffort(ctx, f.actors[headway.Developer], Key, d.Number, 11*time.Hour); err != nil {
			return err
		}
	}
	return nil
}
