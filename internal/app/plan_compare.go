package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"headway"
	"headway/internal/store"
)

// PlanComparison tells how one plan differs from another, and who is hit.
type PlanComparison struct {
	From, To headway.Plan // without their bodies
	Changes  []headway.PlanChange
	Releases []ReleaseShift // those whose production moved, came or went
	People   []PersonHit
	Teams    []TeamHit
}

// PersonHit counts what changes for one person.
type PersonHit struct {
	PersonID, Name       string
	Moved, Joined, Freed int // activities at other times, new ones, ones taken off
}

// TeamHit says by how much the releases of a team move.
type TeamHit struct {
	TeamID, Name string
	Later        int // releases
	Earlier      int
	WorstDays    float64
}

// PlanComparisonView compares two plans of a programme: numbers of published
// ones, or draft. An empty from means the newest published plan, an empty to the draft.
func (a *App) PlanComparisonView(ctx context.Context, by headway.Actor, programme, from, to string) (PlanComparison, error) {
	var v PlanComparison
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		if to == "" {
			to = string(headway.DraftPlan)
		}
		before, err := planNamed(ctx, q, p.ID, from)
		if err != nil {
			return err
		}
		after, err := planNamed(ctx, q, p.ID, to)
		if err != nil {
			return err
		}
		v, err = comparePlans(ctx, q, p, before, after, a.Now())
		return err
	})
	return v, err
}

func planNamed(ctx context.Context, q store.Q, programmeID, name string) (headway.Plan, error) {
	switch name {
	case "":
		return q.BaselinePlan(ctx, programmeID)
	case string(headway.DraftPlan):
		draft, err := q.DraftPlan(ctx, programmeID)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			err = headway.NotFoundf("the plan has not been computed yet").At("plan").WithHint("it is there moments after the teams and people are: try again")
		}
		return draft, err
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		return headway.Plan{}, headway.Invalidf("plan", "%q names no plan", name).WithHint("use draft, or the number of a published plan")
	}
	return q.PublishedPlan(ctx, programmeID, n)
}

func comparePlans(ctx context.Context, q store.Q, p headway.Programme, before, after headway.Plan, now time.Time) (PlanComparison, error) {
	var v PlanComparison
	cast, err := castOf(ctx, q, p)
	if err != nil {
		return v, err
	}
	s := speech{cast.Calendar.Zone, now.In(cast.Calendar.Zone).Year(), map[string]string{}, map[string]string{}}
	for _, person := range cast.People {
		s.people[person.ID] = person.Name
	}
	shifts := releaseShifts(before, after)
	teams := map[string]string{} // by release
	for k, r := range shifts {
		release, err := q.Release(ctx, p.ID, r.ReleaseID)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			continue // gone since
		}
		if err != nil {
			return v, err
		}
		t, _ := cast.Team(release.TeamID)
		teams[r.ReleaseID], s.releases[r.ReleaseID] = t.ID, nameRelease(t, release)
		shifts[k].Release, shifts[k].Team = s.releases[r.ReleaseID], t.Name
	}
	return compared(before, after, s, shifts, teams), nil
}

// compared is the comparison itself, over names that were found before.
func compared(before, after headway.Plan, s speech, shifts []ReleaseShift, teams map[string]string) PlanComparison {
	v := PlanComparison{From: before, To: after, Changes: planChanges(before, after, s), People: peopleHit(before, after, s)}
	hit := map[string]*TeamHit{}
	for _, r := range shifts {
		if r.Days == 0 && !r.Before.IsZero() && !r.After.IsZero() {
			continue
		}
		v.Releases = append(v.Releases, r)
		if r.Days == 0 {
			continue
		}
		h := hit[teams[r.ReleaseID]]
		if h == nil {
			h = &TeamHit{TeamID: teams[r.ReleaseID], Name: r.Team}
			hit[h.TeamID] = h
		}
		if r.Days > 0 {
			h.Later++
		} else {
			h.Earlier++
		}
		h.WorstDays = max(h.WorstDays, r.Days)
	}
	for _, h := range hit {
		v.Teams = append(v.Teams, *h)
	}
	slices.SortFunc(v.Teams, func(x, y TeamHit) int { return compareText(x.Name, y.Name, x.TeamID, y.TeamID) })
	v.From.Placements, v.To.Placements = nil, nil
	return v
}

// peopleHit counts for each person what is elsewhere, new or gone.
func peopleHit(before, after headway.Plan, s speech) []PersonHit {
	was := map[string]headway.Placement{}
	for _, p := range before.Placements {
		was[p.Activity] = p
	}
	hits := map[string]*PersonHit{}
	hit := func(id string) *PersonHit {
		if hits[id] == nil {
			hits[id] = &PersonHit{PersonID: id, Name: s.people[id]}
		}
		return hits[id]
	}
	for _, p := range after.Placements {
		old, known := was[p.Activity]
		delete(was, p.Activity)
		if p.Done {
			continue
		}
		for _, id := range p.People {
			switch {
			case !known || !slices.Contains(old.People, id):
				hit(id).Joined++
			case !old.Start.Equal(p.Start) || !old.End.Equal(p.End):
				hit(id).Moved++
			}
		}
		for _, id := range old.People {
			if !slices.Contains(p.People, id) {
				hit(id).Freed++
			}
		}
	}
	for _, p := range was {
		for _, id := range p.People {
			if !p.Done {
				hit(id).Freed++
			}
		}
	}
	var out []PersonHit
	for _, h := range hits {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(x, y PersonHit) int { return compareText(x.Name, y.Name, x.PersonID, y.PersonID) })
	return out
}
