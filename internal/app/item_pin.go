package app

import (
	"context"
	"fmt"
	"time"

	"headway"
)

// PinItem fixes when a backlog item starts, or frees it.
type PinItem struct {
	Item    string    // id
	Version int64     // of the item that was looked at; 0: whatever it is
	Start   time.Time // zero: free it
}

// PinItem fixes the start of a backlog item that has not begun; the plan keeps
// it there, or says why it cannot.
func (a *App) PinItem(ctx context.Context, by headway.Actor, programme string, in PinItem) (headway.BacklogItem, error) {
	var item headway.BacklogItem
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) (err error) {
		if item, err = c.BacklogItem(ctx, p.ID, in.Item); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != item.Version {
			return headway.Conflictf("%q has changed since you looked at it", item.Title).WithHint("look at it again")
		}
		if item.State != headway.ItemTodo && item.State != headway.ItemBlocked {
			return headway.Conflictf("%q is %s: only what has not begun can be fixed in time", item.Title, item.State)
		}
		if !in.Start.IsZero() {
			if err := headway.CheckTime(in.Start); err != nil {
				return err
			}
			if in.Start.Before(c.now) {
				return headway.Invalidf("start", "%s lies in the past", in.Start.UTC().Format(time.RFC3339))
			}
		}
		if item.PinnedStart.Equal(in.Start) {
			return nil
		}
		item.PinnedStart = in.Start.UTC().Truncate(time.Minute)
		if in.Start.IsZero() {
			item.PinnedStart = time.Time{}
		}
		if err := c.PutBacklogItem(ctx, item); err != nil {
			return err
		}
		item.Version++
		text := fmt.Sprintf("%s fixed %q at %s", by.Name, item.Title, instantText(item.PinnedStart, p.Zone))
		if in.Start.IsZero() {
			text = fmt.Sprintf("%s let the plan choose when %q starts", by.Name, item.Title)
		}
		return c.record(ctx, p.ID, ItemChanged, item.ID, text, map[string]any{"pinned_start": item.PinnedStart, "version": item.Version})
	})
	return item, err
}
