package app

import (
	"context"

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
	Count int // in the column, whatever the filter
	Items []headway.BacklogItem
}

// Board is the operations team's board.
type Board struct {
	Cast
	Columns  []BoardColumn
	Releases map[string]headway.Release
	Planned  map[string]headway.Placement // by item id: where the draft plan has it
	Names    map[string]string            // candidate names by id
	Waits    map[string][]string          // item id → titles of items that must be done first
}

const boardColumnSize = 100

// BoardView shows the board.
func (a *App) BoardView(ctx context.Context, by headway.Actor, programme string, in BoardQuery) (Board, error) {
	v := Board{Releases: map[string]headway.Release{}, Planned: map[string]headway.Placement{}, Names: map[string]string{}, Waits: map[string][]string{}}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		filter := store.BoardFilter{ReleaseID: in.Release, Skill: string(in.Skill), PersonID: in.Person}
		for _, state := range headway.ItemStates() {
			col := BoardColumn{State: state, Limit: p.WIPLimits[state]}
			if col.Count, err = q.CountColumn(ctx, p.ID, state, store.BoardFilter{}); err != nil {
				return err
			}
			size := boardColumnSize
			if state == headway.ItemDone {
				size = 20
			}
			if col.Items, err = q.BoardColumn(ctx, p.ID, state, filter, size); err != nil {
				return err
			}
			v.Columns = append(v.Columns, col)
		}
		return v.surround(ctx, q)
	})
	return v, err
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
	draft, err := q.DraftPlan(ctx, id)
	if err != nil && headway.KindOf(err) != headway.NotFound {
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
