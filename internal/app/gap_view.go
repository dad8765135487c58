package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
)

// Forecast is a gap with its probabilities.
type Forecast = forecast.Forecast

// GapView is what the releases of a programme needed from sprint to
// production, how often one gets there, and what is to be expected.
type GapView struct {
	Cast
	Policy    headway.GapPolicy
	Finished  int          // releases with a measured gap
	Releases  []ReleaseGap // newest first, with what their gaps consisted of
	Causes    []CauseShare // over those releases, largest first
	Headway   Rhythm       // of the programme
	ByTeam    []TeamGap
	Forecasts []ReleaseForecast // of releases on their way, by planned production
	Truncated bool              // only the newest releases were looked at
}

// ReleaseGap is the gap of one release.
type ReleaseGap struct {
	Release    headway.Release
	Name, Team string
	From, To   time.Time
	Days       int // working days
	Band       headway.GapBand
	Slices     []GapPart
}

// GapPart is a stretch of a gap with one cause.
type GapPart struct {
	headway.GapSlice
	Days float64 // working days
}

// CauseShare says how much of the gaps one cause took.
type CauseShare struct {
	Cause headway.GapCause
	Who   string
	Days  float64
	Share float64 // 0–1
}

// Rhythm is the time between consecutive releases reaching production.
type Rhythm struct {
	Releases     int
	Median, Last time.Duration // zero with less than two releases
	LastLive     time.Time
}

// TeamGap sums up the gaps of one team.
type TeamGap struct {
	Team             headway.Team
	Releases         int
	Median, P85Days  float64 // working days, of the past
	Last             int
	Headway          Rhythm
	Forecast         Forecast // of its next gap; Basis is empty when nothing is known
	BeyondMaximum    int
	WithinTargetRate float64
}

// ReleaseForecast says when a release on its way is to be expected in production.
type ReleaseForecast struct {
	ReleaseID, Name string
	Planned         time.Time // zero when the plan does not see it
	PlannedDays     int
	Gap             Forecast
	P50, P85, P95   headway.Date
	Apart           bool // a hot fix: it does not queue, so that the history of ordinary releases was left out
}

const (
	gapHistory = 20_000 // releases looked at
	gapDetails = 20     // releases whose gaps are taken apart, unless asked for more
)

var reachedProduction = []headway.ReleaseState{headway.ReleaseLive, headway.ReleaseClosed}

// GapView measures the gaps of a programme's releases; details is for how many
// of the newest they are taken apart, 0 for the usual number.
func (a *App) GapView(ctx context.Context, by headway.Actor, programme string, details int) (GapView, error) {
	var v GapView
	if details <= 0 || details > 200 {
		details = gapDetails
	}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		v = GapView{Policy: p.Gap}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		live, err := q.Releases(ctx, p.ID, store.ReleaseFilter{States: reachedProduction, Limit: gapHistory})
		if err != nil {
			return err
		}
		v.Truncated = len(live) == gapHistory
		slices.SortStableFunc(live, func(x, y headway.Release) int { return y.LiveAt.Compare(x.LiveAt) })
		gaps := v.measured(live)
		v.Finished, v.Releases = len(gaps), gaps[:min(len(gaps), details)]
		if err := v.takeApart(ctx, q, a.Now()); err != nil {
			return err
		}
		v.Headway = rhythmOf(live)
		history := v.history(gaps)
		model := a.learnt.of(history)
		v.teams(live, gaps, model)
		return v.forecasts(ctx, q, model)
	})
	return v, err
}

// measured gives the releases that have a gap, newest first.
func (v *GapView) measured(live []headway.Release) []ReleaseGap {
	var out []ReleaseGap
	for _, r := range live {
		from := gapFrom(r)
		if from.IsZero() || r.LiveAt.IsZero() || r.LiveAt.Before(from) {
			continue
		}
		t, _ := v.Team(r.TeamID)
		days := v.Calendar.WorkingDays(from, r.LiveAt)
		out = append(out, ReleaseGap{Release: r, Name: nameRelease(t, r), Team: t.Name, From: from, To: r.LiveAt, Days: days, Band: v.Policy.Band(days)})
	}
	return out
}

// takeApart cuts the newest gaps into their causes and adds those up.
func (v *GapView) takeApart(ctx context.Context, q store.Q, now time.Time) error {
	type key struct {
		cause headway.GapCause
		who   string
	}
	var own []headway.Release
	for _, g := range v.Releases {
		if !imported(g.Release) {
			own = append(own, g.Release)
		}
	}
	ways, err := waysOf(ctx, q, v.Programme.ID, own, now)
	if err != nil {
		return err
	}
	sums, all := map[key]float64{}, 0.0
	for k := range v.Releases {
		if imported(v.Releases[k].Release) {
			continue
		}
		v.Releases[k].Slices = gapParts(v.Calendar, headway.MeasureGap(ways.facts(v.Releases[k].Release)))
		for _, s := range v.Releases[k].Slices {
			sums[key{s.Cause, s.Who}] += s.Days
			all += s.Days
		}
	}
	for c, days := range sums {
		if days > 0 {
			v.Causes = append(v.Causes, CauseShare{c.cause, c.who, days, days / all})
		}
	}
	slices.SortFunc(v.Causes, largestFirst)
	return nil
}

func largestFirst(x, y CauseShare) int {
	return cmp.Or(cmp.Compare(y.Days, x.Days), cmp.Compare(x.Cause, y.Cause), cmp.Compare(x.Who, y.Who))
}

// imported tells releases of imported history: nothing is known of what their
// gaps consisted of, and nothing is made up.
func imported(r headway.Release) bool { return r.Component != "" && r.SprintID == "" }

func gapParts(c headway.Calendar, cut []headway.GapSlice) []GapPart {
	day := time.Duration(c.To-c.From) * time.Minute
	var out []GapPart
	for _, s := range cut {
		out = append(out, GapPart{s, float64(c.WorkingTime(s.Span)) / float64(day)})
	}
	return out
}

// rhythmOf measures the headway of releases in production.
func rhythmOf(live []headway.Release) Rhythm {
	var at []time.Time
	for _, r := range live {
		if !r.LiveAt.IsZero() {
			at = append(at, r.LiveAt)
		}
	}
	w := Rhythm{Releases: len(at)}
	if len(at) > 0 {
		w.LastLive = slices.MaxFunc(at, time.Time.Compare)
	}
	if between := headway.Headways(at); len(between) > 0 {
		w.Last = between[len(between)-1]
		slices.Sort(between)
		w.Median = between[len(between)/2]
		if n := len(between); n%2 == 0 {
			w.Median = (between[n/2-1] + between[n/2]) / 2
		}
	}
	return w
}

// history is what forecasts learn from: gaps in working days, by component or
// team, in cycles of the imported series or of half-years.
func (v *GapView) history(gaps []ReleaseGap) []forecast.Finished {
	var out []forecast.Finished
	for _, g := range gaps {
		t, _ := v.Team(g.Release.TeamID)
		out = append(out, forecast.Finished{
			Cycle: cycleOf(g.Release), Component: componentOf(t, g.Release), Version: g.Release.Version, Shelved: g.From, Live: g.To, Gap: float64(g.Days),
		})
	}
	return out
}

func cycleOf(r headway.Release) string {
	if r.Series != "" {
		return r.Series
	}
	return fmt.Sprintf("%d-H%d", r.LiveAt.Year(), (int(r.LiveAt.Month())+5)/6)
}

func componentOf(t headway.Team, r headway.Release) string {
	if r.Component != "" {
		return r.Component
	}
	return t.Key
}

func (v *GapView) teams(live []headway.Release, gaps []ReleaseGap, model *gapModel) {
	for _, t := range v.Teams {
		g := TeamGap{Team: t}
		var days []float64
		within := 0
		for _, x := range gaps {
			if x.Release.TeamID != t.ID {
				continue
			}
			if len(days) == 0 {
				g.Last = x.Days
			}
			days = append(days, float64(x.Days))
			if x.Band == headway.BeyondMaximum {
				g.BeyondMaximum++
			}
			if x.Band == headway.WithinTarget {
				within++
			}
		}
		g.Headway = rhythmOf(slices.DeleteFunc(slices.Clone(live), func(r headway.Release) bool { return r.TeamID != t.ID }))
		if g.Releases = len(days); g.Releases == 0 && g.Headway.Releases == 0 {
			continue
		}
		if g.Releases > 0 {
			slices.Sort(days)
			g.Median, g.P85Days = days[(len(days)-1)/2], days[int(math.Ceil(0.85*float64(len(days))))-1]
			g.WithinTargetRate = float64(within) / float64(len(days))
		}
		if model != nil {
			g.Forecast = model.expect(t.Key, 0)
		}
		v.ByTeam = append(v.ByTeam, g)
	}
}

// forecasts says for each release on its way when to expect it: from history,
// or bottom-up from the plan where there is none.
func (v *GapView) forecasts(ctx context.Context, q store.Q, model *gapModel) error {
	open, err := q.Releases(ctx, v.Programme.ID, store.ReleaseFilter{States: toBePlanned, Limit: gapHistory})
	if err != nil {
		return err
	}
	draft, err := maybePlan(q.DraftPlan(ctx, v.Programme.ID))
	if err != nil {
		return err
	}
	planned := map[string]headway.PlannedRelease{}
	for _, r := range draft.Releases {
		planned[r.ReleaseID] = r
	}
	for _, r := range open {
		t, _ := v.Team(r.TeamID)
		p, seen := planned[r.ID]
		f := ReleaseForecast{ReleaseID: r.ID, Name: nameRelease(t, r), Planned: p.Production, PlannedDays: p.GapDays}
		from := gapFrom(r)
		switch {
		case from.IsZero():
			continue
		case model != nil:
			f.Gap = model.expect(componentOf(t, r), 0)
		case seen:
			f.Gap = forecast.FromPlan(float64(p.GapDays))
		default:
			continue
		}
		day := headway.DateOf(from.In(v.Calendar.Zone))
		after := func(days float64) headway.Date { return v.Calendar.AddWorkingDays(day, int(math.Ceil(days))) }
		f.P50, f.P85, f.P95 = after(f.Gap.P50), after(f.Gap.P85), after(f.Gap.P95)
		v.Forecasts = append(v.Forecasts, f)
	}
	slices.SortStableFunc(v.Forecasts, func(x, y ReleaseForecast) int {
		return cmp.Or(x.P50.In(time.UTC).Compare(y.P50.In(time.UTC)), cmp.Compare(x.Name, y.Name))
	})
	return nil
}

// ReleaseGapView measures the gap of one release; while it is on its way, up to now.
func (a *App) ReleaseGapView(ctx context.Context, by headway.Actor, programme, releaseID string) (ReleaseGap, error) {
	var v ReleaseGap
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		r, err := q.Release(ctx, p.ID, releaseID)
		if err != nil {
			return err
		}
		cast, err := castOf(ctx, q, p)
		if err != nil {
			return err
		}
		t, _ := cast.Team(r.TeamID)
		v = ReleaseGap{Release: r, Name: nameRelease(t, r), Team: t.Name, From: gapFrom(r), To: r.LiveAt}
		if v.From.IsZero() {
			return nil
		}
		if v.To.IsZero() {
			v.To = a.Now()
		}
		if v.To.Before(v.From) {
			return nil
		}
		v.Days = cast.Calendar.WorkingDays(v.From, v.To)
		v.Band = p.Gap.Band(v.Days)
		if imported(r) {
			return nil
		}
		facts, err := gapFacts(ctx, q, r, a.Now())
		v.Slices = gapParts(cast.Calendar, headway.MeasureGap(facts))
		return err
	})
	return v, err
}
