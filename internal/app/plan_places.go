package app

import "headway/internal/engine"

// crowd is how many activities a shared environment has room for at once: all
// that there may be. A refresh takes that room.
const crowd = 10_000

// addEnvironments gives each exclusive environment room for one release at a
// time, and a shared one that is to be refreshed room that the refresh takes.
// For each release that needs one, a second resource of the same place is
// closed while it is booked for others.
func (b *problem) addEnvironments(jobs []job) {
	refreshed := map[string]bool{}
	for _, j := range jobs {
		if b.facts.refreshes[j.item.ID] {
			refreshed[j.item.Environment] = true
		}
	}
	b.room = map[string]int{}
	for _, e := range b.facts.environments {
		b.places[e.ID] = e
		switch {
		case !e.Shared:
			b.room[e.ID] = 1 + b.facts.doubles[e.ID]
		case refreshed[e.ID]:
			b.room[e.ID] = crowd
		default:
			continue
		}
		b.Resources = append(b.Resources, engine.Resource{ID: e.ID, Name: e.Name, Capacity: b.room[e.ID]})
	}
	made := map[string]bool{}
	for _, j := range jobs {
		if id := b.bookedBy(j); id != "" && !made[id] {
			made[id] = true
			b.Resources = append(b.Resources, b.heldFrom(j, id))
		}
	}
}

// bookedBy names the resource that is closed to a job while others have its
// place; empty where nobody can have it for themselves.
func (b *problem) bookedBy(j job) string {
	e, known := b.places[j.item.Environment]
	switch {
	case !known:
		return ""
	case b.facts.refreshes[j.item.ID]:
		return e.ID + "!" + j.release.ID + "!refresh"
	case e.Shared:
		return ""
	}
	return e.ID + "!" + j.release.ID
}

// heldFrom makes that resource. A refresh also keeps out of the way of those
// who share the place.
func (b *problem) heldFrom(j job, id string) engine.Resource {
	e := b.places[j.item.Environment]
	var closed []engine.Span
	for _, k := range b.facts.bookings {
		if k.EnvironmentID != e.ID || k.ReleaseID == j.release.ID || b.facts.takes(j.release, e) || k.Shared && !b.facts.refreshes[j.item.ID] {
			continue
		}
		if s, ok := b.axis.around(k.Span); ok {
			closed = append(closed, s)
		}
	}
	more := b.facts.doubles[e.ID]
	if e.Shared {
		more = 0
	}
	r := engine.Resource{ID: id, Name: e.Name + " (booked)", Capacity: 1 + more}
	for _, s := range union(closed) {
		r.Profile = append(r.Profile, engine.Level{Span: s, Capacity: more})
	}
	return r
}

// uses tells what room a job takes.
func (b *problem) uses(j job) []engine.Use {
	e, known := b.places[j.item.Environment]
	if !known || b.room[e.ID] == 0 {
		return nil
	}
	units := 1
	if b.facts.refreshes[j.item.ID] && e.Shared {
		units = b.room[e.ID]
	}
	out := []engine.Use{{Resource: e.ID, Units: units}}
	if id := b.bookedBy(j); id != "" && !j.begun {
		out = append(out, engine.Use{Resource: id, Units: 1})
	}
	return out
}
