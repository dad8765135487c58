package app

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"headway"
	"headway/internal/store"
)

// ReworkTrade is the choice that the Product Owner has when rework goes beyond
// the budget of a sprint, with what each would mean.
type ReworkTrade struct {
	Team    headway.Team
	Burn    SprintBurn
	Over    time.Duration
	Share   int              // of the team's working time in the sprint, in percent; 0: its people are not in the plan
	Defer   []headway.Defect // that are no blockers and could wait
	Spared  time.Duration    // by that
	Days    int              // working days that the next release would come later
	Release headway.Release  // that it would be; zero: none is planned
	Impact  *PlanImpact      // of that on the plan; nil: none is planned, or nothing is over
}

// ReworkTradeView says what each choice would mean; nothing is stored.
func (a *App) ReworkTradeView(ctx context.Context, by headway.Actor, programme, team string) (ReworkTrade, error) {
	var v ReworkTrade
	var facts *planFacts
	var on basis
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		t, err := q.TeamByKey(ctx, p.ID, team)
		if err != nil {
			return unknownAt(err, "team", team)
		}
		cast, err := castOf(ctx, q, p)
		if err != nil {
			return err
		}
		r, err := reworkOfTeam(ctx, q, p, t, cast.Calendar, a.Now())
		if err != nil || r.Current == nil {
			return err
		}
		v = ReworkTrade{Team: t, Burn: *r.Current, Over: r.Current.Over()}
		if v.Over == 0 {
			return nil
		}
		v.weigh(cast, t)
		if facts, err = loadPlanFacts(ctx, q, p, a.Now()); err != nil {
			return err
		}
		v.plan(facts.releases)
		on, err = basisOf(ctx, q, p, a.Now())
		return err
	})
	if err != nil || v.Release.ID == "" || facts == nil {
		return v, err
	}
	v.Impact, err = a.impacts.of(fmt.Sprint(on.digest, " ", v.Release.ID, " ", v.Days), func() (*PlanImpact, error) {
		return facts.laterBy(ctx, v.Release, v.Days)
	})
	return v, err
}

// keptImpacts holds what was planned for trades: two plans take longer than a
// page may. They are shared and must not be changed.
type keptImpacts struct {
	mu   sync.Mutex
	kept map[string]*PlanImpact // by what they rest on
}

const mostImpacts = 64

// of gives what is kept, or plans it.
func (k *keptImpacts) of(key string, plan func() (*PlanImpact, error)) (*PlanImpact, error) {
	k.mu.Lock()
	v, known := k.kept[key]
	k.mu.Unlock()
	if known {
		return v, nil
	}
	v, err := plan()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil || len(k.kept) >= mostImpacts {
		k.kept = map[string]*PlanImpact{}
	}
	k.kept[key] = v
	return v, nil
}

// plan finds the release that the sprint builds and that is not on the shelf yet.
func (v *ReworkTrade) plan(releases []headway.Release) {
	for _, r := range releases {
		if r.TeamID == v.Team.ID && r.SprintID == v.Burn.Sprint.ID && r.State == headway.ReleasePlanned && !r.Hotfix {
			v.Release = r
		}
	}
}

// weigh sizes what goes beyond the budget against the team's working time, and
// finds what could wait.
func (v *ReworkTrade) weigh(cast Cast, t headway.Team) {
	day := time.Duration(cast.Programme.WorkTo-cast.Programme.WorkFrom) * time.Minute
	daily := time.Duration(0)
	for _, person := range cast.People {
		if person.TeamID == t.ID {
			daily += day * time.Duration(person.Percent) / 100
		}
	}
	from, to := v.Burn.Sprint.Start.At(0, cast.Calendar.Zone), v.Burn.Sprint.End.AddDays(1).At(0, cast.Calendar.Zone)
	if whole := cast.Calendar.WorkingTime(headway.Interval{From: from, To: to}); daily > 0 && whole > 0 && day > 0 {
		v.Share = int(100 * float64(v.Over) / (float64(whole) / float64(day) * float64(daily)))
	}
	if daily == 0 {
		daily = day // as if one person mended it all
	}
	v.Days = max(1, int((v.Over+daily-1)/max(daily, 1)))
	v.Defer = deferrable(v.Burn)
	guess := headway.GuessRepairs(append(slices.Clone(v.Burn.Mended), v.Burn.Open...))
	for _, d := range v.Defer {
		v.Spared += max(0, guess.Of(d.Severity)-d.Effort)
	}
}

// deferrable gives the open defects of a sprint that could wait for the next
// release: those that are no blockers.
func deferrable(b SprintBurn) []headway.Defect {
	return slices.DeleteFunc(slices.Clone(b.Open), func(d headway.Defect) bool { return d.Severity == headway.Blocker })
}

// laterBy plans with and without a release whose sprint ends working days later.
func (f *planFacts) laterBy(ctx context.Context, r headway.Release, days int) (*PlanImpact, error) {
	before, err := f.drafted(ctx)
	if err != nil {
		return nil, err
	}
	for k := range f.releases {
		if f.releases[k].ID == r.ID {
			f.releases[k], _ = f.releases[k].Later(days, f.calendar)
		}
	}
	after, err := f.solve(ctx)
	if err != nil {
		return nil, err
	}
	v := &PlanImpact{PlanComparison: f.compare(before, after), Status: after.Status}
	v.Window = WindowMove{plannedOf(before, r.ID).Production, plannedOf(after, r.ID).Production}
	v.Bookings = f.bookingsMoved(before, after)
	return v, nil
}

// Moves says in sentences what else moves when the next release comes later.
func (v ReworkTrade) Moves() []string {
	if v.Impact == nil {
		return nil
	}
	var out []string
	for _, r := range v.Impact.Releases {
		switch {
		case r.Days > 0:
			out = append(out, fmt.Sprintf("%s reaches production %s later", r.Release, daysText(r.Days)))
		case r.Days < 0:
			out = append(out, fmt.Sprintf("%s reaches production %s earlier", r.Release, daysText(-r.Days)))
		}
	}
	if n := len(v.Impact.People); n > 0 {
		moved := 0
		for _, h := range v.Impact.People {
			moved += h.Moved + h.Joined + h.Freed
		}
		out = append(out, fmt.Sprintf("%d activities of %d people are at other times", moved, n))
	}
	return out
}

func daysText(days float64) string {
	if days > 0.95 && days < 1.05 {
		return "1 day"
	}
	return fmt.Sprintf("%.1f days", days)
}
