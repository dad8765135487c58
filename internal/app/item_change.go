package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
)

// AssignItem gives an item to people; none takes it back from all.
type AssignItem struct {
	ID      string
	People  []string // keys
	Version int64    // that was seen; 0: whatever it is now
}

// AssignItem gives an item to people who have its skill.
func (a *App) AssignItem(ctx context.Context, by headway.Actor, programme string, in AssignItem) (headway.BacklogItem, error) {
	var out headway.BacklogItem
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		item, err := c.itemSeen(ctx, p, in.ID, in.Version)
		if err != nil {
			return err
		}
		if err := openForEdit(item); err != nil {
			return err
		}
		item.Assignees = nil
		var names []string
		for _, key := range in.People {
			person, err := c.PersonByKey(ctx, p.ID, key)
			if err != nil {
				return unknownAt(err, "person", key)
			}
			if !slices.Contains(person.Skills, item.Skill) {
				return headway.Invalidf("people", "%s does not have the skill %s", person.Name, item.Skill).WithHint("assign somebody who has it, or add the skill to the person")
			}
			if !slices.Contains(item.Assignees, person.ID) {
				item.Assignees, names = append(item.Assignees, person.ID), append(names, person.Name)
			}
		}
		if len(names) > max(item.People, 1) {
			return headway.Invalidf("people", "%q takes %d at once, not %d", item.Title, item.People, len(names))
		}
		text := fmt.Sprintf("%q was given to %s", item.Title, strings.Join(names, " and "))
		if len(names) == 0 {
			text = fmt.Sprintf("%q was taken back from everybody", item.Title)
		}
		out, err = c.putItem(ctx, p, item, ItemChanged, text)
		return err
	})
	return out, err
}

// EditItem changes the size or the title of an item; zero fields stay.
type EditItem struct {
	ID      string
	Version int64 // that was seen; 0: whatever it is now
	Title   string
	Hours   float64 // of working time
	People  int
}

// EditItem changes the size or the title of an item that is not done.
func (a *App) EditItem(ctx context.Context, by headway.Actor, programme string, in EditItem) (headway.BacklogItem, error) {
	var out headway.BacklogItem
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		item, err := c.itemSeen(ctx, p, in.ID, in.Version)
		if err != nil {
			return err
		}
		if err := openForEdit(item); err != nil {
			return err
		}
		if in.Title != "" {
			item.Title = in.Title
		}
		if in.People != 0 {
			item.People = in.People
		}
		if in.Hours != 0 {
			if item.Estimate, err = hoursOf(in.Hours, p); err != nil {
				return err
			}
		}
		if err := item.Check(); err != nil {
			return err
		}
		out, err = c.putItem(ctx, p, item, ItemChanged, fmt.Sprintf("%q is now estimated at %s for %d", item.Title, item.Estimate, item.People))
		return err
	})
	return out, err
}

// hoursOf sizes hours in whole planning slots.
func hoursOf(hours float64, p headway.Programme) (time.Duration, error) {
	if !(hours > 0 && hours <= 1000) {
		return 0, headway.Invalidf("hours", "%v hours is outside 0–1000", hours)
	}
	return headway.Estimate{Hours: hours}.Duration(nil, time.Duration(p.SlotMinutes)*time.Minute)
}

func openForEdit(i headway.BacklogItem) error {
	if i.State == headway.ItemDone || i.State == headway.ItemDropped {
		return headway.Conflictf("%q is %s and is not changed any more", i.Title, i.State).WithHint("take it back to doing first")
	}
	return nil
}

func (c *change) putItem(ctx context.Context, p headway.Programme, i headway.BacklogItem, kind headway.EventKind, text string) (headway.BacklogItem, error) {
	if err := c.PutBacklogItem(ctx, i); err != nil {
		return i, err
	}
	i.Version++
	return i, c.record(ctx, p.ID, kind, i.ReleaseID, text, map[string]any{"item": i.ID, "assignees": i.Assignees, "estimate_minutes": i.Estimate.Minutes()})
}

// AddItem adds work to a release's operations backlog by hand.
type AddItem struct {
	Release     string // id, or team/version
	Title       string
	Kind        headway.ActivityKind // empty: task
	Skill       headway.Skill
	People      int // 0: one
	Hours       float64
	Environment string   // key, may be empty
	After       []string // ids of items of the same release
	InWindow    bool
}

// AddItem adds work to the operations backlog by hand, behind all that is to do.
func (a *App) AddItem(ctx context.Context, by headway.Actor, programme string, in AddItem) (headway.BacklogItem, error) {
	var item headway.BacklogItem
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		r, err := c.look().releaseNamed(ctx, p, in.Release)
		if err != nil {
			return err
		}
		if r.State.Terminal() {
			return headway.Conflictf("release %s is %s and takes no more work", r.Version, r.State)
		}
		if item, err = c.handmade(ctx, p, r, in); err != nil {
			return err
		}
		if err := c.AddBacklogItem(ctx, item); err != nil {
			return err
		}
		return c.record(ctx, p.ID, ItemAdded, r.ID, fmt.Sprintf("%q was added to %s by hand", item.Title, r.Version), map[string]any{"item": item.ID})
	})
	return item, err
}

func (c *change) handmade(ctx context.Context, p headway.Programme, r headway.Release, in AddItem) (headway.BacklogItem, error) {
	i := headway.BacklogItem{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, Title: in.Title, Kind: in.Kind, Skill: in.Skill, People: max(in.People, 1),
		After: in.After, InWindow: in.InWindow, State: headway.ItemTodo, Version: 1, CreatedAt: c.now,
	}
	if i.Kind == "" {
		i.Kind = headway.KindTask
	}
	var err error
	if i.Estimate, err = hoursOf(in.Hours, p); err != nil {
		return i, err
	}
	if err := i.Check(); err != nil {
		return i, err
	}
	if in.Environment != "" {
		e, err := c.EnvironmentByKey(ctx, p.ID, in.Environment)
		if err != nil {
			return i, unknownAt(err, "environment", in.Environment)
		}
		i.Environment = e.ID
	}
	for _, id := range in.After {
		before, err := c.BacklogItem(ctx, p.ID, id)
		if err != nil {
			return i, unknownAt(err, "item", id)
		}
		if before.ReleaseID != r.ID {
			return i, headway.Invalidf("after", "%q belongs to another release", before.Title)
		}
	}
	newest, err := c.NewestCandidate(ctx, p.ID, r.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return i, err
	}
	i.CandidateID = newest.ID
	i.Rank, err = c.look().firstRank(ctx, p.ID, r.Hotfix, 1)
	return i, err
}
