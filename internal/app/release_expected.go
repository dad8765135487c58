package app

import (
	"context"
	"math"
	"slices"
	"time"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
)

// expectation says when releases on their way are to be expected in production,
// by the gaps of the finished ones: quick enough for every look at a page. The
// forecast page simulates as well.
type expectation struct {
	calendar headway.Calendar
	now      time.Time
	model    *gapModel         // nil when there is no history
	live     []headway.Release // that reached production, the last first
}

func (a *App) loadExpectation(ctx context.Context, q store.Q, c Cast, now time.Time) (expectation, error) {
	x := expectation{calendar: c.Calendar, now: now}
	var err error
	if x.live, err = q.Releases(ctx, c.Programme.ID, store.ReleaseFilter{States: reachedProduction, Limit: gapHistory}); err != nil {
		return x, err
	}
	slices.SortStableFunc(x.live, func(x, y headway.Release) int { return y.LiveAt.Compare(x.LiveAt) })
	v := GapView{Cast: c, Policy: c.Programme.Gap}
	x.model = a.learnt.of(v.history(v.measured(x.live)))
	return x, nil
}

// of forecasts one release: from history, given how long it is on its way
// already, or bottom-up from the plan where there is none. Its Gap has no basis
// when nothing can be said.
func (x expectation) of(t headway.Team, r headway.Release, planned headway.PlannedRelease) ReleaseForecast {
	f := ReleaseForecast{ReleaseID: r.ID, Name: nameRelease(t, r), Planned: planned.Production, PlannedDays: planned.GapDays, Apart: r.Hotfix}
	from := gapFrom(r)
	switch {
	case from.IsZero() || !r.LiveAt.IsZero():
		return f
	case x.model != nil && !r.Hotfix: // what ordinary releases took says nothing about one that does not queue
		f.Gap = x.model.expect(componentOf(t, r), x.calendar.WorkingDays(from, x.now))
	case planned.ReleaseID != "":
		f.Gap = forecast.FromPlan(float64(planned.GapDays))
	default:
		return f
	}
	day, today := headway.DateOf(from.In(x.calendar.Zone)), headway.DateOf(x.now.In(x.calendar.Zone))
	after := func(days float64) headway.Date {
		d := x.calendar.AddWorkingDays(day, int(math.Ceil(days-1e-9)))
		if d.Before(today) {
			return today
		}
		return d
	}
	f.P50, f.P85, f.P95 = after(f.Gap.P50), after(f.Gap.P85), after(f.Gap.P95)
	return f
}
