package app

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
)

// clone copies a snapshot as far as a what-if changes it.
func (f *planFacts) clone() *planFacts {
	c := *f
	c.people, c.absences, c.releases = slices.Clone(f.people), slices.Clone(f.absences), slices.Clone(f.releases)
	c.openings = slices.Clone(f.openings)
	c.pins, c.shifts, c.lifts, c.doubles = maps.Clone(f.pins), maps.Clone(f.shifts), maps.Clone(f.lifts), maps.Clone(f.doubles)
	c.overtime, c.visits, c.splits = maps.Clone(f.overtime), maps.Clone(f.visits), maps.Clone(f.splits)
	return &c
}

// apply changes the snapshot as the what-if says, and gives back what was tried:
// starts are moved on into working time.
func (f *planFacts) apply(in headway.WhatIf) (headway.WhatIf, error) {
	if err := in.Check(); err != nil {
		return in, err
	}
	for _, step := range []func(headway.WhatIf) error{f.applyReleases, f.applyAbsences, f.applyPeople, f.applyOvertime, f.applyPlaces} {
		if err := step(in); err != nil {
			return in, err
		}
	}
	pins, err := f.applyPins(in.Pins)
	in.Pins = pins
	return in, err
}

// applyPins fixes starts. What was dropped into the night or outside of a change
// window moves on to when somebody can begin it.
func (f *planFacts) applyPins(pins []headway.WhatIfPin) ([]headway.WhatIfPin, error) {
	if len(pins) == 0 {
		return nil, nil
	}
	b, err := f.problem()
	if err != nil {
		return nil, err
	}
	out := slices.Clone(pins)
	for k, p := range out {
		id := f.activityOf(p.Activity)
		if _, known := b.jobs[id]; !known {
			return nil, headway.Invalidf(fmt.Sprintf("pins[%d].activity", k), "no activity %q waits to be planned", p.Activity).
				WithHint("name one of the plan's activities that is not done")
		}
		if !p.Start.IsZero() {
			out[k].Start = b.begin(id, p.Start)
		}
		out[k].Activity, f.pins[id] = id, out[k].Start
	}
	return out, nil
}

// activityOf gives the activity of a backlog item; other names are activities already.
func (f *planFacts) activityOf(id string) string {
	for _, items := range f.items {
		for _, i := range items {
			if i.ID == id && i.Activity != "" {
				return activityID(i.ReleaseID, i.Activity)
			}
		}
	}
	return id
}

// begin gives the first instant from t on at which an activity may start by its
// calendar and its windows.
func (b *problem) begin(id string, t time.Time) time.Time {
	i := slices.IndexFunc(b.Activities, func(a engine.Activity) bool { return a.ID == id })
	a, slot := b.Activities[i], b.axis.floor(t)
	spans, room := b.calendar(a.Calendar), 1
	if a.Windows != "" {
		spans, room = b.opens(id), a.Duration
	}
	for _, s := range spans {
		if s.To-room >= slot && s.To-s.From >= room {
			return b.axis.at(max(slot, s.From))
		}
	}
	return b.axis.at(slot)
}

func (f *planFacts) releaseIndex(where, id string) (int, error) {
	i := slices.IndexFunc(f.releases, func(r headway.Release) bool { return r.ID == id })
	if i < 0 {
		return i, headway.Invalidf(where, "release %q is not on its way", id).WithHint("name a release of the plan")
	}
	return i, nil
}

func (f *planFacts) applyReleases(in headway.WhatIf) error {
	for k, s := range in.Shifts {
		if _, err := f.releaseIndex(fmt.Sprintf("shifts[%d]", k), s.ReleaseID); err != nil {
			return err
		}
		f.shifts[s.ReleaseID] = s.Days
	}
	for k, d := range in.Dues {
		i, err := f.releaseIndex(fmt.Sprintf("dues[%d]", k), d.ReleaseID)
		if err != nil {
			return err
		}
		f.releases[i].Due = d.Due
	}
	for k, p := range in.Priorities {
		i, err := f.releaseIndex(fmt.Sprintf("priorities[%d]", k), p.ReleaseID)
		if err != nil {
			return err
		}
		f.releases[i].Priority = p.Priority
	}
	for k, s := range in.Splits {
		where := fmt.Sprintf("splits[%d]", k)
		if _, err := f.releaseIndex(where, s.ReleaseID); err != nil {
			return err
		}
		if f.trainFor(s.ReleaseID).ID == "" {
			return headway.Invalidf(where, "release %q rides in no train", s.ReleaseID)
		}
		f.splits[s.ReleaseID] = true
	}
	return nil
}

func (f *planFacts) personIndex(where, key string) (int, error) {
	i := slices.IndexFunc(f.people, func(p headway.Person) bool { return p.Key == key })
	if i < 0 {
		return i, headway.Invalidf(where, "there is no person %q", key)
	}
	return i, nil
}

func (f *planFacts) applyAbsences(in headway.WhatIf) error {
	for k, w := range in.Absences {
		where := fmt.Sprintf("absences[%d]", k)
		i, err := f.personIndex(where+".person", w.Person)
		if err != nil {
			return err
		}
		absence := headway.Absence{ID: where, PersonID: f.people[i].ID, From: w.From, To: w.To, Reason: "what if"}
		if err := absence.Check(); err != nil {
			return err
		}
		f.absences = append(f.absences, absence)
	}
	return nil
}

func (f *planFacts) applyPeople(in headway.WhatIf) error {
	for k, w := range in.People {
		for n := range w.Count {
			p := headway.Person{
				ID: fmt.Sprintf("people[%d]/%d", k, n+1), ProgrammeID: f.programme.ID, Name: fmt.Sprintf("one more (%s)", w.Skills[0]),
				Skills: w.Skills, Percent: 100,
			}
			f.people = append(f.people, p)
			if !w.To.IsZero() {
				f.visits[p.ID] = dates{w.From, w.To}
			}
		}
	}
	return nil
}

func (f *planFacts) applyOvertime(in headway.WhatIf) error {
	for k, o := range in.Overtime {
		for _, key := range o.People {
			i, err := f.personIndex(fmt.Sprintf("overtime[%d].people", k), key)
			if err != nil {
				return err
			}
			id := f.people[i].ID
			f.overtime[id] = append(slices.Clone(f.overtime[id]), dates{o.From, o.To})
		}
	}
	return nil
}

func (f *planFacts) applyPlaces(in headway.WhatIf) error {
	for _, w := range in.Windows {
		f.openings = append(f.openings, headway.Interval(w))
	}
	for k, l := range in.Lifts {
		where := fmt.Sprintf("lifts[%d]", k)
		if _, err := f.releaseIndex(where+".release", l.ReleaseID); err != nil {
			return err
		}
		if !slices.ContainsFunc(f.freezes, func(z headway.Freeze) bool { return z.Key == l.Freeze }) {
			return headway.Invalidf(where+".freeze", "there is no freeze %q to come", l.Freeze)
		}
		f.lifts[l.ReleaseID] = append(slices.Clone(f.lifts[l.ReleaseID]), l.Freeze)
	}
	for k, key := range in.Doubles {
		i := slices.IndexFunc(f.environments, func(e headway.Environment) bool { return e.Key == key })
		if i < 0 {
			return headway.Invalidf(fmt.Sprintf("doubles[%d]", k), "there is no environment %q", key)
		}
		f.doubles[f.environments[i].ID]++
	}
	return nil
}
