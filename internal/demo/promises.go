package demo

import (
	"context"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// promise publishes the plan as it was a month ago, before what is told of the
// present began: what releases are held against.
func (f *filler) promise(ctx context.Context) error {
	f.at(f.now.AddDate(0, 0, -30))
	if err := f.publish(ctx, "The plan of the quarter, agreed with all product owners"); err != nil {
		return err
	}
	f.at(f.now)
	return nil
}

// promiseAnew publishes the plan of this morning; what happened since shows
// beside it. On a day on which the draft clashes with itself nobody would
// publish it, and the plan of the month before stays in force.
func (f *filler) promiseAnew(ctx context.Context) error {
	f.at(f.now.Add(-27 * time.Hour))
	err := f.publish(ctx, "The regression of the mobile app found a blocker: its release moves, and what waited for the same testers")
	f.at(f.now)
	if headway.KindOf(err) == headway.Conflict {
		return nil
	}
	return err
}

func (f *filler) publish(ctx context.Context, reason string) error {
	revision, err := f.replan(ctx)
	if err != nil {
		return err
	}
	_, err = f.app.PublishPlan(ctx, f.actors[headway.ReleaseManager], Key, app.PublishPlan{Revision: revision, Reason: reason})
	return err
}

// replan computes the draft of this hour, as the instance does after each
// change while it runs, and gives the revision of the facts that it knows.
func (f *filler) replan(ctx context.Context) (int64, error) {
	var now headway.Programme
	if err := f.store.Read(ctx, func(q store.Q) (err error) {
		now, err = q.Programme(ctx, f.p.ID)
		return err
	}); err != nil {
		return 0, err
	}
	return now.Revision, f.app.ReplanDraft(ctx, app.ReplanJob{ProgrammeID: f.p.ID, Revision: now.Revision})
}

// plan drafts the plan of the present, so that it is there at the first look.
func (f *filler) plan(ctx context.Context) error {
	f.at(f.now)
	_, err := f.replan(ctx)
	return err
}
