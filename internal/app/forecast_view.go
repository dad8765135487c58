package app

import (
	"cmp"
	"context"
	"math"
	"reflect"
	"slices"
	"time"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
)

// Simulations that a view makes unless asked for more, and at most.
const (
	usualSimulations = 1_000
	mostSimulations  = 10_000
)

// ForecastIf is what a forecast tries: a plan what-if, and changes of chance.
type ForecastIf struct {
	headway.WhatIf
	Simulations int
	Again       *float64 // share of candidates that need another, instead of what was seen
	SupportDays float64  // working days a month that production support takes of each person, beyond what is kept free
}

// ProgrammeForecast says how sure the dates of a programme are.
type ProgrammeForecast struct {
	Cast        `json:"-"`
	Computed    `json:"-"`
	Simulations int
	Placed      int64
	Releases    []ReleaseOutlook // by P50
	Headway     Outlook          // days between consecutive productions
	PerRelease  float64          // days from one production of a component to its next, median over components
	Again       float64          // share of candidates that need another
	Works       int              // finished works that lengths were learnt from
	Finished    int              // finished releases with a gap
	Beyond      bool             // some releases may not reach production within the plan's horizon
	SupportDays float64
	Explained   *TeamAdvice // of the whole programme: what fills the simulated gaps beside what history says; nil while something is tried
}

// Differs tells whether the simulation by itself and the finished releases
// say something else, by a fifth and a day at least.
func (v ProgrammeForecast) Differs() bool {
	if v.Explained == nil || v.Explained.Own == 0 {
		return false
	}
	d := math.Abs(v.Explained.Simulated - v.Explained.History)
	return d >= 1 && d >= 0.2*v.Explained.History
}

// Outlook is a figure with its probabilities.
type Outlook struct{ P50, P85, P95 float64 }

// ReleaseOutlook is one release on its way.
type ReleaseOutlook struct {
	Release       headway.Release
	Name, Team    string
	From          time.Time
	Planned       time.Time // by the draft plan
	P50, P85, P95 headway.Date
	Gap           Forecast // working days, blended
	Simulated     Forecast // by the simulation alone
	Weight        float64  // of history in the blend
	Due           headway.Date
	Meets         float64 // probability of production by Due, by the simulation; -1 without one
	MeetsTarget   float64 // of a gap within the policy's target
	Never         float64 // share of simulations that did not reach production in the horizon
	Overdue       bool    // its gap is already longer than P50 was at its start
}

// ForecastView says when each release on its way is to be expected, from its
// plan by simulation and from the gaps of finished releases: as it was computed
// last, and asked for anew when that is not of today's facts.
func (a *App) ForecastView(ctx context.Context, by headway.Actor, programme string, in ForecastIf) (v ProgrammeForecast, err error) {
	if in.Simulations == 0 {
		in.Simulations = usualSimulations
	}
	if in.Simulations < 1 || in.Simulations > mostSimulations {
		return v, headway.Invalidf("simulations", "%d simulations are outside 1–%d", in.Simulations, mostSimulations)
	}
	if in.Again != nil && !(*in.Again >= 0 && *in.Again <= 0.95) {
		return v, headway.Invalidf("again", "a share of %v is outside 0–0.95", *in.Again)
	}
	if !(in.SupportDays >= 0 && in.SupportDays <= 15) {
		return v, headway.Invalidf("support-days", "%v days a month are outside 0–15", in.SupportDays)
	}
	v, c, say, err := answer[ProgrammeForecast](ctx, a, by, programme, question{Kind: askForecast, If: &in})
	v.Cast, v.Computed = c, say
	return v, err
}

// asItIs tells whether nothing is tried.
func (in ForecastIf) asItIs() bool {
	return in.Simulations == usualSimulations && in.Again == nil && in.SupportDays == 0 && reflect.DeepEqual(in.WhatIf, headway.WhatIf{})
}

// forecast simulates what is known, with what is tried.
func (a *App) forecast(ctx context.Context, k *knowledge, in ForecastIf) (v ProgrammeForecast, err error) {
	if _, err := k.facts.apply(in.WhatIf); err != nil {
		return v, err
	}
	if in.Again != nil {
		k.seen.again = *in.Again
	}
	s, err := k.facts.study(k.seen)
	if err != nil {
		return v, err
	}
	s.support(in.SupportDays)
	v = ProgrammeForecast{Simulations: in.Simulations, Again: k.seen.again, Works: k.seen.works, Finished: len(k.history), SupportDays: in.SupportDays}
	v.PerRelease = componentHeadway(k.live, k.cast)
	if len(s.Deliveries) == 0 {
		return v, nil
	}
	if k.total = in.Simulations; in.asItIs() {
		k.total += peels * k.enough(adviceSimulations)
	}
	out, err := a.simulate(ctx, k, s, in.Simulations)
	if err != nil {
		return v, err
	}
	v.Placed = out.Placed
	if in.asItIs() {
		steps, err := k.peel(ctx)
		if err != nil {
			return v, err
		}
		told := GapAdvice{Policy: k.facts.programme.Gap, Confidence: 0.85}.advise(k, s, out, steps, headway.Team{})
		v.Explained = &told
	}
	v.Headway = outlook(out.Headway, s.b.axis.slot.Hours()/24)
	for n, r := range s.releases {
		v.Releases = append(v.Releases, k.outlook(s, n, r, out.Production[n]))
		v.Beyond = v.Beyond || out.Production[n].Never > 0
	}
	slices.SortStableFunc(v.Releases, func(x, y ReleaseOutlook) int {
		return cmp.Or(x.P50.In(time.UTC).Compare(y.P50.In(time.UTC)), cmp.Compare(x.Name, y.Name))
	})
	return v, nil
}

// support makes production support break into work, beyond what is kept free.
func (s *study) support(daysAMonth float64) {
	if daysAMonth <= 0 {
		return
	}
	const lengthHours, workDays = 2.0, 21.0
	slotHours := s.b.axis.slot.Hours()
	share := math.Min(0.7, daysAMonth/workDays)
	s.Interrupts = forecast.Interrupts{Slots: lengthHours / slotHours, PerSlot: math.Min(1, share/(1-share)*slotHours/lengthHours)}
}

// knowledge is what forecasts of a programme rest on.
type knowledge struct {
	facts   *planFacts
	cast    Cast
	seen    experience
	live    []headway.Release
	gaps    []ReleaseGap
	history []forecast.Finished
	model   forecast.Model
	learnt  bool
	draft   map[string]headway.PlannedRelease

	tell        func(done, total int) // nil: nobody waits
	done, total int                   // simulations
}

// beatPlaced is about how many activities a core places before it is told how
// far the simulations are.
const beatPlaced = 1_500_000

// run makes simulations in parts, so that who waits sees them go on.
func (k *knowledge) run(ctx context.Context, s *study, n int) (out forecast.Outcome, err error) {
	step := forecast.AtOnce(beatPlaced / max(1, len(s.Works)))
	for first := 0; first < n; first += step {
		part, err := s.run(ctx, first, min(n, first+step))
		if err != nil {
			return out, err
		}
		out.Merge(part)
		k.went(part.Simulations)
	}
	return out, nil
}

// went tells of simulations that are made.
func (k *knowledge) went(n int) {
	k.done += n
	if k.tell != nil {
		k.tell(k.done, k.total)
	}
}

func (k *knowledge) load(ctx context.Context, q store.Q, p headway.Programme, now time.Time) (err error) {
	if k.facts, err = loadPlanFacts(ctx, q, p, now); err != nil {
		return err
	}
	if k.cast, err = castOf(ctx, q, p); err != nil {
		return err
	}
	if k.seen, err = loadExperience(ctx, q, p.ID, k.facts.calendar); err != nil {
		return err
	}
	if k.live, err = q.Releases(ctx, p.ID, store.ReleaseFilter{States: reachedProduction, Limit: gapHistory}); err != nil {
		return err
	}
	slices.SortStableFunc(k.live, func(x, y headway.Release) int { return y.LiveAt.Compare(x.LiveAt) })
	v := GapView{Cast: k.cast, Policy: p.Gap}
	k.gaps = v.measured(k.live)
	k.history = v.history(k.gaps)
	k.model, k.learnt = forecast.Learn(k.history)
	for _, r := range k.facts.draft.Releases {
		k.draft[r.ReleaseID] = r
	}
	return nil
}

// outlook joins simulation and history for one release.
func (k *knowledge) outlook(s *study, n int, r headway.Release, c forecast.Counts) ReleaseOutlook {
	t, _ := k.cast.Team(r.TeamID)
	zone := s.b.axis.zone
	o := ReleaseOutlook{
		Release: r, Name: nameRelease(t, r), Team: t.Name, From: s.from[n], Planned: k.draft[r.ID].Production, Due: r.Due, Meets: -1,
		Never: float64(c.Never) / float64(max(1, c.Total())),
	}
	gaps := s.gaps(n, c)
	o.Simulated = quantiles(gaps)
	o.Gap = o.Simulated
	if k.learnt {
		passed := float64(k.facts.calendar.WorkingDays(s.from[n], k.facts.now))
		past := k.model.Beyond(componentOf(t, r), passed)
		o.Gap, o.Weight = forecast.Blend(o.Simulated, past), forecast.Weight(past.Own)
		o.Overdue = passed > k.model.For(componentOf(t, r)).P50
	}
	day := headway.DateOf(o.From.In(zone))
	today := headway.DateOf(k.facts.now.In(zone))
	after := func(days float64) headway.Date {
		d := k.facts.calendar.AddWorkingDays(day, int(math.Ceil(days-1e-9)))
		if d.Before(today) {
			return today
		}
		return d
	}
	o.P50, o.P85, o.P95 = after(o.Gap.P50), after(o.Gap.P85), after(o.Gap.P95)
	o.MeetsTarget = gaps.Share(k.facts.programme.Gap.Target)
	if !r.Due.IsZero() {
		o.Meets = c.Share(s.b.axis.floor(r.Due.AddDays(1).In(zone)))
	}
	return o
}

// quantiles reads a forecast from counted gaps. What lies beyond the horizon
// is told as the longest gap that was counted, and by Never.
func quantiles(c forecast.Counts) Forecast {
	at := func(q float64) float64 {
		if d, ok := c.Quantile(q); ok {
			return float64(d)
		}
		return float64(max(0, len(c.N)-1))
	}
	return Forecast{P50: at(0.5), P85: at(0.85), P95: at(0.95), Basis: forecast.BottomUp}
}

func outlook(c forecast.Counts, unit float64) Outlook {
	at := func(q float64) float64 { d, _ := c.Quantile(q); return float64(d) * unit }
	return Outlook{at(0.5), at(0.85), at(0.95)}
}

// componentHeadway is the median of the headways within components: where many
// releases go out at one moment, the headway of the whole is zero and says nothing.
func componentHeadway(live []headway.Release, cast Cast) float64 {
	at := map[string][]time.Time{}
	for _, r := range live {
		t, _ := cast.Team(r.TeamID)
		if key := componentOf(t, r); !r.LiveAt.IsZero() {
			at[key] = append(at[key], r.LiveAt)
		}
	}
	var days []float64
	for _, times := range at {
		for _, d := range headway.Headways(times) {
			days = append(days, d.Hours()/24)
		}
	}
	if len(days) == 0 {
		return 0
	}
	slices.Sort(days)
	return days[len(days)/2]
}

// Backtest is how forecasts of finished releases would have fared.
type Backtest = forecast.Backtest

// BacktestQuantile is how one quantile fared.
type BacktestQuantile = forecast.Quantile

// BacktestRow is one release with what was forecast for it.
type BacktestRow = forecast.Forecasted

// BacktestFound is a back-test, or why there is none.
type BacktestFound struct {
	Computed `json:"-"`
	Backtest
	Why string
}

// BacktestView gives the walk forward through the programme's own finished
// releases. A history that says nothing is an empty back-test with the reason in words.
func (a *App) BacktestView(ctx context.Context, by headway.Actor, programme string) (BacktestFound, error) {
	v, _, say, err := answer[BacktestFound](ctx, a, by, programme, question{Kind: askBacktest})
	v.Computed = say
	return v, err
}

func (k *knowledge) backtest() (BacktestFound, error) {
	b, err := forecast.Walk(k.history)
	if headway.KindOf(err) == headway.Invalid && err != nil {
		return BacktestFound{Backtest: Backtest{Rows: []BacktestRow{}}, Why: err.Error()}, nil
	}
	return BacktestFound{Backtest: b}, err
}
