package headway

import (
	"cmp"
	"slices"
	"time"
)

// ItemFate says what shelving a candidate does to an item of the backlog.
type ItemFate string

// What becomes of an item.
const (
	ItemAdded     ItemFate = "added"     // work that the candidate needs
	ItemRebound   ItemFate = "rebound"   // was still open: now for this candidate, sized by its facts
	ItemStands    ItemFate = "stands"    // done for an earlier candidate, and a fix does not need it again
	ItemTakenBack ItemFate = "withdrawn" // open, and no longer needed or to be begun anew
	ItemPast      ItemFate = "past"      // done for an earlier candidate, to be done again as another item
)

// ItemChange is an item as shelving leaves it.
type ItemChange struct {
	Item   BacklogItem
	Fate   ItemFate
	Reason string // why work that was done stands, or is done again; empty of other work
}

// Shelving is what backlog items are generated from.
type Shelving struct {
	Release    Release
	Candidate  Candidate
	Before     *Candidate // that it takes the place of
	Fixed      []Defect   // that it mends
	Needed     []SizedActivity
	Existing   []BacklogItem     // of the release
	Place      map[string]string // environment key → id
	FirstRank  int64             // of the first new item
	NewID      func() string
	Now        time.Time
	WorkedTime func(Interval) time.Duration // working time within a span
}

// Generate says what the release's backlog becomes: items for the activities
// that the candidate needs, in their order. An item of an earlier candidate
// that is done stands, unless its activity must be done again for a fix; what
// was begun and must be done again is ended and begun anew, so that history
// keeps both.
func (s Shelving) Generate() []ItemChange {
	current := currentItems(s.Existing)
	needed := map[string]bool{}
	ids := map[string]string{} // activity → id of the item that counts
	var out []ItemChange
	for i, a := range s.Needed {
		needed[a.Key] = true
		old, had := current[a.Key]
		change := s.fit(a, old, had, s.FirstRank+int64(i))
		if had && change[0].Item.ID != old.ID {
			ids[old.ID] = change[0].Item.ID
		}
		ids[a.Key] = change[0].Item.ID
		out = append(out, change...)
	}
	for _, old := range s.Existing {
		if old.Activity != "" && current[old.Activity].ID == old.ID && !needed[old.Activity] && old.State != ItemDropped && old.State != ItemDone {
			out = append(out, ItemChange{s.end(old), ItemTakenBack, ""})
		}
		if old.Activity == "" && old.State != ItemDropped && old.State != ItemDone {
			old.CandidateID = s.Candidate.ID
			old.After = replaced(old.After, ids)
			out = append(out, ItemChange{old, ItemRebound, ""})
		}
	}
	after := map[string][]string{}
	for _, a := range s.Needed {
		for _, k := range a.After {
			after[ids[a.Key]] = append(after[ids[a.Key]], ids[k])
		}
	}
	for i := range out {
		if f := out[i].Fate; out[i].Item.Activity != "" && (f == ItemAdded || f == ItemRebound) {
			out[i].Item.After = after[out[i].Item.ID]
		}
	}
	return out
}

// fit gives the item for an activity first, then the one that it replaces.
func (s Shelving) fit(a SizedActivity, old BacklogItem, had bool, rank int64) []ItemChange {
	again, why := s.again(a, old)
	switch {
	case !had || old.State == ItemDropped:
		return []ItemChange{{s.fresh(a, rank), ItemAdded, ""}}
	case old.State == ItemDone && !again:
		return []ItemChange{{old, ItemStands, why}}
	case old.State == ItemDone:
		item := s.fresh(a, rank)
		item.Assignees = old.Assignees
		return []ItemChange{{item, ItemAdded, why}, {old, ItemPast, ""}}
	case again && !old.StartedAt.IsZero():
		item := s.fresh(a, old.Rank)
		item.Assignees, item.PinnedStart = old.Assignees, old.PinnedStart
		return []ItemChange{{item, ItemAdded, why}, {s.end(old), ItemTakenBack, ""}}
	default:
		item := s.fresh(a, old.Rank)
		old.CandidateID, old.Title, old.Kind, old.Skill, old.People = item.CandidateID, item.Title, item.Kind, item.Skill, item.People
		old.Estimate, old.Environment, old.InWindow = item.Estimate, item.Environment, item.InWindow
		if old.Rank == 0 {
			old.Rank = rank
		}
		return []ItemChange{{old, ItemRebound, ""}}
	}
}

// again tells whether the work of an activity is done again, and why.
func (s Shelving) again(a SizedActivity, old BacklogItem) (bool, string) {
	if old.State == ItemDone && old.Outcome == Fail {
		return true, "its result was a failure"
	}
	before := Candidate{ID: old.CandidateID, Facts: s.Candidate.Facts}
	if s.Before != nil {
		before = *s.Before
	}
	return a.Again(Succession{Before: before, After: s.Candidate, Fixed: s.Fixed})
}

func (s Shelving) fresh(a SizedActivity, rank int64) BacklogItem {
	return BacklogItem{
		ID: s.NewID(), ProgrammeID: s.Release.ProgrammeID, ReleaseID: s.Release.ID, CandidateID: s.Candidate.ID,
		Activity: a.Key, Title: a.Title, Kind: a.Kind, Skill: a.Skill, People: a.People, Estimate: a.Duration,
		Environment: s.Place[a.Environment], InWindow: a.InWindow, State: ItemTodo, Rank: rank, Version: 1, CreatedAt: s.Now,
	}
}

// end drops an item that may have been begun, keeping what was worked on it.
func (s Shelving) end(i BacklogItem) BacklogItem {
	if !i.StartedAt.IsZero() && i.DoneAt.IsZero() {
		i.DoneAt = s.Now
		i.Spent = s.WorkedTime(Interval{i.StartedAt, s.Now})
	}
	i.State, i.BlockedReason = ItemDropped, ""
	return i
}

func replaced(ids []string, by map[string]string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, cmp.Or(by[id], id))
	}
	return out
}

// currentItems gives, for each activity, the item that counts: the one made
// last, and one that is not dropped before one that is.
func currentItems(items []BacklogItem) map[string]BacklogItem {
	current := map[string]BacklogItem{}
	for _, i := range items {
		have, ok := current[i.Activity]
		newer := i.CreatedAt.After(have.CreatedAt) || i.CreatedAt.Equal(have.CreatedAt) && i.ID > have.ID
		if i.Activity == "" || ok && (i.State == ItemDropped) != (have.State == ItemDropped) && i.State == ItemDropped {
			continue
		}
		if !ok || have.State == ItemDropped && i.State != ItemDropped || newer {
			current[i.Activity] = i
		}
	}
	return current
}

// CountingItems gives the items of a release that count for its newest
// candidate: no dropped ones, and of an activity that was done again only the
// last, in their order.
func CountingItems(items []BacklogItem) []BacklogItem {
	current := currentItems(items)
	var out []BacklogItem
	for _, i := range items {
		if i.State == ItemDropped || i.Activity != "" && current[i.Activity].ID != i.ID {
			continue
		}
		out = append(out, i)
	}
	slices.SortStableFunc(out, func(a, b BacklogItem) int { return cmp.Compare(a.Rank, b.Rank) })
	return out
}
