package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// PlanPreview is the plan that would come of a what-if, against the draft.
type PlanPreview struct {
	Plan headway.Plan
	PlanComparison
	Tried headway.WhatIf // with starts as they were moved into working time
	Words []string       // what was tried, a sentence each
	Added []headway.Person
	Names PlanNames
}

// PlanNames names what a plan refers to, by id.
type PlanNames struct {
	Releases map[string]string // names
	People   map[string]string // keys
}

// PreviewPlan computes the plan that hypothetical changes would give; nothing is stored.
func (a *App) PreviewPlan(ctx context.Context, by headway.Actor, programme string, in headway.WhatIf) (PlanPreview, error) {
	var facts *planFacts
	err := a.lookIn(ctx, by, programme, headway.EditPlan, func(q store.Q, p headway.Programme) (err error) {
		facts, err = loadPlanFacts(ctx, q, p, a.Now())
		return err
	})
	if err != nil {
		return PlanPreview{}, err
	}
	v, err := facts.preview(ctx, in)
	v.Plan.At, v.Plan.ByName = a.Now(), by.Name
	return v, err
}

// preview plans a snapshot with changes, against the plan without them.
func (f *planFacts) preview(ctx context.Context, in headway.WhatIf) (v PlanPreview, err error) {
	before := f.draft
	if before.ID == "" || before.Revision != f.programme.Revision {
		if before, err = f.solve(ctx); err != nil {
			return v, err
		}
	}
	tried := f.clone()
	tried.draft = before
	if v.Tried, err = tried.apply(in); err != nil {
		return v, err
	}
	if v.Plan, err = tried.solve(ctx); err != nil {
		return v, err
	}
	v.PlanComparison = tried.compare(before, v.Plan)
	v.Words, v.Added = f.wordsOf(v.Tried), tried.people[len(f.people):]
	v.Names = PlanNames{tried.speech().releases, map[string]string{}}
	for _, p := range tried.people {
		v.Names.People[p.ID] = p.Key
	}
	return v, nil
}

// compare puts what differs between two plans of a snapshot into words.
func (f *planFacts) compare(before, after headway.Plan) PlanComparison {
	s, teams := f.speech(), map[string]string{}
	for _, r := range f.releases {
		teams[r.ID] = r.TeamID
	}
	shifts := releaseShifts(before, after)
	for k, r := range shifts {
		shifts[k].Release, shifts[k].Team = s.releases[r.ReleaseID], f.teams[teams[r.ReleaseID]].Name
	}
	return compared(before, after, s, shifts, teams)
}
