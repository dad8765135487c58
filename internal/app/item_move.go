package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
)

// MoveItem moves an item on the operations board.
type MoveItem struct {
	ID      string
	To      headway.ItemState
	Version int64           // that was seen; 0: whatever it is now
	Reason  string          // why it is blocked
	Result  string          // of finishing: what came out, for people
	Outcome headway.Outcome // of finishing: pass (also when empty) or fail
	Before  string          // id of the item to stand before in its column; empty: it keeps its rank
}

// ItemMove is an item after a move, and what the move caused.
type ItemMove struct {
	Item    headway.BacklogItem
	Release headway.Release
	Voided  []string // ids of go/no-gos that no longer hold
}

// MoveItem moves an item: it keeps the WIP limits, says when work began and
// ended, and begins the proving of its release with its first item.
func (a *App) MoveItem(ctx context.Context, by headway.Actor, programme string, in MoveItem) (ItemMove, error) {
	var out ItemMove
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		item, err := c.itemSeen(ctx, p, in.ID, in.Version)
		if err != nil {
			return err
		}
		inColumn, err := c.CountBoard(ctx, p.ID, in.To)
		if err != nil {
			return err
		}
		if err := headway.MoveItem(item, in.To, inColumn, p.WIPLimits[in.To]); err != nil {
			return err
		}
		from := item.State
		cal, err := calendarOf(ctx, c.Q, p)
		if err != nil {
			return err
		}
		if item, err = item.MovedTo(in.To, headway.ItemNote{Reason: in.Reason, Result: in.Result, Outcome: in.Outcome}, c.now, cal.WorkingTime); err != nil {
			return err
		}
		if item.Rank, err = c.rankBefore(ctx, p, in.Before, item.Rank); err != nil {
			return err
		}
		if err := c.PutBacklogItem(ctx, item); err != nil {
			return err
		}
		item.Version++
		out.Item = item
		if out.Release, err = c.Release(ctx, p.ID, item.ReleaseID); err != nil {
			return err
		}
		if out.Voided, err = c.itemMoved(ctx, p, &out.Release, item, from); err != nil {
			return err
		}
		if err := c.refreshed(ctx, p, item, from); err != nil {
			return err
		}
		return c.record(ctx, p.ID, ItemMoved, item.ReleaseID, movedText(item, from), map[string]any{
			"item": item.ID, "from": from, "to": item.State, "outcome": item.Outcome, "reason": item.BlockedReason,
		})
	})
	return out, err
}

// itemSeen finds an item on the board and refuses an edit that was made over
// an older version, saying what it is now.
func (l look) itemSeen(ctx context.Context, p headway.Programme, id string, version int64) (headway.BacklogItem, error) {
	item, err := l.BacklogItem(ctx, p.ID, id)
	if err != nil {
		return item, err
	}
	if version != 0 && version != item.Version {
		people, err := l.People(ctx, p.ID)
		if err != nil {
			return item, err
		}
		return item, headway.Conflictf("%q was changed meanwhile: %s", item.Title, item.Describe(people)).WithHint("look at the board again; its version is %d", item.Version)
	}
	if item.CandidateID == "" {
		return item, headway.Conflictf("%q is only foreseen: nothing of its release is on the shelf yet", item.Title)
	}
	return item, nil
}

func (c *change) itemSeen(ctx context.Context, p headway.Programme, id string, version int64) (headway.BacklogItem, error) {
	return c.look().itemSeen(ctx, p, id, version)
}

// rankBefore makes room before another item.
func (c *change) rankBefore(ctx context.Context, p headway.Programme, before string, rank int64) (int64, error) {
	if before == "" {
		return rank, nil
	}
	next, err := c.BacklogItem(ctx, p.ID, before)
	if err != nil {
		return rank, unknownAt(err, "item", before)
	}
	return next.Rank, c.MakeRoom(ctx, p.ID, next.Rank)
}

// itemMoved carries on what a move means for the release.
func (c *change) itemMoved(ctx context.Context, p headway.Programme, r *headway.Release, item headway.BacklogItem, from headway.ItemState) ([]string, error) {
	if r.State == headway.ReleaseShelved && item.State == headway.ItemDoing {
		return nil, c.beginProving(ctx, r)
	}
	undone := from == headway.ItemDone || item.State == headway.ItemDone && item.Outcome == headway.Fail
	if !undone {
		return nil, nil
	}
	items, err := c.ItemsOf(ctx, p.ID, r.ID)
	if err != nil {
		return nil, err
	}
	before := headway.BeforeGoNoGo(headway.CountingItems(items))
	if !slices.ContainsFunc(before, func(i headway.BacklogItem) bool { return i.ID == item.ID }) {
		return nil, nil
	}
	return c.unapprove(ctx, p, r, fmt.Sprintf("%q is %s", item.Title, strings.TrimSpace(string(item.State)+" "+string(item.Outcome))))
}

func movedText(i headway.BacklogItem, from headway.ItemState) string {
	text := fmt.Sprintf("%q went from %s to %s", i.Title, from.Name(), i.State.Name())
	switch {
	case i.State == headway.ItemBlocked:
		text += ": " + headway.Shorten(i.BlockedReason, 200)
	case i.State == headway.ItemDone && i.Outcome == headway.Fail:
		text += " and failed: " + headway.Shorten(i.Result, 200)
	}
	return text
}
