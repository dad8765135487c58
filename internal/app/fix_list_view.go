package app

import (
	"cmp"
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// FixQuery says which fixes to show.
type FixQuery struct {
	Team    string // key; empty: of every team that has some
	Missing bool   // only those that are missing somewhere
	Most    int    // rows of a team; 0: as many as a page shows
}

// FixList is the fixes of a programme, a matrix for each team.
type FixList struct {
	Cast
	Matrices []TeamFixes
}

// TeamFixes is one team's matrix.
type TeamFixes struct {
	Team headway.Team
	headway.FixMatrix
	Missing int // rows that are missing somewhere
	More    int // rows that are not shown
}

// fixRows bounds the rows of one team's matrix on a page.
const fixRows = 100

// FixListView shows which places hold which fixes.
func (a *App) FixListView(ctx context.Context, by headway.Actor, programme string, in FixQuery) (FixList, error) {
	var v FixList
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		v = FixList{}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if in.Team != "" {
			if _, err := q.TeamByKey(ctx, p.ID, in.Team); err != nil {
				return unknownAt(err, "team", in.Team)
			}
		}
		some, err := q.TeamsWithFixes(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, t := range v.Teams {
			if t.Kind != headway.DevelopmentTeam || in.Team != "" && t.Key != in.Team {
				continue
			}
			if in.Team == "" && !slices.Contains(some, t.ID) { // without a fix there is no row
				continue
			}
			facts, err := fixFacts(ctx, q, p, t)
			if err != nil {
				return err
			}
			if m := fixesOfTeam(t, facts.Matrix(), in.Missing, cmp.Or(in.Most, fixRows)); len(m.Rows) > 0 || in.Team != "" {
				v.Matrices = append(v.Matrices, m)
			}
		}
		return nil
	})
	return v, err
}

func fixesOfTeam(t headway.Team, m headway.FixMatrix, missing bool, most int) TeamFixes {
	out := TeamFixes{Team: t, FixMatrix: m}
	for _, r := range m.Rows {
		if r.Missing() {
			out.Missing++
		}
	}
	if missing {
		out.Rows = out.Rows[:out.Missing] // they come first
	}
	if out.More = len(out.Rows) - most; out.More > 0 {
		out.Rows = out.Rows[:most]
	}
	out.More = max(out.More, 0)
	return out
}
