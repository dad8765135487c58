package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// Support is production support as it was measured.
type Support struct {
	Cast
	Span       headway.Interval
	Interrupts []headway.Interrupt // in the span, newest first
	Loads      []PersonLoad        // of the people of operations teams, by name
}

// PersonLoad is what production support takes of one person.
type PersonLoad struct {
	Person headway.Person
	headway.SupportLoad
}

// SupportView shows what production support took in the last working days.
func (a *App) SupportView(ctx context.Context, by headway.Actor, programme string) (Support, error) {
	var v Support
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		v.Span = headway.SupportSpan(v.Calendar, a.Now())
		if v.Interrupts, err = q.Interrupts(ctx, p.ID, v.Span); err != nil {
			return err
		}
		absences, err := q.Absences(ctx, p.ID, headway.DateOf(v.Span.From))
		if err != nil {
			return err
		}
		loads := supportLoads(v.Calendar, v.People, absences, v.Interrupts, v.Span)
		for _, person := range v.People {
			if t, _ := v.Team(person.TeamID); t.Kind == headway.OperationsTeam {
				v.Loads = append(v.Loads, PersonLoad{person, loads[person.ID]})
			}
		}
		return nil
	})
	return v, err
}

// supportLoads measures production support by person id.
func supportLoads(c headway.Calendar, people []headway.Person, absences []headway.Absence, logged []headway.Interrupt, span headway.Interval) map[string]headway.SupportLoad {
	spent, away := map[string]time.Duration{}, map[string][]headway.Absence{}
	for _, i := range logged {
		spent[i.PersonID] += i.Spent
	}
	for _, a := range absences {
		away[a.PersonID] = append(away[a.PersonID], a)
	}
	out := map[string]headway.SupportLoad{}
	for _, p := range people {
		out[p.ID] = headway.MeasureSupport(p, spent[p.ID], presentTime(c, away[p.ID], span))
	}
	return out
}

// presentTime gives the working time of a span, less the days on which
// somebody is away.
func presentTime(c headway.Calendar, away []headway.Absence, span headway.Interval) time.Duration {
	var sum time.Duration
	for d := headway.DateOf(span.From.In(c.Zone)); d.In(c.Zone).Before(span.To); d = d.AddDays(1) {
		absent := slices.ContainsFunc(away, func(a headway.Absence) bool { return !d.Before(a.From) && !d.After(a.To) })
		if shift, works := c.Shift(d); works && !absent {
			sum += c.WorkingTime(common(shift, span))
		}
	}
	return sum
}

// common gives the span that two spans share; it is empty when they share none.
func common(a, b headway.Interval) headway.Interval {
	if b.From.After(a.From) {
		a.From = b.From
	}
	if b.To.Before(a.To) {
		a.To = b.To
	}
	if a.To.Before(a.From) {
		a.To = a.From
	}
	return a
}
