package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// WhatIf lists changes that are tried on a snapshot and stored nowhere.
type WhatIf struct {
	Pins     []WhatIfPin
	Absences []WhatIfAbsence
	Shifts   []WhatIfShift
	People   []WhatIfPerson
}

// WhatIfPin fixes the start of an activity: a backlog item, or one foreseen.
type WhatIfPin struct {
	Activity string // id of a backlog item, or release id/playbook key
	Start    time.Time
}

// WhatIfAbsence sends a person away.
type WhatIfAbsence struct {
	Person   string // key
	From, To headway.Date
}

// WhatIfShift makes a release come to operations later or earlier.
type WhatIfShift struct {
	ReleaseID string
	Days      int // calendar days; later is positive
}

// WhatIfPerson adds people to the operations team.
type WhatIfPerson struct {
	Skills []headway.Skill
	Count  int
}

// PlanPreview is the plan that would come of a what-if, against the draft.
type PlanPreview struct {
	Plan headway.Plan
	PlanComparison
	Names PlanNames
}

// PlanNames names what a plan refers to, by id.
type PlanNames struct {
	Releases map[string]string // names
	People   map[string]string // keys
}

// PreviewPlan computes the plan that hypothetical changes would give; nothing is stored.
func (a *App) PreviewPlan(ctx context.Context, by headway.Actor, programme string, in WhatIf) (PlanPreview, error) {
	var v PlanPreview
	var facts *planFacts
	err := a.lookIn(ctx, by, programme, headway.EditPlan, func(q store.Q, p headway.Programme) (err error) {
		facts, err = loadPlanFacts(ctx, q, p, a.Now())
		return err
	})
	if err != nil {
		return v, err
	}
	before := facts.draft
	if before.ID == "" || before.Revision != facts.programme.Revision {
		if before, err = facts.solve(ctx); err != nil {
			return v, err
		}
		facts.draft = before
	}
	if err := facts.apply(in); err != nil {
		return v, err
	}
	if v.Plan, err = facts.solve(ctx); err != nil {
		return v, err
	}
	v.Plan.At, v.Plan.ByName = a.Now(), by.Name
	v.PlanComparison = facts.compare(before, v.Plan)
	v.Names = PlanNames{facts.speech().releases, map[string]string{}}
	for _, p := range facts.people {
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

const whatIfLimit = 100

// apply changes the snapshot as the what-if says.
func (f *planFacts) apply(in WhatIf) error {
	if len(in.Pins)+len(in.Absences)+len(in.Shifts)+len(in.People) > whatIfLimit {
		return headway.Errorf(headway.TooLarge, "a what-if has at most %d changes", whatIfLimit)
	}
	for k, p := range in.Pins {
		if err := f.applyPin(fmt.Sprintf("pins[%d]", k), p); err != nil {
			return err
		}
	}
	for k, w := range in.Absences {
		where := fmt.Sprintf("absences[%d]", k)
		i := slices.IndexFunc(f.people, func(p headway.Person) bool { return p.Key == w.Person })
		if i < 0 {
			return headway.Invalidf(where+".person", "there is no person %q", w.Person)
		}
		absence := headway.Absence{ID: where, PersonID: f.people[i].ID, From: w.From, To: w.To, Reason: "what if"}
		if err := absence.Check(); err != nil {
			return err
		}
		f.absences = append(f.absences, absence)
	}
	for k, s := range in.Shifts {
		known := slices.ContainsFunc(f.releases, func(r headway.Release) bool { return r.ID == s.ReleaseID })
		if !known || s.Days < -365 || s.Days > 365 {
			return headway.Invalidf(fmt.Sprintf("shifts[%d]", k), "release %q cannot be moved by %d days", s.ReleaseID, s.Days).
				WithHint("name a release on its way, and at most 365 days")
		}
		f.shifts[s.ReleaseID] = s.Days
	}
	for k, p := range in.People {
		if err := f.applyPeople(fmt.Sprintf("people[%d]", k), p); err != nil {
			return err
		}
	}
	return nil
}

func (f *planFacts) applyPin(where string, p WhatIfPin) error {
	if err := headway.CheckTime(p.Start); err != nil {
		return headway.Invalidf(where+".start", "%s is no start", p.Start)
	}
	id := p.Activity
	for _, items := range f.items {
		for _, i := range items {
			if i.ID == id && i.Activity != "" {
				id = activityID(i.ReleaseID, i.Activity)
			}
		}
	}
	f.pins[id] = p.Start
	return nil
}

func (f *planFacts) applyPeople(where string, in WhatIfPerson) error {
	if in.Count < 1 || in.Count > 20 || len(in.Skills) == 0 {
		return headway.Invalidf(where, "%d people with %d skills cannot be added", in.Count, len(in.Skills)).WithHint("add 1–20 people with at least one skill")
	}
	for n := range in.Count {
		p := headway.Person{
			ID: fmt.Sprintf("%s/%d", where, n+1), ProgrammeID: f.programme.ID, Name: fmt.Sprintf("one more (%s)", in.Skills[0]),
			Skills: in.Skills, Percent: 100,
		}
		f.people = append(f.people, p)
	}
	return nil
}
