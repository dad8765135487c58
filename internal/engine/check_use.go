package engine

import "sort"

// people checks that nobody does two things at once or works while away.
func (c *checker) people() {
	by := map[string][]Placement{}
	for _, a := range c.p.Activities {
		q := c.at[a.ID]
		for _, as := range q.People {
			if q.End > q.Start {
				by[as.Person] = append(by[as.Person], q)
			}
		}
	}
	for _, person := range c.p.People {
		work := by[person.ID]
		sort.Slice(work, func(i, j int) bool { return work[i].Start < work[j].Start })
		for k, q := range work {
			if k > 0 && q.Start < work[k-1].End {
				c.addf(RulePerson, q.Activity, person.ID, q.Start, "%s does %s and %s at %d", person.ID, work[k-1].Activity, q.Activity, q.Start)
			}
			for _, away := range person.Absences {
				if q.Start < away.To && q.End > away.From {
					c.addf(RuleAbsence, q.Activity, person.ID, q.Start, "%s is away in %s", person.ID, q.Activity)
				}
			}
		}
	}
}

// resources sums up, at every change, what is used and what there is.
func (c *checker) resources() {
	for _, r := range c.p.Resources {
		change := map[int]int{}
		busy := map[int]bool{}
		for _, a := range c.p.Activities {
			q := c.at[a.ID]
			for _, u := range a.Uses {
				if u.Resource == r.ID && q.End > q.Start && u.Units > 0 {
					change[q.Start] += u.Units
					change[q.End] -= u.Units
				}
			}
		}
		for _, l := range r.Profile {
			busy[l.From], busy[l.To] = true, true
		}
		for t := range change {
			busy[t] = true
		}
		times := make([]int, 0, len(busy))
		for t := range busy {
			times = append(times, t)
		}
		sort.Ints(times)
		used := 0
		for _, t := range times {
			used += change[t]
			there := r.Capacity
			for _, l := range r.Profile {
				if l.From <= t && t < l.To {
					there = l.Capacity
				}
			}
			if used > there {
				c.addf(RuleResource, "", r.ID, t, "%s: %d used of %d at %d", r.ID, used, there, t)
			}
		}
	}
}
