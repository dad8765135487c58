package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// AnswerIn is embedded in the input of operations whose answer a job computes.
type AnswerIn struct {
	Fresh bool `query:"fresh" doc:"Answer only from the facts of today: 202 until that is computed"`
}

// answered is an answer that a job computes: 202 while there is none to give.
type answered[T any] struct {
	Status     int
	RetryAfter string `header:"Retry-After" doc:"Seconds, with 202"`
	Body       T
}

// askAgain is in how many seconds to ask again while an answer is computed.
const askAgain = "1"

func (in AnswerIn) answer(status *int, retry *string, c app.Computed) error {
	*status = http.StatusOK
	if !c.None() && (!in.Fresh || !c.Stale) {
		return nil
	}
	if c.Failure != "" {
		return headway.Errorf(headway.Unavailable, "it could not be computed at %s: %s", c.FailedAt.Format(time.RFC3339), c.Failure).
			WithHint("it is tried again when it is asked for a minute later; without fresh the answer before is given")
	}
	*status, *retry = http.StatusAccepted, askAgain
	return nil
}

type forecastIn struct {
	AnswerIn
	Programme   string  `path:"programme"`
	Simulations int     `query:"simulations" minimum:"0" maximum:"10000" doc:"0: the usual thousand"`
	Again       float64 `query:"again" minimum:"-1" maximum:"0.95" default:"-1" doc:"What if this share of candidates needed another; -1: as it was"`
	SupportDays float64 `query:"support_days" minimum:"0" maximum:"15" doc:"What if production support took so many working days a month of each person, beyond what is kept free"`
	Skill       string  `query:"skill" doc:"What if there were more people with this skill"`
	More        int     `query:"more" minimum:"0" maximum:"20" doc:"How many of them; 0: one"`
}

type computedIn struct {
	AnswerIn
	Programme string `path:"programme"`
}

type adviceIn struct {
	AnswerIn
	Programme  string  `path:"programme"`
	Confidence float64 `query:"confidence" minimum:"0" maximum:"0.99" doc:"0: 0.85"`
}

// computedOp describes an operation whose answer a job computes.
func computedOp(id, path, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Measure"},
		Description: "A job computes the answer and keeps it until facts change. `computed` says of what facts it is; asking for one that is out of date sets a newer one going.",
		Responses: map[string]*huma.Response{
			"200": {Description: "As it was computed last"},
			"202": {Description: "It is being computed: ask again after `Retry-After` seconds. `computed` says how far it is; with `fresh` the rest is the answer before, if there is one"},
		},
	}
}

func (r *room) forecasts() {
	register(r, headway.ViewProgramme, computedOp("get-forecast", "/programmes/{programme}/forecast", "When releases are to be expected, by simulation and history"),
		func(ctx context.Context, by headway.Actor, in *forecastIn) (*answered[client.ProgrammeForecast], error) {
			v, err := r.app.ForecastView(ctx, by, in.Programme, in.what())
			if err != nil {
				return nil, err
			}
			out := &answered[client.ProgrammeForecast]{Body: programmeForecast(v)}
			return out, in.answer(&out.Status, &out.RetryAfter, v.Computed)
		})
	register(r, headway.ViewProgramme, computedOp("get-backtest", "/programmes/{programme}/forecast/backtest", "How forecasts of finished releases would have fared"),
		func(ctx context.Context, by headway.Actor, in *computedIn) (*answered[client.Backtest], error) {
			v, err := r.app.BacktestView(ctx, by, in.Programme)
			if err != nil {
				return nil, err
			}
			out := &answered[client.Backtest]{Body: backtest(v)}
			return out, in.answer(&out.Status, &out.RetryAfter, v.Computed)
		})
	register(r, headway.ViewProgramme, computedOp("get-gap-advice", "/programmes/{programme}/gap/advice", "The shortest gap that holds"),
		func(ctx context.Context, by headway.Actor, in *adviceIn) (*answered[client.GapAdvice], error) {
			v, err := r.app.GapAdviceView(ctx, by, in.Programme, in.Confidence)
			if err != nil {
				return nil, err
			}
			out := &answered[client.GapAdvice]{Body: gapAdvice(v)}
			return out, in.answer(&out.Status, &out.RetryAfter, v.Computed)
		})
	register(r, headway.ViewProgramme, computedOp("get-queue", "/programmes/{programme}/queue", "Whether operations keeps up with the sprints"),
		func(ctx context.Context, by headway.Actor, in *computedIn) (*answered[client.Queue], error) {
			v, err := r.app.QueueView(ctx, by, in.Programme)
			if err != nil {
				return nil, err
			}
			out := &answered[client.Queue]{Body: queue(v)}
			return out, in.answer(&out.Status, &out.RetryAfter, v.Computed)
		})
}

func computed(c app.Computed) client.Computed {
	out := client.Computed{AsOf: c.AsOf, Seconds: c.Took.Seconds(), Stale: c.Stale, Computing: c.Computing, Failure: c.Failure}
	if c.Computing {
		out.Done, out.Total = c.Done, c.Total
	}
	return out
}

func (in *forecastIn) what() app.ForecastIf {
	out := app.ForecastIf{Simulations: in.Simulations, SupportDays: in.SupportDays}
	if in.Again >= 0 {
		out.Again = &in.Again
	}
	if in.Skill != "" {
		out.People = []headway.WhatIfPerson{{Skills: []headway.Skill{headway.Skill(in.Skill)}, Count: max(1, in.More)}}
	}
	return out
}

func programmeForecast(v app.ProgrammeForecast) client.ProgrammeForecast {
	var parts *client.ForecastParts
	if x := v.Explained; x != nil {
		parts = &client.ForecastParts{
			SimulatedP85: x.Simulated, HistoryP85: x.History, Own: x.Own, Mean: x.MeanDays,
			Fills: mapped(x.Fills, func(f app.GapFill) client.GapFill { return client.GapFill(f) }),
		}
	}
	return client.ProgrammeForecast{
		Computed: computed(v.Computed), Explained: parts,
		Simulations: v.Simulations, Placed: v.Placed, HeadwayDays: client.Quantiles(v.Headway), PerRelease: v.PerRelease,
		Again: v.Again, Works: v.Works, Finished: v.Finished,
		Releases: mapped(v.Releases, func(o app.ReleaseOutlook) client.ReleaseOutlook {
			out := client.ReleaseOutlook{
				ReleaseID: o.Release.ID, Release: o.Name, Team: o.Team, Planned: o.Planned, P50: o.P50.String(), P85: o.P85.String(), P95: o.P95.String(),
				Gap: forecastOf(o.Gap), Simulated: client.Quantiles{P50: o.Simulated.P50, P85: o.Simulated.P85, P95: o.Simulated.P95},
				Weight: o.Weight, Due: o.Due.String(), MeetsTarget: o.MeetsTarget, Never: o.Never, Overdue: o.Overdue,
			}
			if o.Meets >= 0 {
				out.MeetsDue = &o.Meets
			}
			return out
		}),
	}
}

func backtest(b app.BacktestFound) client.Backtest {
	figure := func(q app.BacktestQuantile) client.BacktestFigure { return client.BacktestFigure(q) }
	return client.Backtest{
		Computed: computed(b.Computed), Why: b.Why, Releases: b.Releases, Finished: b.Finished, Cycles: b.Cycles, P50: figure(b.P50), P85: figure(b.P85), P95: figure(b.P95),
		Naive: client.BacktestNaive{Last: client.BacktestPeer(b.Naive.Last), Mean5: client.BacktestPeer(b.Naive.Mean5)}, BetterP85: b.BetterByP85,
		Rows: mapped(b.Rows, func(r app.BacktestRow) client.BacktestEntry {
			return client.BacktestEntry{Series: r.Series, Deliverable: r.Deliverable, Version: r.Version, GapDays: r.GapDays, P50: r.P50, P85: r.P85, P95: r.P95}
		}),
	}
}

func gapAdvice(v app.GapAdvice) client.GapAdvice {
	return client.GapAdvice{
		Computed: computed(v.Computed),
		Policy:   client.GapPolicy{Minimum: v.Policy.Minimum, Target: v.Policy.Target, Maximum: v.Policy.Maximum}, Confidence: v.Confidence,
		Simulated: v.Simulated, Finished: v.Finished, Programme: teamAdvice(v.Programme), Teams: mapped(v.Teams, teamAdvice),
		Curves: mapped(v.Curves, func(c app.AdviceCurve) client.AdviceCurve {
			return client.AdviceCurve{Name: c.Name, Unit: c.Unit, Points: mapped(c.Points, func(p app.AdvicePoint) client.AdvicePoint { return client.AdvicePoint(p) })}
		}),
	}
}

func teamAdvice(a app.TeamAdvice) client.TeamAdvice {
	return client.TeamAdvice{
		Team: a.Team.Key, Days: a.Days, Needed: a.Needed, Simulated: a.Simulated, History: a.History, Own: a.Own, Guarded: a.Guarded, Band: string(a.Band),
		OneWeek: a.OneWeek, TwoWeeks: a.TwoWeeks, AtTarget: a.AtTarget, MeanDays: a.MeanDays,
		Fills: mapped(a.Fills, func(f app.GapFill) client.GapFill { return client.GapFill(f) }),
	}
}

func queue(v app.QueueView) client.Queue {
	return client.Queue{
		Computed: computed(v.Computed),
		Verdict:  v.Verdict, Why: v.Why, Settles: v.Settles, Tight: v.Tight, Load: v.Load, Bottleneck: v.Bottleneck, People: append([]string{}, v.People...),
		Releases: v.Releases, GrowsBy: v.GrowsBy, GapP85: v.Gap, Headway: v.Headway, AgeNow: v.AgeNow, AgeLater: v.AgeLater,
		Skills: mapped(v.Skills, func(s app.SkillLoad) client.SkillLoad {
			return client.SkillLoad{Skill: string(s.Skill), Demand: s.Demand, Capacity: s.Capacity, Load: s.Load, Rework: s.Rework, Support: s.Interrupts, People: append([]string{}, s.People...)}
		}),
		Shelf: mapped(v.Shelf, func(s app.ShelfAt) client.ShelfWeek { return client.ShelfWeek(s) }),
		Remedies: mapped(v.Remedies, func(r app.Remedy) client.Remedy {
			return client.Remedy{
				Name: r.Name, Assumes: r.Assumes, Load: r.Load, GapP85: r.Gap, Headway: r.Headway, Shelf: r.Shelf,
				LoadBy: r.LoadBy, GapBy: r.GapBy, HwayBy: r.Hway, Settling: r.Settles,
			}
		}),
	}
}
