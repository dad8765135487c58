package app

import (
	"cmp"
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// ReleaseQuery narrows the list of releases; empty fields do not. Team is a
// key, After the id of the last release of the page before.
type ReleaseQuery struct {
	Team, Series, After string
	State               headway.ReleaseState
	Nearest             bool // what is not over first, nearest sprint end first; else newest first
}

// ReleaseList is one page of releases.
type ReleaseList struct {
	Cast
	Releases []headway.Release
	Planned  map[string]headway.PlannedRelease
	Total    int
	More     bool
}

const releasePage = 50

// ReleaseListView lists releases.
func (a *App) ReleaseListView(ctx context.Context, by headway.Actor, programme string, in ReleaseQuery) (ReleaseList, error) {
	v := ReleaseList{Planned: map[string]headway.PlannedRelease{}}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		f := store.ReleaseFilter{Series: in.Series, Nearest: in.Nearest}
		if in.State != "" {
			f.States = []headway.ReleaseState{in.State}
		}
		if in.Team != "" {
			t, err := q.TeamByKey(ctx, p.ID, in.Team)
			if err != nil {
				return err
			}
			f.TeamID = t.ID
		}
		total, err := q.CountReleases(ctx, p.ID, f)
		if err != nil {
			return err
		}
		v.Total = int(total)
		if in.After != "" {
			last, err := q.Release(ctx, p.ID, in.After)
			if err != nil {
				return err
			}
			f.After = &last
		}
		f.Limit = releasePage + 1
		if v.Releases, err = q.Releases(ctx, p.ID, f); err != nil {
			return err
		}
		if v.More = len(v.Releases) > releasePage; v.More {
			v.Releases = v.Releases[:releasePage]
		}
		draft, err := q.DraftPlan(ctx, p.ID)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		for _, r := range draft.Releases {
			v.Planned[r.ReleaseID] = r
		}
		return nil
	})
	return v, err
}

func newestFirst(events []headway.Event) []headway.Event {
	slices.SortFunc(events, func(a, b headway.Event) int { return cmp.Compare(b.Seq, a.Seq) })
	return slices.CompactFunc(events, func(a, b headway.Event) bool { return a.Seq == b.Seq })
}
