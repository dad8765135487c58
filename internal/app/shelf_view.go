package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// ShelfRow is one candidate that waits on the shelf, with what is known of its way.
type ShelfRow struct {
	Release    headway.Release
	Candidate  headway.Candidate
	Before     *headway.Candidate // which it takes the place of
	Evidence   []headway.Evidence // newest of each kind
	Blockers   int                // open blocking defects
	Defects    int                // all open ones
	Done, All  int                // backlog items
	Blocked    []headway.BacklogItem
	Planned    headway.PlannedRelease // of the draft plan, zero when it has none
	AgeDays    int                    // working days on the shelf
	GapSoFar   int                    // working days since the end of the sprint
	Decision   headway.DecisionState  // of its open or granted go/no-go, empty when there is none
	DecisionID string
}

// Shelf is what waits between development and production.
type Shelf struct {
	Cast
	Rows []ShelfRow
}

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
		for _, c := range candidates {
			row := ShelfRow{Candidate: c, AgeDays: v.Calendar.WorkingDays(c.ShelvedAt, a.Now())}
			if err := row.fill(ctx, q, p); err != nil {
				return err
			}
			if !row.Release.SprintEnd.IsZero() {
				row.GapSoFar = v.Calendar.WorkingDays(row.Release.SprintEnd, a.Now())
			}
			row.Planned = plannedOf(draft, row.Release.ID)
			for _, d := range decisions {
				if d.CandidateID == c.ID {
					row.Decision, row.DecisionID = d.State, d.ID
				}
			}
			v.Rows = append(v.Rows, row)
		}
		slices.SortStableFunc(v.Rows, func(a, b ShelfRow) int { return a.Candidate.ShelvedAt.Compare(b.Candidate.ShelvedAt) })
		return nil
	})
	return v, err
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
	if row.Release, err = q.Release(ctx, p.ID, c.ReleaseID); err != nil {
		return err
	}
	if c.Supersedes != "" {
		before, err := q.Candidate(ctx, p.ID, c.Supersedes)
		if err != nil {
			return err
		}
		row.Before = &before
	}
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
	items, err := q.ItemsOf(ctx, p.ID, c.ReleaseID)
	for _, i := range headway.CountingItems(items) {
		switch i.State {
		case headway.ItemDone:
			row.Done++
		case headway.ItemBlocked:
			row.Blocked = append(row.Blocked, i)
		}
		row.All++
	}
	return err
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
