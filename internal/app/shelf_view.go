package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// ShelfRow is one candidate that waits on the shelf, with what is known of its way.
type ShelfRow struct {
	Release    headway.Release
	Candidate  headway.Candidate
	Lineage    []headway.Candidate // of the release, oldest first, itself last
	Evidence   []headway.Evidence  // newest of each kind
	Blockers   int                 // open blocking defects
	Defects    int                 // all open ones
	Done, All  int                 // backlog items
	Blocked    []headway.BacklogItem
	Doing      []headway.BacklogItem
	Next       []headway.BacklogItem  // to do, with nothing left that must be done first
	Planned    headway.PlannedRelease // of the draft plan, zero when it has none
	Expected   ReleaseForecast        // its Gap has no basis when nothing can be said
	AgeDays    int                    // working days on the shelf
	GapSoFar   int                    // working days since the end of the sprint
	Decision   headway.DecisionState  // of its open or granted go/no-go, empty when there is none
	DecisionID string
}

// Shelf is what waits between development and production.
type Shelf struct {
	Cast
	Rows  []ShelfRow
	Depth []headway.ShelfDay // over the last weeks, until today
}

// shelfDays is how many days back the depth of the shelf is told.
const shelfDays = 91

// ShelfView lists the candidates on the shelf, those first that production is waiting for.
func (a *App) ShelfView(ctx context.Context, by headway.Actor, programme string) (Shelf, error) {
	var v Shelf
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		candidates, err := q.CandidatesOnShelf(ctx, p.ID)
		if err != nil {
			return err
		}
		draft, err := q.DraftPlan(ctx, p.ID)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		decisions, err := q.LiveDecisions(ctx, p.ID)
		if err != nil {
			return err
		}
		now := a.Now()
		expected, err := a.loadExpectation(ctx, q, v.Cast, now)
		if err != nil {
			return err
		}
		waiting, err := q.Releases(ctx, p.ID, store.ReleaseFilter{States: waitingForProduction()})
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range candidates {
			ids = append(ids, c.ReleaseID)
		}
		items, err := q.ItemsOfReleases(ctx, p.ID, ids)
		if err != nil {
			return err
		}
		for _, c := range candidates {
			row := ShelfRow{Candidate: c, AgeDays: v.Calendar.WorkingDays(c.ShelvedAt, now)}
			row.work(headway.CountingItems(items[c.ReleaseID]))
			if i := slices.IndexFunc(waiting, func(r headway.Release) bool { return r.ID == c.ReleaseID }); i >= 0 {
				row.Release = waiting[i]
			}
			if err := row.fill(ctx, q, p); err != nil {
				return err
			}
			if !row.Release.SprintEnd.IsZero() {
				row.GapSoFar = v.Calendar.WorkingDays(row.Release.SprintEnd, now)
			}
			row.Planned = plannedOf(draft, row.Release.ID)
			team, _ := v.Team(row.Release.TeamID)
			row.Expected = expected.of(team, row.Release, row.Planned)
			for _, d := range decisions {
				if d.CandidateID == c.ID {
					row.Decision, row.DecisionID = d.State, d.ID
				}
			}
			v.Rows = append(v.Rows, row)
		}
		slices.SortStableFunc(v.Rows, func(a, b ShelfRow) int { return a.Candidate.ShelvedAt.Compare(b.Candidate.ShelvedAt) })
		v.depth(waiting, expected.live, now)
		return nil
	})
	return v, err
}

// waitingForProduction lists the states of releases whose newest candidate lies on the shelf.
func waitingForProduction() []headway.ReleaseState {
	return []headway.ReleaseState{headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved, headway.ReleaseDeploying, headway.ReleaseRolledBack}
}

// depth counts how much lay on the shelf, day by day.
func (v *Shelf) depth(waiting, live []headway.Release, now time.Time) {
	today := headway.DateOf(now.In(v.Calendar.Zone))
	first := today.AddDays(1 - shelfDays)
	since := first.In(v.Calendar.Zone)
	for _, r := range live {
		if !r.LiveAt.Before(since) {
			waiting = append(waiting, r)
		}
	}
	v.Depth = headway.ShelfDepth(waiting, v.Calendar, first, today, now)
}

func plannedOf(plan headway.Plan, releaseID string) headway.PlannedRelease {
	for _, r := range plan.Releases {
		if r.ReleaseID == releaseID {
			return r
		}
	}
	return headway.PlannedRelease{}
}

func (row *ShelfRow) fill(ctx context.Context, q store.Q, p headway.Programme) (err error) {
	c := row.Candidate
	if row.Lineage, err = q.CandidatesOf(ctx, p.ID, c.ReleaseID); err != nil {
		return err
	}
	slices.Reverse(row.Lineage)
	proofs, err := q.EvidenceOf(ctx, p.ID, c.ID)
	if err != nil {
		return err
	}
	row.Evidence = newestOfEachKind(proofs)
	open, err := q.OpenDefectsOf(ctx, p.ID, c.ReleaseID)
	if err != nil {
		return err
	}
	row.Defects = len(open)
	for _, d := range open {
		if d.Blocks() {
			row.Blockers++
		}
	}
	return nil
}

// work tells what is done, what is in hand and what could be taken on next.
func (row *ShelfRow) work(items []headway.BacklogItem) {
	open := map[string]bool{}
	for _, i := range items {
		open[i.ID] = i.State != headway.ItemDone
	}
	for _, i := range items {
		row.All++
		switch i.State {
		case headway.ItemDone:
			row.Done++
		case headway.ItemBlocked:
			row.Blocked = append(row.Blocked, i)
		case headway.ItemDoing:
			row.Doing = append(row.Doing, i)
		case headway.ItemTodo:
			if !slices.ContainsFunc(i.After, func(id string) bool { return open[id] }) {
				row.Next = append(row.Next, i)
			}
		}
	}
}

// newestOfEachKind keeps of each kind and environment the piece that was added last.
func newestOfEachKind(proofs []headway.Evidence) []headway.Evidence {
	var out []headway.Evidence
	for _, kind := range []headway.EvidenceKind{headway.RegressionRun, headway.LoadRun, headway.ManualResult} {
		var newest *headway.Evidence
		for i, e := range proofs {
			if e.Kind == kind && (newest == nil || e.AddedAt.After(newest.AddedAt)) {
				newest = &proofs[i]
			}
		}
		if newest != nil {
			out = append(out, *newest)
		}
	}
	return out
}
