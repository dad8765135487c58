package engine

import (
	"fmt"
	"sort"
	"strings"
)

// Change is one difference between two plans of a problem.
type Change struct {
	Activity string
	Name     string
	Release  string
	Before   *Placement // nil: new
	After    *Placement // nil: gone
	Joined   []string   // people in After only
	Left     []string   // people in Before only
}

// Slots is by how much the end moved, later is positive.
func (c Change) Slots() int {
	if c.Before == nil || c.After == nil {
		return 0
	}
	return c.After.End - c.Before.End
}

// Words tells a change in a sentence; clock writes a slot as people read it.
func (c Change) Words(clock func(slot int) string) string {
	switch {
	case c.Before == nil:
		return fmt.Sprintf("%s is new: %s to %s%s", c.Name, clock(c.After.Start), clock(c.After.End), by(c.Joined))
	case c.After == nil:
		return fmt.Sprintf("%s is gone", c.Name)
	}
	var parts []string
	if d := c.After.Start - c.Before.Start; d != 0 {
		word := "later"
		if d < 0 {
			word = "earlier"
		}
		parts = append(parts, fmt.Sprintf("starts %s, %s instead of %s", word, clock(c.After.Start), clock(c.Before.Start)))
	} else if c.Slots() != 0 {
		parts = append(parts, fmt.Sprintf("ends %s instead of %s", clock(c.After.End), clock(c.Before.End)))
	}
	switch {
	case len(c.Joined) > 0 && len(c.Left) > 0:
		parts = append(parts, fmt.Sprintf("%s instead of %s", strings.Join(c.Joined, ", "), strings.Join(c.Left, ", ")))
	case len(c.Joined) > 0:
		parts = append(parts, "with "+strings.Join(c.Joined, ", "))
	case len(c.Left) > 0:
		parts = append(parts, "without "+strings.Join(c.Left, ", "))
	}
	return c.Name + ": " + strings.Join(parts, "; ")
}

func by(people []string) string {
	if len(people) == 0 {
		return ""
	}
	return " by " + strings.Join(people, ", ")
}

// Diff lists what differs from plan a to plan b, by time in b; people appear
// by name.
func Diff(p Problem, a, b Plan) []Change {
	before := make(map[string]*Placement, len(a.Placements))
	for k := range a.Placements {
		before[a.Placements[k].Activity] = &a.Placements[k]
	}
	names := make(map[string]string, len(p.People))
	for _, q := range p.People {
		names[q.ID] = named(q.Name, q.ID)
	}
	acts := make(map[string]*Activity, len(p.Activities))
	for i := range p.Activities {
		acts[p.Activities[i].ID] = &p.Activities[i]
	}
	var out []Change
	add := func(id string, x, y *Placement) {
		c := Change{Activity: id, Name: id, Before: x, After: y, Joined: missing(y, x, names), Left: missing(x, y, names)}
		if act := acts[id]; act != nil {
			c.Name, c.Release = named(act.Name, id), act.Release
		}
		out = append(out, c)
	}
	for k := range b.Placements {
		y := &b.Placements[k]
		x := before[y.Activity]
		delete(before, y.Activity)
		if x == nil || x.Start != y.Start || x.End != y.End || len(missing(x, y, names))+len(missing(y, x, names)) > 0 {
			add(y.Activity, x, y)
		}
	}
	for id, x := range before {
		add(id, x, nil)
	}
	sort.Slice(out, func(i, j int) bool {
		if s, t := out[i].when(), out[j].when(); s != t {
			return s < t
		}
		return out[i].Activity < out[j].Activity
	})
	return out
}

func (c Change) when() int {
	if c.After != nil {
		return c.After.Start
	}
	return c.Before.Start
}

func named(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

// missing lists the people of x that are not in y.
func missing(x, y *Placement, names map[string]string) []string {
	if x == nil {
		return nil
	}
	var out []string
	for _, as := range x.People {
		found := false
		if y != nil {
			for _, o := range y.People {
				found = found || o.Person == as.Person
			}
		}
		if !found {
			out = append(out, named(names[as.Person], as.Person))
		}
	}
	return out
}
