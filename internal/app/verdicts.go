package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// verdictsOf judges the gate for a page, over the span that an open go/no-go
// is meant for. A programme without a gate has no verdicts.
func verdictsOf(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, c headway.Candidate, a *App) ([]headway.Verdict, error) {
	decisions, err := q.DecisionsOf(ctx, p.ID, r.ID)
	if err != nil {
		return nil, err
	}
	var to aim
	for _, d := range decisions {
		if d.CandidateID == c.ID && !d.State.Terminal() {
			to = aim{d.Span, d.EnvironmentID}
		}
	}
	verdicts, err := judgeGate(ctx, q, p, r, c, to, a.Now())
	if headway.KindOf(err) == headway.NotFound {
		return nil, nil
	}
	return verdicts, err
}
