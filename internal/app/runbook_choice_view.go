package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// RunbookChoices is what there is to choose from before a rehearsal starts or
// a go/no-go opens.
type RunbookChoices struct {
	Cast
	Candidates   []ChosenCandidate // on the shelf, oldest first
	Environments []headway.Environment
	Variables    []headway.RunbookVariable
	Steps        int // of the runbook; 0: there is none
}

// ChosenCandidate is a candidate with its release.
type ChosenCandidate struct {
	Release   headway.Release
	Candidate headway.Candidate
}

// RunbookChoicesView gathers them.
func (a *App) RunbookChoicesView(ctx context.Context, by headway.Actor, programme string) (RunbookChoices, error) {
	var v RunbookChoices
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		candidates, err := q.CandidatesOnShelf(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, c := range candidates {
			r, err := q.Release(ctx, p.ID, c.ReleaseID)
			if err != nil {
				return err
			}
			v.Candidates = append(v.Candidates, ChosenCandidate{r, c})
		}
		if v.Environments, err = q.Environments(ctx, p.ID); err != nil {
			return err
		}
		book, err := q.NewestRunbook(ctx, p.ID)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		v.Variables, v.Steps = book.Variables, len(book.Steps)
		return nil
	})
	return v, err
}
