package app

import (
	"context"

	"headway/internal/store"
)

// mending finds the release that this one rolls forward, and those that roll
// this one forward.
func (v *ReleaseStory) mending(ctx context.Context, q store.Q) (err error) {
	if v.Release.Mends != "" {
		if v.Mended, err = q.Release(ctx, v.Programme.ID, v.Release.Mends); err != nil {
			return err
		}
	}
	v.MendedBy, err = q.ReleasesThatMend(ctx, v.Programme.ID, v.Release.ID)
	return err
}
