package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// PersonWeek is what a person can take on in the next working days.
type PersonWeek struct {
	Person  headway.Person
	Has     time.Duration // working time, less what is kept for production support
	Planned time.Duration // of it, by the draft plan
	Doing   int           // items in the person's hands
}

// Free gives the time that nothing is planned for.
func (w PersonWeek) Free() time.Duration { return max(0, w.Has-w.Planned) }

// weekDays is how many working days ahead free time is counted.
const weekDays = 5

func (v *Board) weeks(ctx context.Context, q store.Q, now time.Time) error {
	today := headway.DateOf(now.In(v.Calendar.Zone))
	span := headway.Interval{From: now, To: v.Calendar.AddWorkingDays(today, weekDays).In(v.Calendar.Zone)}
	measured := headway.SupportSpan(v.Calendar, now)
	logged, err := q.Interrupts(ctx, v.Programme.ID, measured)
	if err != nil {
		return err
	}
	absences, err := q.Absences(ctx, v.Programme.ID, headway.DateOf(measured.From))
	if err != nil {
		return err
	}
	loads := supportLoads(v.Calendar, v.People, absences, logged, measured)
	planned := v.plannedTime(span)
	for _, p := range v.People {
		if t, _ := v.Team(p.TeamID); t.Kind != headway.OperationsTeam {
			continue
		}
		away := slices.DeleteFunc(slices.Clone(absences), func(a headway.Absence) bool { return a.PersonID != p.ID })
		share := p.Percent * (100 - loads[p.ID].Counts)
		w := PersonWeek{Person: p, Has: presentTime(v.Calendar, away, span) * time.Duration(share) / 10_000}
		w.Planned = min(w.Has, planned[p.ID])
		for _, col := range v.Columns {
			for _, i := range col.Items {
				if i.State == headway.ItemDoing && slices.Contains(i.Assignees, p.ID) {
					w.Doing++
				}
			}
		}
		v.Weeks = append(v.Weeks, w)
	}
	return nil
}

// plannedTime sums what the draft plan has for people within a span.
func (v *Board) plannedTime(span headway.Interval) map[string]time.Duration {
	out := map[string]time.Duration{}
	for _, pl := range v.Planned {
		if pl.Done {
			continue
		}
		within := v.Calendar.WorkingTime(common(headway.Interval{From: pl.Start, To: pl.End}, span))
		for _, id := range pl.People {
			out[id] += within
		}
	}
	return out
}

// CanTake lists who has a skill, those with the most free time first.
func (v Board) CanTake(skill headway.Skill) []PersonWeek {
	var out []PersonWeek
	for _, w := range v.Weeks {
		if slices.Contains(w.Person.Skills, skill) {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b PersonWeek) int { return int((b.Free() - a.Free()) / time.Minute) })
	return out
}

// OpsSprint is the sprint that the operations team is in.
type OpsSprint struct {
	Team        headway.Team
	Sprint      headway.Sprint
	Points      []headway.BurnPoint // in hours of people
	Done, Scope time.Duration
	DaysLeft    int // working days, today among them
	Items       int // taken in
	Finished    int // of them
	Support     time.Duration
}

// sprint finds the operations sprint of today, and what is taken into it: what
// was done in it, what is being worked on, and what the draft plan begins in it.
func (v *Board) sprint(ctx context.Context, q store.Q, now time.Time) (OpsSprint, error) {
	var s OpsSprint
	today := headway.DateOf(now.In(v.Calendar.Zone))
	all, err := q.Sprints(ctx, v.Programme.ID, today, today)
	if err != nil {
		return s, err
	}
	for _, x := range all {
		if t, _ := v.Team(x.TeamID); t.Kind == headway.OperationsTeam {
			s.Team, s.Sprint = t, x
			break
		}
	}
	if s.Sprint.ID == "" {
		return s, nil
	}
	span := headway.Interval{From: s.Sprint.Start.In(v.Calendar.Zone), To: s.Sprint.End.AddDays(1).In(v.Calendar.Zone)}
	items, err := doneSince(ctx, q, v.Programme.ID, store.BoardFilter{}, span.From)
	if err != nil {
		return s, err
	}
	open, err := q.OpenItems(ctx, v.Programme.ID)
	if err != nil {
		return s, err
	}
	for _, i := range open {
		pl, planned := v.Planned[i.ID]
		if i.CandidateID != "" && (i.State != headway.ItemTodo || planned && pl.Start.Before(span.To)) {
			items = append(items, i)
		}
	}
	s.fill(items, v.Calendar, now)
	support, err := q.Interrupts(ctx, v.Programme.ID, span)
	for _, i := range support {
		s.Support += i.Spent
	}
	return s, err
}

func (s *OpsSprint) fill(items []headway.BacklogItem, c headway.Calendar, now time.Time) {
	var burn []headway.BurnItem
	for _, i := range items {
		work := i.Estimate * time.Duration(max(1, i.People))
		b := headway.BurnItem{Estimate: work, Since: i.CreatedAt}
		s.Scope += work
		if i.State == headway.ItemDone {
			b.DoneAt = i.DoneAt
			s.Done += work
			s.Finished++
		}
		burn = append(burn, b)
	}
	s.Items = len(items)
	s.Points = headway.Burndown(s.Sprint, burn, c, now)
	for d := headway.DateOf(now.In(c.Zone)); !d.After(s.Sprint.End); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			s.DaysLeft++
		}
	}
}
