package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// judgeGate judges the programme's gate over one candidate. planned is the
// span in which production is to be changed, zero when none is planned.
func judgeGate(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, c headway.Candidate, planned headway.Interval, now time.Time) ([]headway.Verdict, error) {
	gate, err := q.NewestGate(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	facts, err := gateFacts(ctx, q, p, gate, r, c, now)
	if err != nil {
		return nil, err
	}
	facts.Planned = planned
	return gate.Judge(facts)
}

// gateFacts gathers what a gate is judged on.
func gateFacts(ctx context.Context, q store.Q, p headway.Programme, gate headway.Gate, r headway.Release, c headway.Candidate, now time.Time) (headway.GateFacts, error) {
	f := headway.GateFacts{Release: r, Candidate: c, Policy: p.Gap, Now: now}
	var err error
	if f.Calendar, err = calendarOf(ctx, q, p); err != nil {
		return f, err
	}
	if f.Windows, err = q.Windows(ctx, p.ID); err != nil {
		return f, err
	}
	if f.Freezes, err = q.Freezes(ctx, p.ID, now.AddDate(0, 0, -1)); err != nil {
		return f, err
	}
	if f.Defects, err = q.OpenDefectsOf(ctx, p.ID, r.ID); err != nil {
		return f, err
	}
	items, err := q.ItemsOf(ctx, p.ID, r.ID)
	if err != nil {
		return f, err
	}
	f.Items = headway.CountingItems(items)
	if f.Waivers, err = q.WaiversOf(ctx, c.ID); err != nil {
		return f, err
	}
	proofs, err := q.EvidenceOfRelease(ctx, p.ID, r.ID)
	if err != nil {
		return f, err
	}
	book, err := q.NewestPlaybook(ctx, p.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return f, err
	}
	f.Regression = headway.CountingEvidence(proofs, c, book, headway.RegressionRun)
	f.Load = headway.CountingEvidence(proofs, c, book, headway.LoadRun)
	if slices.ContainsFunc(gate.Criteria, headway.Criterion.NeedsBaseline) {
		err = addBaseline(ctx, q, p, &f)
	}
	return f, err
}

// addBaseline finds the newest load run of the team's release last in production.
func addBaseline(ctx context.Context, q store.Q, p headway.Programme, f *headway.GateFacts) error {
	last, err := q.Releases(ctx, p.ID, store.ReleaseFilter{
		TeamID: f.Release.TeamID, Component: f.Release.Component,
		States: []headway.ReleaseState{headway.ReleaseLive, headway.ReleaseClosed}, Limit: 10,
	})
	if err != nil {
		return err
	}
	slices.SortFunc(last, func(a, b headway.Release) int { return b.LiveAt.Compare(a.LiveAt) })
	for _, l := range last {
		proofs, err := q.EvidenceOfRelease(ctx, p.ID, l.ID)
		if err != nil {
			return err
		}
		for i, e := range proofs {
			if e.Kind == headway.LoadRun {
				f.Baseline = &proofs[i]
				return nil
			}
		}
	}
	return nil
}

func calendarOf(ctx context.Context, q store.Q, p headway.Programme) (headway.Calendar, error) {
	holidays, err := q.Holidays(ctx, p.ID)
	if err != nil {
		return headway.Calendar{}, err
	}
	return p.Calendar(holidays)
}
