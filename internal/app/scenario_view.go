package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// ScenarioLine is one scenario beside the draft.
type ScenarioLine struct {
	headway.Scenario                // without the body of its plan
	Stale            bool           // facts have changed since it was planned
	Comparison       PlanComparison // against the draft
	Words            []string       // its changes
	Findings         int
	Bands            map[headway.GapBand]int
	GapDays          float64 // mean over the releases of its plan
}

// ScenariosView puts the scenarios of a programme beside its draft.
type ScenariosView struct {
	Draft ScenarioLine // the plan without any change
	Lines []ScenarioLine
}

// ScenariosView lists the scenarios with what each would change.
func (a *App) ScenariosView(ctx context.Context, by headway.Actor, programme string) (ScenariosView, error) {
	var v ScenariosView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		all, err := q.Scenarios(ctx, p.ID)
		if err != nil || len(all) == 0 {
			return err
		}
		facts, err := loadPlanFacts(ctx, q, p, a.Now())
		if err != nil {
			return err
		}
		v.Draft = facts.scenarioLine(headway.Scenario{Plan: facts.draft})
		for _, s := range all {
			v.Lines = append(v.Lines, facts.scenarioLine(s))
		}
		return nil
	})
	return v, err
}

func (f *planFacts) scenarioLine(s headway.Scenario) ScenarioLine {
	l := ScenarioLine{Scenario: s, Stale: s.Plan.Revision != f.programme.Revision, Findings: len(s.Plan.Findings), Bands: map[headway.GapBand]int{}}
	if s.ID != "" {
		l.Comparison = f.compare(f.draft, s.Plan)
		l.Words = f.wordsOf(s.Changes)
	}
	sum := 0
	for _, r := range s.Plan.Releases {
		l.Bands[r.Band]++
		sum += r.GapDays
	}
	if n := len(s.Plan.Releases); n > 0 {
		l.GapDays = float64(sum) / float64(n)
	}
	l.Plan.Placements = nil
	return l
}

// ScenarioView gives one scenario with its plan.
func (a *App) ScenarioView(ctx context.Context, by headway.Actor, programme, key string) (s headway.Scenario, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		s, err = q.Scenario(ctx, p.ID, key)
		return err
	})
	return s, err
}
