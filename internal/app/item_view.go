package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// ItemView is one item of the operations backlog as it is now.
type ItemView struct {
	Cast
	Item headway.BacklogItem
	Name string        // of its candidate on the shelf, else the version of its release
	Last headway.Event // that was recorded about it; zero when it is as it was generated
}

// ItemView shows one item of the operations backlog.
func (a *App) ItemView(ctx context.Context, by headway.Actor, programme, id string) (v ItemView, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		if v.Item, err = q.BacklogItem(ctx, p.ID, id); err != nil {
			return err
		}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		r, err := q.Release(ctx, p.ID, v.Item.ReleaseID)
		if err != nil {
			return err
		}
		v.Name = r.Version
		shelf, err := q.CandidatesOnShelf(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, c := range shelf {
			if c.ID == v.Item.CandidateID {
				v.Name = c.Name
			}
		}
		if v.Last, err = q.NewestEventOfItem(ctx, v.Item); headway.KindOf(err) == headway.NotFound {
			return nil
		}
		return err
	})
	return v, err
}
