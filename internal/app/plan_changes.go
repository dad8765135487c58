package app

import (
	"cmp"
	"fmt"
	"time"

	"headway"
	"headway/internal/engine"
)

// speech is what plans are put into words with.
type speech struct {
	zone     *time.Location
	year     int
	people   map[string]string // names by id
	releases map[string]string
}

// speech gives the words for the plans of a snapshot.
func (f *planFacts) speech() speech {
	s := speech{f.calendar.Zone, f.now.In(f.calendar.Zone).Year(), map[string]string{}, map[string]string{}}
	for _, p := range f.people {
		s.people[p.ID] = p.Name
	}
	for _, r := range f.releases {
		s.releases[r.ID] = f.releaseName(r)
	}
	return s
}

// planChanges tells what differs from one plan to another, by time. What is
// done no longer counts.
func planChanges(before, after headway.Plan, s speech) []headway.PlanChange {
	var p engine.Problem
	for id, name := range s.people {
		p.People = append(p.People, engine.Person{ID: id, Name: name})
	}
	done, known := map[string]bool{}, map[string]bool{}
	for _, q := range after.Placements {
		done[q.Activity] = q.Done
	}
	minutes := func(plan headway.Plan) (out engine.Plan) {
		for _, q := range plan.Placements {
			if q.Done || done[q.Activity] {
				continue
			}
			e := engine.Placement{Activity: q.Activity, Start: int(q.Start.Unix() / 60), End: int(q.End.Unix() / 60)}
			for _, id := range q.People {
				e.People = append(e.People, engine.Assignment{Person: id})
			}
			out.Placements = append(out.Placements, e)
			if !known[q.Activity] {
				known[q.Activity] = true
				p.Activities = append(p.Activities, engine.Activity{ID: q.Activity, Name: q.Title + s.of(q.ReleaseID), Release: q.ReleaseID})
			}
		}
		return out
	}
	instant := func(minute int) time.Time { return time.Unix(int64(minute)*60, 0).UTC() }
	clock := func(minute int) string { return writeTime(instant(minute), s.zone, s.year) }
	a, b := minutes(before), minutes(after)
	var out []headway.PlanChange
	for _, c := range engine.Diff(p, a, b) {
		change := headway.PlanChange{Activity: c.Activity, ReleaseID: c.Release, Text: c.Words(clock), Days: float64(c.Slots()) / (24 * 60)}
		if c.Before != nil {
			change.From = instant(c.Before.End)
		}
		if c.After != nil {
			change.To = instant(c.After.End)
		}
		out = append(out, change)
	}
	return out
}

func (s speech) of(release string) string {
	if name := s.releases[release]; name != "" {
		return " (" + name + ")"
	}
	return ""
}

// sumUp tells in one sentence what changed from one draft to the next.
func sumUp(before, after headway.Plan, changes []headway.PlanChange, s speech) string {
	switch {
	case after.Status == planInfeasible && len(after.Findings) > 0:
		return "There is no plan: " + after.Findings[len(after.Findings)-1].Text
	case after.Status == planInfeasible:
		return "There is no plan"
	case before.ID == "" || before.Status == planInfeasible:
		return fmt.Sprintf("The plan was drafted: %d activities, %d releases", len(after.Placements), len(after.Releases))
	}
	text := fmt.Sprintf("The plan was drafted again: %d changes", len(changes))
	if len(changes) == 1 {
		text = "The plan was drafted again: " + changes[0].Text
	}
	for _, r := range releaseShifts(before, after) {
		if r.Days != 0 {
			return fmt.Sprintf("%s; %s reaches production %s instead of %s", text, s.releases[r.ReleaseID],
				writeTime(r.After, s.zone, s.year), writeTime(r.Before, s.zone, s.year))
		}
	}
	return text
}

// ReleaseShift is by how much a release's production moved between two plans.
type ReleaseShift struct {
	ReleaseID     string
	Release, Team string    // names
	Before, After time.Time // production; zero when the plan does not see it
	Days          float64   // later is positive
}

// releaseShifts compares when two plans see releases in production.
func releaseShifts(before, after headway.Plan) []ReleaseShift {
	was := map[string]time.Time{}
	for _, r := range before.Releases {
		was[r.ReleaseID] = r.Production
	}
	var out []ReleaseShift
	for _, r := range after.Releases {
		s := ReleaseShift{ReleaseID: r.ReleaseID, Before: was[r.ReleaseID], After: r.Production}
		if !s.Before.IsZero() {
			s.Days = s.After.Sub(s.Before).Hours() / 24
		}
		delete(was, r.ReleaseID)
		out = append(out, s)
	}
	for _, r := range before.Releases {
		if at, gone := was[r.ReleaseID]; gone {
			out = append(out, ReleaseShift{ReleaseID: r.ReleaseID, Before: at})
		}
	}
	return out
}

// compareText orders by name, then by id.
func compareText(name, other, id, otherID string) int {
	return cmp.Or(cmp.Compare(name, other), cmp.Compare(id, otherID))
}
