package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/recur"
	"headway/internal/store"
)

// planAhead is how far ahead plans and guards look at what recurs.
const planAhead = 2 * 366 * 24 * time.Hour

// freezesIn lists every time of the programme's freezes that overlaps a span,
// by start: what recurs, as often as it does. Plans, gates, guards and pages
// all take their freezes from here.
func freezesIn(ctx context.Context, q store.Q, p headway.Programme, span headway.Interval) ([]headway.Freeze, error) {
	all, err := q.Freezes(ctx, p.ID, span.From)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return nil, err
	}
	var out []headway.Freeze
	for _, f := range all {
		days, err := freezeDays(f, span, zone)
		if err != nil {
			return nil, err
		}
		out = append(out, f.Times(days, span, zone)...)
	}
	slices.SortStableFunc(out, func(a, b headway.Freeze) int { return a.Span.From.Compare(b.Span.From) })
	return out, nil
}

// freezeDays gives the days on which a recurring freeze may begin so that it
// overlaps a span.
func freezeDays(f headway.Freeze, span headway.Interval, zone *time.Location) ([]headway.Date, error) {
	if f.Repeat == "" {
		return nil, nil
	}
	zone = f.Location(zone)
	long := 2 + int(f.Span.To.Sub(f.Span.From)/(24*time.Hour)) // days; one more on each side for changes of the clock
	from := headway.DateOf(span.From.In(zone)).AddDays(-long)
	return recur.Days(f.Repeat, f.Span.From, zone, from, headway.DateOf(span.To.In(zone)).AddDays(1))
}

// productionTargets lists the environments that a deployment may go to: the
// one named, else all of production.
func productionTargets(environments []headway.Environment, id string) []headway.Environment {
	var out []headway.Environment
	for _, e := range environments {
		if e.ID == id {
			return []headway.Environment{e}
		}
		if e.Kind == headway.EnvProduction {
			out = append(out, e)
		}
	}
	return out
}

// freezesFor lists the times of the freezes that keep a release from changing
// an environment (id; empty: whichever production).
func freezesFor(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, environment string, span headway.Interval) ([]headway.Freeze, error) {
	all, err := freezesIn(ctx, q, p, span)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	team, err := q.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return nil, err
	}
	places, err := q.Environments(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return headway.Concerning(all, team.Key, productionTargets(places, environment)), nil
}
