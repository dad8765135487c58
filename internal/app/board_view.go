package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// BoardQuery narrows the operations board; empty fields do not. Release and
// Person are ids.
type BoardQuery struct {
	Release, Person string
	Skill           headway.Skill
}

// BoardColumn is one column of the board.
type BoardColumn struct {
	State headway.ItemState
	Limit int // of work in progress; 0: none
	Count int // in the column, whatever the filter; of what is done only the last days
	Items []headway.BacklogItem
}

// Board is the operations team's board.
type Board struct {
	Cast
	Columns   []BoardColumn
	DoneSince time.Time // what was done before stands with its release
	Releases  map[string]headway.Release
	Planned   map[string]headway.Placement // by item id: where the draft plan has it
	Names     map[string]string            // candidate names by id
	Waits     map[string][]string          // item id → titles of items that must be done first
	Weeks     []PersonWeek                 // of the people of operations teams, by name
	Sprint    OpsSprint                    // zero when no operations team has one now
}

const (
	boardColumnSize = 100
	doneSize        = 200
	doneDays        = 5 // working days that finished work stays on the board
)

// BoardView shows the board.
func (a *App) BoardView(ctx context.Context, by headway.Actor, programme string, in BoardQuery) (Board, error) {
	v := Board{Releases: map[string]headway.Release{}, Planned: map[string]headway.Placement{}, Names: map[string]string{}, Waits: map[string][]string{}}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		now := a.Now()
		v.DoneSince = workingDaysBefore(v.Calendar, now, doneDays)
		if err := v.columns(ctx, q, store.BoardFilter{ReleaseID: in.Release, Skill: string(in.Skill), PersonID: in.Person}); err != nil {
			return err
		}
		if err := v.surround(ctx, q); err != nil {
			return err
		}
		if err := v.weeks(ctx, q, now); err != nil {
			return err
		}
		v.Sprint, err = v.sprint(ctx, q, now)
		return err
	})
	return v, err
}

// workingDaysBefore gives the first instant of the day that lies n working days back.
func workingDaysBefore(c headway.Calendar, now time.Time, n int) time.Time {
	d := headway.DateOf(now.In(c.Zone))
	for tries := 0; n > 0 && tries < 366; tries++ {
		if d = d.AddDays(-1); c.IsWorkingDay(d) {
			n--
		}
	}
	return d.In(c.Zone)
}

func (v *Board) columns(ctx context.Context, q store.Q, filter store.BoardFilter) (err error) {
	p := v.Programme
	for _, state := range headway.ItemStates() {
		col := BoardColumn{State: state, Limit: p.WIPLimits[state]}
		if state == headway.ItemDone {
			if col.Items, err = doneSince(ctx, q, p.ID, filter, v.DoneSince); err != nil {
				return err
			}
			all := col.Items
			if filter != (store.BoardFilter{}) {
				if all, err = doneSince(ctx, q, p.ID, store.BoardFilter{}, v.DoneSince); err != nil {
					return err
				}
			}
			col.Count = len(all)
		} else {
			if col.Count, err = q.CountBoard(ctx, p.ID, state); err != nil {
				return err
			}
			if col.Items, err = q.BoardColumn(ctx, p.ID, state, filter, boardColumnSize); err != nil {
				return err
			}
		}
		v.Columns = append(v.Columns, col)
	}
	return nil
}

// doneSince lists what was done and still counts: not what was done for a
// candidate that another took the place of, and is to be done again.
func doneSince(ctx context.Context, q store.Q, programmeID string, filter store.BoardFilter, since time.Time) ([]headway.BacklogItem, error) {
	done, err := q.DoneSince(ctx, programmeID, filter, since, doneSize)
	if err != nil {
		return nil, err
	}
	counts, asked := map[string]bool{}, map[string]bool{}
	out := done[:0]
	for _, i := range done {
		if !asked[i.ReleaseID] {
			asked[i.ReleaseID] = true
			all, err := q.ItemsOf(ctx, programmeID, i.ReleaseID)
			if err != nil {
				return nil, err
			}
			for _, c := range headway.CountingItems(all) {
				counts[c.ID] = true
			}
		}
		if counts[i.ID] {
			out = append(out, i)
		}
	}
	return out, nil
}

func (v *Board) surround(ctx context.Context, q store.Q) error {
	id := v.Programme.ID
	open, err := q.Releases(ctx, id, store.ReleaseFilter{States: onTheWay()})
	if err != nil {
		return err
	}
	for _, r := range open {
		v.Releases[r.ID] = r
	}
	shelf, err := q.CandidatesOnShelf(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range shelf {
		v.Names[c.ID] = c.Name
	}
	draft, err := maybePlan(q.DraftPlan(ctx, id))
	if err != nil {
		return err
	}
	for _, pl := range draft.Placements {
		if pl.ItemID != "" {
			v.Planned[pl.ItemID] = pl
		}
	}
	return v.waits(ctx, q)
}

// waits finds what each item that is to do still waits for.
func (v *Board) waits(ctx context.Context, q store.Q) error {
	all, err := q.ItemsOfOpenReleases(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	open := map[string]string{}
	for _, i := range all {
		if i.State != headway.ItemDone {
			open[i.ID] = i.Title
		}
	}
	for _, col := range v.Columns {
		for _, i := range col.Items {
			for _, before := range i.After {
				if title, waits := open[before]; waits && i.State == headway.ItemTodo {
					v.Waits[i.ID] = append(v.Waits[i.ID], title)
				}
			}
			if _, known := v.Releases[i.ReleaseID]; !known {
				r, err := q.Release(ctx, v.Programme.ID, i.ReleaseID)
				if err != nil {
					return err
				}
				v.Releases[r.ID] = r
			}
		}
	}
	return nil
}
