package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

const (
	usualRetrospective = 10  // releases looked back at
	mostRetrospective  = 100 // of them
	mostExperiments    = 100
)

// RetrospectiveView is what the last gaps were spent on, and what was tried against it.
type RetrospectiveView struct {
	Cast
	Releases    []ReleaseGap    // that tell what they were spent on, newest first
	Causes      []CauseReleases // largest first
	Experiments []ExperimentOutcome
}

// CauseReleases is one cause with what it took of each release.
type CauseReleases struct {
	CauseShare
	Mean float64   // working days a release
	Of   []float64 // by release, in the order of RetrospectiveView.Releases
}

// ExperimentOutcome is an experiment with what it did.
type ExperimentOutcome struct {
	headway.Experiment
	Result headway.ExperimentResult
}

// RetrospectiveView looks back at the last releases, 0 for the usual number.
func (a *App) RetrospectiveView(ctx context.Context, by headway.Actor, programme string, last int) (RetrospectiveView, error) {
	var v RetrospectiveView
	if last == 0 {
		last = usualRetrospective
	}
	if last < 1 || last > mostRetrospective {
		return v, headway.Invalidf("last", "%d releases are outside 1–%d", last, mostRetrospective)
	}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		t, err := takenApart(ctx, q, p, a.Now(), mostRetrospective)
		if err != nil {
			return err
		}
		experiments, err := q.Experiments(ctx, p.ID, mostExperiments)
		if err != nil {
			return err
		}
		v.Cast = t.Cast
		v.Experiments = t.outcomes(experiments)
		t.gaps = t.gaps[:min(len(t.gaps), last)]
		v.Releases, v.Causes = t.gaps, t.causes()
		return nil
	})
	return v, err
}

// Due tells whether an experiment runs whose effect is known: somebody has to conclude it.
func (o ExperimentOutcome) Due() bool {
	return o.State == headway.ExperimentRunning && o.Result.Effect != headway.EffectWaiting
}

// outcomesOf says what experiments did; gaps are taken apart only if there are any.
func outcomesOf(ctx context.Context, q store.Q, p headway.Programme, experiments []headway.Experiment, now time.Time) ([]ExperimentOutcome, error) {
	if len(experiments) == 0 {
		return nil, nil
	}
	t, err := takenApart(ctx, q, p, now, mostRetrospective)
	return t.outcomes(experiments), err
}

func (t apart) outcomes(experiments []headway.Experiment) []ExperimentOutcome {
	var out []ExperimentOutcome
	for _, e := range experiments {
		out = append(out, ExperimentOutcome{e, e.Result(t.since(e))})
	}
	return out
}

// apart is the newest gaps that tell what they were spent on, newest first.
type apart struct {
	Cast
	gaps []ReleaseGap
}

// takenApart takes the newest gaps apart, at most so many. Those in which no
// work was recorded tell nothing and are passed over.
func takenApart(ctx context.Context, q store.Q, p headway.Programme, now time.Time, most int) (apart, error) {
	var t apart
	cast, err := castOf(ctx, q, p)
	if err != nil {
		return t, err
	}
	t.Cast = cast
	live, err := q.Releases(ctx, p.ID, store.ReleaseFilter{States: reachedProduction, Limit: 5 * most})
	if err != nil {
		return t, err
	}
	slices.SortStableFunc(live, func(x, y headway.Release) int { return y.LiveAt.Compare(x.LiveAt) })
	v := GapView{Cast: cast, Policy: p.Gap}
	for _, g := range v.measured(live) {
		if len(t.gaps) == most {
			break
		}
		if imported(g.Release) {
			continue
		}
		facts, err := gapFacts(ctx, q, g.Release, now)
		if err != nil {
			return t, err
		}
		if len(facts.Working) > 0 {
			g.Slices = gapParts(cast.Calendar, headway.MeasureGap(facts))
			t.gaps = append(t.gaps, g)
		}
	}
	return t, nil
}

func (t apart) measured() int { return len(t.gaps) }

// spentOn is what a cause took of one gap; an empty who stands for everybody.
func spentOn(g ReleaseGap, cause headway.GapCause, who string) float64 {
	days := 0.0
	for _, s := range g.Slices {
		if s.Cause == cause && (who == "" || s.Who == who) {
			days += s.Days
		}
	}
	return days
}

func (t apart) mean(cause headway.GapCause, who string) float64 {
	sum := 0.0
	for _, g := range t.gaps {
		sum += spentOn(g, cause, who)
	}
	return sum / float64(max(1, len(t.gaps)))
}

// since gives what a cause took of the releases that were built after an
// experiment began, oldest first.
func (t apart) since(e headway.Experiment) []float64 {
	var out []float64
	for _, g := range slices.Backward(t.gaps) {
		if g.From.After(e.StartedAt) {
			out = append(out, spentOn(g, e.Cause, e.Who))
		}
	}
	return out
}

func (t apart) causes() []CauseReleases {
	type key struct {
		cause headway.GapCause
		who   string
	}
	of, all := map[key][]float64{}, 0.0
	for i, g := range t.gaps {
		for _, s := range g.Slices {
			k := key{s.Cause, s.Who}
			if of[k] == nil {
				of[k] = make([]float64, len(t.gaps))
			}
			of[k][i] += s.Days
			all += s.Days
		}
	}
	var out []CauseReleases
	for k, days := range of {
		sum := 0.0
		for _, d := range days {
			sum += d
		}
		if sum > 0 {
			out = append(out, CauseReleases{CauseShare{k.cause, k.who, sum, sum / all}, sum / float64(len(t.gaps)), days})
		}
	}
	slices.SortFunc(out, func(x, y CauseReleases) int { return largestFirst(x.CauseShare, y.CauseShare) })
	return out
}
